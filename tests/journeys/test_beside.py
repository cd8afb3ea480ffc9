"""Two languages at once: the questionnaire's first one beside the chosen one, as long as the student wants it."""

from __future__ import annotations

import re

from trip import Launch, Pupil


def choose(pupil: Pupil, **choice: str) -> str:
    """Press a button of the language list; return the page that comes."""
    form = pupil.page.form_to("/taal")
    form.values = [pair for pair in form.values if pair[0] not in ("language", "beside")]
    return pupil.phone.send(form, dict(choice)).html


def shown_beside(html: str) -> list[str]:
    """Return what stands in the other language."""
    return re.findall(r'<span class="beside" lang="nl" dir="auto">([^<]*)</span>', html)


def test_dutch_stands_beside_the_chosen_language_when_it_is_wanted(launched: Launch) -> None:
    noor = launched("journey").invite("Noor Bakker", language="en")
    noor.starts()
    assert "Which colour do you want?" in noor.page.words and shown_beside(noor.page.html) == []
    html = choose(noor, beside="1")
    assert shown_beside(html) == ["Welke kleur wil je?", "Rood", "Groen", "Blauw"]
    noor.phone.answer(colour="rood")
    assert shown_beside(noor.page.html) == ["Hoe groot?", "Groot", "Klein"], "on every page from here on"
    assert shown_beside(choose(noor, language="nl")) == [], "not beside itself"
    assert shown_beside(choose(noor, language="en")) != []
    assert shown_beside(choose(noor, beside="0")) == []


def test_translation_that_nobody_checked_says_so(launched: Launch) -> None:
    kim = launched("overstap/1").invite("Kim Klein", language="en")
    kim.phone.open(kim.link.partition("localhost")[2])
    assert "checked the translation" not in kim.page.words
