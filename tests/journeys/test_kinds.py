"""Each kind of question on the phone."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from trip import Launch, begin, refused

#: What kinds of question do is the same on every database; what is stored is proved on both: tests/test_sitting.py.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


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


def test_calculated_value_is_said_checked_scored_and_printed(launched: Launch) -> None:
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
