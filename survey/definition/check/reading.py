"""Reading level: short sentences and daily words in what students read in Dutch (A2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from survey.definition.check.texts import Said, texts_of
from survey.definition.finding import Finding, Source
from survey.definition.model import Definition
from survey.definition.piping import without_pipes

#: A sentence with more words is read twice by someone who reads with effort.
MAX_WORDS = 10
#: A word with more letters is long, unless everyone at school knows it.
MAX_LETTERS = 14
KNOWN = frozenset(
    "zorgverzekering zorgverzekeraar gezondheidszorg klantenservice leerlingenkaart schoolmaatschappelijk "
    "vervolgopleiding beroepsopleiding zelfmoordpreventie doorstroompunt overgangsdocument".split()
)

_SENTENCE = re.compile(r"[.!?:;]+(?=\s|$|\))|\n+|[()]")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def check(definition: Definition, source: Source) -> Iterator[Finding]:
    """Find sentences and words that are too long, in Dutch texts to students."""
    for said in texts_of(definition):
        words = dutch(definition, said)
        if not said.to_student or words is None:
            continue
        path = said.path if "nl" not in said.text else (*said.path, "nl")
        for sentence in long_sentences(words):
            shown = sentence if len(sentence) <= 50 else sentence[:47] + "..."
            message = f"{_count(sentence)} words in one sentence ({MAX_WORDS} is A2): `{shown}`; make two of it"
            yield source.finding("W281", message, *path)
        for word in long_words(without_pipes(words)):
            yield source.finding("W282", f"`{word}` is a long word; say it in shorter ones", *path)


def dutch(definition: Definition, said: Said) -> str | None:
    """Give the Dutch words of a text, None when it has none."""
    if "nl" in said.text:
        return said.text["nl"]
    return said.text.get("und") if definition.languages == ("nl",) else None


def long_sentences(words: str) -> list[str]:
    """Give the sentences with too many words."""
    sentences = (" ".join(part.split()) for part in _SENTENCE.split(words))
    return [sentence for sentence in sentences if _count(sentence) > MAX_WORDS]


def long_words(words: str) -> list[str]:
    """Give the words that are long and that not everyone knows; the parts of a hyphenated word count apart."""
    found = (part for word in _WORD.findall(words) for part in re.split(r"[-'’]", word))
    return [word for word in dict.fromkeys(found) if len(word) > MAX_LETTERS and word.lower() not in KNOWN]


def _count(sentence: str) -> int:
    return sum(any(sign.isalnum() for sign in word) for word in sentence.split())
