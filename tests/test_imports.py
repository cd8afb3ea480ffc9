"""A list on its way in: kept sealed, looked at, stored exactly once and whole, and taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from factories import Campus
from flask import Flask
from school_list import HEADINGS, make_rows, spoil, to_csv, to_xlsx
from sqlalchemy import func, select

from survey import import_tasks, imports, students
from survey.access import Role
from survey.imports import Choices, Hanging, NotNow, State
from survey.intake import Outcome, guess, read_file, same_heading
from survey.profile import Profile
from survey.records import open_profile
from survey.store.database import db
from survey.store.intake import StoredImport
from survey.store.people import Group, Staff, Student
from survey.store.traces import Event

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Let it be a Monday morning in school."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(app: Flask, school: Campus) -> Iterator[Office]:
    """Return a coordinator who brings lists in, within the worker's application."""
    with app.app_context():
        yield Office(school, school.staff(Role.coordinator, "Karim Bakker"))


class Office:
    """Brings lists in on behalf of a coordinator, with the worker's tasks done at once."""

    def __init__(self, campus: Campus, who: Staff) -> None:
        self.campus, self.who = campus, who
        self.session, self.vault = campus.session, campus.vault
        self.session.commit()

    def receive(self, content: bytes) -> StoredImport:
        """Send a file and choose the columns that its headings tell."""
        row = imports.receive(self.session, self.vault, self.who.id, "lijst.csv", content, NOW)
        mapped = guess(read_file(content), imports.get_remembered(self.session, self.vault))
        headings = {same_heading(mapped.headings[column]): field for field, column in mapped.columns.items()}
        choices = Choices("lijst.csv", dict(mapped.columns), headings, mapped.sheet.name, mapped.heading)
        self.session.flush()
        imports.choose_columns(self.session, self.vault, row, choices, NOW)
        self.session.commit()
        return row

    def check(self, content: bytes) -> StoredImport:
        """Bring a list to where somebody decides."""
        row = self.receive(content)
        self.work(import_tasks.check_import, row)
        return row

    def decide(self, row: StoredImport, only_good: bool = False, **mentors: str) -> None:
        """Decide to store."""
        imports.decide(self.session, self.vault, row, mentors, only_good, f"staff:{self.who.id}", NOW)
        self.session.commit()

    def store(self, content: bytes, only_good: bool = False) -> StoredImport:
        """Bring a list in."""
        row = self.check(content)
        self.decide(row, only_good)
        self.work(import_tasks.store_import, row)
        return row

    def work(self, task: Callable[[str], None], row: StoredImport) -> None:
        """Let the worker do a task."""
        id_ = row.id
        task(id_)
        db.session.remove()
        self.session.expire_all()

    def profiles(self) -> dict[str, Profile]:
        """Return who the school's students are, by number."""
        found = [open_profile(self.campus.key, student) for student in self.session.scalars(select(Student))]
        return {profile.number: profile for profile in found}

    def counts(self, row: StoredImport) -> tuple[int, int, int, int]:
        """Return how many rows are new, changed, unchanged and refused."""
        return row.new, row.changed, row.unchanged, row.refused


def test_list_is_stored_whole_with_its_classes(office: Office) -> None:
    row = office.check(to_csv(make_rows(30, classes=3)))
    assert row.state == State.CHECKED and office.counts(row) == (30, 0, 0, 0)
    assert office.profiles() == {}
    lines, groups = imports.open_lines(office.session, office.vault, row)
    assert len(lines) == 30 and [group["name"] for group in groups] == ["V01", "V02", "V03"]
    mentor = office.campus.staff(name="Joke Prins")
    office.decide(row, **{"v01": mentor.id, "v02": "gone"})
    office.work(import_tasks.store_import, row)
    assert row.state == State.STORED and len(office.profiles()) == 30 and row.content is None
    mentors = dict(office.session.execute(select(Group.name, Group.mentor_id)).all())
    assert mentors == {"V01": mentor.id, "V02": office.who.id, "V03": office.who.id}
    one = office.profiles()["100001"]
    assert one.place == "Purmerend" and one.track == "bol" and one.birth_date is not None


def test_workbook_and_csv_of_one_list_say_the_same(office: Office) -> None:
    rows = make_rows(12)
    office.store(to_csv(rows))
    row = office.check(to_xlsx(rows))
    assert office.counts(row) == (0, 0, 12, 0)


