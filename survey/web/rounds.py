"""The pages of rounds: the list, a new one, how far one is, and what is changed while it runs."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug import Response

from survey import following, inviting, plans, response, rounds, shelf
from survey.access import Role, Staff, policy
from survey.hours import ZONE
from survey.records import open_name, school_key
from survey.store.people import Staff as Colleague
from survey.store.surveying import Round, StoredDefinition
from survey.store.traces import Event
from survey.web import reach, response_picture
from survey.web.current import now, session, settings, vault, words
from survey.web.round_form import RoundForm, say_moment
from survey.web.sign_in import person, render

bp = Blueprint("rounds", __name__, url_prefix="/staff")

#: What happened to a round, in messages of the catalogue.
HISTORY = {
    "round.create": "planned",
    "round.change": "changed",
    "round.extend": "made longer",
    "round.shorten": "made shorter",
    "round.close": "closed early",
    "round.reopen": "opened again",
}

#: What did not work, in messages of the catalogue.
REFUSED = {
    "end": "That did not work: choose a day to come, and look whether the round is open.",
    "class": "Choose a class first.",
}


@bp.get("/rounds")
@policy(Staff(Role.coordinator))
def show_all() -> str:
    """List the rounds of the school."""
    found = rounds.get_rounds(session())
    names = _questionnaires()
    lines = [
        {
            "name": round_.name,
            "url": url_for("rounds.show", round_id=round_.id),
            "questionnaire": names[round_.digest],
            "opens": words().date(round_.opens_at),
            "closes": words().date(round_.closes_at),
            "phase": say_phase(round_),
            **_totals(following.count_classes(session(), vault(), round_)),
        }
        for round_ in found
    ]
    return render("rounds", rounds=lines)


@bp.get("/rounds/new")
@policy(Staff(Role.coordinator))
def show_new() -> str:
    """Show the form of a new round."""
    return _form(replace(RoundForm.fresh(now()), digest=_usual()))


@bp.post("/rounds/new")
@policy(Staff(Role.coordinator))
def add() -> ResponseReturnValue:
    """Plan a round."""
    form = RoundForm.read(request.form)
    errors = form.check(words(), _senders())
    offered = {one.digest: one for one in shelf.get_published(session(), settings().questionnaires)}
    chosen = offered.get(form.digest) or next(iter(offered.values()), None)
    if chosen is None:
        errors["digest"] = words().text("There is no published questionnaire.")
    if errors or chosen is None:
        return _form(form, errors), 422
    try:
        stored = shelf.take(session(), chosen, now())
    except shelf.VersionTaken as error:
        message = "{name} {n} exists already with other content. Give this file a higher version number."
        errors["digest"] = words().text(message, name=error.questionnaire, n=error.version)
        return _form(form, errors), 422
    actor = person().actor
    opens, closes = form.moments()
    round_ = rounds.create_round(session(), vault(), stored, form.name, opens, closes, actor, now())
    plans.save_plan(session(), vault(), round_, form.plan())
    return to_round(round_)


@bp.get("/rounds/<round_id>")
@policy(Staff(Role.coordinator))
def show(round_id: str) -> str:
    """Show how far a round is, class by class, and what can be done."""
    round_ = reach.get_round(round_id)
    plan, counts = plans.get_plan(session(), vault(), round_), following.count_classes(session(), vault(), round_)
    names, totals = _names(), _totals(counts)
    days = response.get_days(session(), round_, now())
    return render(
        "round",
        head=make_head(round_),
        plan=_say_plan(plan, names),
        classes=counts,
        bars={one.group_id: response_picture.draw_class(one) for one in counts},
        chart=response_picture.draw(days, totals["asked"], words()),
        totals=totals,
        late=following.count_late(session(), round_),
        history=[_say_event(event, names) for event in plans.get_history(session(), round_)],
        change_url=url_for("rounds.show_change", round_id=round_.id),
        is_open=rounds.phase(round_, now()) is rounds.Phase.OPEN,
        is_closed=rounds.phase(round_, now()) is rounds.Phase.CLOSED,
        again=RoundForm.fresh(now()).closes,
        refused=REFUSED.get(request.args.get("refused", ""), ""),
    )


@bp.get("/rounds/<round_id>/change")
@policy(Staff(Role.coordinator))
def show_change(round_id: str) -> str:
    """Show the form with what a round is now."""
    round_ = reach.get_round(round_id)
    return _form(RoundForm.of(round_, plans.get_plan(session(), vault(), round_)), round_=round_)


@bp.post("/rounds/<round_id>/change")
@policy(Staff(Role.coordinator))
def change(round_id: str) -> ResponseReturnValue:
    """Store what was changed, and reckon anew when reminders are due."""
    round_ = reach.get_round(round_id)
    form = RoundForm.read(request.form)
    if errors := form.check(words(), _senders()):
        return _form(form, errors, round_), 422
    opens, closes = form.moments(round_)
    plans.change_round(session(), vault(), round_, form.name, opens, closes, form.plan(), person().actor, now())
    inviting.plan_reminders(session(), vault(), round_, now())
    return to_round(round_)


@bp.post("/rounds/<round_id>/close")
@policy(Staff(Role.coordinator))
def close(round_id: str) -> Response:
    """End a round now."""
    round_ = reach.get_round(round_id)
    try:
        plans.close_early(session(), vault(), round_, person().actor, now())
    except plans.BadEnd:
        return to_round(round_, refused="end")
    return to_round(round_)


@bp.post("/rounds/<round_id>/reopen")
@policy(Staff(Role.coordinator))
def reopen(round_id: str) -> Response:
    """Open an ended round again until a day to come."""
    round_ = reach.get_round(round_id)
    until = RoundForm.read(request.form).end()
    try:
        if until is None:
            raise plans.BadEnd("no day")
        plans.reopen(session(), vault(), round_, until, person().actor, now())
    except plans.BadEnd:
        return to_round(round_, refused="end")
    inviting.plan_reminders(session(), vault(), round_, now())
    return to_round(round_)


def say_phase(round_: Round) -> str:
    """Return in words where a round is in time."""
    said = words()
    when = {
        rounds.Phase.COMING: said.text("opens on {day}", day=said.date(round_.opens_at)),
        rounds.Phase.OPEN: said.text("open until {day}", day=said.date(round_.closes_at)),
        rounds.Phase.CLOSED: said.text("closed since {day}", day=said.date(round_.closes_at)),
    }
    return when[rounds.phase(round_, now())]


def make_head(round_: Round) -> dict[str, str]:
    """Return what stands on top of each page of a round."""
    return {
        "id": round_.id,
        "name": round_.name,
        "phase": say_phase(round_),
        "questionnaire": _questionnaires()[round_.digest],
        "url": url_for("rounds.show", round_id=round_.id),
    }


def to_round(round_: Round, refused: str | None = None) -> Response:
    """Go back to a round's page, which says what was refused."""
    return redirect(url_for("rounds.show", round_id=round_.id, refused=refused), 303)


