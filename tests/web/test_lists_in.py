"""Lists coming in on the pages: upload, columns, what it would do, done, undone; in words and without doubles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

import openpyxl
import pytest
import time_machine
from factories import NOW, Campus
from flask import Flask
from flask.testing import FlaskClient
from school_list import HEADINGS, make_rows, spoil, to_csv, to_xlsx
from sqlalchemy import select
from staffroom import TOKEN, Desk, plain, signed_in
from werkzeug.test import TestResponse

from survey import import_tasks
from survey.access import Role
from survey.store.database import db
from survey.store.intake import StoredImport
from survey.store.people import Group, Student
from survey.store.traces import Event
from survey.web.lists_in import FILE_BYTES, GROUPS

PATH = "/staff/imports"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Let it be a Monday morning in school."""
    with time_machine.travel(NOW, tick=False):
        yield


class Office:
    """A coordinator at the pages, with a worker beside."""

    def __init__(self, app: Flask, desk: Desk, campus: Campus) -> None:
        self.app, self.desk, self.campus = app, desk, campus

    def send(self, content: bytes, name: str = "lijst.csv") -> TestResponse:
        """Send a file."""
        found = TOKEN.search(self.desk.client.get(PATH).text)
        assert found
        head = f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{found[1]}\r\n--x\r\n'
        part = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = (head + part).encode() + content + b"\r\n--x--\r\n"  # the client's own would use a file on the disk
        return self.desk.client.post(PATH, data=body, content_type="multipart/form-data; boundary=x")

    def columns(self, path: str) -> dict[str, str]:
        """Return the columns as the page has them chosen."""
        page = self.desk.get(path)
        chosen = {}
        for name, options in re.findall(r'<select id="column-\d+" name="(column-\d+)">(.*?)</select>', page, re.DOTALL):
            found = re.search(r'<option value="(\w*)" selected>', options)
            chosen[name] = found[1] if found else ""
        return chosen

    def check(self, content: bytes, name: str = "lijst.csv") -> str:
        """Bring a list to where somebody decides; return its address."""
        path = self.send(content, name).location
        assert self.desk.post(f"{path}/columns", **self.columns(path)).status_code == 303
        self.work(import_tasks.check_import, path)
        return path

    def store(self, path: str, **more: str) -> TestResponse:
        """Press the button of the dry run, and let the worker store."""
        found = re.search(r'name="seen" value="(\w+)"', self.desk.get(path))
        assert found
        answer = self.desk.post(f"{path}/store", seen=found[1], **more)
        if answer.status_code == 303:
            self.work(import_tasks.store_import, path)
        return answer

    def work(self, task: object, path: str) -> None:
        """Let the worker do a task for the import of an address."""
        with self.app.app_context():
            task(path.rpartition("/")[2])  # type: ignore[operator]
            db.session.remove()
        self.campus.session.expire_all()


@pytest.fixture
def office(app: Flask, client: FlaskClient, school: Campus) -> Office:
    """Seat a coordinator."""
    person = school.staff(Role.coordinator, "Karim Bakker")
    school.session.commit()
    return Office(app, signed_in(client, school, person), school)


def test_list_goes_from_file_to_students_in_words(office: Office) -> None:
    answer = office.send(to_csv(make_rows(6, classes=2)))
    assert answer.status_code == 303
    page = plain(office.desk.get(answer.location))
    assert "Wat staat in welke kolom?" in page and "Stap 1 van 2." in page and "100001 · 100002 · 100003" in page
    chosen = office.columns(answer.location)
    assert [chosen[f"column-{place}"] for place in range(5)] == ["number", "first_name", "infix", "last_name", "birth_date"]
    assert office.desk.post(f"{answer.location}/columns", **chosen).location == answer.location
    waiting = office.desk.client.get(answer.location)
    assert waiting.headers["Refresh"] == "2" and "wordt gecontroleerd" in waiting.text
    assert "Refresh" not in office.desk.client.get(f"{answer.location}?still=1").headers
    office.work(import_tasks.check_import, answer.location)
    page = plain(office.desk.get(answer.location))
    assert "6 nieuw 0 gewijzigd 0 ongewijzigd 0 geweigerd" in page and "2 klassen zijn nieuw" in page
    assert office.store(answer.location).status_code == 303
    page = plain(office.desk.get(answer.location))
    assert "De lijst is ingelezen" in page and "Hoe nu verder?" in page
    assert "6 nieuw, 0 gewijzigd, 0 geweigerd" in plain(office.desk.get(PATH)) and "Karim Bakker" in office.desk.get(PATH)


