"""What a school has to account for, drawn up from a questionnaire: processing register, DPIA, algorithm register; pure.

The headings are those of article 30 GDPR, of the 17 points of the Model DPIA Rijksdienst 2.0 (2023) and of the
publication standard 1.0 of the Dutch Algoritmeregister. What only the school can say stays open, marked `OPEN`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from survey.definition.model import Definition
from survey.sheet import Sheet, Table, Words

OPEN = "…"
Rows = tuple[tuple[str, str], ...]
DIGITS = 16  # of a digest, enough to tell files apart


@dataclass(frozen=True, slots=True)
class Keeper:
    """The school that answers for the data; what is not known is empty, months 0."""

    name: str = ""
    contact: str = ""
    objection_to: str = ""
    retention_months: int = 0


def compose_account(definition: Definition, keeper: Keeper, words: Words) -> Sheet:
    """Give the three papers of a questionnaire in a language, as one sheet."""
    writer = _Writer(definition, keeper, words)
    text = words.text
    return Sheet(
        language=words.language,
        direction=words.direction,
        title=text("Accounting for “{title}”", title=words.words(definition.title) or definition.id),
        name=text("Questionnaire {name}", name=f"{definition.id} {definition.version}"),
        facts=((text("School"), keeper.name or OPEN), (text("Digest of the file"), definition.digest[:DIGITS] or OPEN)),
        screens=(),
        groups=(
            (text("Register of processing (article 30 GDPR)"), (writer.register(),)),
            (text("What is asked, what for, and who reads it"), tuple(writer.topics())),
            (text("Impact on data protection (DPIA), by the 17 points of the Dutch model"), writer.assessment()),
            (text("Register of algorithms (publication standard 1.0)"), writer.algorithm()),
        ),
        chapters=((text("How to use this"), writer.advice()),),
    )


class _Writer:
    """Writes the parts."""

    def __init__(self, definition: Definition, keeper: Keeper, words: Words) -> None:
        self.definition, self.keeper, self.words, self.text = definition, keeper, words, words.text
        self.asked = [each for each in definition.questions.values() if each.takes_answer]

    def advice(self) -> str:
        """Say what stands here and what does not."""
        return self.text(
            "This follows from the questionnaire and from what the program does. Where “{open}” stands, the school "
            "fills in what only the school knows. Open it in a word processor, or print it. It is a draft: your data "
            "protection officer decides.",
            open=OPEN,
        )

    def register(self) -> Table:
        """Give the entry of the register of processing."""
        text = self.text
        rows = (
            (text("Controller"), self._join((self.keeper.name, self.keeper.contact))),
            (text("Data protection officer"), self.keeper.objection_to or OPEN),
            (text("Purposes"), self._purpose()),
            (text("Legal ground"), self._ground()),
            (text("People concerned"), self._people()),
            (text("Kinds of data"), self._data()),
            (text("Sensitive questions"), self._sensitive()),
            (text("Receivers"), self._receivers()),
            (text("Outside the European Union"), self._abroad()),
            (text("Kept for"), self._kept()),
            (text("Security"), self._security()),
        )
        return self._table("", rows)

    def topics(self) -> Iterable[Table]:
        """Give a table of each topic with its questions."""
        text = self.text
        columns = tuple(map(text, ("Question", "What for", "Ground", "Read by", "Shared with, after a yes")))
        topics: dict[str, list[tuple[str, ...]]] = {}
        for question in self.asked:
            said = self._say(question.text) or question.id
            if question.sensitive:
                said = text("{question} (sensitive)", question=said)
            ground = self._say(question.ground) or text("as the whole")
            row = (
                said,
                self._say(question.purpose) or OPEN,
                ground,
                self._roles(question.seen_by),
                self._roles(question.shared_with),
            )
            topics.setdefault(question.topic or "", []).append(row)
        for topic, rows in topics.items():
            title = self._say(self.definition.topics.get(topic, {})) or topic or text("Other questions")
            yield Table(title, (), columns, tuple(rows))

    def assessment(self) -> tuple[Table, ...]:
        """Give the four parts of a DPIA."""
        text = self.text
        risks = tuple((risk, done, OPEN) for risk, done in self._risks())
        columns = text("Risk"), text("What the program does"), text("What remains, and how likely and severe it is")
        decided = (text("Measures of the school"), OPEN), (text("Decision, and when it is looked at again"), OPEN)
        return (
            self._table(text("A. What is processed"), self._processed()),
            self._table(text("B. Is it lawful?"), self._lawful()),
            Table(text("C. Risks (point 16)"), (), columns, risks),
            self._table(text("D. Measures (point 17)"), decided),
        )

    def _processed(self) -> Rows:
        """Give points 1 to 10."""
        text = self.text
        return (
            ("1. " + text("Proposal"), self._purpose()),
            ("2. " + text("Personal data"), self._join((self._data(), self._sensitive()))),
            (
                "3. " + text("Processing"),
                text(
                    "Ask by phone, keep, add points by open rules, let staff review, set a document, hand it over when"
                    " the student agreed, erase."
                ),
            ),
            ("4. " + text("Purposes"), self._purpose()),
            ("5. " + text("Parties"), self._join((self.keeper.name or OPEN, self._receivers()))),
            (
                "6. " + text("Interests"),
                text(
                    "Of the student: help in time, and a say in what is shared. Of the school: to keep nobody out of"
                    " sight. Of the municipality: to know whom to call."
                ),
            ),
            ("7. " + text("Places"), self._abroad()),
            ("8. " + text("Technique and method"), self._method()),
            ("9. " + text("Law and policy"), self._join((self._ground(), OPEN))),
            ("10. " + text("Terms of keeping"), self._kept()),
        )

    def _lawful(self) -> Rows:
        """Give points 11 to 15."""
        text = self.text
        return (
            ("11. " + text("Legal ground"), self._ground()),
            ("12. " + text("Special categories"), self._join((self._sensitive(), OPEN))),
            (
                "13. " + text("Bound to the purpose"),
                text(
                    "Each question carries its purpose. Nobody gets answers for another one: a receiver outside the"
                    " school gets a document, with what the student agreed to."
                ),
            ),
            (
                "14. " + text("Necessary and proportionate"),
                text(
                    "{n} questions, some of them only after an earlier answer; taking part is voluntary."
                    " Why each is needed stands above.",
                    n=len(self.asked),
                ),
            ),
            (
                "15. " + text("Rights of the student"),
                text(
                    "By the own link: read, correct, download, erase, and take an agreement back. Objections go"
                    " to: {whom}",
                    whom=self.keeper.objection_to or OPEN,
                ),
            ),
        )

    def algorithm(self) -> tuple[Table, ...]:
        """Give the entry of the register of algorithms."""
        text = self.text
        working = (
            (text("Data"), self._data()),
            (text("Technical working"), self._method()),
            (text("Supplier"), text("Overstap; the school runs it itself")),
            (text("Source code"), OPEN),
        )
        return (
            self._table(text("General"), self._general()),
            self._table(text("Responsible use"), self._used()),
            self._table(text("Working"), working),
        )

    def _general(self) -> Rows:
        text = self.text
        return (
            (
                text("Name"),
                (
                    f"{self._say(self.definition.title) or self.definition.id} ({self.definition.id}"
                    f" {self.definition.version})"
                ),
            ),
            (
                text("Short description"),
                text(
                    "Asks students who leave school what is not arranged yet, adds points by open rules for each"
                    " subject, and shows staff where a talk may be needed."
                ),
            ),
            (text("Organisation"), self.keeper.name or OPEN),
            (text("Theme"), text("Education")),
            (text("Status and start"), OPEN),
            (text("Contact"), self.keeper.contact or OPEN),
            (text("Category of publication"), OPEN),
        )

    def _used(self) -> Rows:
        text = self.text
        return (
            (
                text("Goal and impact"),
                self._join((self._purpose(), text("The outcome opens a talk. It gives and takes away no right."))),
            ),
            (
                text("Considerations"),
                text("Open rules that a student can be told in words were chosen over a model that predicts."),
            ),
            (
                text("Human intervention"),
                text(
                    "Someone of the school reads the answers and the outcome, talks with the student, may set the"
                    " outcome aside with a reason, and finalises. Nothing leaves the school by a score alone."
                ),
            ),
            (
                text("Risk management"),
                text(
                    "See part C above. The page “Quality of the questionnaire” shows how the questions do with the"
                    " school's own students."
                ),
            ),
            (text("Legal basis"), self._ground()),
            (text("Impact assessments"), text("DPIA: see above. Others: {open}", open=OPEN)),
        )

    def _table(self, title: str, rows: Rows) -> Table:
        return Table(title, (), (self.text("Subject"), self.text("What can be said of it")), rows)

    def _say(self, said: dict[str, str]) -> str:
        return " ".join(self.words.words(said).split())

    def _join(self, parts: Iterable[str]) -> str:
        return " ".join(part if part.endswith((".", OPEN)) else f"{part}." for part in parts if part) or OPEN

    def _roles(self, roles: Iterable[str]) -> str:
        return ", ".join(self.text(role) for role in roles) or "–"

    def _purpose(self) -> str:
        return self.text(
            "Offer guidance from school to work, and hand over to the municipality what the student agreed to."
        )

    def _ground(self) -> str:
        own = {self._say(each.ground): None for each in self.asked}
        return self._join([self._say(self.definition.ground), *(each for each in own if each)])

    def _people(self) -> str:
        return self.text(
            "Students who leave this school, the second contact persons whom they name, and staff with an account."
        )

    def _data(self) -> str:
        topics = dict.fromkeys(self._say(self.definition.topics.get(each.topic or "", {})) for each in self.asked)
        return self.text(
            "Name, date of birth, ways to be reached, municipality, programme and diploma. Answers on: {topics}. What "
            "staff note, agree and offer. No citizen service number (BSN), no photo, no diagnosis.",
            topics=", ".join(each for each in topics if each) or OPEN,
        )

    def _sensitive(self) -> str:
        found = [f"“{self._say(each.text) or each.id}”" for each in self.asked if each.sensitive]
        return (
            self.text("Marked sensitive: {questions}", questions=", ".join(found))
            if found
            else self.text("None is marked sensitive.")
        )

    def _receivers(self) -> str:
        def name(chosen: list[tuple[str, ...]]) -> str:
            return self._roles(dict.fromkeys(role for roles in chosen for role in roles))

        return self.text(
            "At school: {inside}. Outside, only after an own yes for each subject: {outside}.",
            inside=name([each.seen_by for each in self.asked]),
            outside=name([each.shared_with for each in self.asked]),
        )

    def _abroad(self) -> str:
        return self.text(
            "The program runs on the school's own server and calls no other service. Server, and who carries mail and"
            " text messages: {open}",
            open=OPEN,
        )

    def _kept(self) -> str:
        if not self.keeper.retention_months:
            return OPEN
        return self.text("{n} months; then the program erases them by itself.", n=self.keeper.retention_months)

    def _security(self) -> str:
        return self.text(
            "Answers, names and documents are sealed with AES-256-GCM, a key for each student's answers, the master key"
            " outside the database. Staff have a role, a second step and a session that ends. Every view and change is"
            " recorded in a chain that shows alterations. A document that leaves carries the school's seal."
        )

    def _method(self) -> str:
        scales = ", ".join(self._say(each.text) or each.id for each in self.definition.scales.values()) or OPEN
        return self.text(
            "Points of answers are added for each subject ({scales}) and put into words by fixed bounds; of {n} rules"
            " the first row that holds counts. No machine learning: the same answers always give the same outcome. The"
            " overview of the questionnaire shows every point, bound and rule.",
            scales=scales,
            n=len(self.definition.rules),
        )

    def _risks(self) -> list[tuple[str, str]]:
        """Give what can go wrong for a student, and what the program does about it."""
        text = self.text
        return [
            (
                text("Somebody reads answers without a task"),
                text("Roles; a mentor sees own students only; each view is recorded."),
            ),
            (
                text("A link or a code comes into other hands"),
                text("They cannot be guessed, can be revoked, and show an outcome only after the date of birth."),
            ),
            (
                text("A student feels forced to answer or to share"),
                text(
                    "Voluntary, stop at any time; nothing is shared without a yes for each subject, which can be taken"
                    " back."
                ),
            ),
            (
                text("The outcome is taken for a decision"),
                text(
                    "Words before numbers; a person finalises; each document says that it is no ground for a decision."
                ),
            ),
            (
                text("The rules treat a group unfairly"),
                text(
                    "No rule may read a question about a personal fact (“about”); how questions do is measured for the"
                    " school's own students."
                ),
            ),
            (
                text("An urgent worry is seen too late"),
                text("Alarms reach a named colleague, then the coordinator; the student reads help lines at once."),
            ),
            (
                text("Data are stolen or kept too long"),
                text(
                    "Sealed at rest, in backups too; erased after the term by destroying the key, also after a restore."
                ),
            ),
        ]
