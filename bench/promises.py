"""The promises of reliability at their full counts: the process tests, with what they note as a table."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Run the process tests with full counts and print their figures; raise when one fails."""
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder, "figures.jsonl")
        environment = os.environ | {"SURVEY_FULL_COUNTS": "yes", "SURVEY_FIGURES": str(figures), "CI": "true"}
        command = [sys.executable, "-m", "pytest", "-q", "-m", "process", "tests/process"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        print("\nPromises, full counts\n---------------------")
        for line in figures.read_text(encoding="utf-8").splitlines():
            print("  ".join(f"{name} {value}" for name, value in json.loads(line).items()))


if __name__ == "__main__":
    main()
