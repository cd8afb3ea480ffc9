"""Somebody else who may be called: a name, a telephone number and who that is, in one question."""

from __future__ import annotations

from typing import ClassVar

from survey.answers import Value
from survey.kinds.phone import read_phone, say_phone
from survey.kinds.question import Exported, Question, Refused
from survey.kinds.short_text import clean

#: The parts in the order of the fields, with the most characters that each may have.
PARTS = {"name": 80, "phone": 30, "relation": 40}


class ContactPerson(Question):
    """A question with a person for an answer: (name, number, relation), of which only the relation may be empty."""

    widget: ClassVar[str] = "contact_person"

    def parse(self, raw: list[str]) -> Value | None:
        """Read the three fields; nothing in any of them is no answer."""
        name, phone, relation = (" ".join(clean(text).split()) for text in [*raw, "", "", ""][:3])
        if not (name or phone or relation):
            return None
        for text, longest in zip((name, phone, relation), PARTS.values(), strict=True):
            if len(text) > longest:
                raise Refused("text_long", max=longest, length=len(text))
        if not name or not phone:
            raise Refused("contact_incomplete")
        return name, read_phone(phone), relation

    def accept(self, raw: object) -> Value | None:
        """Read a JSON list of name, number and relation, or a mapping of those words."""
        if raw is None:
            return None
        if isinstance(raw, dict) and set(raw) <= set(PARTS):
            raw = [raw.get(part, "") for part in PARTS]
        if not isinstance(raw, list | tuple) or not 2 <= len(raw) <= len(PARTS):
            raise Refused("contact_incomplete")
        if not all(isinstance(part, str) for part in raw):
            raise Refused("contact_incomplete")
        return self.parse(list(raw))

    def written(self, value: Value) -> list[str]:
        """Give name, number and relation as their fields hold them."""
        name, phone, relation = value if isinstance(value, tuple) else (str(value), "", "")
        return [name, say_phone(phone), relation]

    def say(self, value: Value, language: str) -> str:
        """Give "Sanne de Boer (tante), 06 0000 0012"."""
        name, phone, relation = self.written(value)
        return f"{name} ({relation}), {phone}" if relation else f"{name}, {phone}"

    def export(self, value: Value) -> Exported:
        """Give name, number and relation."""
        return list(value) if isinstance(value, tuple) else str(value)
