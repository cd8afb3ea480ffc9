"""Lists of students in: upload, which column holds what, what it would do, done; and what came in before."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug import Response

from survey import audit, imports, mentors
from survey.access import Role, Staff, policy
from survey.export import write_refused
from survey.imports import Choices, State
from survey.intake import FIELDS, Mapped, Outcome, Unreadable, guess, is_never, read_file, same_heading
from survey.profile import fold
from survey.records import open_name, school_key
from survey.store.intake import StoredImport
from survey.store.people import Staff as Colleague
from survey.web import saying
from survey.web.current import now, session, vault, words
from survey.web.limits import takes
from survey.web.sign_in import person, records, render

bp = Blueprint("lists_in", __name__, url_prefix="/staff/imports")

FILE_BYTES = 2 * 1024 * 1024
BODY_BYTES = FILE_BYTES + 64 * 1024
LONGEST_FILE_NAME = 100
SHOWN = 100  # rows of a dry run on one page
LISTED = 50  # imports on the first page
GROUPS = 60  # new classes of which a mentor is chosen one by one
EXAMPLES = 3
REFRESH_SECONDS = 2
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IMPORTERS = Staff(Role.coordinator, Role.administrator)


@dataclass(frozen=True, slots=True)
class ImportLine:
    """One import of the past in words."""

    url: str
    when: str
    who: str
    file: str
    state: str
    counts: str
    undo_url: str | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file with what it holds; `name` is of its form field."""

    name: str
    heading: str
    examples: str
    field: str
    is_never: bool


@bp.get("")
@policy(IMPORTERS)
def show() -> str:
    """Show the form for a file, and what came in before."""
    return _start_page()


@bp.post("")
@policy(IMPORTERS)
@takes(BODY_BYTES)
def receive() -> ResponseReturnValue:
    """Keep a file and go on to its columns, or say why it cannot be read."""
    sent = request.files.get("file")
    content = sent.read() if sent else b""
    if not content:
        return _start_page(words().text("Choose a file first.")), 422
    if len(content) > FILE_BYTES:
        abort(413)
    try:
        read_file(content, at_most=imports.PEEK)
    except Unreadable as refusal:
        return _start_page(saying.say_unreadable(refusal.code, words())), 422
    name = (sent.filename if sent and sent.filename else "").replace("\\", "/").rpartition("/")[2][:LONGEST_FILE_NAME]
    row = imports.receive(session(), vault(), person().id, name, content, now())
    return redirect(url_for("lists_in.show_import", import_id=row.id), 303)


@bp.get("/<import_id>")
@policy(IMPORTERS)
@records
def show_import(import_id: str) -> ResponseReturnValue:
    """Show an import where it is: its columns, its progress, what it would do, or what it did."""
    row = _get(import_id)
    match row.state:
        case State.GIVEN:
            return _columns_page(row)
        case State.CHECKING | State.STORING:
            answer = make_response(_page("wait", row, percent=row.progress, is_storing=row.state == State.STORING))
            if "still" not in request.args:
                answer.headers["Refresh"] = str(REFRESH_SECONDS)
            return answer
        case State.CHECKED:
            return _checked_page(row)
        case State.FAILED:
            return _columns_page(row) if row.content and row.problem == "columns" else _failed_page(row)
    return _done_page(row)


@bp.get("/<import_id>/columns")
@policy(IMPORTERS)
def show_columns(import_id: str) -> ResponseReturnValue:
    """Show which column holds what, to choose again."""
    row = _get(import_id)
    return _columns_page(row) if row.content and row.state in (State.GIVEN, State.CHECKED, State.FAILED) else _to(row)


@bp.post("/<import_id>/columns")
@policy(IMPORTERS)
def choose(import_id: str) -> ResponseReturnValue:
    """Keep which column holds what and let the rows be checked."""
    row = _get(import_id)
    if row.content is None:
        return _to(row)
    mapped = _read_headings(row)
    chosen = {index: request.form.get(f"column-{index}", "") for index in range(len(mapped.headings))}
    columns = {field: index for index, field in chosen.items() if field in FIELDS}
    doubled = {field for field in columns if list(chosen.values()).count(field) > 1}
    missing = Mapped(mapped.sheet, mapped.heading, columns).missing()
    if doubled or missing:
        return _columns_page(row, chosen, saying.say_columns(missing, doubled, words())), 422
    headings = {same_heading(heading): chosen[index] for index, heading in enumerate(mapped.headings) if heading}
    before = imports.open_choices(session(), vault(), row)
    choices = Choices(before.file, columns, headings, mapped.sheet.name, mapped.heading)
    try:
        imports.choose_columns(session(), vault(), row, choices, now())
    except imports.NotNow:
        pass
    return _to(row)


