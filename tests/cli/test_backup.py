"""`survey backup`, `survey restore`, `survey key rotate`: all of it back, nothing of who was erased, nothing half."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import flask_migrate
import pytest
from click.testing import CliRunner, Result
from factories import MASTER_KEY, NOW, make_campus, make_settings
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from stages import LATER, WORRIED, make_course

from survey import audit, backup, create_app, erased, papers, sitting, students
from survey.cli import survey
from survey.erase import erase_sitting
from survey.records import open_profile, school_key
from survey.sitting import Status
from survey.store.base import Base
from survey.store.database import MIGRATIONS, db
from survey.store.inviting import Sheet
from survey.store.people import School, StaffSession, Student
from survey.store.scope import in_school
from survey.store.surveying import Invitation, Sitting
from survey.vault import Vault
from survey.verify import Verdict, verify

VAULT = Vault(MASTER_KEY)


@dataclass(frozen=True, slots=True)
class Place:
    """An installation: a database, a folder with the key, and its commands."""

    url: str
    var: Path
    set: Callable[[str, str], None]

    def run(self, *words: str) -> Result:
        """Run a command as its operator does."""
        self.set("SURVEY_VAR", str(self.var))
        self.set("SURVEY_DATABASE_URL", self.url)
        return CliRunner().invoke(survey, words)

    def work(self, do: Callable[[Session], object]) -> object:
        """Do something in a session, in its school when there is one, and commit."""
        app = create_app(make_settings(self.url, self.var))
        with app.app_context():
            session = db.session()
            if school_id := session.scalar(select(School.id)):
                in_school(session, school_id)
            found = do(session)
            session.commit()
            db.session.remove()
            db.engine.dispose()
        return found


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Place]:
    """Return a function that makes an installation with the tests' master key."""

    def make(url: str, name: str) -> Place:
        keys = tmp_path / name / "keys"
        keys.mkdir(parents=True)
        (keys / "master.key").write_bytes(base64.b64encode(MASTER_KEY))
        (keys / "master.key").chmod(0o600)
        return Place(url or f"sqlite:///{tmp_path / name / 'survey.sqlite'}", tmp_path / name, monkeypatch.setenv)

    return make


@pytest.fixture
def full(own_database: str, place: Callable[[str, str], Place]) -> Place:
    """Return an installation with a student who sent answers, one who did not begin, and a mentor who is signed in."""
    made = place(own_database, "vol")
    made.work(fill)
    return made


def fill(session: Session) -> None:
    """Store a school at work."""
    course = make_course(make_campus(session, VAULT))
    course.send(WORRIED)
    course.invite("Lot Anders")
    device = {"started_at": NOW, "seen_at": NOW, "proved_at": NOW}
    papers.wish(session, VAULT, course.group, course.round, papers.Kind.CARDS, "A4", "system", NOW)
    session.add(StaffSession(school_id=course.campus.school.id, staff_id=course.mentor.id, token_hash="ab" * 32, **device))
    audit.record(session, VAULT, "system", "student.add", "student:lot", NOW)


