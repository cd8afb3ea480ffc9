"""A coordinator's first day in a real browser: a list of 1,000 with 20 bad rows comes in, is put right, and again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import openpyxl
import pytest
from desk import DESK, PHONE, QUESTIONNAIRE, Allow, Check, Open, Serve
from machine import COORDINATOR
from playwright.sync_api import Page, expect
from school_list import HEADINGS, make_rows, spoil, to_csv, to_xlsx

pytestmark = pytest.mark.browser

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PATIENCE = 60_000  # milliseconds that a list of 1,000 may take on a busy machine


@dataclass(frozen=True, slots=True)
class Office:
    """A school on its own server, with a worker."""

    origin: str

    def sign_in(self, page: Page) -> None:
        """Come in as the coordinator, to the lists."""
        page.goto(f"{self.origin}/staff/imports")
        page.get_by_label("E-mailadres").fill(COORDINATOR[0])
        page.get_by_label("Wachtwoord").fill(COORDINATOR[1])
        page.get_by_role("button", name="Inloggen").click()
        expect(page.get_by_role("heading", name="Lijst inlezen")).to_be_visible()

    def send(self, page: Page, name: str, content: bytes) -> None:
        """Send a file and go on to its columns."""
        page.goto(f"{self.origin}/staff/imports")
        kind = XLSX if name.endswith("xlsx") else "text/csv"
        page.get_by_label("Bestand").set_input_files({"name": name, "mimeType": kind, "buffer": content})
        page.get_by_role("button", name="Verder naar de kolommen").click()
        expect(page.get_by_role("heading", name="Wat staat in welke kolom?")).to_be_visible()

    def check(self, page: Page) -> None:
        """Let the rows be checked, and wait until they are: the page looks again by itself."""
        page.get_by_role("button", name="Rijen controleren").click()
        expect(page.get_by_role("heading", name="Wat deze lijst zou doen")).to_be_visible(timeout=PATIENCE)

    def store(self, page: Page) -> None:
        """Store what is shown, and wait for the last page."""
        page.get_by_role("button", name="Inlezen:").click()
        expect(page.get_by_role("heading", name="De lijst is ingelezen")).to_be_visible(timeout=PATIENCE)


@pytest.fixture(scope="module")
def office(serve: Serve, allow_database: Allow) -> Iterator[Office]:
    """Serve a school with one class."""
    with serve("lists") as machine:
        with allow_database():
            machine.admit(QUESTIONNAIRE, 1)
        machine.start_web()
        machine.start_worker()
        yield Office(machine.origin)


def counts(page: Page) -> str:
    """Return the numbers above the rows."""
    return " ".join(page.locator("ul.counts").inner_text().split())


def put_right(content: bytes, rows: list[dict[str, str]]) -> bytes:
    """Return the downloaded rows with their mistakes put right in the spreadsheet, as a person does."""
    book = openpyxl.load_workbook(BytesIO(content))
    sheet = book.active
    for line in range(2, sheet.max_row + 1):
        own = rows[int(str(sheet.cell(line, len(HEADINGS) + 2).value)) - 2]  # by the row's number in the first file
        for column, heading in enumerate(HEADINGS, 1):
            sheet.cell(line, column).value = own[heading]
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_list_of_a_thousand_comes_in_is_put_right_and_comes_again(
    open_browser: Open, office: Office, assert_accessible: Check
) -> None:
    page, rows = open_browser(viewport=DESK), make_rows(1000)
    office.sign_in(page)
    assert_accessible(page)
    office.send(page, "studenten.xlsx", to_xlsx(spoil(rows)))
    assert_accessible(page)
    office.check(page)
    assert counts(page) == "980 nieuw 0 gewijzigd 0 ongewijzigd 20 geweigerd"
    assert_accessible(page)
    expect(page.get_by_text("Telefoon: “06-12” is geen telefoonnummer.")).to_be_visible()
    with page.expect_download() as started:
        page.get_by_role("link", name="Download de geweigerde rijen (.xlsx)").click()
    refused = started.value.path().read_bytes()
    page.get_by_role("button", name="Inlezen:").click()
    expect(page.get_by_role("alert")).to_contain_text("Zeg eerst dat de goede rijen")
    page.get_by_label("Lees de 980 goede rijen in zonder de andere. 20 rijen blijven buiten.").check()
    office.store(page)
    assert_accessible(page)
    office.send(page, "verbeterd.xlsx", put_right(refused, rows))
    office.check(page)
    assert counts(page) == "20 nieuw 0 gewijzigd 0 ongewijzigd 0 geweigerd"
    office.store(page)
    office.send(page, "weer alles.csv", to_csv(rows, ",", "utf-16"))
    office.check(page)
    assert counts(page) == "0 nieuw 0 gewijzigd 1000 ongewijzigd 0 geweigerd"
    page.goto(f"{office.origin}/staff/roster")
    expect(page.locator("caption")).to_contain_text("1001 studenten")


def test_pages_of_students_are_for_everyone_on_a_phone_too(
    open_browser: Open, office: Office, assert_accessible: Check
) -> None:
    page = open_browser(viewport=PHONE)
    office.sign_in(page)
    office.send(page, "klein.csv", to_csv(spoil(make_rows(40, 800_001), 3)))
    assert_accessible(page)
    office.check(page)
    assert_accessible(page)
    for path in ("imports", "roster", "roster/new", "residence", "export"):
        page.goto(f"{office.origin}/staff/{path}")
        assert_accessible(page)
    page.goto(f"{office.origin}/staff/roster?search=yara")
    page.get_by_role("rowheader").get_by_role("link").first.click()
    assert_accessible(page)
    for name in ("Deze student staat er dubbel in", "Deze student verwijderen"):
        page.get_by_role("link", name=name).click()
        assert_accessible(page)
        page.go_back()


def test_list_comes_in_without_script_and_by_keyboard(open_browser: Open, office: Office) -> None:
    page = open_browser(script=False, viewport=DESK)
    office.sign_in(page)
    office.send(page, "toetsen.csv", to_csv(make_rows(5, 700_001, classes=1)))
    for button in ("Rijen controleren", "Inlezen:"):
        goal = page.get_by_role("button", name=button)
        expect(goal).to_be_visible(timeout=PATIENCE)
        for _ in range(60):
            page.keyboard.press("Tab")
            if goal.evaluate("one => one === document.activeElement"):
                break
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="De lijst is ingelezen")).to_be_visible(timeout=PATIENCE)