@bp.post("/<import_id>/store")
@policy(IMPORTERS)
def store(import_id: str) -> ResponseReturnValue:
    """Let a list be stored as it was seen: whole, or the good rows when somebody said so."""
    row = _get(import_id)
    if row.state != State.CHECKED or request.form.get("seen") != row.digest:
        return _to(row)
    only_good = request.form.get("only_good") == "yes"
    if row.refused and not only_good:
        message = words().text("Say first that the good rows may come in without the others, or send a better file.")
        return _checked_page(row, {"only_good": message}), 422
    _, groups = imports.open_lines(session(), vault(), row)
    people = mentors.get_mentors(session(), vault())
    taken = {fold(group["name"]): _chosen_mentor(people, index, group) for index, group in enumerate(groups)}
    try:
        imports.decide(session(), vault(), row, taken, only_good, person().actor, now())
    except imports.NotNow:
        pass
    return _to(row)


@bp.get("/<import_id>/undo")
@policy(IMPORTERS)
def show_undo(import_id: str) -> ResponseReturnValue:
    """Ask whether what an import stored is to be taken back, or say why it cannot."""
    row = _get(import_id)
    last = imports.find_last(session())
    if row.state != State.STORED or last is None:
        return _to(row)
    reasons = imports.find_hanging(session(), vault(), row, now()) if last is row else {"later": 1}
    return _page("undo", row, new=row.new, changed=row.changed, reasons=saying.say_hanging(reasons, words()))


@bp.post("/<import_id>/undo")
@policy(IMPORTERS)
def undo(import_id: str) -> Response:
    """Take back what the last import stored."""
    row = _get(import_id)
    try:
        imports.undo(session(), vault(), row, person().actor, now())
    except imports.Hanging:
        return redirect(url_for("lists_in.show_undo", import_id=row.id), 303)
    except imports.NotNow:
        pass
    return _to(row)


