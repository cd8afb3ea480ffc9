"""What a test does without something that has to be installed."""

from __future__ import annotations

import os

import pytest


def miss(what: str) -> None:
    """Skip a test for want of something, or fail it where everything has to be there (CI=true)."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}; with CI=true that is a failure", pytrace=False)
    pytest.skip(what)