def test_list_again_makes_no_doubles_and_changes_only_what_differs(office: Office) -> None:
    rows = make_rows(10)
    office.store(to_csv(rows))
    rows[3]["Mobiel"], rows[4]["Klas"] = "0699999999", "V01"
    rows[5]["Mobiel"] = ""  # an empty cell leaves what is known
    row = office.store(to_csv([*rows, *make_rows(1, 900_001)], "\t", "utf-16"))
    assert office.counts(row) == (1, 2, 8, 0)
    found = office.profiles()
    assert len(found) == 11 and found["100004"].phone == "06 9999 9999" and found["100006"].phone


def test_bad_rows_are_refused_and_nothing_is_stored_by_default(office: Office) -> None:
    row = office.check(to_csv(spoil(make_rows(100))))
    assert office.counts(row) == (80, 0, 0, 20)
    with pytest.raises(NotNow):
        office.decide(row)
    office.session.rollback()
    assert office.profiles() == {}
    office.decide(row, only_good=True)
    office.work(import_tasks.store_import, row)
    assert len(office.profiles()) == 80 and row.content is not None  # the bad rows can still be downloaded


def test_storing_comes_twice_and_stores_once(office: Office) -> None:
    row = office.store(to_csv(make_rows(5)))
    office.work(import_tasks.store_import, row)
    assert len(office.profiles()) == 5
    assert office.session.scalar(select(func.count()).where(Event.action == "import.store")) == 1


def test_list_is_shown_again_when_the_school_changed_meanwhile(office: Office) -> None:
    rows = make_rows(5)
    row = office.check(to_csv(rows))
    office.store(to_csv(rows[:2]))
    office.decide(row)
    office.work(import_tasks.store_import, row)
    assert row.state == State.CHECKED and row.problem == "overtaken" and office.counts(row) == (3, 0, 2, 0)
    office.decide(row)
    office.work(import_tasks.store_import, row)
    assert row.state == State.STORED and len(office.profiles()) == 5


