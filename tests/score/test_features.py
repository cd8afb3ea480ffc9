"""Each feature of the scoring language, by the examples of its definition."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.cli.check import find

FOLDER = Path(__file__).parent.parent / "questionnaires"


@pytest.mark.parametrize("file", sorted(FOLDER.glob("score_*.yaml")), ids=lambda file: file.stem)
def test_examples_come_out(file: Path) -> None:
    assert [str(finding) for finding in find(file) if finding.is_error] == []
