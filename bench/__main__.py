"""`make bench`: every measurement, or those named: `python -m bench score cohort`."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))  # the machine and the phone of the tests

ALL = ("language", "score", "quality", "cohort", "report", "package", "web", "lists", "phone", "roster")
ALL += ("promises", "rounds")


def main() -> None:
    """Run the measurements one after another."""
    for name in sys.argv[1:] or ALL:
        import_module(f"bench.{name}").main()


if __name__ == "__main__":
    main()
