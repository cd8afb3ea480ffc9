"""The concept as the student reads it: one subject at a time, with what of it can be let be shared or not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from survey.report.document import Block, Domains, Items, Paragraph, Part
from survey.report.domains import compose_domains
from survey.report.parts import (
    arranged_blocks,
    circumstance_blocks,
    compose_box,
    compose_sections,
    identity_rows,
    offer_rows,
    reach_rows,
    review_blocks,
    rows,
    school_rows,
)
from survey.report.sections import (
    ARRANGED,
    DESTINATION,
    OFFERS,
    OPEN,
    REACH,
    REVIEW,
    Section,
    domain_id,
    list_sections,
    part_id,
)
from survey.report.source import Source


@dataclass(frozen=True, slots=True)
class Shown:
    """One section with what stands in it; without a section it is in the document whatever else is shared."""

    section: Section | None
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One subject on one screen."""

    id: str
    title: str
    shown: tuple[Shown, ...]

    @property
    def sections(self) -> tuple[Section, ...]:
        """Return what is asked on this screen."""
        return tuple(each.section for each in self.shown if each.section is not None)


def read_steps(source: Source) -> tuple[Step, ...]:
    """Give the concept in its order; each section of `list_sections` stands on exactly one screen."""
    words = source.words
    sections = {each.id: each for each in list_sections(source)}
    before, after = compose_sections(source)
    return tuple(
        step
        for step in (
            Step("question", words.text("The question to the municipality"), (Shown(None, _box(source)),)),
            Step("person", words.text("Who you are"), _person(source, sections)),
            *_parts(before, sections),
            Step("domains", words.text("What it is about"), tuple(_domains(source, sections))),
            _one(OPEN, circumstance_blocks(source), sections),
            *_parts(after, sections),
            _one(REVIEW, review_blocks(source), sections),
            _one(ARRANGED, arranged_blocks(source), sections),
            _one(OFFERS, rows(offer_rows(source)), sections),
        )
        if step is not None and step.shown
    )


def _box(source: Source) -> tuple[Block, ...]:
    box = compose_box(source)
    return (Paragraph(box.question), *(Paragraph(line) for line in box.lines))


def _person(source: Source, sections: dict[str, Section]) -> tuple[Shown, ...]:
    """Give who it is, always in the document, and how to reach this person, which is asked."""
    known = Shown(None, rows((*identity_rows(source, with_codes=False), *school_rows(source, with_codes=False))))
    reach = sections.get(REACH)
    return (known, Shown(reach, rows(reach_rows(source)))) if reach else (known,)


def _parts(parts: Iterable[Part], sections: dict[str, Section]) -> Iterable[Step]:
    for part in parts:
        section = sections.get(part_id(part.id)) or (sections.get(DESTINATION) if part.id == DESTINATION else None)
        if section is not None:
            yield Step(f"part-{part.id}", section.title, (Shown(section, part.blocks),))


def _domains(source: Source, sections: dict[str, Section]) -> Iterable[Shown]:
    """Give each domain as one thing to say yes or no to."""
    titles = {section.title: section for name, section in sections.items() if name.startswith(domain_id(""))}
    for block in compose_domains(source):
        for each in block.domains if isinstance(block, Domains) else ():
            if (section := titles.get(each.title)) is not None:
                reasons = (Items(each.reasons),) if each.reasons else ()
                yield Shown(section, (Paragraph(each.band), *reasons))


def _one(name: str, blocks: tuple[Block, ...], sections: dict[str, Section]) -> Step | None:
    section = sections.get(name)
    return Step(name, section.title, (Shown(section, blocks),)) if section and blocks else None
