"""PO files: what the usual tools write is read, what is none is refused at its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.definition.po import BrokenFile, Entry, read_catalogue, write_catalogue

HEAD = 'msgid ""\nmsgstr ""\n"Language: ar\\n"\n"X-Checked-By: Samira Haddad\\n"\n'
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]) | st.sampled_from('\n\t"\\'), min_size=1)


def test_entry_is_read_with_its_place_flag_and_line() -> None:
    read = read_catalogue(
        f'{HEAD}\n#. A heading.\n#: 1.yaml:3\n#, fuzzy, no-wrap\n#| msgid "Oud"\nmsgctxt "title"\nmsgid ""\n"Hoi\\n"\n"daar"\n'
        'msgstr "مرحبا"\n\n#~ msgid "weg"\n#~ msgstr "x"\n'.encode()
    )
    assert read.head == {"language": "ar", "x-checked-by": "Samira Haddad"}
    assert read.entries == (Entry("title", "Hoi\ndaar", "مرحبا", True, 14),)


def test_flag_belongs_to_the_entry_below_it() -> None:
    body = 'msgctxt "a"\nmsgid "A"\nmsgstr "1"\n#, fuzzy\nmsgctxt "b"\nmsgid "B"\nmsgstr "2"\nmsgctxt "c"\nmsgid "C"\nmsgstr "3"'
    read = read_catalogue(body.encode())
    assert [(entry.place, entry.is_fuzzy) for entry in read.entries] == [("a", False), ("b", True), ("c", False)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_of_other_systems_are_lines(end: str) -> None:
    read = read_catalogue(b"\xef\xbb\xbf" + HEAD.replace("\n", end).encode())
    assert read.head["language"] == "ar"


BROKEN = {
    'msgid "a\nmsgstr "b"': (1, '`msgid "a` is no line of a PO file'),
    'msgid "a"\nmsgstr "b"\ngarbage': (3, "`garbage` is no line"),
    'msgid "a" "b"\nmsgstr ""': (1, "is no line"),
    '"los"': (1, "stands alone"),
    'msgstr "b"': (1, "stands alone"),
    'msgid "a"\nmsgid "b"\nmsgstr "c"': (2, "stands alone"),
    'msgid "a"': (1, "has no msgstr"),
    'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"': (2, "a plural stands here"),
}


@pytest.mark.parametrize(("text", "expected"), BROKEN.items(), ids=range(len(BROKEN)))
def test_what_is_no_po_is_refused_at_its_line(text: str, expected: tuple[int, str]) -> None:
    with pytest.raises(BrokenFile) as refused:
        read_catalogue(text.encode())
    assert refused.value.line == expected[0] and expected[1] in refused.value.message


def test_what_is_no_text_or_too_large_is_refused() -> None:
    with pytest.raises(BrokenFile, match="not UTF-8") as refused:
        read_catalogue(HEAD.encode() + b'msgid "caf\xe9"')
    assert refused.value.line == 5
    with pytest.raises(BrokenFile, match="larger than 2 MB"):
        read_catalogue(b"#" * 2_000_001)


@given(st.lists(st.builds(Entry, WORDS, WORDS, st.just("") | WORDS, st.booleans()), max_size=4))
def test_what_is_written_is_read_back(entries: list[Entry]) -> None:
    written = write_catalogue({"Language": "ti", "X-Checked-By": ""}, entries)
    read = read_catalogue(written.encode())
    assert [(e.place, e.original, e.words, e.is_fuzzy) for e in read.entries] == [
        (e.place, e.original, e.words, e.is_fuzzy) for e in entries
    ]


@given(st.binary(max_size=60) | st.text(st.sampled_from('msgidtrcx"\\ \n#,~[0]')).map(str.encode))
def test_anything_else_is_refused_and_breaks_nothing(content: bytes) -> None:
    try:
        read_catalogue(content)
    except BrokenFile as refused:
        assert refused.line >= 1 and refused.message
