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
  maand: {value: uren * 4}
  baan:
    repeat: {max: 3, another: Heb je nog een baan?}
    show_if: werk == ja
    questions:
      soort: {text: "Wat is baan {number}?", options: {vast: 0, los: 1}}
      loon: {kind: number, text: "Wat krijg je voor {answer:soort}?", min: 0, max: 90}
    pages: [soort, loon]
  hulpen: {kind: number, text: Hoeveel mensen helpen je?, min: 0, max: 2, integer: true}
  helper:
    repeat: {max: 2, times: hulpen}
    questions:
      hoe: {text: "Helpt nummer {number} genoeg?", options: {wel: 0, niet: 1}}
  baas: {kind: short_text, text: Wie is je baas?, required: false}
  hulp:
    kind: choices
    text:
      - {when: "werk == ja", nl: Waarbij wil je hulp op je werk?}
      - {nl: Waarbij wil je hulp?}
    options: {geld: 1, wonen: 1, niets: {points: 0, exclusive: true}}
    checks: [{when: maand > 100 and wonen in hulp, text: Dat gaat niet samen.}]
  begin: {kind: date, text: Wanneer begin je?, min: 2026-01-01, max: 2027-12-31}
pages:
  - werk
  - uren
  - baan
  - hulpen
  - helper
  - {id: rest, questions: [baas, hulp, begin]}
scales:
  last: {op: sum, of: [werk, hulp], bands: [{below: 2, label: goed}, {label: veel}]}
  drukte: {op: mean, of: [last, -werk]}
  steun: {op: sum, of: [helper.hoe], empty: 0}
counts:
  zaken: [{id: geen_werk, when: werk == nee}, {id: geldzorg, when: geld in hulp}, {id: los, when: any(baan.soort == los)}]
  geld: [{id: weinig, when: sum(baan.loon) < 10}]
rules:
  - set: actie
    cases:
      - {when: last.band == veel, value: bel}
      - {value: niets}
flags:
  - {id: alarm, when: geld in hulp, text: Heeft geldzorgen.}
report:
  scales: [last]
  sections: [{id: eigen, questions: [baas, begin]}]
