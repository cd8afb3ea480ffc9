"""What a whole journey leaves in the log: which kind of page was asked, and nothing of whom or what."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from trip import Launch

from survey import log
from survey.definition.load import shipped

#: What a line about a request may tell.
KEYS = {"event", "level", "logger", "timestamp", "request_id", "method", "route", "status", "milliseconds"}


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Send the log of everything to a text, down to its smallest messages."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level, settings = root.handlers[:], root.level, structlog.get_config()
    log.configure(stream, logging.DEBUG)
    yield stream
    root.handlers[:], root.level = handlers, level
    logging.captureWarnings(False)
    structlog.configure(**settings)


def texts_of(event: Any) -> Iterator[str]:
    """Give every text in a log event."""
    if isinstance(event, dict | list):
        for part in event.values() if isinstance(event, dict) else event:
            yield from texts_of(part)
    elif isinstance(event, str):
        yield event


def test_journey_leaves_no_name_token_question_or_answer_in_the_log(launched: Launch, written: io.StringIO) -> None:
    trip = launched("overstap/1")
    sem = trip.invite("Semafoor Zandloper", phone="06 0000 0099", email="semafoor@voorbeeld.nl")
    sem.starts()
    sem.phone.answer(bestemming="raket")
    sem.answers(bestemming="leren", gestopt="vaker", ingeschreven="klopt_niet", opleiding_lukt="weet_niet")
    sem.answers(geld_genoeg="klopt_niet", rekeningen="geen", schulden="zorgen", wonen="klopt_niet", slaapplek="nee")
    sem.answers(gezond_mag="ja", vaak_thuis="vaak", iemand_helpt="klopt_niet", veilig="klopt_niet")
    sem.answers(regelen="klopt_niet", plan="klopt_niet", moeilijk="zorgen", hulp="ja", hulp_bij=["geld"])
    sem.answers(praten="vandaag", contact="bellen", eigen_woorden={"eigen_goed": "Ik kan xylofoonspelen."})
    sem.sends()
    desk = trip.sign_in(trip.mentor)
    desk.open(f"/staff/classes/{trip.group.id}?search=Zandloper")
    trip.finalise(desk, sem, remark="Een kruiwagen vol zorgen.", override="2", reason="Heeft een paraplubak gevonden.")
    trip.work()
    trip.download(desk, sem)

    definition = shipped("overstap", 1)
    options = {code for question in definition.questions.values() for code in getattr(question, "options", ())}
    lines = written.getvalue().splitlines()
    said = "\n".join(lines).casefold()
    token = sem.link.rpartition("/")[2]
    for word in ("Semafoor", "Zandloper", "0099", "xylofoon", "kruiwagen", "paraplubak", "raket", "Sanne", "V2B", token,
                 "bekend bij", *sem.phone.cookies.values(), *desk.cookies.values(),
                 *(text for question in definition.questions.values() for text in question.text.values())):  # fmt: skip
        assert word.casefold() not in said, word
    events = [json.loads(line) for line in lines]
    told = {text for event in events for text in texts_of(event)}
    secret = {*options, *definition.questions, *definition.flags, *definition.scales} - {"geld"}
    assert told & secret == set()
    requests = [event for event in events if event["event"] == "request"]
    assert len(requests) > 40 and all(set(event) <= KEYS for event in requests)
