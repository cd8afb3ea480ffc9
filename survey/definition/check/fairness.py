"""Facts about a person that no score may read, when its outcome goes into a document (docs/checks.md)."""

from __future__ import annotations

from collections.abc import Iterator

from survey.definition.calculated import answers_behind, calculated_in
from survey.definition.check.references import scoring_conditions
from survey.definition.finding import Finding, Source
from survey.definition.model import Definition
from survey.definition.prefill import about
from survey.expression import tree

#: Parts of an id that give such a fact away, in Dutch and English.
TELLING = frozenset(
    """
    nationaliteit nationality geboorteland geboorteplaats birthplace birth_country herkomst afkomst migratie migration
    migratieachtergrond etniciteit ethnicity thuistaal moedertaal religie religion geloof godsdienst geslacht sekse
    gender sex leeftijd age geboortedatum geboortejaar birthdate dob postcode zipcode postal huishouden household
    gezinssituatie diagnose diagnosis medicatie medication strafblad criminal justitie verzuim spijbelen absence
    truancy leerweg
    """.split()
)
#: Ids that give it away only when they stand alone: `niveau` is the level, `niveau_rust` need not be.
ALONE = frozenset(
    "naam name voornaam achternaam first_name last_name surname ouders parents gezin family taal language niveau level "
    "track opleidingsniveau birth_date postal_code zip".split()
)


def check(definition: Definition, source: Source) -> Iterator[Finding]:
    """Find scores that read what they must not; norms by age or sex are for definitions without a report."""
    yield from _reckoned_days(definition, source)
    if definition.report is None:
        return
    scored = _scored(definition)
    for name, question in definition.questions.items():
        if name not in scored:
            continue
        line = source.line(*scored[name])
        if (fact := about(question)) is not None:
            message = f"`{name}` is about {fact}, and line {line} scores it; no score may read that"
            yield source.finding("E251", message, "questions", name, "about" if question.about else "prefill")
        elif tells(name):
            message = f"`{name}` looks like a fact that no score may read, and line {line} scores it; rename it if not"
            yield source.finding("E252", message, "questions", name)


def _reckoned_days(definition: Definition, source: Source) -> Iterator[Finding]:
    """Find scores that reckon with days: those decide routes and plan, and say nothing of what is arranged."""
    dated = {name for name, each in calculated_in(definition).items() if _has_days(each.value.tree)}
    for path, expression, _ in scoring_conditions(definition):
        behind = [name for name in expression.names if name in dated]
        if _has_days(expression.tree) or behind:
            message = "a score does not reckon with days; they are for `show_if:`, checks and texts"
            yield source.finding("E253", message, *path)
    for scale in definition.scales.values():
        for index, term in enumerate(scale.of):
            if term.ref in dated:
                message = f"`{term.ref}` is reckoned from days, and a score does not reckon with those"
                yield source.finding("E253", message, "scales", scale.id, "of", index)


def _has_days(node: tree.Tree) -> bool:
    """Tell whether something is reckoned from days."""
    return any(isinstance(part, tree.Between) for part in tree.parts_of(node))


def tells(name: str) -> bool:
    """Tell whether an id names a fact that no score may read."""
    bare = name.rstrip("0123456789").rstrip("_")
    return bare in ALONE or not TELLING.isdisjoint({bare, *bare.split("_")})


def _scored(definition: Definition) -> dict[str, tuple[str | int, ...]]:
    """Give each question that a scale, count, rule or flag reads, with the place where."""
    scored: dict[str, tuple[str | int, ...]] = {}
    for scale in definition.scales.values():
        for index, term in enumerate(scale.of):
            if term.ref is not None:
                scored.setdefault(term.ref, ("scales", scale.id, "of", index))
        if scale.by is not None:
            scored.setdefault(scale.by, ("scales", scale.id, "by"))
    for path, expression, _ in scoring_conditions(definition):
        for name in expression.names:
            scored.setdefault(name, path)
    for name, path in list(scored.items()):
        for behind in answers_behind(definition, [name]):
            scored.setdefault(behind, path)
    return scored
