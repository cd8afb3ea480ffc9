"""Answers that lead to each page: known for every page that robots reach."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey import route
from survey.arrive import find_arrivals
from survey.definition.load import load, shipped_files
from survey.walk import walk

FILES = [*shipped_files(), *(Path(__file__).parent / "questionnaires" / f"{name}.yaml" for name in ("route_branches", "web_kinds", "journey"))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_page_that_is_reached_has_answers_that_lead_there(path: Path) -> None:
    definition = load(path)
    arrivals = find_arrivals(definition)
    reached = {page.id for page in definition.pages} - set(walk(definition).unreached_pages)
    assert set(arrivals) == reached
    for page, given in arrivals.items():
        assert page in [each.id for each in route.find_path(definition, given).pages]
    assert find_arrivals(definition) is arrivals