@bp.get("/<import_id>/refused.xlsx")
@policy(IMPORTERS)
@records
def download_refused(import_id: str) -> ResponseReturnValue:
    """Give the refused rows as they were sent, with what is wrong beside each."""
    row = _get(import_id)
    lines, _ = imports.open_lines(session(), vault(), row)
    refused = [line for line in lines if line.outcome is Outcome.REFUSED]
    if row.content is None or not refused:
        abort(404)
    choices = imports.open_choices(session(), vault(), row)
    mapped = imports.read_chosen(session(), vault(), row)
    cells = dict(mapped.rows)
    rows = [(line.row, cells.get(line.row, ()), saying.say_mistakes(line.mistakes, words())) for line in refused]
    said = words()
    titles = said.text("Row in your file"), said.text("What is wrong")
    content = write_refused(mapped.headings, rows, titles, said.text("Rows to put right"))
    audit.record(session(), vault(), person().actor, "import.refused", f"import:{row.id}", now())
    answer = Response(content, mimetype=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{saying.plain_file(choices.file)}-fouten.xlsx"'
    return answer


@bp.post("/<import_id>/drop")
@policy(IMPORTERS)
def drop(import_id: str) -> Response:
    """Throw a list away that was not stored."""
    row = _get(import_id)
    try:
        imports.drop(session(), vault(), row, person().actor, now())
    except imports.NotNow:
        return _to(row)
    return redirect(url_for("lists_in.show"), 303)


def _get(import_id: str) -> StoredImport:
    return session().get(StoredImport, import_id) or abort(404)


def _to(row: StoredImport) -> Response:
    return redirect(url_for("lists_in.show_import", import_id=row.id), 303)


def _page(name: str, row: StoredImport, **values: object) -> str:
    choices = imports.open_choices(session(), vault(), row)
    return render(f"lists/{name}", file=choices.file or words().text("Your file"), import_id=row.id, **values)


def _start_page(mistake: str = "") -> str:
    newest = select(StoredImport, Colleague).join(Colleague, Colleague.id == StoredImport.staff_id)
    found = session().execute(newest.order_by(StoredImport.created_at.desc(), StoredImport.id).limit(LISTED))
    last = imports.find_last(session())
    lines = [_import_line(row, who, row is last) for row, who in found]
    return render("lists/upload", errors={"file": mistake} if mistake else {}, lines=lines)


def _import_line(row: StoredImport, who: Colleague, is_last: bool) -> ImportLine:
    said = words()
    is_stored = row.state in (State.STORED, State.UNDONE)
    numbers = {"new": row.new, "changed": row.changed, "refused": row.refused}
    counts = said.text("{new} new, {changed} changed, {refused} refused", **numbers)
    return ImportLine(
        url=url_for("lists_in.show_import", import_id=row.id),
        when=said.moment(row.created_at),
        who=open_name(school_key(session(), vault()), who),
        file=imports.open_choices(session(), vault(), row).file,
        state=saying.say_import(row.state, said),
        counts=counts if is_stored or row.state == State.CHECKED else "",
        undo_url=url_for("lists_in.show_undo", import_id=row.id) if is_last else None,
    )


def _read_headings(row: StoredImport) -> Mapped:
    """Return the first rows of a file with its headings as they are guessed."""
    sheets = read_file(imports.open_content(session(), vault(), row), at_most=imports.PEEK)
    return guess(sheets, imports.get_remembered(session(), vault()))


def _columns_page(
    row: StoredImport, chosen: dict[int, str] | None = None, mistake: str = ""
) -> str:
    mapped = _read_headings(row)
    before = imports.open_choices(session(), vault(), row)
    known = chosen or {column: field for field, column in (before.columns or mapped.columns).items()}
    columns = [
        Column(
            name=f"column-{index}",
            heading=heading or words().text("Column {n}", n=index + 1),
            examples=" · ".join(_examples(mapped, index)),
            field=known.get(index, ""),
            is_never=is_never(heading),
        )
        for index, heading in enumerate(mapped.headings)
    ]
    return _page(
        "columns",
        row,
        columns=columns,
        sheet=mapped.sheet,
        heading_row=mapped.sheet.rows[mapped.heading][0],
        fields=[(field, saying.say_field(field, words())) for field in FIELDS],
        nevers=[column.heading for column in columns if column.is_never],
        errors={"column-0": mistake} if mistake else {},
    )


def _examples(mapped: Mapped, column: int) -> list[str]:
    """Return what stands in the first cells of a column that hold something."""
    found = (str(cells[column]) for _, cells in mapped.rows if column < len(cells) and cells[column])
    return [text[:40] for text, _ in zip(found, range(EXAMPLES), strict=False)]


def _checked_page(row: StoredImport, errors: dict[str, str] | None = None) -> str:
    lines, groups = imports.open_lines(session(), vault(), row)
    counts = {"new": row.new, "changed": row.changed, "unchanged": row.unchanged, "refused": row.refused}
    first = next((outcome for outcome in ("refused", "changed", "new") if counts[outcome]), "unchanged")
    shown = request.args.get("show", first) if request.args.get("show", first) in counts else first
    chosen = [line for line in lines if line.outcome == shown]
    pages = max(1, -(-len(chosen) // SHOWN))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    people = mentors.get_mentors(session(), vault())
    return _page(
        "checked",
        row,
        counts=[saying.count_outcome(row.id, outcome, n, outcome == shown, words()) for outcome, n in counts.items()],
        shown=shown,
        lines=[saying.say_line(line, words()) for line in chosen[(page - 1) * SHOWN : page * SHOWN]],
        page=page,
        pages=pages,
        total=len(chosen),
        twins=sum(bool(line.twin) for line in lines),
        amount=counts,
        seen=row.digest,
        overtaken=row.problem == "overtaken",
        has_file=row.content is not None,
        groups=[_group_line(people, index, group) for index, group in enumerate(groups[:GROUPS])],
        more_groups=max(0, len(groups) - GROUPS),
        mentors=[(one.id, one.name) for one in people],
        can_store=bool(row.new + row.changed),
        errors=errors or {},
    )


def _group_line(people: list[mentors.Mentor], index: int, group: dict[str, object]) -> dict[str, object]:
    """Return a new class with the mentor that its rows name, else who takes it."""
    written = str(group["mentor"])
    found = mentors.find(people, written)
    return {
        "field": f"mentor-{index}",
        "name": group["name"],
        "students": group["students"],
        "written": written if written and found is None else "",
        "mentor": request.form.get(f"mentor-{index}") or (found or mentors.fallback(people, person().id)).id,
    }


def _chosen_mentor(people: list[mentors.Mentor], index: int, group: dict[str, object]) -> str:
    """Return who was chosen for a new class, else who its rows name, else who takes it."""
    chosen = request.form.get(f"mentor-{index}", "")
    if any(one.id == chosen for one in people):
        return chosen
    return (mentors.find(people, str(group["mentor"])) or mentors.fallback(people, person().id)).id


def _failed_page(row: StoredImport) -> str:
    return _page("failed", row, reason=saying.say_unreadable(row.problem, words()), has_file=row.content is not None)


def _done_page(row: StoredImport) -> str:
    last = imports.find_last(session())
    said = words()
    return _page(
        "came_in",
        row,
        state=row.state,
        new=row.new,
        changed=row.changed,
        unchanged=row.unchanged,
        refused=row.refused,
        when=said.moment(row.undone_at or row.stored_at or row.created_at),
        has_file=row.content is not None and row.lines is not None,
        can_undo=row is last,
    )