def test_new_class_gets_the_mentor_of_the_list_or_who_is_chosen(office: Office) -> None:
    joke = office.campus.staff(name="Joke Prins")
    sanne = office.campus.staff(name="Sanne de Wit")
    office.campus.session.commit()
    rows = make_rows(4, classes=4)
    for row, mentor in zip(rows, ("joke prins", office.campus.email(sanne), "Piet Onbekend", ""), strict=True):
        row["Mentor"] = mentor
    path = office.check(to_csv(rows))
    page = office.desk.get(path)
    assert "“Piet Onbekend” uit de lijst heeft geen account" in page
    office.store(path, **{"mentor-3": joke.id})
    mentors = dict(office.campus.session.execute(select(Group.name, Group.mentor_id)).all())
    coordinator = office.campus.session.scalars(select(StoredImport.staff_id)).first()
    assert mentors == {"V01": joke.id, "V02": sanne.id, "V03": coordinator, "V04": joke.id}


def test_bad_rows_are_named_downloaded_put_right_and_sent_again(office: Office) -> None:
    rows = make_rows(60)
    path = office.check(to_xlsx(spoil(rows)), "studenten juni.xlsx")
    page = plain(office.desk.get(path))
    assert "20 rijen kunnen niet worden ingelezen" in page and "Telefoon: “06-12” is geen telefoonnummer." in page
    assert "Geboortedatum: de dag “31-2-2007” bestaat niet." in page
    refused = office.store(path)
    assert refused.status_code == 422 and "Zeg eerst dat de goede rijen" in refused.text
    answer = office.desk.client.get(f"{path}/refused.xlsx")
    assert 'filename="studenten-juni-fouten.xlsx"' in answer.headers["Content-Disposition"]
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).active
    lines = list(sheet.iter_rows(values_only=True))
    assert lines[0] == (*HEADINGS, "Wat er mis is", "Rij in je bestand") and len(lines) == 21
    assert lines[1][-2] == "Telefoon: “06-12” is geen telefoonnummer." and lines[1][-1] == "2"
    assert office.store(path, only_good="yes").status_code == 303
    assert "40 nieuw 0 gewijzigd 0 ongewijzigd 20 niet ingelezen" in plain(office.desk.get(path))
    # The downloaded file with its mistakes put right is a list itself, and the whole list brings nobody in twice.
    right = {row["Studentnummer"]: row for row in rows}
    spoiled = [row for row in spoil(rows) if row not in rows]
    mended = [right.get(row["Studentnummer"], rows[index * 3]) for index, row in enumerate(spoiled)]
    office.store(office.check(to_csv(mended)))
    again = office.check(to_csv(rows))
    assert "0 nieuw 0 gewijzigd 60 ongewijzigd 0 geweigerd" in plain(office.desk.get(again))


def test_downloaded_rows_come_in_as_they_are_once_put_right(office: Office) -> None:
    path = office.check(to_csv(spoil(make_rows(40), 1)))
    book = openpyxl.load_workbook(BytesIO(office.desk.client.get(f"{path}/refused.xlsx").data))
    sheet = book.active
    sheet.cell(2, HEADINGS.index("Mobiel") + 1).value = "0612345678"
    out = BytesIO()
    book.save(out)
    office.store(office.check(out.getvalue(), "fouten.xlsx"))
    assert office.campus.session.scalars(select(Student)).one()


def test_change_is_shown_field_by_field(office: Office) -> None:
    rows = make_rows(3)
    office.store(office.check(to_csv(rows)))
    rows[0]["Mobiel"], rows[0]["Klas"], rows[0]["Geboortedatum"] = "0612345678", "K1", "1-2-2006"
    page = plain(office.desk.get(office.check(to_csv(rows))))
    assert re.search(r"Telefoon: 06 \d{4} \d{4} → 06 1234 5678", page) and "Klas: V01 → K1" in page
    assert "→ 1 februari 2006" in page


def test_columns_must_be_chosen_once_and_the_needed_ones_all(office: Office) -> None:
    path = office.send(b"Code;Klas\n1;V2B\n").location
    answer = office.desk.post(f"{path}/columns", **{"column-0": "group", "column-1": "group"})
    assert answer.status_code == 422
    assert "Kies de kolom voor: Studentnummer, Roepnaam, Achternaam." in answer.text
    assert "Bij twee kolommen gekozen: Klas." in answer.text


def test_columns_are_remembered(office: Office) -> None:
    content = to_csv(make_rows(2)).replace(b"Studentnummer", b"Code X").replace(b"Mobiel", b"Nummer 2")
    path = office.send(content).location
    chosen = office.columns(path) | {"column-0": "number", "column-8": "phone"}
    office.desk.post(f"{path}/columns", **chosen)
    office.work(import_tasks.check_import, path)
    again = office.columns(office.send(content).location)
    assert again["column-0"] == "number" and again["column-8"] == "phone"


