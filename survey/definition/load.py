"""A definition file to its frozen model, with everything that is wrong at its line."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from survey.definition.bundle import Bundle, bundle, read_bundle
from survey.definition.check import check
from survey.definition.complaint import complain
from survey.definition.finding import BrokenDefinition, Finding, Source
from survey.definition.include import include
from survey.definition.model import Definition
from survey.definition.shape import write_out
from survey.definition.translation import Translated, translate
from survey.definition.tree import Mapping, Unreadable, grow
from survey.kinds import KINDS, Question

__all__ = ["BrokenDefinition", "Finding", "Source", "load", "parse", "read", "shipped", "shipped_files", "take"]


#: What can only be told of a definition of which every part can be made.
OF_WHOLE = ("W124", "W219")
#: More of any part than a questionnaire has: looking through them would hold a server up.
MOST_ENTRIES = 1000


def load(path: Path | str) -> Definition:
    """Read a definition file with its translations.

    Raises BrokenDefinition with all its errors, OSError when there is no file.
    """
    return take(read_bundle(Path(path)))


def take(found: Bundle) -> Definition:
    """Read a definition that has to be right; raises BrokenDefinition with all its errors."""
    definition, _, findings = parse(found)
    errors = [finding for finding in findings if finding.is_error]
    if definition is None or errors:
        raise BrokenDefinition(errors)
    return definition


def shipped_files() -> list[Path]:
    """Return the files of the questionnaires that come with the program, by name, the newest version first."""
    folder = Path(str(files("survey.questionnaires")))
    found = [path for path in folder.glob("*/*.yaml") if path.stem.isdecimal()]
    return sorted(found, key=lambda path: (path.parent.name, -int(path.stem)))


def shipped(name: str, version: int | None = None) -> Definition:
    """Load a questionnaire that comes with the program, its newest version when none is named.

    Raises LookupError when there is none, BrokenDefinition when it has errors.
    """
    for file in shipped_files():
        if file.parent.name == name and version in (None, int(file.stem)):
            return load(file)
    raise LookupError(f"no questionnaire {name} {version or ''}".rstrip())


def read(source: str | bytes, name: str) -> tuple[Definition | None, list[Finding]]:
    """Read a definition from its text: the model unless it has errors, and all findings by line.

    `name` is how findings call the file, which stands nowhere: nothing beside it is read.
    """
    definition, _, findings = parse(source, name)
    return definition, findings


def parse(source: str | bytes | Bundle, name: str = "") -> tuple[Definition | None, Source | None, list[Finding]]:
    """Read a definition with the lines of its parts, for what still has to say where; kept by its bytes."""
    definition, where, findings = _parse(source if isinstance(source, Bundle) else bundle(name, source))
    return definition, where, list(findings)


@lru_cache(maxsize=64)
def _parse(found: Bundle) -> tuple[Definition | None, Source | None, tuple[Finding, ...]]:
    name = found.name
    try:
        tree, repeated = grow(found.source)
    except Unreadable as error:
        return None, None, (Finding(name, error.line, error.code, error.message),)
    findings = [Finding(name, error.line, error.code, error.message) for error in repeated]
    tree, unjoined = include(tree, found)
    tree, done = translate(tree, found)
    definition, source, more = build(tree, name, found.digest, done)
    findings = sorted({*findings, *unjoined, *more, *(each for each in done.findings if each.is_error)})
    broken = any(finding.is_error for finding in findings)
    return None if broken else definition, source, tuple(findings)


def build(
    tree: Mapping, name: str, digest: str, translated: Translated | None = None
) -> tuple[Definition | None, Source, list[Finding]]:
    """Make the model of what a file holds, with all that is wrong with it; None when it cannot be made."""
    written, complaints = write_out(tree)
    found = Source(name, tree)
    findings = [found.finding(code, message, *path) for path, code, message in complaints]
    done = translated or Translated()
    remarks = tuple(each for each in done.findings if not each.is_error)
    groups = frozenset(written.get("groups", ()))
    source = Source(name, written, remarks, frozenset(done.languages), groups)
    fields: dict[str, Any] = {**written, "digest": digest}
    for part in ("questions", "scales", "counts", "rules", "flags"):
        if isinstance(entries := written.get(part), Mapping) and len(entries) > MOST_ENTRIES:
            message = f"more than {MOST_ENTRIES} {part}; this is no questionnaire that anyone fills in"
            return None, source, source.once([*findings, source.finding("E003", message, part)])
    if "groups" in tree:
        findings.append(found.finding("E010", "`groups` follows from `repeat:`; take it out", "groups"))
    if "digest" in written:
        findings.append(source.finding("E010", "`digest` is reckoned from the file; take it out", "digest"))
    broken: set[str] = set()
    if isinstance(written.get("questions"), Mapping):
        fields["questions"] = _questions(written["questions"], source, findings)
        broken = set(written["questions"]) - set(fields["questions"])
    definition, rest = _validate(fields, source, findings, broken)
    if rest is not None:
        found_in_rest = [each for each in check(rest, source) if not broken or each.code not in OF_WHOLE]
        findings += [each for each in found_in_rest if not any(f"`{part}`" in each.message for part in broken)]
    return definition, source, source.once(findings)


def _validate(
    fields: dict[str, Any], source: Source, findings: list[Finding], broken: set[str]
) -> tuple[Definition | None, Definition | None]:
    """Make the model, and what can be made without the parts that are wrong: so that the rest is checked too."""
    try:
        definition = Definition.model_validate(fields)
        return definition, definition
    except ValidationError as error:
        findings += complain(error, source, Definition)
        places = [problem["loc"] for problem in error.errors(include_url=False)]
    rest = {key: dict(part) if isinstance(part, dict) else part for key, part in fields.items()}
    for place in places:
        part, inner = str(place[0]), place[1:]
        broken |= {str(step) for step in inner[:1]}
        if inner and isinstance(rest.get(part), dict) and inner[0] in fields[part]:
            rest[part].pop(inner[0], None)
        elif part not in ("questions", "pages"):
            rest.pop(part, None)
    try:
        return None, Definition.model_validate({**rest, "id": "x", "version": 1})
    except ValidationError:
        return None, None


def _questions(entries: Mapping, source: Source, findings: list[Finding]) -> dict[str, Question]:
    """Make each question by its kind; one that cannot be made is left out and found."""
    questions: dict[str, Question] = {}
    for name, entry in entries.items():
        path = ("questions", name)
        if not isinstance(entry, Mapping):
            message = f"`{name}` needs lines below it, such as `text:` and `kind:`"
            findings.append(source.finding("E010", message, *path))
            continue
        kind = KINDS.get(str(entry.get("kind")))
        if kind is None:
            findings.append(source.finding("E014", _no_kind(name, entry), *path, "kind"))
            continue
        try:
            questions[name] = kind.model_validate(entry)
        except ValidationError as error:
            findings += complain(error, source, kind, path)
    return questions


def _no_kind(name: str, entry: Mapping) -> str:
    known = ", ".join(KINDS)
    if "kind" not in entry:
        return f"`{name}` has no `kind:` and no `options:` or `answers:`; the kinds are {known}"
    return f"`{entry['kind']}` is no kind of question; the kinds are {known}"
