"""Parts in files of their own make one definition: each finding in its own file, one digest, nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.definition.bundle import Bundle, bundle, definition_files, read_bundle, stored_bundle
from survey.definition.load import load, parse

FILES = Path(__file__).parents[1] / "questionnaires"
WHOLE = """\
id: x
version: 1
include: a.part.yaml
questions:
  een: {text: Een?, options: {ja: 0, nee: 1}}
"""
PART = """\
questions:
  twee: {text: Twee?, options: {ja: 0, nee: 1}}
scales:
  s: {op: sum, of: [een, twee]}
"""


def found(files: Bundle) -> list[str]:
    """Give every finding of a bundle, without its words."""
    return [f"{each.file}:{each.line}:{each.column} {each.code}" for each in parse(files)[2]]


def test_parts_stand_where_they_are_named() -> None:
    definition = load(FILES / "include.yaml")
    assert list(definition.questions) == ["rekeningen", "sparen", "thuis", "eten", "klaar"]
    assert list(definition.scales) == ["geld", "alles"]


def test_part_of_a_part_and_a_folder_belong_to_the_bundle_and_comments_do_not(tmp_path: Path) -> None:
    assert [name for name, _ in read_bundle(FILES / "include.yaml").beside] == [
        "parts/eten.part.yaml",
        "parts/geld.part.yaml",
        "parts/sparen.part.yaml",
        "parts/woorden.part.yaml",
    ]
    (tmp_path / "b.part.yaml").write_text("questions: {}\n")
    (tmp_path / "1.yaml").write_text("# include: b.part.yaml\nid: x  # b.part.yaml\n")
    assert read_bundle(tmp_path / "1.yaml").beside == ()
    assert [path.name for path in definition_files(tmp_path)] == ["1.yaml"]


def test_one_digest_covers_every_file_and_what_is_stored_is_the_whole() -> None:
    files = read_bundle(FILES / "include.yaml")
    definition = parse(files)[0]
    kept = stored_bundle("include/1.yaml", files.source.decode(), files.beside_json)
    again = parse(kept)[0]
    assert definition is not None and again is not None
    assert definition.digest == again.digest == files.digest == kept.digest
    assert definition == again
    name, content = files.beside[0]
    changed = Bundle(files.name, files.source, ((name, content + b"# more\n"), *files.beside[1:]))
    assert changed.digest != files.digest


def test_mistake_in_a_part_is_found_in_that_part() -> None:
    broken = PART.replace("Twee?, options: {ja: 0, nee: 1}", "Twee?, options: {ja: 0, nee: 1}, show_if: drie == ja")
    broken = broken.replace("of: [een, twee]", "of: [een, drie]")
    assert found(bundle("map/1.yaml", WHOLE, {"a.part.yaml": broken})) == [
        "map/a.part.yaml:2:58 E106",
        "map/a.part.yaml:4:26 E102",
    ]


def test_part_that_is_no_yaml_or_says_a_word_twice_is_found_in_that_part() -> None:
    assert "a.part.yaml:2:0 E001" in found(bundle("1.yaml", WHOLE, {"a.part.yaml": "questions:\n  twee: {text: 'Twee?\n"}))
    twice = PART.replace("scales:", "  twee: {text: Twee?, options: {ja: 0, nee: 1}}\nscales:")
    assert "a.part.yaml:3:0 E005" in found(bundle("1.yaml", WHOLE, {"a.part.yaml": twice}))


def test_entry_of_a_part_that_is_there_already_is_found() -> None:
    definition, _, findings = parse(bundle("1.yaml", WHOLE, {"a.part.yaml": PART.replace("twee", "een")}))
    assert definition is None
    assert [(each.file, each.line, each.code) for each in findings if each.code == "E005"] == [("1.yaml", 5, "E005")]
    assert any("first at a.part.yaml:2" in each.message for each in findings)
    twice = parse(bundle("1.yaml", WHOLE, {"a.part.yaml": "version: 2\n"}))[2]
    assert ("a.part.yaml", 1, "E005") in [(each.file, each.line, each.code) for each in twice]


@pytest.mark.parametrize(
    "name",
    ["../a.part.yaml", "/etc/a.part.yaml", "a.yaml", "b/../../a.part.yaml", "a.part.yaml/", "b\\a.part.yaml", ".a.part.yaml", "1"],
)
def test_name_that_leads_elsewhere_is_refused(name: str) -> None:
    files = bundle("1.yaml", WHOLE.replace("a.part.yaml", f"'{name}'"), {name: PART})
    assert [(each.line, each.column, each.code) for each in parse(files)[2]] == [(3, 1, "E019")]


def test_nothing_is_read_outside_the_folder_not_even_by_a_link(tmp_path: Path) -> None:
    inside = tmp_path / "map"
    inside.mkdir()
    (tmp_path / "geheim.part.yaml").write_text(PART)
    (inside / "a.part.yaml").symlink_to(tmp_path / "geheim.part.yaml")
    (inside / "1.yaml").write_text(WHOLE)
    files = read_bundle(inside / "1.yaml")
    assert files.beside == ()
    assert [each.code for each in parse(files)[2]] == ["E019"]


def test_part_that_is_not_there_is_found_and_the_rest_is_checked_too() -> None:
    files = bundle("1.yaml", WHOLE.replace("options: {ja: 0, nee: 1}", "options: {ja: 0}"))
    assert [each.code for each in parse(files)[2]] == ["E019", "E108"]


def test_parts_that_include_each_other_are_refused() -> None:
    parts = {"a.part.yaml": "include: b.part.yaml\n", "b.part.yaml": "include: a.part.yaml\n"}
    findings = parse(bundle("1.yaml", WHOLE, parts))[2]
    assert [(each.file, each.line, each.code) for each in findings] == [("b.part.yaml", 1, "E020")]
    assert "a.part.yaml -> b.part.yaml -> a.part.yaml" in findings[0].message


def test_parts_deeper_than_anyone_follows_are_refused() -> None:
    parts = {f"{letter}.part.yaml": f"include: {following}.part.yaml\n" for letter, following in zip("abcdefgh", "bcdefghi")}
    assert [each.code for each in parse(bundle("1.yaml", WHOLE, parts))[2]] == ["E020"]


def test_option_and_question_may_be_called_as_the_word() -> None:
    source = "id: x\nversion: 1\nquestions:\n  a: {options: {include: 0, b: 1}}\n  include: {options: {ja: 0, nee: 1}}\n"
    definition, _, findings = parse(bundle("1.yaml", source))
    assert definition is not None and findings == [] and list(definition.questions) == ["a", "include"]
