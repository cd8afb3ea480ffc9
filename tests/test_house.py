"""The project's own rules: what a forgotten line in a list would break at a user's, not here."""

from __future__ import annotations

import ast
import configparser
import re
from pathlib import Path

import pytest
from setuptools import find_packages

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = sorted((ROOT / "questionnaires").glob("*/[0-9]*.yaml"))
CODE = sorted((ROOT / "survey").rglob("*.py"))
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.*") if path.suffix != ".pyc")
#: Words of daily English and of the field that a questionnaire may use as an id without the code knowing it.
GENERAL = {"contact", "plan"}


def functions(path: Path) -> list[ast.FunctionDef]:
    """Return the functions of a module with their nested ones."""
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]


def test_wheel_holds_every_package() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    declared = {name.strip() for name in setup["options"]["packages"].split() if name.strip()}
    found = {name for name in find_packages(str(ROOT)) if name.split(".")[0] == "survey"}
    assert declared == found | {"survey.templates", "survey.questionnaires"}


def ids_of(path: Path) -> set[str]:
    """Return every id that a shipped questionnaire declares."""
    from survey.definition.load import load

    definition = load(path)
    circumstances = {part.id for count in definition.counts.values() for part in count.of}
    own = {*definition.questions, *definition.scales, *definition.counts, *definition.rules, *definition.flags}
    return own | circumstances | {page.id for page in definition.pages}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_engine_knows_no_questionnaire(path: Path) -> None:
    ids = ids_of(path) - GENERAL
    assert len(ids) > 5
    words = re.compile(r"\b(" + "|".join(sorted(map(re.escape, ids), key=len, reverse=True)) + r")\b")
    found = {
        f"{file.relative_to(ROOT)}: {match.group()}"
        for file in [*CODE, *TEMPLATES]
        for match in words.finditer(file.read_text(encoding="utf-8"))
    }
    assert found == set()


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_is_one_idea(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(source)), "a module opens with one line that says what it does"
    assert source.count("\n") <= 500
    if "migrations" not in path.parts:
        long = [node.name for node in functions(path) if (node.end_lineno or 0) - node.lineno + 1 > 60]
        assert long == []


def test_nothing_swallows_every_error() -> None:
    wide = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}))
    ]
    assert [place for place in wide if not place.startswith("survey/tasks.py")] == []


def test_front_door_is_a_table_of_contents() -> None:
    (create_app,) = [node for node in functions(ROOT / "survey/__init__.py") if node.name == "create_app"]
    assert (create_app.end_lineno or 0) - create_app.lineno + 1 <= 40


def test_readme_begins_with_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make demo" in readme.split("##")[0] and "make test" in readme.split("##")[0]
    for target in re.findall(r"\]\((?!http|#)([^)]+)\)", readme):
        assert (ROOT / target.split("#")[0]).exists(), target


def test_nobody_imports_conftest() -> None:
    # A second copy of it has a guard of its own, which refuses every database.
    importing = re.compile(r"^(from|import) conftest\b", re.MULTILINE)
    assert [path.name for path in (ROOT / "tests").rglob("*.py") if importing.search(path.read_text())] == []
