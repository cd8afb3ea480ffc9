"""Students with the real questionnaire: from the link on the phone to the document for the municipality."""

from __future__ import annotations

import pytest
from trip import Launch, Pupil, Trip


@pytest.fixture
def trip(launched: Launch) -> Trip:
    """Give a class with the questionnaire that ships."""
    return launched("overstap/1")


def go(pupil: Pupil, **given: object) -> Pupil:
    """Start, answer page after page, up to the page with all answers."""
    pupil.starts()
    pupil.answers(**given)  # type: ignore[arg-type]
    assert pupil.page.path == "/controle"
    return pupil


def test_noor_has_everything_arranged(trip: Trip) -> None:
    noor = go(
        trip.invite("Noor Bakker", phone="06 0000 0011", email="noor@voorbeeld.nl", programme="Verkoper", level="2"),
        bestemming="werken",
        werk_nu="met_contract",
        contract="vast",
        uren="genoeg",
        gestopt="nee",
        hulp_vragen="klopt",
        ziek_melden="klopt",
        geld_genoeg="klopt",
        rekeningen="klopt",
        schulden="nee",
        wonen="klopt",
        gezond_mag="nee",
        iemand_helpt="klopt",
        veilig="klopt",
        regelen="klopt",
        plan="klopt",
        moeilijk="niets",
        hulp="nee",
        praten="nee",
        contact="appen",
        eigen_woorden={"eigen_goed": "Ik ben vrolijk tegen klanten.", "eigen_helpt": ""},
    )
    assert "Wat ga je doen na deze opleiding? Werken Wijzig" in noor.page.words
    assert "Wat helpt jou op het werk? Niet ingevuld Wijzig" in noor.page.words
    done = noor.sends()
    assert "Klaar. Dank je, Noor." in done.words
    assert "Je krijgt een kaart van school." in done.words
    assert "112" not in done.words

    score = trip.score(noor)
    assert score["path"][-3:] == ["contact", "eigen_goed", "eigen_helpt"] and "slaapplek" not in score["path"]
    assert [score[each] for each in ("werk_houden", "geld", "wonen", "mensen", "regelen", "toekomst")] == ["goed"] * 6
    assert (score["nog_te_regelen"], score["vraag"], score["prioriteit"], score["flags"]) == ((0, 0), "nee", 4, [])

    desk = trip.sign_in(trip.mentor)
    assert "Ik pak dit op" not in desk.open("/staff/").words
    seen = desk.open(f"/staff/classes/{trip.group.id}")
    assert "Noor Bakker" in seen.words and "Contactkaart" in seen.words and "Purmerend" in seen.words
    trip.finalise(desk, noor, remark="Noor begint in augustus bij de bakker.")
    trip.work()
    assert trip.mails() == []

    paper = trip.download(desk, noor)
    assert len(paper.pages) <= 2
    assert all("CONCEPT - NIET VERSTUREN" in page for page in paper.pages)
    for said in ("Noor Bakker", "Purmerend", "Verkoper", "06 0000 0011", "Ik ben vrolijk tegen klanten.",
                 "Noor begint in augustus bij de bakker.", "Gaat goed", "Werken"):  # fmt: skip
        assert said in paper.words, said
    assert "Liefst" not in paper.words and "liefst" not in paper.words  # how soon to talk is for school alone
    assert paper.facts["antwoorden"]["bestemming"] == "Werken"
    assert paper.facts["nog_niet_geregeld"] == []
    assert "praten" not in paper.facts["antwoorden"]


