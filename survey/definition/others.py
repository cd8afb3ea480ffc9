"""The texts that options "other, namely" open: questions of their own, which an author need not write."""

from __future__ import annotations

from typing import Any

from survey.definition.tree import Mapping, Sequence, with_key

#: What such a text has of its question.
OF_QUESTION = (
    "show_if", "consent", "topic", "why", "purpose", "ground", "seen_by", "shared_with", "sensitive", "about",
)  # fmt: skip
MAX_LENGTH = 100


def add_others(questions: Mapping) -> tuple[Mapping, dict[str, list[str]], list[str]]:
    """Give the questions with each text behind its question, these texts by question, and names taken already."""
    others: dict[str, list[str]] = {}
    taken: list[str] = []
    fresh = Mapping(questions.line)
    for name, entry in questions.items():
        with_key(fresh, name, entry, questions.lines[name])
        options = entry.get("options") if isinstance(entry, Mapping) else None
        if not isinstance(options, Mapping):
            continue
        for code, option in options.items():
            if not isinstance(option, Mapping) or option.get("other") is not True:
                continue
            other = f"{name}_{code}"
            if other in questions:
                taken.append(other)
                continue
            with_key(fresh, other, _text(other, option, entry, options.lines[code]), options.lines[code])
            others.setdefault(name, []).append(other)
    return fresh, others, taken


def place_others(page: Any, others: dict[str, list[str]]) -> Any:
    """Put on a page, behind each question, the texts that its options open."""
    questions = page.get("questions") if isinstance(page, Mapping) else None
    if not isinstance(questions, Sequence) or not any(isinstance(each, str) and each in others for each in questions):
        return page
    fresh = Sequence(questions.line)
    for question, line in zip(questions, questions.lines, strict=True):
        standing = [question, *(others.get(question, []) if isinstance(question, str) else [])]
        fresh.extend(standing)
        fresh.lines += [line] * len(standing)
    return with_key(page, "questions", fresh)


def _text(name: str, option: Mapping, question: Mapping, line: int) -> Mapping:
    """Give one text: it is called as its option, and asked when its question is."""
    words: dict[str, Any] = {"id": name, "kind": "short_text", "required": False, "max_length": MAX_LENGTH}
    words["text"] = option.get("text") or name
    words |= {word: question[word] for word in OF_QUESTION if word in question}
    fresh = Mapping(line)
    for word, value in words.items():
        with_key(fresh, word, value, line)
    return fresh