def test_what_may_not_come_in_is_said_and_cannot_be_chosen(office: Office) -> None:
    page = office.desk.get(office.send("BSN;Nummer;Naam;Klas\n1;2;Noor Bakker;V2B\n".encode()).location)
    assert "In dit bestand staat wat wij niet mogen hebben" in page
    assert '<select id="column-0" name="column-0"><option value="">niet gebruiken</option></select>' in page


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Kies eerst een bestand."),
        (b"\n", "Er staat niets in dit bestand."),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(50), "Een oud Excel-bestand (.xls)"),
        (b"PK\x03\x04", "beschadigd"),
        (b"\x89PNG\r\n\0\0", "Dit is geen lijst."),
    ],
)
def test_file_that_is_no_list_is_refused_in_words(office: Office, content: bytes, words: str) -> None:
    answer = office.send(content)
    assert answer.status_code == 422 and words in answer.text
    assert office.campus.session.scalars(select(StoredImport)).first() is None


def test_file_that_is_too_big_has_a_page_that_says_so(office: Office) -> None:
    for size in (FILE_BYTES + 1, FILE_BYTES * 2):
        answer = office.send(b"a;b\n" * (size // 4 + 1))
        assert answer.status_code == 413 and "hoogstens 2 MB" in answer.text


def test_dry_run_of_many_rows_is_cut_into_pages(office: Office) -> None:
    path = office.check(to_csv(make_rows(250)))
    page = office.desk.get(f"{path}?show=new&page=3")
    assert "pagina 3 van 3" in page and page.count('<tr><th scope="row">') == 50
    assert "pagina 1 van 3" in office.desk.get(f"{path}?show=new&page=0")


def test_many_new_classes_do_not_make_an_endless_form(office: Office) -> None:
    path = office.check(to_csv(make_rows(100, classes=100)))
    page = office.desk.get(path)
    assert page.count('name="mentor-') == GROUPS and f"En nog {100 - GROUPS} klassen" in page
    office.store(path)
    assert len(office.campus.session.scalars(select(Group)).all()) == 100


def test_page_that_is_older_than_the_list_stores_nothing(office: Office) -> None:
    path = office.check(to_csv(make_rows(2)))
    assert office.desk.post(f"{path}/store", seen="0" * 64).status_code == 303
    assert office.campus.session.scalars(select(StoredImport.state)).one() == "checked"


def test_undo_is_asked_and_done_or_refused_with_its_reason(office: Office) -> None:
    path = office.check(to_csv(make_rows(3)))
    office.store(path)
    assert "3 nieuwe studenten worden verwijderd." in plain(office.desk.get(f"{path}/undo"))
    student = office.campus.session.scalars(select(Student)).first()
    assert student
    invitation, _ = office.campus.invitation(office.campus.round(), student)
    office.campus.session.commit()
    page = plain(office.desk.get(f"{path}/undo"))
    assert "kan niet ongedaan worden gemaakt" in page and "1 student is al uitgenodigd." in page
    assert office.desk.post(f"{path}/undo").location == f"{path}/undo"
    office.campus.session.delete(invitation)
    office.campus.session.commit()
    office.desk.post(f"{path}/undo")
    assert office.campus.session.scalars(select(Student)).all() == []
    assert "Ongedaan gemaakt op" in office.desk.get(path)


def test_list_is_thrown_away(office: Office) -> None:
    path = office.check(to_csv(make_rows(2)))
    assert office.desk.post(f"{path}/drop").location == PATH
    assert "weggegooid" in office.desk.get(PATH)
    office.desk.get(f"{path}/refused.xlsx", status=404)


def test_each_step_is_recorded(office: Office) -> None:
    path = office.check(to_csv(spoil(make_rows(40), 2)))
    office.desk.client.get(f"{path}/refused.xlsx")
    office.store(path, only_good="yes")
    office.desk.post(f"{path}/undo")
    steps = office.campus.session.scalars(select(Event.action).where(Event.action.like("import.%")).order_by(Event.number))
    assert list(steps) == ["import.receive", "import.refused", "import.decide", "import.store", "import.undo"]


def test_administrator_brings_lists_in_and_a_coordinator_takes_the_classes(
    app: Flask, client: FlaskClient, school: Campus
) -> None:
    administrator, karim = school.staff(Role.administrator, "Els Vos"), school.staff(Role.coordinator, "Karim Bakker")
    school.session.commit()
    office = Office(app, signed_in(client, school, administrator), school)
    office.store(office.check(to_csv(make_rows(2))))
    assert set(school.session.scalars(select(Group.mentor_id))) == {karim.id}


@pytest.mark.parametrize("path", [PATH, f"{PATH}/new-one"])
def test_mentor_does_not_see_lists(client: FlaskClient, school: Campus, path: str) -> None:
    mentor = school.staff()
    school.session.commit()
    signed_in(client, school, mentor).get(path, status=403)