def test_sem_needs_somebody_today(trip: Trip) -> None:
    sem = trip.invite("Sem de Jong")
    sem.starts()
    sem.answers(bestemming="werken", werk_nu="zoekt", gestopt="vaker", werk_kiezen="meestal_niet")
    sem.answers(werk_vinden="klopt_niet", geld_genoeg="klopt_niet", rekeningen="meestal_niet", schulden="zorgen")
    assert "Geldfit" in sem.page.words, "whom to call stands on the page after the answer"
    counted = sem.page.reader.title
    sem.answers(wonen="klopt_niet")
    assert sem.page.path == "/v/slaapplek"
    sem.answers(slaapplek="nee")
    assert "112" in sem.page.words and "Luisterlijn" in sem.page.words
    sem.answers(gezond_mag="ja", vaak_thuis="vaak", iemand_helpt="klopt_niet", veilig="klopt_niet")
    assert "Veilig Thuis" in sem.page.words
    sem.answers(regelen="klopt_niet", plan="klopt_niet", moeilijk="zorgen", hulp="ja", hulp_bij=["werk", "geld", "wonen"])
    sem.answers(praten="vandaag", contact="bellen", eigen_woorden={"eigen_goed": "", "eigen_helpt": ""})
    assert counted.startswith("Vraag ")
    assert sem.page.path == "/controle" and "Sanne belt je vandaag." in sem.page.words
    done = sem.sends()
    assert done.words.index("Luisterlijn") < done.words.index("Wat gebeurt er nu?")
    assert "Sanne belt je vandaag." in done.words and "praat met je vóór" not in done.words, "one promise: the nearest"

    score = trip.score(sem)
    assert score["flags"] == ["geen_slaapplek", "geen_geld", "niet_veilig", "vandaag_praten"]
    assert (score["nog_te_regelen"], score["prioriteit"]) == ((9, 9), 1)

    trip.work()
    (mail,) = trip.mails()
    assert "Sem" not in mail and "slapen" not in mail and trip.campus.email(trip.mentor) in mail

    desk = trip.sign_in(trip.mentor)
    home = desk.open("/staff/")
    assert "Vandaag praten: 1 student" in home.words and "Sem de Jong" in home.words
    assert "Heeft vannacht geen plek om te slapen." in home.words
    taken = desk.send(home.form_to("/take"))
    assert "Sanne de Wit" in taken.words and "Ik pak dit op" not in taken.words

    trip.finalise(desk, sem, remark="Vandaag gebeld. Er is een slaapplek bij een oom.")
    trip.work()
    paper = trip.download(trip.sign_in(trip.coordinator), sem)
    assert "Vandaag gebeld." in paper.words and "Hulp kan fijn zijn" in paper.words
    assert {each["id"] for each in paper.facts["nog_niet_geregeld"]} == {
        "geen_werk", "gestopt", "geld", "wonen", "niemand", "regelen", "moeilijk", "geen_plan", "vaak_thuis",
    }  # fmt: skip
    assert "Heb je vannacht een plek" not in paper.words


def test_max_does_not_know(trip: Trip) -> None:
    ik_weet_niet = {
        page: "weet_niet"
        for page in ("bestemming", "gestopt", "werk_kiezen", "geld_genoeg", "rekeningen", "schulden", "wonen")
    }
    max_ = trip.invite("Max Vuur")
    max_.starts()
    max_.answers(**ik_weet_niet)
    assert max_.page.path == "/v/gezond_mag", "who does not know about housing is not asked where to sleep"
    max_.answers(gezond_mag="liever_niet", iemand_helpt="weet_niet", veilig="weet_niet", regelen="weet_niet")
    max_.answers(plan="weet_niet", moeilijk="weet_niet", hulp="weet_niet")
    if max_.page.path == "/v/hulp_bij":
        max_.answers(hulp_bij="weet_niet")
    max_.answers(praten="weet_niet", contact="weet_niet", eigen_woorden={})
    done = max_.sends()
    assert "Weten we niet" in done.words

    score = trip.score(max_)
    bands = {score[each] for each in ("werk", "geld", "wonen", "mensen", "regelen", "toekomst")}
    assert bands == {"onbekend"}, "what is not known is never good"
    low, high = score["nog_te_regelen"]
    assert low < high
    assert score["vraag"] == "misschien" and score["prioriteit"] <= 2 and score["flags"] == []

    desk = trip.sign_in(trip.mentor)
    assert f"{low} tot {high} punten" in desk.open(f"/staff/classes/{trip.group.id}").words
    trip.finalise(desk, max_)
    trip.work()
    paper = trip.download(desk, max_)
    assert "Weten we niet" in paper.words and "Gaat goed" not in paper.words


