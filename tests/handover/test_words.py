"""The words of an agreement: as people say them, and never changed without a new version."""

from __future__ import annotations

import pytest

from survey.handover.words import VERSION, digest, say_consent, say_consent_of_parent
from survey.i18n import catalogue

#: Of student and parent, municipality known and not, in Dutch and English: who changes a word raises the version.
KNOWN = {
    1: "354a085bdf61ed7e9c94dbc3c1997b1b2fe57e239e423ce80af9acb54181f17b",
    2: "249b09d97da575402c0a0d51146b80da8813d73e37ce5bcfcc79f6625b8c97e2",
}


@pytest.mark.parametrize("version", sorted(KNOWN))
def test_no_word_changes_without_a_new_version(version: int) -> None:
    said = [
        sentence
        for language in ("nl", "en")
        for say in (say_consent, say_consent_of_parent)
        for municipality in ("Purmerend", "")
        for sentence in say(catalogue(language), "ROC Waterland", municipality, version)
    ]
    assert digest(said) == KNOWN[version]
    assert max(KNOWN) == VERSION


def test_words_name_the_receiver_as_people_do() -> None:
    dutch = catalogue("nl")
    assert "ROC Waterland mag het aan de gemeente Purmerend geven." in say_consent(dutch, "ROC Waterland", "Purmerend")
    assert "ROC Waterland mag het geven aan de gemeente waar ik woon." in say_consent(dutch, "ROC Waterland", "")
    assert "ROC Waterland mag het geven aan de gemeente waar mijn kind woont." in say_consent_of_parent(
        dutch, "ROC Waterland", ""
    )
