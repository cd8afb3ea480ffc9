"""What a student reads: the words of an invitation and a reminder, filled in for a mail, a text message or to copy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from survey import sms
from survey.i18n import catalogue
from survey.mail import Letter

LANGUAGES = ("nl", "en")
LONGEST = 1500  # characters of a text
PLACE = re.compile(r"\{([^{}]*)\}")
#: What a text may ask for.
PLACES = ("first_name", "mentor", "school", "until")
#: A word that keeps people from opening a mail, and one that is not what this is.
UNWANTED = re.compile(r"enqu[eê]te|survey", re.IGNORECASE)
INVITATION, REMINDER = "invitation", "reminder"
#: Only to copy: to who has sent everything, and to who has a document to decide on.
SENT, DECIDES = "sent", "decides"
#: In English; the catalogues say them in each language.
USUAL = {
    INVITATION: "Hi {first_name},\n\nYou will soon leave {school}. I want to know how you are doing. "
    "What is arranged, and what is not yet?\n\nYou answer on your phone. "
    "You can stop and go on later. You choose what you answer.\n\nRegards,\n{mentor}",
    REMINDER: "Hi {first_name},\n\nYou have not finished yet. That is not a problem. "
    "Your answers are still there.\n\nYou can go on until {until}. Do you want to do it together? "
    "Then tell me.\n\nRegards,\n{mentor}",
    SENT: "Hi {first_name},\n\nYou have sent everything. Thank you. With this link you see what happens now."
    "\n\nRegards,\n{mentor}",
    DECIDES: "Hi {first_name},\n\nThere is a paper about you. You decide what is shared. Read it with this link."
    "\n\nRegards,\n{mentor}",
}


@dataclass(frozen=True, slots=True)
class Texts:
    """A round's own words by kind and language; the usual ones stand in for what is empty."""

    own: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def get(self, kind: str, language: str) -> str:
        """Return the text of an invitation or a reminder with its {places}."""
        own = self.own.get(kind, {}).get(language, "")
        return own or catalogue(language).text(USUAL[kind], **{place: f"{{{place}}}" for place in PLACES})


@dataclass(frozen=True, slots=True)
class Person:
    """Who is asked, by whom, and where it leads; `until` is a day by language."""

    first_name: str
    mentor: str  # first and last name
    school: str
    until: Mapping[str, str]
    link: str

    def fill(self, text: str, language: str) -> str:
        """Return a text with its places filled in; what is no place stays as it is."""
        known = {
            "first_name": self.first_name,
            "mentor": self.mentor,
            "school": self.school,
            "until": self.until[language],
        }
        return PLACE.sub(lambda place: known.get(place[1], place[0]), text)

    @property
    def mentor_first(self) -> str:
        """Return the name by which a student knows the mentor."""
        return self.mentor.split(" ", 1)[0]


def find_faults(text: str) -> list[tuple[str, str]]:
    """Return what is wrong with a school's own text: unknown (with the place), unwanted (with the word), long."""
    faults = [("unknown", place) for place in dict.fromkeys(PLACE.findall(text)) if place not in PLACES]
    faults += [("unwanted", word) for word in dict.fromkeys(UNWANTED.findall(text))]
    return [*faults, ("long", str(LONGEST))] if len(text) > LONGEST else faults


def languages_for(known: str | None) -> tuple[str, ...]:
    """Return the languages of a message: the student's own when we know it and can write it, else each of ours."""
    return (known,) if known in LANGUAGES else LANGUAGES


def letter(person: Person, texts: Texts, kind: str, languages: Iterable[str], to: str) -> Letter:
    """Return the mail; its subject names people only, and its link stands apart from the words."""
    spoken = tuple(languages)
    first, again = "{first_name}, a message from {mentor}", "{first_name}, one more message from {mentor}"
    names = {"first_name": person.first_name, "mentor": person.mentor_first}
    subject = catalogue(spoken[0]).text(first if kind == INVITATION else again, **names)
    parts = [
        {"language": language, "paragraphs": _paragraphs(person.fill(texts.get(kind, language), language))}
        for language in spoken
    ]
    values: dict[str, Any] = {
        "subject": subject,
        "parts": parts,
        "mentor": person.mentor_first,
        "school": person.school,
        "link": person.link,
        "stop": f"{person.link}/herinneringen",
    }
    return Letter(to, "student", spoken[0], values)


def text_message(person: Person, kind: str, language: str, to: str) -> Letter:
    """Return the text message, of at most 160 characters: what is less needed is left out where names are long."""
    said = catalogue(language)
    names = {"first_name": person.first_name, "mentor": person.mentor_first, "school": person.school}
    message = "Hi {first_name}, {mentor} of {school} has some questions for you: {link}"
    short, least = "Hi {first_name}, some questions from {mentor}: {link}", "Some questions from your school: {link}"
    if kind == REMINDER:
        message = "Hi {first_name}, you have not finished yet. Go on here: {link} Regards, {mentor}"
    text = sms.fit(*(said.text(wording, link=person.link, **names) for wording in (message, short, least)))
    return Letter(to, "text", language, {"text": text}, channel="sms")


def to_copy(person: Person, texts: Texts, kind: str, languages: Iterable[str]) -> str:
    """Return the text to paste in another channel: the words, then the link on a line of its own."""
    said = [person.fill(texts.get(kind, language), language) for language in languages]
    return "\n\n".join([*said[:1], person.link, *said[1:]])


def _paragraphs(text: str) -> list[list[str]]:
    """Return a text as paragraphs of lines."""
    return [part.split("\n") for part in re.split(r"\n\s*\n", text.strip().replace("\r\n", "\n")) if part.strip()]