def test_killed_worker_leaves_nothing_half_and_the_sweep_goes_on(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    row = office.check(to_csv(make_rows(5)))
    office.decide(row)
    with monkeypatch.context() as patch:
        patch.setattr(imports, "store", lambda *args: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            import_tasks.store_import(row.id)
    db.session.rollback()
    db.session.remove()
    office.session.expire_all()
    assert row.state == State.STORING and row.attempts == 1 and office.profiles() == {}
    office.work(import_tasks.store_import, row)  # its lease has not ended: another worker leaves it alone
    assert row.state == State.STORING
    sent: list[tuple[str, ...]] = []
    monkeypatch.setattr(import_tasks.jobs, "enqueue", lambda *task: sent.append(task))
    with time_machine.travel(NOW + import_tasks.LEASE, tick=False):
        import_tasks.sweep_imports()
        assert sent == [("store_import", row.id)]
        office.work(import_tasks.store_import, row)
    assert row.state == State.STORED and row.attempts == 2 and len(office.profiles()) == 5


def test_list_that_never_ends_is_given_up(office: Office) -> None:
    row = office.receive(to_csv(make_rows(2)))
    row.attempts, row.due_at = import_tasks.ATTEMPTS, NOW
    office.session.commit()
    import_tasks.sweep_imports()
    office.session.expire_all()
    assert row.state == State.FAILED and row.problem == "interrupted"


def test_file_that_cannot_be_read_says_why(office: Office) -> None:
    row = office.receive(to_csv(make_rows(2)))
    row.content = office.vault.seal(office.campus.key, f"import:{row.id}:content", b"PK\x03\x04broken")
    office.session.commit()
    office.work(import_tasks.check_import, row)
    assert row.state == State.FAILED and row.problem == "not_workbook"


def test_file_and_what_it_says_are_sealed_and_expire(office: Office) -> None:
    row = office.check(to_csv(make_rows(3)))
    stored = b"".join(filter(None, (row.content, row.choices, row.lines)))
    assert b"voorbeeld.nl" not in stored and b"Studentnummer" not in stored and b"Verkoper" not in stored
    with time_machine.travel(NOW + imports.KEPT + timedelta(minutes=1), tick=False):
        import_tasks.sweep_imports()
    office.session.expire_all()
    assert row.state == State.DROPPED and row.content is None and row.lines is None
    with pytest.raises(NotNow):
        imports.choose_columns(office.session, office.vault, row, Choices("x"), NOW)


def test_columns_are_remembered_by_their_heading(office: Office) -> None:
    content = to_csv(make_rows(3)).replace("Studentnummer".encode(), b"Code X")
    row = imports.receive(office.session, office.vault, office.who.id, "a.csv", content, NOW)
    columns = {field: column for column, field in enumerate(["number", "first_name", "infix", "last_name"])} | {"group": 5}
    headings = {same_heading(HEADINGS[column]): field for field, column in columns.items()} | {"codex": "number", "mobiel": ""}
    imports.choose_columns(office.session, office.vault, row, Choices("a.csv", columns, headings), NOW)
    office.session.commit()
    office.work(import_tasks.check_import, row)
    remembered = imports.get_remembered(office.session, office.vault)
    again = guess(read_file(content), remembered)
    assert again.columns["number"] == 0 and "phone" not in again.columns


def test_last_import_is_taken_back(office: Office) -> None:
    rows = make_rows(6, classes=2)
    office.store(to_csv(rows))
    before = office.profiles()
    rows[0]["Mobiel"], rows[1]["Klas"] = "0688888888", "K9"
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        last = office.store(to_csv([*rows, *make_rows(2, 900_001, classes=1)]))
    assert office.counts(last) == (2, 2, 4, 0) and imports.find_last(office.session) is last
    imports.undo(office.session, office.vault, last, f"staff:{office.who.id}", NOW)
    office.session.commit()
    assert office.profiles() == before and last.state == State.UNDONE
    assert set(office.session.scalars(select(Group.name))) == {"V01", "V02"}
    assert office.session.scalars(select(Event.action).order_by(Event.number.desc())).first() == "import.undo"


def test_import_with_something_hanging_on_it_stays(office: Office) -> None:
    row = office.store(to_csv(make_rows(3)))
    student = office.session.scalars(select(Student)).first()
    assert student
    office.campus.invitation(office.campus.round(), student)
    with pytest.raises(Hanging) as refusal:
        imports.undo(office.session, office.vault, row, "staff:x", NOW)
    assert refusal.value.reasons == {"invitation": 1}


def test_import_whose_students_were_corrected_since_stays(office: Office) -> None:
    rows = make_rows(2)
    office.store(to_csv(rows))
    rows[0]["Mobiel"] = "0611111111"
    row = office.store(to_csv(rows))
    student = students.find_number(office.session, office.vault, office.campus.school.id, "100001")
    assert student
    group = office.session.get_one(Group, student.group_id)
    profile = Profile.from_json({**open_profile(office.campus.key, student).to_json(), "phone": "06 2222 2222"})
    students.correct(office.session, office.vault, student, profile, group, student.municipality, "staff:x", NOW)
    assert imports.find_hanging(office.session, office.vault, row, NOW) == {"changed_since": 1}


def test_only_the_last_import_can_be_undone_and_not_for_ever(office: Office) -> None:
    first = office.store(to_csv(make_rows(2)))
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        office.store(to_csv(make_rows(2, 500)))
    with pytest.raises(NotNow):
        imports.undo(office.session, office.vault, first, "staff:x", NOW)
    late = NOW + imports.UNDONE_WITHIN + timedelta(days=1)
    last = imports.find_last(office.session)
    assert last and imports.find_hanging(office.session, office.vault, last, late) == {"too_old": 1}


def test_imports_of_another_school_are_out_of_reach(office: Office, other_school: Campus) -> None:
    row = office.store(to_csv(make_rows(2)))
    assert other_school.session.get(StoredImport, row.id) is None
    assert imports.find_last(other_school.session) is None


def test_outcomes_are_counted_once(office: Office) -> None:
    row = office.check(to_csv(spoil(make_rows(40), 5)))
    lines, _ = imports.open_lines(office.session, office.vault, row)
    assert sum(line.outcome is Outcome.REFUSED for line in lines) == row.refused == 5
    assert all(line.mistakes for line in lines if line.outcome is Outcome.REFUSED)


def test_list_is_thrown_away_on_request(office: Office) -> None:
    row = office.check(to_csv(make_rows(2)))
    imports.drop(office.session, office.vault, row, "staff:x", NOW)
    assert row.state == State.DROPPED and row.content is None
    with pytest.raises(NotNow):
        imports.drop(office.session, office.vault, row, "staff:x", NOW)