def numbers(session: Session) -> dict[str, int]:
    """Return how many rows each table has."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in backup.PASSING]
    return {table.name: session.connection().execute(select(func.count()).select_from(table)).scalar_one() for table in tables}


def look(session: Session) -> tuple[dict[str, int], list[str], list[Verdict], object]:
    """Return the rows of each table, the names, what the results are worth and what is wrong with the trail."""
    key = school_key(session, VAULT)
    names = sorted(open_profile(key, student).name for student in session.scalars(select(Student)))
    return numbers(session), names, [found.verdict for found in verify(session, VAULT)], audit.verify(session, VAULT)


@pytest.mark.parametrize(
    ("source", "own_database"), [("", "sqlite"), ("", "postgresql")], indirect=["own_database"], ids=["sqlite", "postgresql"]
)
def test_backup_goes_into_either_database_and_signs_nobody_in(
    place: Callable[[str, str], Place], source: str, own_database: str, tmp_path: Path
) -> None:
    old, new, file = place(source, "oud"), place(own_database, "nieuw"), tmp_path / "maandag.backup"
    assert old.run("db", "upgrade").exit_code == 0
    old.work(fill)
    before = old.work(look)
    written = old.run("backup", str(file))
    assert written.exit_code == 0 and "read again and whole" in written.stderr
    assert file.stat().st_mode & 0o777 == 0o600 and list(tmp_path.glob("*.part")) == []
    assert b"Bakker" not in file.read_bytes() and b"student.add" not in file.read_bytes(), "nothing in it is plain"
    done = new.run("restore", str(file))
    assert done.exit_code == 0, done.output
    assert new.work(look) == before
    for left_out in (StaffSession, Sheet):
        assert new.work(lambda session, table=left_out: session.scalar(select(func.count()).select_from(table))) == 0

    def goes_on(session: Session) -> None:
        audit.record(session, VAULT, "system", "student.add", "student:new", LATER)
        assert audit.verify(session, VAULT) is None

    new.work(goes_on)


@pytest.mark.parametrize("own_database", ["postgresql"], indirect=True)
def test_backup_of_postgresql_goes_into_a_file_that_is_not_there_yet(
    full: Place, place: Callable[[str, str], Place], tmp_path: Path
) -> None:
    before, new, file = full.work(look), place("", "nieuw"), tmp_path / "maandag.backup"
    assert full.run("backup", str(file)).exit_code == 0
    assert new.run("restore", str(file)).exit_code == 0
    assert new.work(look) == before


def test_database_in_use_and_a_name_in_use_are_left_alone(full: Place, tmp_path: Path) -> None:
    file = tmp_path / "maandag.backup"
    assert full.run("backup", str(file)).exit_code == 0
    before, content = full.work(look), file.read_bytes()
    refused = full.run("restore", str(file))
    assert refused.exit_code == 2 and "this database is in use" in refused.stderr and "nothing was changed" in refused.stderr
    assert full.work(look) == before
    again = full.run("backup", str(file))
    assert again.exit_code == 2 and "exists" in again.stderr and file.read_bytes() == content


@pytest.mark.usefixtures("opens_database")
def test_older_backup_is_brought_to_this_version(place: Callable[[str, str], Place], tmp_path: Path) -> None:
    old, new, file = place("", "oud"), place("", "nieuw"), tmp_path / "oud.backup"
    assert old.run("db", "upgrade").exit_code == 0
    app = create_app(make_settings(old.url, old.var))
    with app.app_context():
        flask_migrate.downgrade(directory=MIGRATIONS, revision="0001")
        with db.engine.begin() as connection:
            schools = backup.reflect(connection)["school"]
            row = {column.name: "x" for column in schools.columns if not column.nullable}
            wrapped = VAULT.new_school_key("school-van-toen")[1]
            moment = {"created_at": NOW, "events": 0, "wrapped_key": wrapped, "id": "school-van-toen", "name": "ROC Toen"}
            connection.execute(schools.insert(), {key: moment.get(key, value) for key, value in row.items()})
        with db.engine.connect() as connection, file.open("wb") as stream:
            assert backup.write(connection, VAULT, stream, NOW).rows == {"school": 1}
        db.engine.dispose()
    assert new.run("restore", str(file)).exit_code == 0
    assert new.work(lambda session: session.scalar(select(School.name))) == "ROC Toen"


@pytest.mark.parametrize("own_database", ["sqlite"], indirect=True)
def test_file_that_is_not_whole_or_not_ours_is_refused(
    full: Place, place: Callable[[str, str], Place], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "PIECE", 1000)
    file = tmp_path / "maandag.backup"
    assert full.run("backup", str(file)).exit_code == 0
    whole = file.read_bytes()
    assert backup.read(VAULT, BytesIO(whole)).rows["student"] == 2
    starts, at = [], len(backup.MAGIC) + backup.ID_BYTES
    while at < len(whole):
        starts.append(at)
        at += backup.SIZE_BYTES + int.from_bytes(whole[at : at + backup.SIZE_BYTES])
    assert len(starts) > 3 and at == len(whole)
    first, second, third = (whole[start:end] for start, end in zip(starts[:3], starts[1:4], strict=True))
    head = whole[: starts[0]]
    broken = {
        "cut in a piece": whole[:-1], "cut between pieces": whole[: starts[-1]], "cut at the head": head,
        "a bit": whole[: starts[1] + 30] + bytes([whole[starts[1] + 30] ^ 1]) + whole[starts[1] + 31 :],
        "another order": head + first + third + second + whole[starts[3] :], "one twice": head + first + first + whole[starts[1] :],
        "something behind": whole + b"0000", "nothing": b"", "a text": b"Dit is geen reservekopie.",
    }  # fmt: skip
    for name, content in broken.items():
        with pytest.raises(backup.NotABackup):
            backup.read(VAULT, BytesIO(content))
            raise AssertionError(name)
    with pytest.raises(backup.NotABackup, match="another master key"):
        backup.read(Vault(bytes(32)), BytesIO(whole))
    new = place("", "nieuw")
    file.write_bytes(broken["cut between pieces"])
    refused = new.run("restore", str(file))
    assert refused.exit_code == 2 and "nothing was stored" in refused.stderr
    assert not (new.var / "survey.sqlite").exists(), "the file is read to its end before a database is made"


@pytest.mark.parametrize("left", [1, 3, 5])
def test_last_piece_counts_also_when_it_holds_only_the_end_of_the_compression(left: int, monkeypatch: pytest.MonkeyPatch) -> None:
    count = backup.Count()
    count.add("student", ["1"])
    head = {"revision": "1", "made": "2026-11-26", "tables": {"student": ["id"]}}
    lines = [json.dumps(each).encode() + b"\n" for each in (head, ["student", ["1"]], count.as_json())]
    monkeypatch.setattr(backup, "PIECE", len(zlib.compress(b"".join(lines))) - left)
    file = BytesIO()
    backup._seal(VAULT, file, lines)
    assert backup.read(VAULT, BytesIO(file.getvalue())) == count
    with pytest.raises(backup.NotABackup):
        backup.read(VAULT, BytesIO(file.getvalue()[:-1]))


def test_who_was_erased_after_the_backup_is_erased_again(
    full: Place, place: Callable[[str, str], Place], tmp_path: Path
) -> None:
    file, new = tmp_path / "maandag.backup", place("", "nieuw")
    assert full.run("backup", str(file)).exit_code == 0

    def erase(session: Session) -> None:
        erase_sitting(session, VAULT, session.scalars(select(Sitting)).one(), "student:x", LATER)
        lot = session.scalars(select(Student).where(~Student.id.in_(select(Invitation.student_id).join(Sitting)))).one()
        students.remove(session, VAULT, lot, "staff:x", LATER)

    full.work(erase)
    journal = erased.Journal(full.var / erased.FILE)
    assert full.work(journal.note) == 2 and full.work(journal.note) == 0
    assert full.work(erased.Journal(journal.file).note) == 0, "another process finds them written"
    with journal.file.open("ab") as stream:
        stream.write(b"school sitting.er")  # a crash in the middle of a line
    done = new.run("restore", str(file), "--erased", str(journal.file))
    assert done.exit_code == 0 and "2 of what was erased after this backup was erased again" in done.stderr

    def nothing_came_back(session: Session) -> None:
        assert session.scalars(select(Sitting)).one().wrapped_key == b""
        assert [open_profile(school_key(session, VAULT), student).name for student in session.scalars(select(Student))] == ["Noor Bakker"]
        assert [found.verdict for found in verify(session, VAULT)] == [Verdict.ERASED]
        assert audit.verify(session, VAULT) is None

    new.work(nothing_came_back)
    assert erased.read(new.var / erased.FILE) == erased.read(journal.file), "the next restore knows them too"
    assert all(len(line.split()) == 4 and "Bakker" not in line for line in erased.read(journal.file))


def test_who_took_part_again_before_the_backup_stays(
    full: Place, place: Callable[[str, str], Place], tmp_path: Path
) -> None:
    """The journal names the first erasure for ever; only an erasure after the backup is done again."""
    journal, again = erased.Journal(full.var / erased.FILE), LATER + timedelta(hours=1)

    def erase(session: Session) -> None:
        erase_sitting(session, VAULT, session.scalars(select(Sitting)).one(), "student:x", LATER)

    def begin(session: Session) -> None:
        invitation = session.get_one(Invitation, session.scalars(select(Sitting)).one().invitation_id)
        assert sitting.start(session, VAULT, invitation, "nl", again).status == Status.STARTED

    def is_there(session: Session) -> bool:
        return bool(session.scalars(select(Sitting)).one().wrapped_key)

    for step in (erase, begin, journal.note):
        full.work(step)
    assert full.run("backup", str(tmp_path / "dinsdag.backup")).exit_code == 0
    for name, expected in (("woensdag", True), ("donderdag", False)):
        new = place("", name)
        done = new.run("restore", str(tmp_path / "dinsdag.backup"), "--erased", str(journal.file))
        assert done.exit_code == 0 and new.work(is_there) is expected, done.stderr
        full.work(lambda session: erase_sitting(session, VAULT, session.scalars(select(Sitting)).one(), "student:x", again))
        full.work(journal.note)


def test_other_master_key_opens_all_and_the_old_one_nothing(full: Place) -> None:
    before, old = full.work(look), (full.var / "keys/master.key").read_text()
    done = full.run("key", "rotate")
    assert done.exit_code == 0, done.output
    new = (full.var / "keys/master.key").read_text()
    assert new != old and [file.read_text() for file in (full.var / "keys").glob("master.key.until-*")] == [old]
    assert sorted(file.stat().st_mode & 0o777 for file in (full.var / "keys").iterdir()) == [0o600, 0o600]
    vault = Vault(base64.b64decode(new))

    def opens(session: Session) -> tuple[list[str], list[Verdict], object]:
        names = sorted(open_profile(school_key(session, vault), student).name for student in session.scalars(select(Student)))
        return names, [found.verdict for found in verify(session, vault)], audit.verify(session, vault)

    assert full.work(opens) == before[1:]  # type: ignore[index]
    (full.var / "keys/master.key").write_text(old)
    assert "does not open this database" in full.run("backup", str(full.var / "x")).stderr


@pytest.mark.parametrize("own_database", ["sqlite"], indirect=True)
def test_rotation_that_ended_half_way_is_finished(full: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    key = full.var / "keys/master.key"
    old = key.read_text()
    monkeypatch.setattr(Path, "replace", lambda *paths: (_ for _ in ()).throw(KeyboardInterrupt))
    assert full.run("key", "rotate").exit_code != 0
    monkeypatch.undo()
    assert key.read_text() == old, "the power went between the database and the file"
    monkeypatch.setenv("SURVEY_VAR", str(full.var))
    place = Place(full.url, full.var, monkeypatch.setenv)
    assert place.run("key", "rotate").exit_code == 0
    vault = Vault(base64.b64decode(key.read_text()))
    assert place.work(lambda session: len(vault.school_key(session.scalars(select(School)).one()))) == 32
    monkeypatch.setenv("SURVEY_MASTER_KEY", key.read_text())
    assert "put it in a file" in place.run("key", "rotate").stderr
