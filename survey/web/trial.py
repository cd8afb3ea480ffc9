"""A questionnaire tried out: what was answered stands in the address, and nothing is stored."""

from __future__ import annotations

import binascii
import json
import re
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import g, request, url_for

from survey import route
from survey.answers import Answers, Value
from survey.definition.model import Definition, Page
from survey.kinds.question import Refused
from survey.records import school_key
from survey.school import SchoolSettings
from survey.store.people import School
from survey.store.surveying import Invitation, Round, Sitting
from survey.versions import Version
from survey.web import current, respondent
from survey.web.sender import Sender
from survey.web.sign_in import person

#: An address may be some 4,000 characters long; longer answers are cut to these.
STATE_CHARACTERS = 3000
CUT_TO = 40
#: What a state may grow to when it is opened.
STATE_BYTES = 64_000
#: The student whom the preview speaks to.
SOMEBODY = "Noor"
_ADDRESS = re.compile(r'\b(href|action)="(/[^"]*)"')
_QUESTION = re.compile(r"/v/(\w{1,80})")


@dataclass(frozen=True, slots=True)
class Trial:
    """Who tries out what, and how far they are."""

    version: Version
    definition: Definition
    language: str
    answers: Mapping[str, Value]

    @property
    def state(self) -> str:
        """Return language and answers as they stand in the address."""
        given = {name: self.definition.questions[name].export(value) for name, value in self.answers.items()}
        packed = _pack(self.language, given)
        if len(packed) <= STATE_CHARACTERS:
            return packed
        short = {name: value[:CUT_TO] if isinstance(value, str) else value for name, value in given.items()}
        return _pack(self.language, short)

    def with_answers(self, given: Mapping[str, Value | None]) -> Trial:
        """Return the trial with more answers; those that left the path are gone."""
        merged = {name: value for name, value in {**self.answers, **given}.items() if value is not None}
        kept = route.find_path(self.definition, merged).questions
        return replace(self, answers={name: value for name, value in merged.items() if name in kept})

    def visit(self) -> respondent.Visit:
        """Return what the students' pages are built of, with rows that are stored nowhere."""
        answers = Answers()
        for name, value in self.answers.items():
            answers = answers.with_value(name, value)
        sitting = Sitting(id="preview", status="started", language=self.language)
        return respondent.Visit(sitting, Invitation(), Round(), g.sender, self.definition, answers, {})

    def to(self, where: str, **arguments: str) -> str:
        """Return the address of one of the pages, with the answers so far."""
        values: dict[str, Any] = {"version_id": self.version.id, "s": self.state, **arguments}
        return url_for(f"preview.{where}", **values)

    def to_page(self, page: Page | None, **arguments: str) -> str:
        """Return the address of a question page, of the check page when there is none."""
        return self.to("check", **arguments) if page is None else self.to("ask", page_id=page.id, **arguments)

    def lead_back(self, html: str) -> str:
        """Return a page of the students with its addresses led to the preview; what leads elsewhere stays here.

        The page is the students' own, to the letter; so what is previewed cannot differ from what they get.
        """
        return _ADDRESS.sub(lambda found: f'{found[1]}="{self._lead(found[2], found[1] == "action")}"', html)

    def _lead(self, address: str, is_form: bool) -> str:
        path, _, query = address.replace("&amp;", "&").partition("?")
        back = {"terug": "controle"} if "terug=controle" in query else {}
        if path.startswith("/staff/"):
            return address
        if found := _QUESTION.fullmatch(path):
            target = self.to("ask", page_id=found[1], **back)
        elif path in ("/controle", "/klaar"):
            target = self.to("check" if path == "/controle" else "done")
        elif is_form:
            target = self.to("turn", here=request.path)
        else:
            return "#main"
        return target.replace("&", "&amp;")


def begin(version: Version, definition: Definition) -> Trial:
    """Return the trial that the address of this request tells of, and speak its language."""
    wanted, given = _unpack(request.args.get("s", ""))
    wanted = request.args.get("language") or wanted
    spoken = respondent.spoken(definition) or ("nl",)
    trial = Trial(version, definition, wanted if wanted in spoken else spoken[0], {})
    g.sender, g.spoken, g.is_framed = _sender(), spoken, True
    current.speak(trial.language)
    return replace(trial, answers=_accepted(definition, given))


def _sender() -> Sender:
    """Return who asks: whoever tries it out, of their own school."""
    school = current.session().get_one(School, person().school_id)
    school_key(current.session(), current.vault())  # a school whose key was destroyed asks nothing any more
    settings = SchoolSettings.from_json(school.settings)
    return Sender(SOMEBODY, school.name, person().name, school.phone, school.hours, school.phone, settings=settings)


def _accepted(definition: Definition, given: Mapping[str, object]) -> dict[str, Value]:
    """Return the answers of an address that the questions take."""
    values: dict[str, Value] = {}
    for name, raw in given.items():
        question = definition.questions.get(name)
        try:
            value = question.accept(raw) if question is not None and question.takes_answer else None
        except Refused:
            continue
        if value is not None:
            values[name] = value
    return values


def _pack(language: str, given: Mapping[str, object]) -> str:
    plain = json.dumps([language, given], ensure_ascii=False, separators=(",", ":")).encode()
    return urlsafe_b64encode(zlib.compress(plain, 9)).decode().rstrip("=")


def _unpack(state: str) -> tuple[str, dict[str, object]]:
    """Read what `_pack` gave; anything else is nothing."""
    try:
        opener = zlib.decompressobj()
        plain = opener.decompress(urlsafe_b64decode(state + "=" * (-len(state) % 4)), STATE_BYTES)
        language, given = json.loads(plain)
    except (binascii.Error, zlib.error, ValueError, TypeError, RecursionError):
        return "", {}
    return str(language), given if isinstance(given, dict) else {}
