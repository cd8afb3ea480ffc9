"""What the events of the record are called, for who reads them."""

from __future__ import annotations

from survey.i18n import Catalogue
from survey.timeline import SAID


def say(words: Catalogue, action: str) -> str:
    """Return an event in words; of a family such as `staff.role_mentor` the last word stays as it is recorded."""
    said = names(words)
    if action in said:
        return said[action]
    family = next((name for name in said if name[-1] in "_." and action.startswith(name)), "")
    return f"{said[family]} {action.removeprefix(family)}" if family else action


def names(words: Catalogue) -> dict[str, str]:
    """Return the names of the events: those of a student's timeline, and what is in the record only."""
    text = words.text
    return {
        **{action: text(said) for action, said in SAID.items()},
        "student.view": text("looked at a student"),
        "student.facts": text("looked at a student's facts"),
        "student.merged_away": text("took a double of a student away"),
        "student.remove": text("removed a student"),
        "student.expire": text("erased a student whose term of keeping was over"),
        "student.correct.": text("corrected of a student:"),
        "log.view": text("looked at a log"),
        "offers.view": text("looked at the offers to a student"),
        "sitting.answer": text("answered a page"),
        "consent.give": text("consented to a question"),
        "consent.withdraw": text("took the consent to a question back"),
        "document.view": text("looked at a document"),
        "document.offered": text("gave a document to the student to read"),
        "document.too_late": text("answered on a document that was new meanwhile"),
        "invitation.quiet": text("wants no more reminders"),
        "invitation.remove": text("took the invitation of a double away"),
        "mail.retry": text("had a message sent again"),
        "municipality.confirm": text("confirmed a municipality"),
        "export.": text("took students along:"),
        **_of_classes(words),
        **_of_accounts(words),
    }


def _of_classes(words: Catalogue) -> dict[str, str]:
    """Return the names of what happens to classes, rounds, lists, questionnaires and the school itself."""
    text = words.text
    return {
        "class.copy_links": text("looked at the links of a class"),
        "class.name_deputy": text("named a deputy"),
        "class.drop_deputy": text("took a deputy away"),
        "class.print_cards": text("printed the links of a class"),
        "class.print_poster": text("printed a poster"),
        "class.print_overview": text("printed the overview of a class"),
        "class.invite": text("invited a class"),
        "class.remind": text("reminded a class"),
        "class.hand_over": text("handed a class over"),
        "round.create": text("made a round"),
        "round.change": text("changed a round"),
        "round.extend": text("made a round longer"),
        "round.shorten": text("made a round shorter"),
        "round.close": text("closed a round"),
        "round.reopen": text("opened a round again"),
        "import.receive": text("sent a list of students"),
        "import.decide": text("decided on a list of students"),
        "import.refused": text("took the refused rows of a list along"),
        "import.drop": text("threw a list of students away"),
        "import.store": text("imported students"),
        "import.undo": text("undid an import"),
        "questionnaire.upload": text("uploaded a questionnaire"),
        "questionnaire.publish": text("published a questionnaire"),
        "questionnaire.retire": text("retired a questionnaire"),
        "questionnaire.restore": text("offered a questionnaire again"),
        "questionnaire.drop": text("threw a draft of a questionnaire away"),
        "recording.keep": text("added a recording"),
        "recording.drop": text("removed a recording"),
        "settings.change": text("changed the settings"),
        "settings.names": text("changed the school's name or phone"),
        "settings.logo": text("changed the logo"),
        "region.grant": text("let a region see counts"),
        "region.revoke": text("let a region see counts no more"),
        "region.view": text("looked at counts of schools"),
        "trail.student": text("looked a student up in the record"),
        "trail.export": text("took the record along"),
        "school.create": text("made the school"),
    }


def _of_accounts(words: Catalogue) -> dict[str, str]:
    """Return the names of what happens to the accounts of staff."""
    text = words.text
    return {
        "staff.add": text("made an account"),
        "staff.invite_": text("invited a colleague as"),
        "staff.role_": text("gave a colleague the role"),
        "staff.close": text("closed an account"),
        "staff.reopen": text("opened an account again"),
        "staff.profile": text("changed a colleague's name or phone"),
        "staff.forgotten": text("mailed a link for a forgotten password"),
        "staff.password": text("gave the password"),
        "staff.password_set": text("chose a password"),
        "staff.prove": text("proved again who it is"),
        "staff.sign_in": text("signed in"),
        "staff.sign_out": text("signed out"),
        "staff.end_session": text("signed another browser out"),
        "factor.add": text("set up a second step"),
        "factor.remove": text("took a second step away"),
        "factor.remove_all": text("took every second step away"),
        "recovery.new": text("made recovery codes"),
        "recovery.use": text("used a recovery code"),
    }
