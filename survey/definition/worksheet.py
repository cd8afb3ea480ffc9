"""What a translator gets: a PO file with every text that students read, and what was translated before."""

from __future__ import annotations

from survey.definition.bundle import Bundle
from survey.definition.places import Place, find_places
from survey.definition.po import Catalogue, Entry, read_catalogue, write_catalogue
from survey.definition.translation import language_of
from survey.definition.tree import Mapping, Sequence, grow

#: Comments to a translator, by the word at the end of a place.
ABOUT = {
    "title": "A heading.",
    "hint": "An example or help below the question.",
    "why": "Why this is asked.",
    "change": "A question about what would make the difference.",
    "then": "The sentence behind that question.",
}


class NoFirstLanguage(ValueError):
    """A definition that does not say in which language it is."""


def make_worksheet(files: Bundle, language: str, with_staff: bool = False) -> str:
    """Give the PO file of a definition for one language, for translators and for `1.<language>.po`.

    What stands beside the definition for that language is taken over: as it is where the words are the same, marked
    fuzzy where they changed. Raises NoFirstLanguage, Unreadable for what is no YAML, BrokenFile for what is no PO.
    """
    tree, _ = grow(files.source)
    declared = tree.get("languages")
    if not isinstance(declared, Sequence) or not declared or not isinstance(declared[0], str):
        raise NoFirstLanguage("say in which language the file is: `languages: [nl]`")
    places = [place for place in find_places(tree, declared[0]) if place.to_student or with_staff]
    before = next((read_catalogue(text) for name, text in files.beside if language_of(name) == language), None)
    entries = [_entry(place, before) for place in places if not place.is_language(language)]
    return write_catalogue(_head(tree, language, before), entries)


def _head(tree: Mapping, language: str, before: Catalogue | None) -> dict[str, str]:
    """Give what stands at the top: who checked it stays."""
    said = before.head if before else {}
    return {
        "Project-Id-Version": f"{tree.get('id', '')} {tree.get('version', '')}",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Last-Translator": said.get("last-translator", ""),
        "X-Checked-By": said.get("x-checked-by", ""),
    }


def _entry(place: Place, before: Catalogue | None) -> Entry:
    """Give one text with what is known of its translation."""
    word = place.name.rpartition(".")[2]
    others = [f"{language}: {' / '.join(words.split(chr(10)))}" for language, words in place.words.items()]
    comments = [*([ABOUT[word]] if word in ABOUT else []), *others[1:]]
    if not place.to_student:
        comments.insert(0, "For the school's staff and receivers; students do not see it.")
    if "{" in place.original:
        comments.append("Keep what stands between { } as it is.")
    known = before.entries if before else ()
    here = [entry for entry in known if entry.place == place.name and entry.words]
    same = [entry for entry in known if entry.original == place.original and entry.words]
    exact = next((entry for entry in here if entry.original == place.original), None)
    if exact is not None:
        return Entry(place.name, place.original, exact.words, exact.is_fuzzy, comments=tuple(comments))
    old = next(iter([*same, *here]), None)
    if old is None:
        return Entry(place.name, place.original, comments=tuple(comments))
    was = old.original if old.original != place.original else ""
    return Entry(place.name, place.original, old.words, True, comments=tuple(comments), before=was)
