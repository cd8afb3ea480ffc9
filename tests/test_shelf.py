"""A school's shelf: drafts that are kept right or wrong, versions that never change, and what a round may ask."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from factories import Campus
from sqlalchemy import select
from stages import LATER, NOW, SOURCE

from survey import rounds, shelf
from survey.access import Role
from survey.definition.bundle import Bundle, bundle, read_bundle
from survey.definition.finding import BrokenDefinition
from survey.definition.load import shipped_files
from survey.records import get_definition
from survey.shelf import NotADraft, NotPublished, NotText, Origin, State, VersionTaken
from survey.store.people import Staff
from survey.store.publishing import ShelvedVersion
from survey.store.surveying import StoredDefinition
from survey.store.traces import Event

CHECKIN = next(path for path in shipped_files() if path.parent.name == "checkin").read_text(encoding="utf-8")


def own(version: int = 1, name: str = "napraten", text: str = CHECKIN) -> Bundle:
    """Return a questionnaire of the school's own that may be published."""
    source = text.replace("id: checkin", f"id: {name}").replace("version: 1\n", f"version: {version}\n")
    return bundle("napraten.yaml", source)


@pytest.fixture
def keeper(school: Campus) -> Staff:
    """Give the administrator of the school."""
    return school.staff(Role.administrator, "Femke Mulder")


def upload(school: Campus, keeper: Staff, files: Bundle) -> ShelvedVersion:
    """Keep a draft."""
    return shelf.add_draft(school.session, school.vault, files.name, files, keeper.id, NOW)


def publish(school: Campus, keeper: Staff, files: Bundle, folder: Path | None = None) -> StoredDefinition:
    """Keep a draft and publish it."""
    row = upload(school, keeper, files)
    return shelf.publish(school.session, school.vault, row, keeper.id, LATER, folder)


def offered(school: Campus, folder: Path | None = None) -> dict[str, Origin]:
    """Return what a round may ask, by name and version."""
    return {shelf.key_of(each.definition): each.origin for each in shelf.get_published(school.session, folder)}


def test_what_the_program_brings_is_offered_to_every_school(school: Campus) -> None:
    assert offered(school) == {"checkin/1": Origin.SHIPPED, "overstap/1": Origin.SHIPPED}


def test_draft_is_kept_though_it_is_wrong_and_not_offered(school: Campus, keeper: Staff) -> None:
    broken = bundle("proef.yaml", "id: proef\nversion: [\n")
    row = upload(school, keeper, broken)
    assert (row.state, row.questionnaire, row.version, row.file_name) == (State.DRAFT, None, None, "proef.yaml")
    assert shelf.files_of(school.session, row) == broken
    with pytest.raises(BrokenDefinition):
        shelf.publish(school.session, school.vault, row, keeper.id, LATER)
    assert row.state == State.DRAFT and len(offered(school)) == 2


def test_draft_that_lacks_what_students_need_cannot_be_published(school: Campus, keeper: Staff) -> None:
    row = upload(school, keeper, bundle("stap.yaml", SOURCE))
    with pytest.raises(BrokenDefinition) as refused:
        shelf.publish(school.session, school.vault, row, keeper.id, LATER)
    assert {"E271", "E273"} <= {finding.code for finding in refused.value.findings}


def test_new_upload_takes_the_place_of_the_draft(school: Campus, keeper: Staff) -> None:
    first = upload(school, keeper, bundle("proef.yaml", "id: proef\nversion: [\n"))
    assert upload(school, keeper, bundle("proef.yaml", SOURCE.replace("slapen, eten]", "slapen, ete]"))) is first
    second = upload(school, keeper, own())
    assert second is not first
    assert upload(school, keeper, own(text=CHECKIN + "\n# beter\n")) is second
    assert len(school.session.scalars(select(ShelvedVersion)).all()) == 2


def test_published_version_is_offered_to_that_school_alone(
    school: Campus, other_school: Campus, keeper: Staff
) -> None:
    stored = publish(school, keeper, own())
    assert offered(school)["napraten/1"] is Origin.SCHOOL
    assert "napraten/1" not in offered(other_school)
    assert get_definition(school.session, stored.digest).id == "napraten"
    row = school.session.scalars(select(ShelvedVersion)).one()
    assert (row.state, row.source, row.published_by, row.published_at) == (State.PUBLISHED, None, keeper.id, LATER)
    assert shelf.files_of(school.session, row).digest == stored.digest


