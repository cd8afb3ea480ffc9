"""What the events of the record are called, for who reads them; one without a name here is shown as it is recorded."""

from __future__ import annotations

from survey.i18n import Catalogue


def say(words: Catalogue, action: str) -> str:
    """Return an event in words; of a family such as `staff.role_mentor` the last word stays as it is recorded."""
    said = names(words)
    if action in said:
        return said[action]
    family = next((name for name in said if name[-1] in "_." and action.startswith(name)), "")
    return f"{said[family]} {action.removeprefix(family)}" if family else action


def names(words: Catalogue) -> dict[str, str]:
    """Return the names of the events that staff most often read of."""
    said = words.text
    return {
        "student.view": said("looked at a student"),
        "student.add": said("added a student"),
        "student.move": said("moved a student to another class"),
        "student.merge": said("put two records of a student together"),
        "student.pass": said("passed a student to a colleague"),
        "student.remove": said("removed a student"),
        "student.expire": said("erased a student whose term of keeping was over"),
        "student.invite": said("invited a student"),
        "student.correct.": said("corrected of a student:"),
        "sitting.start": said("started answering"),
        "sitting.answer": said("answered a page"),
        "sitting.send": said("sent the answers in"),
        "sitting.finalise": said("finalised the answers"),
        "sitting.erase": said("erased answers"),
        "report.ready": said("made a document"),
        "report.download": said("downloaded a document"),
        "report.retry": said("had a document made again"),
        "flag.take": said("took a flag up"),
        "flag.escalate": said("passed a flag to the coordinator"),
        "class.print_cards": said("printed the links of a class"),
        "class.print_poster": said("printed a poster"),
        "class.print_overview": said("printed the overview of a class"),
        "class.invite": said("invited a class"),
        "class.remind": said("reminded a class"),
        "class.hand_over": said("handed a class over"),
        "round.create": said("made a round"),
        "round.close": said("closed a round"),
        "round.reopen": said("opened a round again"),
        "import.store": said("imported students"),
        "import.undo": said("undid an import"),
        "settings.change": said("changed the settings"),
        "settings.names": said("changed the school's name or phone"),
        "settings.logo": said("changed the logo"),
        "region.grant": said("let a region see counts"),
        "region.revoke": said("let a region see counts no more"),
        "region.view": said("looked at counts of schools"),
        "trail.student": said("looked a student up in the record"),
        "trail.export": said("took the record along"),
        "school.create": said("made the school"),
        **_of_accounts(words),
    }


def _of_accounts(words: Catalogue) -> dict[str, str]:
    """Return the names of what happens to the accounts of staff."""
    said = words.text
    return {
        "staff.add": said("made an account"),
        "staff.invite_": said("invited a colleague as"),
        "staff.role_": said("gave a colleague the role"),
        "staff.close": said("closed an account"),
        "staff.reopen": said("opened an account again"),
        "staff.profile": said("changed a colleague's name or phone"),
        "staff.forgotten": said("mailed a link for a forgotten password"),
        "staff.password": said("gave the password"),
        "staff.password_set": said("chose a password"),
        "staff.prove": said("proved again who it is"),
        "staff.sign_in": said("signed in"),
        "staff.sign_out": said("signed out"),
        "staff.end_session": said("signed another browser out"),
        "factor.add": said("set up a second step"),
        "factor.remove": said("took a second step away"),
        "factor.remove_all": said("took every second step away"),
        "recovery.new": said("made recovery codes"),
        "recovery.use": said("used a recovery code"),
    }
