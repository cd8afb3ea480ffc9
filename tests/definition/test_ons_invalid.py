"""The mistakes that the ONS questionnaire validator knows, in our language: each is found, or cannot be made here.

The names are in ons_invalid.txt, with their source.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.definition.check import check
from survey.definition.finding import Finding
from survey.definition.load import parse
from survey.rehearse import rehearse

NAMES = [
    line for line in (Path(__file__).parent / "ons_invalid.txt").read_text("utf-8").splitlines() if line[:1] not in ("#", "")
]

#: A sound definition; each mistake changes one text in it.
SOUND = """\
id: proef
version: 1
questions:
  werk:
    text: Heb je werk?
    options: {ja: 0, nee: 1}
  uren:
    kind: number
    text: Hoeveel uur?
    show_if: werk == ja
    min: 0
    max: 40
  baas: {kind: short_text, text: Wie is je baas?, required: false}
  hulp:
    kind: choices
    text: Waarbij wil je hulp?
    options: {geld: 1, wonen: 1, niets: {points: 0, exclusive: true}}
  begin: {kind: date, text: Wanneer begin je?, min: 2026-01-01, max: 2027-12-31}
pages:
  - werk
  - uren
  - {id: rest, questions: [baas, hulp, begin]}
scales:
  last: {op: sum, of: [werk, hulp], bands: [{below: 2, label: goed}, {label: veel}]}
  drukte: {op: mean, of: [last, -werk]}
counts:
  zaken: [{id: geen_werk, when: werk == nee}, {id: geldzorg, when: geld in hulp}]
rules:
  - set: actie
    cases:
      - {when: last.band == veel, value: bel}
      - {value: niets}
flags:
  - {id: alarm, when: geld in hulp, text: Heeft geldzorgen.}
report:
  scales: [last]
  sections: [{id: eigen, questions: [baas]}]
