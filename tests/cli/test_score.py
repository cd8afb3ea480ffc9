"""`survey score`: lines in, lines out, whatever comes in."""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from survey.cli.responses import MAX_BYTES, read_responses
from survey.cli.score import score

ROOT = Path(__file__).parents[2]
COUNTS = ROOT / "tests" / "questionnaires" / "score_counts.yaml"
STEPS = ROOT / "tests" / "questionnaires" / "score_steps.yaml"
SCHEMA = json.loads((ROOT / "docs" / "scores.schema.json").read_text("utf-8"))


def run(given: bytes | str, *more: str, definition: Path = COUNTS) -> Result:
    """Run the command on standard input."""
    return CliRunner().invoke(score, [str(definition), *more], input=given)


def lines(result: Result) -> list[dict[str, Any]]:
    """Give each line out."""
    return [json.loads(line) for line in result.stdout_bytes.decode("utf-8").splitlines()]


def error(given: bytes | str, definition: Path = COUNTS) -> dict[str, Any]:
    """Give the one error of one line in."""
    result = run(given, definition=definition)
    assert result.exit_code == 1
    (line,) = lines(result)
    assert list(line) == ["error"] and list(line["error"]) == ["line", "question", "message"]
    return dict(line["error"])


def test_one_object_gives_one_line() -> None:
    result = run('{"work": "no", "money": "no", "home": "no", "asks": "yes"}')
    assert result.exit_code == 0
    assert lines(result) == [
        {
            "scales": {"total": {"value": 3, "band": None, "answered": 2, "applicable": 2, "why": None}},
            "counts": {"open": {"low": 3, "high": 3, "hits": ["no_work", "no_money", "no_home"]}},
            "rules": {"wish": "yes", "priority": 1, "without_a_last_row": 9},
            "flags": ["homeless", "poor"],
            "path": ["work", "money", "home", "asks"],
        }
    ]


def test_nothing_answered_gives_every_id() -> None:
    result = run("{}")
    assert result.exit_code == 0
    (line,) = lines(result)
    assert line["scales"]["total"] == {"value": None, "band": None, "answered": 0, "applicable": 2, "why": "nothing_answered"}
    assert line["counts"]["open"] == {"low": 0, "high": 2, "hits": []}
    assert line["rules"] == {"wish": "maybe", "priority": 3, "without_a_last_row": 0}


def test_an_object_may_span_lines_and_a_byte_order_mark_goes() -> None:
    result = run(b'\xef\xbb\xbf{\r\n  "work": "yes",\r\n\r\n  "money": null\r\n}\r\n')
    assert result.exit_code == 0
    assert lines(result)[0]["path"] == ["work", "money", "asks"]


def test_objects_that_span_lines_may_follow_each_other() -> None:
    given = '{\n "work": "yes"\n}\n{"work": "no"}\n{\n "work":\n "no"\n}\n'
    assert [line["path"] for line in lines(run(given))] == [["work", "money", "asks"], *[["work", "money", "home", "asks"]] * 2]


def test_line_n_answers_line_n_and_bad_ones_stop_nothing() -> None:
    given = ['{"work": "yes"}', '{"wrk": "yes"}', "nonsense", '{"work": "perhaps"}', '{"work": "yes"', "[]", '{"work": "no"}']
    result = run("\n".join(given))
    assert result.exit_code == 1
    out = lines(result)
    assert [line.get("error", {}).get("line") for line in out] == [None, 2, 3, 4, 5, 6, None]
    assert out[1]["error"] == {"line": 2, "question": "wrk", "message": "there is no question `wrk`. Did you mean `work`?"}
    assert out[3]["error"]["question"] == "work"
    assert "yes, no, dont_know" in out[3]["error"]["message"]


def test_empty_lines_are_passed_over_but_counted() -> None:
    out = lines(run('\n\n{"work": "yes"}\n   \r\n{"x": 1}\n\n'))
    assert len(out) == 2
    assert out[1]["error"]["line"] == 5


def test_empty_input_gives_nothing() -> None:
    assert (run("").exit_code, run("").stdout) == (0, "")


