"""Each feature of a questionnaire on the phone: its kinds of question, its ways through pages, its languages."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from phone import Page
from trip import Given, Launch, Pupil, Trip

#: What kinds of question do is the same on every database; what is stored is proved on both: tests/test_sitting.py.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def begin(launched: Launch, name: str, language: str = "nl") -> tuple[Trip, Pupil]:
    """Launch a questionnaire and let one student start."""
    trip = launched(name)
    pupil = trip.invite("Yara Smit", language)
    assert pupil.starts().status == 200
    return trip, pupil


def refused(pupil: Pupil, **given: str | list[str]) -> Page:
    """Send answers that the page must not take; the same page comes back."""
    before = pupil.page.path
    page = pupil.phone.answer(**given)
    assert (page.status, page.path) == (422, before)
    assert 'aria-describedby="' in page.html and page.reader.title.startswith("Fout: ")
    return page


# Kinds of question


def test_choice_takes_one_of_its_options(launched: Launch) -> None:
    trip, yara = begin(launched, "web_paths")
    assert yara.page.form.choices == {"fiets": ["ja", "kapot", "nee", "weet_niet"]}
    assert "Kies een antwoord." in refused(yara).words
    assert "Kies een van de antwoorden hieronder." in refused(yara, fiets="auto").words
    assert "Kies één antwoord." in refused(yara, fiets=["ja", "nee"]).words
    yara.answers(fiets="weet_niet")
    assert trip.values(yara) == {"fiets": "weet_niet"}


def test_statement_offers_its_shared_words_and_its_own(launched: Launch) -> None:
    trip, yara = begin(launched, "kind_statement")
    assert yara.page.form.choices["op_tijd"] == ["klopt", "meestal", "klopt_niet", "liever_niet"]
    yara.answers(op_tijd="meestal")
    assert yara.page.form.choices["wekker"][-1] == "geen_wekker"
    yara.answers(wekker="geen_wekker")
    yara.sends()
    assert trip.values(yara) == {"op_tijd": "meestal", "wekker": "geen_wekker"}


def test_choices_take_several_or_the_one_that_stands_alone(launched: Launch) -> None:
    trip, yara = begin(launched, "kind_choices")
    assert "Dit antwoord kan niet samen" in refused(yara, hulp_bij=["geld", "niets"]).words
    assert "Dit antwoord kan niet samen" in refused(yara, hulp_bij=["werk", "weet_niet"]).words
    refused(yara, hulp_bij=["geld", "auto"])
    yara.answers(hulp_bij=["wonen", "geld", "geld"])
    assert trip.values(yara)["hulp_bij"] == ("geld", "wonen"), "in the order of the options, each once"
    yara.answers(wie=["mentor"])
    yara.phone.open("/v/hulp_bij")
    yara.answers(hulp_bij="niets")
    assert yara.page.path == "/controle" and "Wie mag dat weten?" not in yara.page.words
    yara.sends()
    assert trip.score(yara)["path"] == ["hulp_bij"]


def test_yes_no_takes_one_of_two(launched: Launch) -> None:
    trip, yara = begin(launched, "kind_yes_no")
    (name, codes), *_ = yara.page.form.choices.items()
    assert codes[:2] == ["yes", "no"]
    refused(yara, **{name: "ja"})
    yara.answers(**{name: "yes"})
    assert trip.values(yara)[name] == "yes"


def test_number_keeps_to_its_bounds(launched: Launch) -> None:
    trip, yara = begin(launched, "kind_number")
    for typed, said in (
        ("-1", "Gebruik een getal van 0 of meer."),
        ("61", "Gebruik een getal van 60 of minder."),
        ("12,5", "Gebruik een heel getal, zoals 12."),
        ("twaalf", "Gebruik cijfers, zoals 12."),
        ("1e9", "Gebruik cijfers, zoals 12."),
        ("9" * 400, "Gebruik cijfers, zoals 12."),
        ("", "Vul iets in."),
    ):
        assert said in refused(yara, uren=typed).words, typed
    yara.answers(uren=" 12 ")
    assert "uur" in yara.page.words
    yara.answers(reistijd="0,5")
    assert "Hoe lang reis je? 0,5 uur" in yara.page.words
    yara.sends()
    assert trip.values(yara) == {"uren": Fraction(12), "reistijd": Fraction(1, 2)}


def test_words_of_ones_own_have_their_limits(launched: Launch) -> None:
    trip, yara = begin(launched, "web_words")
    assert "Straks mag je schrijven, Yara." in yara.page.words, "a page that only informs can be the first"
    yara.answers(welkom={})
    assert "Vul iets in." in refused(yara, naam="   ").words
    page = refused(yara, naam="Een naam die veel te lang is")
    assert "niet meer dan 20 tekens" in page.words
    assert 'value="Een naam die veel te lang is"' in page.html
    yara.answers(naam="  Minoes  de \t 2e ")
    assert "Nu mag je meer schrijven, Yara." in yara.page.words and yara.page.form.texts == []
    yara.answers(uitleg={})
    assert "100" in refused(yara, verhaal="miauw " * 40).words
    yara.answers(verhaal="Slapen.\r\nEten.\r\n\r\n\r\nSlapen.")
    assert yara.page.path == "/v/wens"
    yara.answers(wens="")
    assert "Wat wil je kat? Niet ingevuld" in yara.page.words
    yara.sends()
    assert trip.values(yara) == {"naam": "Minoes de 2e", "verhaal": "Slapen.\nEten.\n\nSlapen."}


def test_other_namely_is_kept_with_its_option_only(launched: Launch) -> None:
    trip, yara = begin(launched, "choice_other")
    assert yara.page.reader.heading == "Hoe kom je op school?", "the text is no question that is asked"
    assert "Kies een antwoord." in refused(yara, vervoer_anders="op de step").words
    page = refused(yara, vervoer="anders", vervoer_anders="x" * 101)
    assert "niet meer dan 100 tekens" in page.words and 'href="#vervoer"' in page.html and "x" * 101 in page.html
    yara.answers(vervoer={"vervoer": "anders", "vervoer_anders": "op de step"})
    yara.answers(dagen={"dagen": ["ver", "kapot"], "dagen_anders": "te nat"}, stemming="goed")
    assert "Anders, namelijk: op de step" in yara.page.words and "te nat" not in yara.page.words
    assert trip.values(yara)["vervoer_anders"] == "op de step" and "dagen_anders" not in trip.values(yara)
    yara.phone.open("/v/vervoer?terug=controle")
    assert ("vervoer_anders", "op de step") in yara.page.form.values
    yara.answers(vervoer={"vervoer": "bus"})
    yara.sends()
    assert trip.values(yara) == {"vervoer": "bus", "dagen": ("ver", "kapot"), "stemming": "goed"}


def test_face_stands_beside_its_words_and_says_nothing(launched: Launch) -> None:
    _, yara = begin(launched, "choice_other")
    yara.answers(vervoer="fiets")
    assert yara.page.html.count('<svg class="face"') == yara.page.html.count('aria-hidden="true" focusable="false"') == 5


def test_shuffled_options_stand_where_they_stood(launched: Launch) -> None:
    trip, yara = begin(launched, "choice_shuffle")
    shown = yara.page.form.choices["vak"]
    assert shown[-2:] == ["geen", "weet_niet"]
    assert refused(yara).form.choices["vak"] == shown == yara.phone.open("/v/vak").form.choices["vak"]
    others = {tuple(other.starts().form.choices["vak"]) for other in (trip.invite(f"Noor {n}") for n in range(4))}
    assert others - {tuple(shown)}, "somebody sees another order"
    yara.phone.open("/v/vak")
    yara.answers(vak=["koken", "taal"])
    assert trip.values(yara) == {"vak": ("taal", "koken")}, "kept in the order of the file"


def test_day_is_typed_in_three_fields(launched: Launch) -> None:
    trip, yara = begin(launched, "kind_date")
    assert yara.page.form.texts == ["begint"] * 3 and "Dag" in yara.page.words and "Jaar" in yara.page.words
    for typed, said in (
        (["", "", ""], "Vul iets in."),
        (["12", "", "2026"], "Vul dag, maand en jaar in"),
        (["31", "6", "2026"], "Deze dag bestaat niet."),
        (["31", "5", "2026"], "Vul 1-6-2026 in, of een latere dag."),
        (["1", "januari", "2028"], "Vul 31-12-2027 in, of een eerdere dag."),
    ):
        page = refused(yara, begint=typed)
        assert said in page.words
        assert [value for name, value in page.form.values if name == "begint"] == typed, "what was typed stays"
    yara.answers(begint=["12", "juni", "2026"], gesprek=["", "", ""])
    assert "Wanneer begin je met werken? 12 juni 2026" in yara.page.words
    yara.phone.open("/v/begint")
    assert [value for name, value in yara.page.form.values if name == "begint"] == ["12", "6", "2026"]
    yara.answers(begint=["13", "6", "2026"], gesprek=["1", "6", "2026"])
    yara.sends()
    assert trip.values(yara) == {"begint": "2026-06-13", "gesprek": "2026-06-01"}


def test_month_is_typed_in_two_fields(launched: Launch) -> None:
    trip, yara = begin(launched, "kind_month")
    assert "Vul een maand en een jaar in" in refused(yara, klaar=["6", ""]).words
    assert "Vul 7-2027 in, of een eerdere maand." in refused(yara, klaar=["8", "2027"]).words
    yara.answers(klaar=["6", "2026"], verhuist=["", ""])
    assert "In welke maand ben je klaar? juni 2026" in yara.page.words
    yara.sends()
    assert trip.values(yara) == {"klaar": "2026-06"}


@pytest.mark.parametrize(
    ("name", "page", "wrong", "said", "typed", "kept", "shown"),
    [
        ("kind_phone", "bellen", "0612", "Vul een telefoonnummer in", "+31 6 00000012", "+31600000012", "06 0000 0012"),
        ("kind_email", "mail", "noor@", "Vul een e-mailadres in", "noor@Voorbeeld.nl", "noor@voorbeeld.nl", "noor@voorbeeld.nl"),
        ("kind_postcode", "waar", "12 AB", "Vul een postcode in", "1234ab", "1234 AB", "1234 AB"),
    ],
)  # fmt: skip
def test_where_to_reach_somebody_is_looked_at_for_its_form(
    launched: Launch, name: str, page: str, wrong: str, said: str, typed: str, kept: str, shown: str
) -> None:
    trip, yara = begin(launched, name)
    assert said in refused(yara, **{page: wrong}).words
    assert f'value="{wrong}"' in yara.page.html
    yara.answers(**{page: typed})
    yara.phone.send(yara.page.form)
    assert shown in yara.page.words
    yara.sends()
    assert trip.values(yara) == {page: kept}


def test_municipality_is_chosen_from_the_list(launched: Launch) -> None:
    trip, yara = begin(launched, "kind_municipality")
    assert yara.page.form.choices["woont"][:2] == ["", "unknown"] and "GM0439" in yara.page.form.choices["woont"]
    assert "Kies een antwoord." in refused(yara, woont="").words
    assert "Kies een gemeente uit de lijst." in refused(yara, woont="GM0000").words
    yara.answers(woont="GM0439", verhuist="unknown")
    assert "In welke gemeente woon je? Purmerend" in yara.page.words and "Nog geen idee" in yara.page.words
    yara.phone.open("/v/woont")
    assert ("woont", "GM0439") in yara.page.form.values
    yara.answers(woont="GM0439", verhuist="")
    yara.sends()
    assert trip.values(yara) == {"woont": "GM0439"}


def test_contact_person_is_one_answer_of_three_fields(launched: Launch) -> None:
    trip, yara = begin(launched, "kind_contact_person")
    assert "Vul een naam en een telefoonnummer in." in refused(yara, wie=["Sanne", "", ""]).words
    assert "Vul een telefoonnummer in" in refused(yara, wie=["Sanne", "thuis", "tante"]).words
    yara.answers(wie=["Sanne de Boer", "0600000012", "tante"], nog_iemand=["", "", ""])
    assert "Sanne de Boer (tante), 06 0000 0012" in yara.page.words
    yara.sends()
    assert trip.values(yara) == {"wie": ("Sanne de Boer", "+31600000012", "tante")}


def test_calculated_value_is_said_checked_scored_and_printed(launched: Launch, warm: None) -> None:
    trip, yara = begin(launched, "kind_calculated")
    yara.answers(uren="32", loon="10", huur="900")
    assert "Je verdient 1387 euro per maand. Is dat genoeg?" in yara.page.words
    yara.answers(genoeg="ja")
    assert "Dat is meer dan je over hebt." in refused(yara, eten="500").words
    yara.answers(eten="400")
    assert "Over na huur" not in yara.page.words, "nobody is asked it, so nobody changes it"
    yara.sends()
    assert trip.score(yara)["ruimte"] == "net" and "over" not in trip.values(yara)
    desk = trip.sign_in(trip.coordinator)
    page = desk.open(f"/staff/students/{yara.student.id}")
    assert "Over na huur" in page.words and "487 euro" not in page.words
    trip.finalise(desk, yara)
    trip.work()
    words = trip.download(desk, yara).words
    assert "1387 euro per maand" in words and "Over na huur niet gedeeld" in words


def test_what_the_school_knows_is_filled_in_and_counts_once_it_is_sent(launched: Launch) -> None:
    trip = launched("prefill")
    known = {"phone": "06 0000 0012", "email": "geen adres", "postcode": "1234ab", "track": "BBL"}
    yara = trip.invite("Yara Smit", last_day=date(2027, 7, 2), **known)
    yara.starts()
    note = "Dit heeft je school ingevuld. Klopt het?"
    assert note in yara.page.words and 'value="06 0000 0012"' in yara.page.html
    assert 'aria-describedby="bellen-known"' in yara.page.html
    assert trip.values(yara) == {}, "nobody has confirmed it"
    page = refused(yara, bellen="0612")
    assert note not in page.words and 'value="0612"' in page.html, "what was typed stays"
    yara.phone.open("/v/bellen")
    yara.phone.send(yara.page.form)
    assert yara.page.path == "/v/mail" and note not in yara.page.words, "what the question does not take is not offered"
    yara.answers(mail="noor@voorbeeld.nl")
    assert ("woont", "GM0439") in yara.page.form.values
    yara.phone.send(yara.page.form)
    yara.answers(wie={"naam": "Yaar"})
    assert [value for name, value in yara.page.form.values if name == "klaar"] == ["2", "7", "2027"]
    yara.answers(klaar=["", "", ""])
    assert ("leerweg", "bbl") in yara.page.form.values
    yara.answers(leerweg="liever_niet")
    yara.phone.open("/v/klaar")
    assert ("klaar", "2") in yara.page.form.values, "an answer that was never given may still be filled in"
    yara.phone.open("/v/leerweg")
    assert ("leerweg", "liever_niet") in yara.page.form.values and note not in yara.page.words
    yara.phone.send(yara.page.form)
    yara.sends()
    assert trip.values(yara) == {
        "bellen": "+31600000012",
        "mail": "noor@voorbeeld.nl",
        "woont": "GM0439",
        "waar": "1234 AB",
        "naam": "Yaar",
        "leerweg": "liever_niet",
    }


# Ways through pages


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


def test_earlier_answers_choose_between_texts(launched: Launch, warm: None) -> None:
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


def test_group_is_asked_for_each_time_and_counts_as_often(launched: Launch, warm: None) -> None:
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