def _form(form: RoundForm, errors: dict[str, str] | None = None, round_: Round | None = None) -> str:
    offered = [] if round_ else shelf.get_published(session(), settings().questionnaires)
    return render(
        "round_form",
        form=form,
        errors=errors or {},
        senders=_senders(),
        questionnaires=[(one.digest, _title(one)) for one in offered],
        round=make_head(round_) if round_ else None,
        usual=form.usual(),
        places=", ".join(f"{{{place}}}" for place in ("first_name", "mentor", "school", "until")),
    )


def _usual() -> str:
    """Return the questionnaire of the newest round where it is offered still, else the one with the most questions."""
    offered = shelf.get_published(session(), settings().questionnaires)
    sizes = {one.digest: len(one.definition.questions) for one in offered}
    last = next((round_.digest for round_ in rounds.get_rounds(session())), "")
    return last if last in sizes else max(sizes, key=sizes.__getitem__, default="")


def _title(offered: shelf.Offered) -> str:
    definition = offered.definition
    return f"{words().words(definition.title) or definition.id} ({definition.id} {definition.version})"


def _questionnaires() -> dict[str, str]:
    return {one.digest: f"{one.questionnaire} {one.version}" for one in session().scalars(select(StoredDefinition))}


def _senders() -> dict[str, str]:
    """Return who may sign, by id: those who work here and know students."""
    roles = (Role.mentor.value, Role.coordinator.value)
    statement = select(Colleague).where(Colleague.disabled_at.is_(None), Colleague.role.in_(roles))
    key = school_key(session(), vault())
    found = {one.id: open_name(key, one) for one in session().scalars(statement)}
    return dict(sorted(found.items(), key=lambda item: item[1].casefold()))


def _names() -> dict[str, str]:
    """Return the names of everyone who works or worked here, by id."""
    key = school_key(session(), vault())
    return {one.id: open_name(key, one) for one in session().scalars(select(Colleague))}


def _say_plan(plan: plans.Plan, names: dict[str, str]) -> dict[str, str]:
    said = words()
    sender = names.get(plan.sender_id or "", "") or said.text("each class's own mentor")
    reminders = said.text("none")
    if plan.reminders:
        reminders = said.plural(
            "{n} at most, {days} days apart", "{n} at most, {days} days apart", plan.reminders, days=plan.remind_days
        )
    return {"sender": sender, "reminders": reminders}


def _say_event(event: Event, names: dict[str, str]) -> dict[str, str]:
    who = names.get(event.actor.removeprefix("staff:"), words().text("the system"))
    what = words().text(HISTORY.get(event.action, event.action))
    return {"what": what, "who": who, "when": say_moment(event.at.astimezone(ZONE), words())}


def _totals(counts: list[following.ClassCount]) -> dict[str, int]:
    names = ("asked", "to_ask", "unreached", "started", "finished")
    return {name: sum(getattr(count, name) for count in counts) for name in names}
