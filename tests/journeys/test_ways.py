"""Ways through the pages of a questionnaire on the phone, its texts and its languages."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from trip import Given, Launch, begin, refused

#: What kinds of question do is the same on every database; what is stored is proved on both: tests/test_sitting.py.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_page_and_question_appear_only_where_they_apply(launched: Launch) -> None:
    trip, yara = begin(launched, "web_paths")
    yara.answers(fiets="nee")
    assert yara.page.path == "/v/details" and list(yara.page.form.choices) == []
    yara.answers(details={"ver": "3"})
    assert yara.page.path == "/controle" and "Zit er een slot op?" not in yara.page.words
    yara.phone.open("/v/fiets?terug=controle")
    yara.answers(fiets="kapot")
    assert yara.page.path == "/v/maken", "the first page that the change opened"
    yara.answers(maken={"maker": "nee"})
    assert yara.page.path == "/v/details", "one of its questions has no answer yet"
    yara.answers(details={"slot": "yes"}, weer={"regen": "no"})
    yara.sends()
    assert trip.score(yara)["path"] == ["fiets", "maker", "slot", "kleur", "ver", "regen"]


def test_page_that_is_not_counted_leaves_the_total(launched: Launch) -> None:
    _, yara = begin(launched, "web_paths")
    titles = [yara.page.reader.title]
    ways: dict[str, Given] = {"fiets": "kapot", "maken": {"maker": "ja"}, "details": {"slot": "yes", "ver": "3"}}
    titles += [yara.answers(**{page: given}).reader.title for page, given in ways.items()]
    assert [title.partition(" ·")[0] for title in titles] == [
        "Vraag 1 van 3",
        "Vraag 1 van 3",
        "Vraag 2 van 3",
        "Vraag 3 van 3",
    ]


def test_several_questions_on_a_page_are_refused_and_kept_together(launched: Launch) -> None:
    trip, yara = begin(launched, "web_paths")
    yara.answers(fiets="ja")
    assert yara.page.reader.heading == "Jouw fiets"
    page = refused(yara, slot="yes", kleur="rood met een bel", ver="ver")
    assert "Gebruik cijfers" in page.words and 'value="rood met een bel"' in page.html and 'value="ver"' in page.html
    assert trip.values(yara) == {"fiets": "ja"}, "nothing of a refused page is stored"
    page = refused(yara, slot=[], kleur="rood", ver="200")
    assert 'href="#slot"' in page.html and 'href="#ver"' in page.html and 'href="#kleur"' not in page.html
    yara.answers(details={"slot": "no", "kleur": "", "ver": "2,5"})
    assert yara.page.path == "/controle"
    assert trip.values(yara) == {"fiets": "ja", "slot": "no", "ver": Fraction(5, 2)}


def test_earlier_answers_come_into_later_texts_as_plain_words(launched: Launch) -> None:
    trip, yara = begin(launched, "text_answers")
    yara.answers(broers="1", naam="<b>Sem</b> {mentor}")
    assert "Woont <b>Sem</b> {mentor} thuis, bij jou en je 1 broer?" in yara.page.words.replace("&lt;", "<")
    assert "<b>Sem" not in yara.page.html and "Denk aan ROC" in yara.page.words
    yara.answers(thuis="ja", sinds=["1", "9", "2026"])
    assert "Je zei: Ja, 1 september 2026." in yara.page.words
    yara.answers(klopt="ja")
    assert "bij jou en je 1 broer?" in yara.page.words
    yara.phone.open("/v/broers?terug=controle")
    yara.answers(broers="2")
    assert "Woont … thuis, bij jou en je 2 broers?" in yara.page.words
    yara.sends()
    trip.work()


def test_earlier_answers_choose_between_texts(launched: Launch) -> None:
    trip = launched("text_wordings")
    yara = trip.invite("Yara Smit", programme="Kok", last_day=date(2027, 7, 2))
    yara.starts()
    yara.answers(werk="ja", uren="32")
    words = yara.page.words
    assert "Blijf je daar na 2 juli 2027?" in words and "Je werkt al 32 uur." in words
    assert "Zo weten we dat het goed gaat." in words and "Ja, ik blijf" in words
    yara.answers(plan="ja")
    assert yara.page.reader.heading == "Jouw werk"
    yara.answers(waar={"naam": "Bakkerij", "sinds": ["", ""]})
    assert "Blijf je daar na 2 juli 2027? Ja, ik blijf" in yara.page.words
    yara.phone.open("/v/werk?terug=controle")
    yara.answers(werk="weet_niet")
    assert "Wil je werken met Kok? Ja" in yara.page.words and "Ja, ik blijf" not in yara.page.words
    yara.phone.open("/v/werk?terug=controle")
    yara.answers(werk="ja")
    yara.sends()
    desk = trip.sign_in(trip.coordinator)
    assert "Blijf je daar na 2 juli 2027? Ja, ik blijf" in desk.open(f"/staff/students/{yara.student.id}").words
    trip.finalise(desk, yara)
    trip.work()
    assert "Ja, ik blijf" in trip.download(desk, yara).words


def test_fact_that_the_school_does_not_know_leaves_a_mark(launched: Launch) -> None:
    _, yara = begin(launched, "text_wordings")
    yara.answers(werk="nee")
    assert "Zoek je werk in …?" in yara.page.words and "Zo kan Sanne helpen." in yara.page.words


def test_group_is_asked_for_each_time_and_counts_as_often(launched: Launch) -> None:
    trip, yara = begin(launched, "group_jobs")
    yara.answers(werk="ja")
    assert yara.page.reader.heading == "Baan 1" and "Vraag 2 van 16" in yara.page.reader.title
    yara.answers(baan_1_soort={"baan_1_soort": "oproep", "baan_1_naam": "Bakkerij"})
    assert "Hoeveel uur werk je daar, bij oproep?" in yara.page.words
    yara.answers(baan_1_uren="24", baan_1_zeker="ja")
    assert yara.page.reader.heading == "Heb je nog een baan?"
    yara.answers(baan_1_another="yes")
    assert yara.page.reader.heading == "Baan 2"
    yara.answers(baan_2_soort={"baan_2_soort": "anders", "baan_2_soort_anders": "vrijwillig", "baan_2_naam": ""})
    yara.answers(baan_2_uren="20", baan_2_another="no")
    assert "Je werkt 44 uur. Gaat dat?" in yara.page.words
    yara.answers(druk="ja", helpers="1", helper_1_vaak="vaak")
    words = yara.page.words
    assert "Waar is baan 1? Bakkerij" in words and "Wat voor contract is baan 2? anders, namelijk: vrijwillig" in words
    assert "baan 3" not in words and "nummer 2" not in words
    yara.phone.open("/v/baan_1_another?terug=controle")
    yara.answers(baan_1_another="no")
    assert yara.page.path == "/controle" and "baan 2" not in yara.page.words
    yara.sends()
    assert trip.score(yara)["zorgen"] == (1, 1) and trip.score(yara)["hulp"] == "iets"
    desk = trip.sign_in(trip.coordinator)
    assert "Alle uren 24 uur" in desk.open(f"/staff/students/{yara.student.id}").words
    trip.finalise(desk, yara)
    trip.work()
    paper = trip.download(desk, yara).words
    assert "Alle uren 24 uur" in paper and "bij oproep? 24 uur" in paper and "20 uur" not in paper


def test_parts_of_a_questionnaire_are_asked_as_one(launched: Launch) -> None:
    trip, yara = begin(launched, "include")
    yara.answers(rekeningen="ja", sparen="ja", thuis="ja", eten="nee", klaar="nee")
    yara.sends()
    assert trip.score(yara)["geld"] == "goed"


def test_answers_that_do_not_go_together_are_refused_in_words_of_the_questionnaire(launched: Launch) -> None:
    trip, yara = begin(launched, "page_checks")
    yara.answers(werkt="nee")
    page = refused(yara, stage="40", werk="30")
    assert "Samen is dat veel, Yara. Klopt het?" in page.words and 'href="#werk"' in page.html
    assert "Je zei dat je niet werkt." in refused(yara, stage="40", werk="3").words
    assert trip.values(yara) == {"werkt": "nee"}, "nothing of a refused page is stored"
    yara.answers(uren={"stage": "", "werk": "0"})
    yara.sends()


def test_language_changes_half_way_and_nothing_is_lost(launched: Launch) -> None:
    trip, yara = begin(launched, "web_paths", "en-GB,en;q=0.9")
    assert "Do you have a bicycle?" in yara.page.words and "Question 1 of 3" in yara.page.reader.title
    yara.answers(fiets="kapot")
    yara.phone.send(yara.page.form_to("/taal"), {"language": "nl"})
    assert (yara.page.path, "Kan iemand hem maken?" in yara.page.words) == ("/v/maken", True)
    yara.answers(maken={"maker": "ja"}, details={"slot": "no", "ver": "1,5"})
    assert "Ja, maar hij is kapot" in yara.page.words and "1,5 km" in yara.page.words
    yara.phone.send(yara.page.form_to("/taal"), {"language": "en"})
    assert "Yes, but it is broken" in yara.page.words and "1.5 km" in yara.page.words
    assert yara.page.path == "/controle"
    assert "Done. Thank you, Yara." in yara.sends().words
    assert trip.sitting(yara).language == "en"


def test_language_that_is_not_spoken_gives_the_first(launched: Launch) -> None:
    trip, _ = begin(launched, "web_paths")
    for language in ("fr-FR", "*", "xx;q=;;,,", ""):
        assert 'lang="nl"' in trip.invite("Daan Visser", language).starts().html, language
