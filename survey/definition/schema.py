"""The JSON Schema of a definition file, for editors: the model with the shorthands that a file may use."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from survey.definition.group import GroupEntry
from survey.definition.model import Definition, Option
from survey.definition.scoring import Rounding
from survey.kinds import KINDS, Choice

Schema = dict[str, Any]

_REF = "#/$defs/{model}"
_POINTS: Schema = {"type": ["number", "string", "null"]}
_TEXT: Schema = {"type": ["string", "number", "object"], "additionalProperties": {"type": ["string", "number"]}}


def schema() -> Schema:
    """Give the schema of the file format."""
    parts = _parts()
    whole = parts.pop("Definition")
    properties = whole["properties"]
    del properties["digest"], properties["groups"], parts["Question"], parts["Group"]
    codes: Schema = {"type": "array", "items": {"type": ["string", "number", "boolean"]}}
    by_code: Schema = {"type": "object", "additionalProperties": {"anyOf": [_ref("Option"), _POINTS]}}
    options: Schema = {"anyOf": [by_code, codes]}
    for name, kind in KINDS.items():
        _as_question(parts[kind.__name__], name, kind, options)
    properties["answers"] = {
        "description": "Shared option sets by name: code to points or to the words of an option, or codes alone.",
        "type": "object",
        "additionalProperties": options,
    }
    asked: list[Schema] = [_ref(kind.__name__) for kind in KINDS.values()]
    pages = _list_of([{"type": "string"}, {"type": "array", "items": {"type": "string"}}, _ref("Page")])
    properties["questions"]["additionalProperties"] = {"anyOf": [*asked, _ref("GroupEntry")]}
    properties["pages"] = pages
    parts["GroupEntry"]["properties"] |= {
        "questions": {"type": "object", "additionalProperties": {"anyOf": asked}},
        "pages": pages,
    }
    parts["GroupEntry"]["properties"].pop("id")
    parts["GroupEntry"]["required"] = ["repeat", "questions"]
    another: Schema = {"description": "The question for one more: its text, or a `yes_no` question.", **_TEXT}
    parts["Repeat"]["properties"]["another"] = {"anyOf": [another, {"type": "object"}]}
    parts["Page"]["required"] = []
    included: Schema = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
    properties["include"] = {"description": "Parts of this definition in files beside it, `x.part.yaml`.", **included}
    for part in ("answers", "questions", "topics", "scales", "counts", "bands"):
        properties[part]["properties"] = {"include": included}
    parts["Section"]["properties"]["questions"] = {"type": "array", "items": {"type": "string"}}
    _as_scale(parts["Scale"]["properties"])
    parts["Term"]["properties"]["ref"] = {"type": "string", "description": "An id; with a minus before it, reversed."}
    for part, name in (("rules", "Rule"), ("flags", "Flag"), ("helplines", "Helpline")):
        by_id = {"type": "object", "additionalProperties": _ref(name)}
        properties[part] = {"anyOf": [by_id, {"type": "array", "items": _ref(name)}]}
    parts["Rule"]["properties"]["set"] = {"type": "string", "description": "The id of the rule."}
    for word in (parts["Case"]["properties"]["value"], parts["Rule"]["properties"]["unknown"]):
        word["anyOf"].append({"type": "boolean"})  # 1 and 0
    named = {"anyOf": [_ref("RuleValue"), _TEXT]}
    parts["Rule"]["properties"]["values"] = {"type": "object", "additionalProperties": named}
    properties["counts"]["additionalProperties"] = {
        "anyOf": [_ref("Count"), {"type": "array", "items": _ref("Circumstance")}]
    }
    properties["bands"]["additionalProperties"] = {"anyOf": [_ref("BandName"), _TEXT]}
    for name in ("Scale", "Count", "Rule", "Flag", "Helpline"):
        parts[name]["required"] = [word for word in parts[name].get("required", []) if word != "id"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A questionnaire of Overstap",
        **{key: value for key, value in whole.items() if key not in ("title", "$defs")},
        "$defs": dict(sorted(parts.items())),
    }


def _parts() -> dict[str, Schema]:
    """Give the schema of every model, without the titles that repeat a name."""
    models: list[type[BaseModel]] = [Definition, GroupEntry, Option, *KINDS.values()]
    _, written = models_json_schema([(model, "validation") for model in models], ref_template=_REF)
    parts: dict[str, Schema] = written["$defs"]
    for part in parts.values():
        part.pop("title", None)
        for word in part.get("properties", {}).values():
            word.pop("title", None)
            word.pop("default", None)
            for by_id in word.pop("patternProperties", {}).values():
                word["additionalProperties"] = by_id
    parts["Option"]["properties"].pop("code")
    parts["Option"]["required"] = []
    return parts


def _as_question(part: Schema, name: str, kind: type[BaseModel], options: Schema) -> None:
    """Give a kind the words that it has in a file."""
    part["properties"]["kind"] = {"const": name}
    part["properties"].pop("id")
    part["required"] = {"choice": [], "number": [], "calculated": ["value"]}.get(name, ["kind"])
    if issubclass(kind, Choice):
        part["properties"]["answers"] = {"type": "string", "description": "A shared option set under `answers:`."}
        part["properties"]["options"] = options


def _as_scale(words: Schema) -> None:
    """Give the words of a scale their short forms."""
    words["of"] = _list_of([{"type": "string"}, _ref("Term")])
    names = {"enum": list(get_args(Rounding))}
    ends = {"type": "array", "items": _POINTS}
    words["missing"]["anyOf"].append({"enum": ["prorate", "ignore", "zero", "null"]})
    words["round"]["anyOf"] += [{"type": "integer"}, names, {"type": "array", "items": {"type": "integer"}}]
    words["rescale"]["anyOf"].append(ends)


def _ref(model: str) -> Schema:
    return {"$ref": _REF.format(model=model)}


def _list_of(forms: list[Schema]) -> Schema:
    return {"type": "array", "items": {"anyOf": forms}}


if __name__ == "__main__":
    import json

    print(json.dumps(schema(), indent=2, ensure_ascii=False))