def test_fay_copes_alone_although_much_is_open(trip: Trip) -> None:
    fay = go(
        trip.invite("Fay Duin"),
        bestemming="werken",
        werk_nu="zoekt_niet",
        gestopt="een",
        werk_kiezen="klopt",
        werk_vinden="klopt_niet",
        geld_genoeg="klopt",
        rekeningen="geen",
        schulden="nee",
        wonen="klopt",
        gezond_mag="nee",
        iemand_helpt="klopt",
        veilig="klopt",
        regelen="meestal_niet",
        plan="meestal_niet",
        moeilijk="niets",
        hulp="nee",
        praten="nee",
        contact="nee",
        eigen_woorden={},
    )
    done = fay.sends()
    score = trip.score(fay)
    assert (score["nog_te_regelen"], score["vraag"], score["prioriteit"]) == ((4, 4), "nee", 2)
    assert score["flags"] == []
    assert "Sanne" in done.words

    desk = trip.sign_in(trip.mentor)
    page = desk.open(f"/staff/students/{fay.student.id}")
    assert "4 punten" in page.words
    refused = desk.send(page.form_to("/finalise"), {"remark": "", "override": "4", "reason": ""})
    assert refused.status == 422, "another priority needs a reason"
    trip.finalise(desk, fay, override="4", reason="Fay heeft morgen een gesprek bij een uitzendbureau.")
    trip.work()
    paper = trip.download(desk, fay)
    assert "Fay heeft morgen een gesprek bij een uitzendbureau." in paper.words
    assert "Contactkaart" in paper.words, "what the school chooses stands beside what the rules said"
    assert trip.sitting(fay).priority == 4


def test_yara_answers_in_english_and_goes_on_in_dutch(trip: Trip) -> None:
    yara = trip.invite("Yara Smit", language="en")
    start = yara.phone.open(yara.path)
    assert "Who sees what?" in start.words
    yara.starts()
    assert "What will you do after this programme?" in yara.page.words
    yara.answers(bestemming="werk_leren", werk_nu="met_contract", contract="oproep", gestopt="nee")
    here = yara.page.path
    assert 'lang="en"' in yara.page.html
    yara.phone.send(yara.page.form_to("/taal"), {"language": "nl"})
    assert yara.page.path == here and 'lang="nl"' in yara.page.html
    assert "Ik durf op mijn werk om hulp te vragen." in yara.page.words
    yara.answers(hulp_vragen="meestal", ziek_melden="meestal_niet", ingeschreven="klopt", opleiding_lukt="meestal")
    yara.answers(geld_genoeg="klopt", rekeningen="meestal", schulden="nee", wonen="klopt", gezond_mag="nee")
    yara.answers(iemand_helpt="klopt", veilig="klopt", regelen="meestal", plan="meestal", moeilijk="reizen")
    yara.answers(hulp="ja", hulp_bij=["werk_houden"], praten="deze_week", contact="appen")
    yara.answers(eigen_woorden={"eigen_goed": "Ik werk graag samen.", "eigen_helpt": "Een vaste begeleider."})
    assert "Werken en leren" in yara.page.words, "what was chosen in English is said in Dutch"
    assert "Klaar. Dank je, Yara." in yara.sends().words
    assert trip.score(yara)["prioriteit"] == 1 and trip.sitting(yara).language == "nl"


def test_daan_changes_his_mind_on_the_way(trip: Trip) -> None:
    daan = trip.invite("Daan Visser")
    daan.starts()
    daan.answers(bestemming="werken", werk_nu="met_contract", contract="kort", uren="te_weinig", gestopt="nee")
    daan.phone.open("/v/bestemming")
    daan.answers(bestemming="leren")
    assert daan.page.path == "/v/gestopt", "the questions about work are gone"
    daan.phone.open("/v/gestopt")
    daan.answers(gestopt="nee", ingeschreven="klopt", opleiding_lukt="klopt", geld_genoeg="klopt", rekeningen="klopt")
    daan.answers(schulden="nee", wonen="klopt", gezond_mag="nee", iemand_helpt="klopt", veilig="klopt")
    daan.answers(regelen="klopt", plan="klopt", moeilijk="niets", hulp="nee", praten="nee", contact="mailen")
    daan.answers(eigen_woorden={})
    assert "Wat voor contract" not in daan.page.words
    daan.sends()
    score = trip.score(daan)
    assert "contract" not in score["path"] and "werk_houden" not in score
    assert (score["nog_te_regelen"], score["leren"]) == ((0, 0), "goed"), "the short contract does not count any more"
    assert trip.values(daan)["contract"] == "kort", "but it is kept"
