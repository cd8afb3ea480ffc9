"""Machines on both databases, and how often a promise is put to the test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from machine import Machine


@pytest.fixture
def machine(own_database: str, tmp_path: Path) -> Iterator[Machine]:
    """Return an installation with a migrated database of its own that nothing runs on yet."""
    made = Machine(tmp_path, own_database)
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture
def full() -> bool:
    """Return whether the full counts are asked for, as `make bench` does."""
    return os.environ.get("SURVEY_FULL_COUNTS") == "yes"
