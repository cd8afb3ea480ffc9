"""One student, asked twice: the rounds stay apart, on the phone, at the desk and on paper."""

from __future__ import annotations

from datetime import timedelta

from stages import NOW
from trip import TESTS, Launch, Pupil

from survey import rounds


def test_second_round_changes_nothing_of_the_first(launched: Launch) -> None:
    trip = launched("journey")
    kim = trip.invite("Kim Klein")
    kim.starts()
    kim.answers(colour="groen", size="klein")
    kim.sends()

    session, vault = trip.campus.session, trip.campus.vault
    stored = rounds.add_definition(session, (TESTS.parent / "questionnaires" / "checkin" / "1.yaml").read_text("utf-8"), NOW)
    opens, closes = NOW - timedelta(hours=1), NOW + timedelta(days=10)
    later = rounds.create_round(session, vault, stored, "Najaar", opens, closes, "system", NOW)
    session.flush()
    invitation, _ = rounds.invite(session, vault, later, kim.student, "system", NOW)
    session.commit()
    link = rounds.link(trip.app.extensions["settings"], vault, invitation)
    again = Pupil(kim.student, invitation, link, kim.phone)  # on the same phone
    assert again.starts().path == "/v/nu_gevoel"
    again.answers(nu_gevoel="slecht", nu_bezig="niets_nu", nu_wens="graag", nu_waarbij="gevoel")
    again.sends()
    assert "Wij bellen je later." in kim.comes_back().words, "the first link still tells of the first round"

    desk = trip.sign_in(trip.mentor)
    home = desk.open("/staff/")
    assert "V2B Voorjaar" in home.words and "V2B Najaar" in home.words
    classes = [link for link in home.reader.links if "/staff/classes/" in link and "&state=" not in link]
    assert len(classes) == 2
    for address in classes:
        page = desk.open(address)
        is_later = later.id in address
        assert ("Gesprek binnen 2 weken" in page.words) is is_later
        # The last link is the row of the table; before it stands the flag, whatever round it is of.
        page = desk.open([link for link in page.reader.links if "/staff/students/" in link][-1])
        assert ("Hoe gaat het met je?" in page.words) is is_later
        assert ("Welke kleur wil je?" in page.words) is not is_later
        fields: dict[str, str | list[str]] = {"remark": "Najaar." if is_later else "Voorjaar.", "override": "", "reason": ""}
        page = desk.send(page.form_to("/finalise"), fields)
        assert page.status == 200 and ("Hoe gaat het met je?" in page.words) is is_later, "the same round is shown again"
    assert (trip.sitting(kim).status, trip.sitting(again).status) == ("final", "final")
    trip.work()
    for pupil, address in ((kim, f"?round={trip.round.id}"), (again, f"?round={later.id}")):
        paper = trip.download(desk, pupil, address)
        assert paper.facts["vragenlijst"]["id"] == ("journey" if pupil is kim else "checkin")
        assert ("Voorjaar." in paper.words, "Najaar." in paper.words) == (pupil is kim, pupil is again)