def test_published_version_never_changes(school: Campus, keeper: Staff) -> None:
    publish(school, keeper, own())
    row = school.session.scalars(select(ShelvedVersion)).one()
    with pytest.raises(NotADraft):
        shelf.publish(school.session, school.vault, row, keeper.id, LATER)
    with pytest.raises(NotADraft):
        shelf.drop_draft(school.session, school.vault, row, keeper.id, LATER)
    with pytest.raises(VersionTaken, match="napraten 1 is in use with other files; give this one a higher"):
        publish(school, keeper, own(text=CHECKIN + "\n# anders\n"))
    publish(school, keeper, own(2))
    assert [key for key in offered(school) if key.startswith("nap")] == ["napraten/2", "napraten/1"]


def test_number_of_a_version_that_comes_with_the_program_is_taken(school: Campus, keeper: Staff) -> None:
    with pytest.raises(VersionTaken):
        publish(school, keeper, own(name="checkin", text=CHECKIN + "\n# anders\n"))
    publish(school, keeper, own(2, name="checkin", text=CHECKIN + "\n# anders\n"))


def test_retired_version_is_not_offered_and_its_rounds_go_on(school: Campus, keeper: Staff) -> None:
    publish(school, keeper, own())
    found = next(each for each in shelf.get_published(school.session) if each.questionnaire == "napraten")
    stored = shelf.take(school.session, found, LATER)
    closes = LATER + timedelta(days=9)
    round_ = rounds.create_round(school.session, school.vault, stored, "Najaar", LATER, closes, "system", LATER)
    row = shelf.retire(school.session, school.vault, found, keeper.id, LATER)
    assert "napraten/1" not in offered(school)
    assert get_definition(school.session, round_.digest).id == "napraten"
    with pytest.raises(NotPublished):
        shelf.retire(school.session, school.vault, found, keeper.id, LATER)
    shelf.restore(school.session, school.vault, row, keeper.id, LATER)
    assert offered(school)["napraten/1"] is Origin.SCHOOL


def test_school_may_retire_what_comes_with_the_program(
    school: Campus, other_school: Campus, keeper: Staff
) -> None:
    found = next(each for each in shelf.get_published(school.session) if each.questionnaire == "checkin")
    row = shelf.retire(school.session, school.vault, found, keeper.id, LATER)
    assert list(offered(school)) == ["overstap/1"]
    assert list(offered(other_school)) == ["checkin/1", "overstap/1"]
    shelf.restore(school.session, school.vault, row, keeper.id, LATER)
    assert list(offered(school)) == ["checkin/1", "overstap/1"]


def test_folder_of_the_server_is_offered_when_it_is_right(school: Campus, tmp_path: Path) -> None:
    (tmp_path / "napraten").mkdir()
    (tmp_path / "napraten" / "1.yaml").write_bytes(own().source)
    (tmp_path / "stap.yaml").write_text(SOURCE, encoding="utf-8")
    assert offered(school, tmp_path)["napraten/1"] is Origin.FOLDER
    assert "stap/1" not in offered(school, tmp_path)


def test_changed_file_under_a_number_that_rounds_know_is_refused(school: Campus, tmp_path: Path) -> None:
    file = tmp_path / "1.yaml"
    file.write_bytes(own().source)
    found = next(each for each in shelf.get_published(school.session, tmp_path) if each.questionnaire == "napraten")
    stored = shelf.take(school.session, found, NOW)
    rounds.create_round(school.session, school.vault, stored, "Najaar", NOW, LATER, "system", NOW)
    file.write_bytes(own(text=CHECKIN + "\n# anders\n").source)
    changed = shelf.find_published(school.session, read_bundle(file).digest, tmp_path)
    assert changed is not None
    with pytest.raises(VersionTaken):
        shelf.take(school.session, changed, LATER)


@pytest.mark.parametrize("content", [b"id: caf\xe9\n", b"id: x\0\n"])
def test_what_is_no_text_is_not_kept(school: Campus, keeper: Staff, content: bytes) -> None:
    with pytest.raises(NotText, match="oud.yaml is not UTF-8 text"):
        upload(school, keeper, Bundle("oud.yaml", content))
    assert school.session.scalars(select(ShelvedVersion)).first() is None


def test_every_step_is_recorded(school: Campus, keeper: Staff) -> None:
    row = upload(school, keeper, own())
    shelf.publish(school.session, school.vault, row, keeper.id, LATER)
    shelf.retire(school.session, school.vault, shelf.get_published(school.session)[1], keeper.id, LATER)
    draft = upload(school, keeper, own(3))
    shelf.drop_draft(school.session, school.vault, draft, keeper.id, LATER)
    recorded = [event.action for event in school.session.scalars(select(Event).order_by(Event.number))]
    steps = [action.removeprefix("questionnaire.") for action in recorded if action.startswith("questionnaire.")]
    assert steps == ["upload", "publish", "retire", "upload", "drop"]