"""

#: name -> code of the finding, the text that is changed, what it becomes.
MISTAKES = {
    "block_type": ("E014", "kind: number\n", "kind: slider\n"),
    "dynamic_answers_no_answer_object": ("E017", "    questions:\n      hoe: {text: \"Helpt nummer {number} genoeg?\", options: {wel: 0, niet: 1}}", "    questions: {}"),
    "grand_calculated_summary_inside_repeating_section": ("E106", "sum(baan.loon) < 10", "sum(baan.drukte) < 10"),
    "grand_calculated_summary_with_repeating_calculated_summary": ("E106", "sum(baan.loon) < 10", "baan.loon < 10"),
    "inconsistent_default_answers_in_variants": ("E017", "    text:\n      - {when: \"werk == ja\", nl: Waarbij wil je hulp op je werk?}\n      - {nl: W", "    text:\n      - {when: werk == ja, nl: Waarbij dan?}\n      - {when: werk == nee, nl: W"),
    "inconsistent_ids_in_variants": ("E106", "when: \"werk == ja\", nl", "when: \"wrk == ja\", nl"),
    "inconsistent_types_in_variants": ("E107", "when: \"werk == ja\", nl", "when: \"werk + 1\", nl"),
    "list_collector_bad_answer_reference_ids": ("E106", "any(baan.soort == los)", "any(baan.soorten == los)"),
    "list_collector_bad_sub_block_types": ("E014", "hoe: {text: \"Helpt nummer {number} genoeg?\", options: {wel: 0, niet: 1}}", "hoe: {kind: groep, text: Hoe?}"),
    "list_collector_driving_question_multiple_driving_questions": ("E017", "{max: 2, times: hulpen}", "{max: 2, times: hulpen, another: Nog iemand?}"),
    "list_collector_duplicate_ids_multiple_collectors": ("E005", "  helper:\n    repeat", "  baan:\n    repeat"),
    "list_collector_non_radio": ("E017", "another: Heb je nog een baan?", "another: {text: Nog een?, options: nee}"),
    "list_collector_repeating_blocks_empty": ("E103", "pages: [soort, loon]", "pages: [soort, loon, []]"),
    "list_collector_repeating_blocks_multiple_list_collectors_different_section": ("E101", "  - helper\n", "  - helper\n  - baan\n"),
    "list_collector_repeating_blocks_multiple_list_collectors_same_section": ("E101", "  - baan\n", "  - baan\n  - baan\n"),
    "list_collector_repeating_blocks_placeholder_references_same_block": ("E105", "voor {answer:soort}?", "voor {answer:loon}?"),
    "list_collector_same_name_answer_ids": ("E005", "      loon: {kind", "      soort: {kind"),
    "list_collector_section_summary_fields_missing": ("E102", "questions: [baas, begin]}]", "questions: [baan.baas, begin]}]"),
    "list_collector_section_summary_items": ("E102", "questions: [baas, begin]}]", "questions: [banen, begin]}]"),
    "list_collector_with_duplicate_answer_id_used_elsewhere": ("E101", "      hoe: {text", "      uren: {text"),
    "list_collector_with_duplicate_answer_ids_for_different_list_collector": ("E013", "  baas: {kind", "  baan_2_loon: {kind"),
    "list_collector_with_no_add_answer_action": ("E017", "{max: 3, another: Heb je nog een baan?}", "{max: 3}"),
    "list_source_reference": ("E018", "any(baan.soort == los)", "any(banen.soort == los)"),
    "list_source_reference_repeating_blocks": ("E261", "voor {answer:soort}?", "voor {answer:soorten}?"),
    "multiple_list_collectors_and_lists": ("E106", "any(baan.soort == los)", "any(baan.soort == los and helper.hoe == niet)"),
    "multiple_list_collectors_with_summary_items": ("E106", "sum(baan.loon) < 10", "sum(baan.hoe) < 10"),
    "new_calculated_summary_with_dynamic_answers": ("E202", "of: [helper.hoe]", "of: [helper.hoe, baas]"),
    "placeholder_question_not_mandatory": ("E268", "text: \"Wat krijg je voor {answer:soort}?\",", "shared_with: [municipality], text: \"Wat krijg je voor {answer:soort}?\","),
    "progress_value_source_block_in_past_repeating_section": ("E123", "times: hulpen", "times: baan_1_loon"),
    "repeating_section_list_name": ("E123", "times: hulpen", "times: hulpjes"),
    "single_variant": ("E017", "    text:\n      - {when: \"werk == ja\", nl: Waarbij wil je hulp op je werk?}\n      - {nl: Waarbij wil je hulp?}\n", "    text:\n      - {when: werk == ja, nl: Waarbij wil je hulp?}\n"),
    "supplementary_data_list_collector": ("E122", "baas: {kind: short_text,", "baas: {kind: number, min: 0, max: 9, prefill: phone,"),
    "validation_sum_against_total_dynamic_answers": ("E106", "when: maand > 100 and", "when: sum(baan.uur) > 100 and"),
    "answer_codes_answer_id_with_no_code": ("E108", "options: {ja: 0, nee: 1}", "options: {}"),
    "answer_comparison_types": ("E106", "when: werk == nee", "when: werk > baas"),
    "answer_source_reference": ("E106", "show_if: werk == ja\n    min", "show_if: werkk == ja\n    min"),
    "answer_type_for_question_summary": ("E202", "of: [werk, hulp]", "of: [werk, baas]"),
    "answer_value_in_when_rule": ("E106", "show_if: werk == ja\n    min", "show_if: werk == jawel\n    min"),
    "calculated_summary": ("E102", "of: [werk, hulp]", "of: [werk, helpt]"),
    "calculated_summary_answer_ranges": ("E204", "{below: 2, label: goed}", "{below: 2, label: goed}, {below: 1, label: matig}"),
    "calculated_summary_units_mismatch": ("E202", "of: [werk, hulp]", "of: [werk, begin]"),
    "calculations_value_source": ("E106", "{op: mean, of: [last, -werk]}", "{value: last + totaal}"),
    "custom_list_summary": ("E102", "questions: [baas, begin]}]", "questions: [bazen, begin]}]"),
    "default_theme_metadata_field": ("E015", "version: 1", "version: 1\ntheme: groen"),
    "duplicate_ids": ("E005", "  baas: {", "  werk: {"),
    "grand_calculated_summary": ("E102", "of: [last, -werk]", "of: [laast, -werk]"),
    "grand_calculated_summary_before_calculated_summary": ("E206", "of: [werk, hulp]", "of: [werk, drukte]"),
    "html_tags": ("W266", "text: Heb je werk?", "text: Heb je <em>werk</em>?"),
    "hub_and_spoke_and_summary_confirmation_non_existent": ("E102", "scales: [last]", "scales: [laast]"),
    "hub_section_definition": ("E017", "sections: [{id: eigen, questions: [baas, begin]}]", "sections: eigen"),
    "introduction_block": ("E017", "  - werk\n", "  - {id: werk, questions: werk}\n"),
    "metadata": ("E261", "text: Heb je werk?", "text: 'Dag {leerling}, heb je werk?'"),
    "mm_yyyy_date_range_period": ("E017", "min: 2026-01-01", "min: 2028-01-01"),
    "mutually_exclusive_conditions": ("E113", "show_if: werk == ja\n    min", "show_if: werk == ja and werk == nee\n    min"),
    "new_calculated_summary": ("E102", "of: [werk, hulp]", "of: [werk, hulp, helpt]"),
    "new_calculated_summary_answer_after_calculated_summary": ("E105", "show_if: werk == ja\n    min", "show_if: last > 1\n    min"),
    "new_calculated_summary_answer_in_different_section": ("E105", "show_if: werk == ja\n    min", "show_if: answered(hulp)\n    min"),
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
    "when_comparison_list": ("E018", "show_if: werk == ja\n    min", 'show_if: "werk in [ja, nee"\n    min'),
    "when_condition_list_property": ("E106", "when: geld in hulp, text", "when: geld in werken, text"),
    "when_condition_property": ("E018", "show_if: werk == ja\n    min", "show_if: werk = ja\n    min"),
    "whitespaces_in_schema_text": ("W267", "text: Heb je werk?", "text: 'Heb je werk? '"),
}

RELATIONS = "there are no questions on how people are related"
JUMPS = "an answer does not jump to a page: the path follows from `show_if` alone, so nothing can point to a wrong block"
HUB = "there is one path, and no hub with parts to be done in any order"
ONE_FORM = "a question of a group is written once and asked each time: there is no other form in which to add, edit or remove"
FIRST = "the first of a group is asked as the others are: there is no other form for the student's own"
#: name -> why the mistake cannot be made here.
CANNOT = {
    "answer_action_redirect_to_list_add_block_no_params": JUMPS,
    "answer_action_redirect_to_list_add_block_params": JUMPS,
    "answer_action_redirect_to_list_add_block_unexpected_params": JUMPS,
    "hub_and_spoke_with_summary_confirmation": HUB,
    "list_collector_with_different_add_block_answer_ids": ONE_FORM,
    "list_collector_with_different_answer_ids_in_add_and_edit": ONE_FORM,
    "list_collector_with_no_remove_answer_action": ONE_FORM,
    "primary_person_list_collector_different_answer_ids_multi_collectors": FIRST,
    "primary_person_list_collector_no_add_edit_action": FIRST,
    "primary_person_list_collector_no_radio": FIRST,
    "progress_value_source_current_location": HUB,
    "progress_value_source_non_linear": HUB,
    "relationship_list_doesnt_exist": RELATIONS,
    "relationship_multiple_answers": RELATIONS,
    "relationship_no_list_specified": RELATIONS,
    "relationship_wrong_answer_type": RELATIONS,
    "relationships_unrelated": RELATIONS,
    "use_of_block_id_relationships": RELATIONS,
}


def findings(source: str) -> list[Finding]:
    """Return everything that `survey check` says of a definition."""
    definition, where, found = parse(source, "proef.yaml")
    if definition is None or where is None:
        return found
    return where.once({*found, *check(definition, where), *rehearse(definition, where)})


def test_every_mistake_on_the_list_is_found_or_cannot_be_made() -> None:
    assert len(NAMES) == 94 and len(MISTAKES) == 76
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