"""

#: name -> code of the finding, the text that is changed, what it becomes.
MISTAKES = {
    "block_type": ("E014", "kind: number", "kind: slider"),
    "answer_codes_answer_id_with_no_code": ("E108", "options: {ja: 0, nee: 1}", "options: {}"),
    "answer_comparison_types": ("E106", "when: werk == nee", "when: werk > baas"),
    "answer_source_reference": ("E106", "show_if: werk == ja", "show_if: werkk == ja"),
    "answer_type_for_question_summary": ("E202", "of: [werk, hulp]", "of: [werk, baas]"),
    "answer_value_in_when_rule": ("E106", "show_if: werk == ja", "show_if: werk == jawel"),
    "calculated_summary": ("E102", "of: [werk, hulp]", "of: [werk, helpt]"),
    "calculated_summary_answer_ranges": ("E204", "{below: 2, label: goed}", "{below: 2, label: goed}, {below: 1, label: matig}"),
    "calculated_summary_units_mismatch": ("E202", "of: [werk, hulp]", "of: [werk, begin]"),
    "calculations_value_source": ("E106", "{op: mean, of: [last, -werk]}", "{value: last + totaal}"),
    "custom_list_summary": ("E102", "questions: [baas]}]", "questions: [bazen]}]"),
    "default_theme_metadata_field": ("E015", "version: 1", "version: 1\ntheme: groen"),
    "duplicate_ids": ("E005", "  baas: {", "  werk: {"),
    "grand_calculated_summary": ("E102", "of: [last, -werk]", "of: [laast, -werk]"),
    "grand_calculated_summary_before_calculated_summary": ("E206", "of: [werk, hulp]", "of: [werk, drukte]"),
    "html_tags": ("W266", "text: Heb je werk?", "text: Heb je <em>werk</em>?"),
    "hub_and_spoke_and_summary_confirmation_non_existent": ("E102", "scales: [last]", "scales: [laast]"),
    "hub_section_definition": ("E017", "sections: [{id: eigen, questions: [baas]}]", "sections: eigen"),
    "introduction_block": ("E017", "  - werk\n", "  - {id: werk, questions: werk}\n"),
    "metadata": ("E261", "text: Heb je werk?", "text: 'Dag {leerling}, heb je werk?'"),
    "mm_yyyy_date_range_period": ("E017", "min: 2026-01-01", "min: 2028-01-01"),
    "mutually_exclusive_conditions": ("E113", "show_if: werk == ja", "show_if: werk == ja and werk == nee"),
    "new_calculated_summary": ("E102", "of: [werk, hulp]", "of: [werk, hulp, helpt]"),
    "new_calculated_summary_answer_after_calculated_summary": ("E105", "show_if: werk == ja", "show_if: last > 1"),
    "new_calculated_summary_answer_in_different_section": ("E105", "show_if: werk == ja", "show_if: answered(hulp)"),
    "new_calculated_summary_answer_ranges": ("W207", "{below: 2, label: goed}", "{below: 9, label: goed}"),
    "placeholder_answer_and_transform_unit_match": ("E261", "text: Hoeveel uur?", "text: 'Hoeveel {uren|uur}?'"),
    "placeholder_answer_type_from_transform": ("E261", "text: Hoeveel uur?", "text: 'Hoeveel uur, {date|upper}?'"),
    "placeholder_answer_type_from_transform_number": ("E261", "text: Hoeveel uur?", "text: 'Hoeveel uur, {0}?'"),
    "placeholder_option_label_from_value": ("E261", "{below: 2, label: goed}, {label: veel}]}", "{label: veel}], sentences: {veel: 'Veel {geld}.'}}"),
    "placeholder_plurals": ("E261", "text: Hoeveel uur?", "text: 'Hoeveel {n|plural} uur?'"),
    "placeholder_source_ids": ("E261", "text: Hoeveel uur?", "text: 'Hoeveel uur bij {bazen}?'"),
    "q_code": ("E017", "  baas: {", "  1baas: {"),
    "q_code_regex_pattern": ("E112", "options: {ja: 0, nee: 1}", 'options: {ja: 0, "nee, nee": 1}'),
    "quotes_in_schema_text": ("E001", "text: Heb je werk?", 'text: "Heb je "werk"?"'),
    "survey_id_whitespace": ("E017", "id: proef", "id: pr oef"),
    "string_transforms": ("E261", "text: Heb je werk?", "text: 'Dag {first_name.upper}, heb je werk?'"),
    "theme": ("E015", "version: 1", "version: 1\ntheme: {naam: groen}"),
    "validation_sum_against_total_different_answer_types": ("E106", "when: last.band == veel", "when: last == veel"),
    "value_source_calculated_and_grand_calculated_summary": ("E106", "when: last.band == veel", "when: laast.band == veel"),
    "when_comparison_list": ("E018", "show_if: werk == ja", 'show_if: "werk in [ja, nee"'),
    "when_condition_list_property": ("E106", "when: geld in hulp, text", "when: geld in werken, text"),
    "when_condition_property": ("E018", "show_if: werk == ja", "show_if: werk = ja"),
    "whitespaces_in_schema_text": ("W267", "text: Heb je werk?", "text: 'Heb je werk? '"),
}

LISTS = "there are no lists that a student adds entries to: each question is asked once"
RELATIONS = "there are no questions on how people are related"
VARIANTS = "a question has one form: what differs is another question with its own id and `show_if`"
JUMPS = "an answer does not jump to a page: the path follows from `show_if` alone, so nothing can point to a wrong block"
HUB = "there is one path, and no hub with parts to be done in any order"
#: name -> why the mistake cannot be made here.
CANNOT = {
    "answer_action_redirect_to_list_add_block_no_params": JUMPS,
    "answer_action_redirect_to_list_add_block_params": JUMPS,
    "answer_action_redirect_to_list_add_block_unexpected_params": JUMPS,
    "dynamic_answers_no_answer_object": LISTS,
    "grand_calculated_summary_inside_repeating_section": LISTS,
    "grand_calculated_summary_with_repeating_calculated_summary": LISTS,
    "hub_and_spoke_with_summary_confirmation": HUB,
    "inconsistent_default_answers_in_variants": VARIANTS,
    "inconsistent_ids_in_variants": VARIANTS,
    "inconsistent_types_in_variants": VARIANTS,
    "list_collector_bad_answer_reference_ids": LISTS,
    "list_collector_bad_sub_block_types": LISTS,
    "list_collector_driving_question_multiple_driving_questions": LISTS,
    "list_collector_duplicate_ids_multiple_collectors": LISTS,
    "list_collector_non_radio": LISTS,
    "list_collector_repeating_blocks_empty": LISTS,
    "list_collector_repeating_blocks_multiple_list_collectors_different_section": LISTS,
    "list_collector_repeating_blocks_multiple_list_collectors_same_section": LISTS,
    "list_collector_repeating_blocks_placeholder_references_same_block": LISTS,
    "list_collector_same_name_answer_ids": LISTS,
    "list_collector_section_summary_fields_missing": LISTS,
    "list_collector_section_summary_items": LISTS,
    "list_collector_with_different_add_block_answer_ids": LISTS,
    "list_collector_with_different_answer_ids_in_add_and_edit": LISTS,
    "list_collector_with_duplicate_answer_id_used_elsewhere": LISTS,
    "list_collector_with_duplicate_answer_ids_for_different_list_collector": LISTS,
    "list_collector_with_no_add_answer_action": LISTS,
    "list_collector_with_no_remove_answer_action": LISTS,
    "list_source_reference": LISTS,
    "list_source_reference_repeating_blocks": LISTS,
    "multiple_list_collectors_and_lists": LISTS,
    "multiple_list_collectors_with_summary_items": LISTS,
    "new_calculated_summary_with_dynamic_answers": LISTS,
    "placeholder_question_not_mandatory": "E261: a text names a fact of the student or the school, which is always there",
    "primary_person_list_collector_different_answer_ids_multi_collectors": LISTS,
    "primary_person_list_collector_no_add_edit_action": LISTS,
    "primary_person_list_collector_no_radio": LISTS,
    "progress_value_source_block_in_past_repeating_section": LISTS,
    "progress_value_source_current_location": HUB,
    "progress_value_source_non_linear": HUB,
    "relationship_list_doesnt_exist": RELATIONS,
    "relationship_multiple_answers": RELATIONS,
    "relationship_no_list_specified": RELATIONS,
    "relationship_wrong_answer_type": RELATIONS,
    "relationships_unrelated": RELATIONS,
    "repeating_section_list_name": LISTS,
    "single_variant": VARIANTS,
    "supplementary_data_list_collector": LISTS,
    "use_of_block_id_relationships": RELATIONS,
    "validation_sum_against_total_dynamic_answers": LISTS,
}


def findings(source: str) -> list[Finding]:
    """Return everything that `survey check` says of a definition."""
    definition, where, found = parse(source, "proef.yaml")
    if definition is None or where is None:
        return found
    return sorted({*found, *check(definition, where), *rehearse(definition, where)})


def test_every_mistake_on_the_list_is_found_or_cannot_be_made() -> None:
    assert len(NAMES) == 94
    assert MISTAKES.keys() & CANNOT.keys() == set()
    assert MISTAKES.keys() | CANNOT.keys() == set(NAMES)


def test_sound_definition_has_no_findings() -> None:
    assert findings(SOUND) == []


@pytest.mark.parametrize("name", sorted(MISTAKES))
def test_mistake_is_found_at_its_line(name: str) -> None:
    code, old, new = MISTAKES[name]
    assert SOUND.count(old) == 1
    source = SOUND.replace(old, new)
    first = SOUND[: SOUND.index(old)].count("\n") + 1
    lines = range(first, first + new.count("\n") + 1)
    found = findings(source)
    assert any(each.code == code and each.line in lines for each in found), (lines, [str(each) for each in found])