@pytest.mark.parametrize(
    ("given", "question", "words"),
    [
        ('{"work": 1}', "work", "codes"),
        ('{"work": ["yes"]}', "work", "one option code"),
        ('{"work": {"a": 1}}', "work", "one option code"),
        ('{"work": true}', "work", "no option `true`"),
        ('{"work": NaN}', "work", "not a number"),
        ('{"work": "yes", "work": "no"}', "work", "twice"),
        ('{"": "yes"}', "", "no question"),
        ("null", None, "JSON object"),
        ('"text"', None, "JSON object"),
        ("{'work': 'yes'}", None, "not JSON"),
        (b'{"work": "\xff"}', None, "UTF-8"),
        (b"\xff\xfe{\x00}\x00", None, "UTF-8"),
        ("[" * 100_000, None, "nested too deep"),
        ('{"work": ' + "[" * 100_000 + "]" * 100_000 + "}", None, "nested too deep"),
        (b'{"work": "' + b"x" * (MAX_BYTES + 5) + b'"}', None, "longer than"),
        ('{"work": "\\ud800"}', "work", "codes"),
        ("{", None, "not JSON"),
        ('{\n"work": "yes",\n"money" "no"\n}', None, "column 9"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_cannot_be_read_is_said(given: bytes | str, question: str | None, words: str) -> None:
    found = error(given)
    assert found["question"] == question
    assert words in found["message"]


@pytest.mark.parametrize(
    "number", ["1e400", "1e999999999", "1e-999999999", "-1e30", "9" * 5000, "NaN", "-Infinity", "41", "-1", '"many"', "[1]", "{}", "true", '""']
)
def test_numbers_out_of_use_name_their_question(number: str) -> None:
    assert error(f'{{"hours": {number}}}', STEPS)["question"] == "hours"


def test_list_of_codes_with_a_bad_one() -> None:
    assert "x, y, none" in error('{"several": ["x", "z"]}', STEPS)["message"]
    assert "alone" in error('{"several": ["x", "none"]}', STEPS)["message"]
    assert "number" in error('{"several": ["x", 1e400]}', STEPS)["message"]


@pytest.mark.parametrize("hours", ["32", "32.0", "3.2e1", '"32"'])
def test_numbers_are_exact_and_whole_ones_are_whole(hours: str) -> None:
    given = f'{{"hours": {hours}, "a": 4, "b": "1", "several": "y"}}'
    result = run(given, definition=STEPS)
    (line,) = lines(result)
    assert line["scales"]["reversed_hours"]["value"] == 8
    assert line["scales"]["times_plus"]["value"] == 11.5
    assert b'"value": 8,' in result.stdout_bytes


def test_codes_may_be_numbers_and_booleans(tmp_path: Path) -> None:
    definition = tmp_path / "codes.yaml"
    options = "{0.5: 1, -1: 2, 10: 4, true: 8, false: 16}"
    definition.write_text(f"id: codes\nversion: 1\nquestions:\n  a: {{options: {options}}}\nscales:\n  s: {{op: sum, of: [a]}}\n", "utf-8")
    given = ["0.5", "-1", "10", "10.0", '"10"', "true", "false"]
    out = lines(run("\n".join(f'{{"a": {value}}}' for value in given), definition=definition))
    assert [line["scales"]["s"]["value"] for line in out] == [1, 2, 4, 4, 4, 8, 16]


def test_answers_off_the_path_are_ignored() -> None:
    kept, ignored = lines(run('{"work": "yes", "money": "yes"}\n{"work": "yes", "money": "yes", "home": "no"}'))
    assert kept == ignored


def test_bad_answers_off_the_path_are_errors_all_the_same() -> None:
    assert error('{"work": "yes", "home": "x"}')["question"] == "home"


def test_a_number_too_large_to_write_is_an_error_of_its_line(tmp_path: Path) -> None:
    definition = tmp_path / "large.yaml"
    power = " * ".join(["n"] * 25)
    scales = f"  s: {{value: {power} / 3}}\n  t: {{op: sum, of: [{{ref: s, weight: 1e15}}]}}\n"
    definition.write_text(f"id: large\nversion: 1\nquestions:\n  n: {{kind: number}}\nscales:\n{scales}", "utf-8")
    out = lines(run('{"n": 3}\n{"n": 1000000000000}', "--trace", definition=definition))
    assert out[0]["scales"]["s"]["value"] == 3**24
    assert "too large" in out[1]["error"]["message"]


def test_trace_tells_what_led_there() -> None:
    (line,) = lines(run('{"work": "no", "money": "no", "home": "dont_know", "asks": "no"}', "--trace"))
    trace = line["trace"]
    assert trace["counts"]["open"]["unknown"] == ["no_home"]
    assert trace["rules"]["priority"] == {"matched": 1, "when": "wish == yes or open >= 2", "unknown": []}
    assert [item["ref"] for item in trace["scales"]["total"]["items"]] == ["open", "money"]


def test_answers_come_from_a_file_or_standard_input(tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    file.write_text('{"work": "yes"}\n', "utf-8")
    assert run("", str(file)).stdout == run('{"work": "yes"}', "-").stdout == run('{"work": "yes"}').stdout


@pytest.mark.parametrize("arguments", [["/nowhere.yaml"], [str(COUNTS), "/nowhere.json"], [str(COUNTS), str(ROOT)], [], [str(COUNTS), "-", "--loud"]])
def test_what_cannot_be_opened_exits_2(arguments: list[str]) -> None:
    result = CliRunner().invoke(score, arguments, input="{}")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr


@pytest.mark.parametrize("text", ["id: [", "", "- a", "id: x\nversion: 1\nquestions: {}\nscales:\n  s: {op: sum, of: [y]}\n", "\0\xff"])
def test_broken_definition_exits_2_with_findings(tmp_path: Path, text: str) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(text, "utf-8")
    result = run("{}", definition=file)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{file}:" in result.stderr and " E" in result.stderr


def test_command_runs_without_the_web_and_the_database() -> None:
    program = (
        "import sys; from survey.cli import main; sys.argv = ['survey', 'score', sys.argv[1]]\n"
        "try:\n    main()\nfinally:\n    print(*sorted({'flask', 'sqlalchemy', 'weasyprint'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(COUNTS)], input=b"{}", capture_output=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (0, b"")
    assert json.loads(done.stdout)["path"] == ["work", "money", "asks"]


class Endless:
    """A stream of many lines that is never whole in memory."""

    def __init__(self, count: int) -> None:
        self.lines = (b'{"work": "yes", "money": "no"}\n' for _ in range(count))

    def readline(self, size: int = -1) -> bytes:
        """Give the next line."""
        return next(self.lines, b"")


def test_reading_keeps_one_line_at_a_time() -> None:
    tracemalloc.start()
    try:
        count = sum(1 for _ in read_responses(Endless(20_000)))  # type: ignore[arg-type]
        assert count == 20_000
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_an_object_that_never_closes_is_given_up() -> None:
    given = b"{\n" + b'"a": 1,\n' * 150_000 + b'{"work": "yes"}\n'
    found = list(read_responses(BytesIO(given)))
    assert isinstance(found[-1][1], dict)
    assert found[0][0] == 1


def failures(schema: dict[str, Any], value: Any, at: str = "$") -> Iterator[str]:
    """Hold a value against the words of JSON Schema that ours uses."""
    if "$ref" in schema:
        yield from failures(SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], value, at)
    if "oneOf" in schema and sum(not list(failures(each, value, at)) for each in schema["oneOf"]) != 1:
        yield f"{at}: not one of"
    types = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "null": type(None)}
    allowed = schema.get("type", [])
    allowed = [allowed] if isinstance(allowed, str) else allowed
    if allowed and not any(isinstance(value, types[name]) for name in allowed):  # type: ignore[arg-type]
        yield f"{at}: not {allowed}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: not one of {schema['enum']}"
    if isinstance(value, dict):
        known, rest = schema.get("properties", {}), schema.get("additionalProperties", {})
        yield from (f"{at}: no {name}" for name in schema.get("required", []) if name not in value)
        for name, part in value.items():
            inner = known.get(name, rest)
            yield from [f"{at}.{name}: unknown"] if inner is False else failures(inner, part, f"{at}.{name}")
    if isinstance(value, list):
        for index, part in enumerate(value):
            yield from failures(schema.get("items", {}), part, f"{at}[{index}]")


@pytest.mark.parametrize("feature", sorted(COUNTS.parent.glob("score_*.yaml")), ids=lambda file: file.stem)
def test_what_comes_out_is_as_the_schema_says(feature: Path) -> None:
    given = ["{}", '{"a": "1"}', '{"a": "no"}', '{"raw": 1, "group": "young"}', '{"work": "no"}', "x"]
    for line in lines(run("\n".join(given), "--trace", definition=feature)):
        assert list(failures(SCHEMA, line)) == []
    assert list(failures(SCHEMA, {"scales": {}})) != []
