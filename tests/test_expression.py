"""The language of conditions: what it reads, what it refuses and how it says so."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.expression import ExpressionError, Name, Scope, check, number, parse, truth
from survey.score import CountScore, ScaleScore

ANSWERED = {"werk": "answered", "geld": "answered", "uren": "answered", "plan": "unknown", "hulp_bij": "answered"}


def make_scope() -> Scope:
    """A student with work, some hours, worries about money, no plan and an unfinished scale."""
    return Scope(
        values={"werk": "vast", "geld": "klopt_niet", "uren": Fraction(32), "plan": "weet_niet", "hulp_bij": ("geld", "wonen")},
        states={**ANSWERED, "thuis": "not_shown", "gestopt": "not_reached", "veilig": "refused"},
        points={"geld": 3, "uren": 32},
        scales={
            "wonen": ScaleScore("wonen", Fraction(5, 3), "nog_niet", 3, 3, None, ()),
            "mensen": ScaleScore("mensen", None, "onbekend", 0, 2, "nothing_answered", ()),
            "leren": ScaleScore("leren", None, None, 0, 0, "not_applicable", ()),
            "gezond": ScaleScore("gezond", None, "hulp", 0, 1, "nothing_answered", (), lifted_by=0),
        },
        counts={"open": CountScore("open", 2, 4, ("a", "b"), ("c", "d"), ("enkele", "veel"))},
        rules={"vraag": "ja", "prioriteit": 2, "leeg": None},
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("werk == vast", True),
        ("werk != vast", False),
        ("werk in [kort, vast]", True),
        ("werk not in [kort, oproep]", True),
        ("'vast' == werk", True),
        ("geld >= 3", True),
        ("geld * 2 - 1 == 5", True),
        ("1 <= geld < 3", False),
        ("uren in [32, 36]", True),
        ("uren / 3 > 10.6", True),
        # several choices: any of them
        ("hulp_bij in [leren, wonen]", True),
        ("wonen in hulp_bij", True),
        ("hulp_bij == leren", False),
        # missing is unknown, not shown is false, also when turned around
        ("plan >= 2", None),
        ("plan == klopt", None),
        ("plan == weet_niet", True),
        ("gestopt in [een, vaker]", None),
        ("thuis in [vaak]", False),
        ("thuis != vaak", False),
        ("not (thuis == vaak)", True),
        ("nergens >= 1", False),
        # always definite
        ("answered(werk)", True),
        ("answered(plan)", False),
        ("answered(veilig) and veilig >= 2", False),
        ("gestopt == missing", True),
        ("veilig != missing", False),
        ("thuis == missing", False),
        ("thuis != missing", False),
        ("answered(wonen)", True),
        ("mensen == missing", True),
        ("leren == missing", False),
        # scales by value and band
        ("wonen < 1.7", True),
        ("wonen.value >= 5 / 3", True),
        ("wonen.band == nog_niet", True),
        ("wonen.band in [goed, hulp]", False),
        ("mensen >= 1", None),
        ("mensen.band == hulp", None),
        ("mensen.band != hulp", None),
        ("mensen.band == onbekend", True),
        ("leren >= 1", False),
        ("leren.band == hulp", False),
        ("gezond.band == hulp", True),
        ("gezond.band == goed", False),
        ("mensen.answered * 2 < mensen.applicable", True),
        # counts by their bounds
        ("open >= 2", True),
        ("open >= 3", None),
        ("open > 4", False),
        ("open == 3", None),
        ("open == 5", False),
        ("open != 5", True),
        ("5 > open", True),
        ("open.low == 2 and open.high == 4", True),
        ("open + 1 >= 1", None),
        ("open.band == weinig", False),
        ("open.band in [enkele, veel]", True),
        ("open.band == veel", None),
        ("answered(open)", False),
        # rules
        ("vraag == ja", True),
        ("vraag != ja", False),
        ("prioriteit <= 2", True),
        ("prioriteit in [1, 2]", True),
        ("leeg == ja", None),
        ("vraag >= 1", None),
        # and, or, all, any, count
        ("plan >= 2 and werk == kort", False),
        ("plan >= 2 or werk == vast", True),
        ("plan >= 2 or werk == kort", None),
        ("all(werk == vast, geld >= 1, uren > 8)", True),
        ("any([werk == kort, plan >= 2, geld >= 3])", True),
        ("count(werk == vast, geld >= 3, plan >= 2) >= 2", True),
        ("count(werk == vast, geld >= 3, plan >= 2) >= 3", None),
        ("count(werk == vast, plan >= 2) == 0", False),
        ("true and not false", True),
        ("True", True),
    ],
)
def test_condition(text: str, expected: bool | None) -> None:
    assert truth(parse(text))(make_scope()) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("geld * 2", 6),
        ("-geld + 4", 1),
        ("geld / 9", Fraction(1, 3)),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("geld / 0", None),
        ("plan + 1", None),
        ("thuis + plan", None),
        ("sum(geld, thuis, 1)", 4),
        ("mean(geld, 4, thuis)", Fraction(7, 2)),
        ("sum(geld, plan)", None),
        ("min(geld, 10) + max(geld, 10)", 13),
        ("abs(2 - geld)", 1),
        ("floor(7 / 2) + ceil(7 / 2)", 7),
        ("round(2.5) + round(-2.5)", 0),
        ("round(1 / 3, 2)", Fraction(33, 100)),
        ("count(werk == vast, geld >= 9)", 1),
        ("count(plan >= 1)", None),
        ("1 if geld >= 3 else 2", 1),
        ("1 if plan >= 3 else 2", None),
        ("1 if plan >= 3 else 1", 1),
        ("wonen * 3", 5),
        ("open.high - open.low", 2),
        ("prioriteit", 2),
    ],
)
def test_calculation(text: str, expected: object) -> None:
    assert number(parse(text))(make_scope()) == expected


def test_whole_numbers_stay_ints() -> None:
    assert type(number(parse("wonen * 3"))(make_scope())) is int


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("", 1, "empty"),
        ("a = 1", 3, "`==`"),
        ("a >= 1 && b >= 1", 9, "`and`"),
        ("a >= ", 4, "missing"),
        ("a", 1, None),
        ("geld and a >= 1", 1, "compare it"),
        ("a >= 1 or werk", 11, "compare it"),
        ("eval('1') >= 1", 1, "no function `eval`"),
        ("__import__('os') == 1", 1, "no function"),
        ("a.__class__ == 1", 1, "no `.__class__`"),
        ("a.b.c >= 1", 1, "not an id"),
        ("(lambda: 1)() >= 1", 1, "no function"),
        ("[x for x in y] == 1", 1, "not a number"),
        ("a[0] >= 1", 1, "not a number"),
        ("a ** 9 >= 1", 1, "Write `x ** 2`"),
        ("(a ** 2) ** 2 >= 1", 1, "no power in a power"),
        ("a ** b", 1, "Write `x ** 2`"),
        ("a in []", 6, "empty"),
        ("a in [b >= 1]", 7, "not a code"),
        ("a is b", 6, "`==`"),
        ("a == 18_24", 6, "quotes"),
        ("a in [0x10]", 7, "quotes"),
        ("a == 01", 6, "does not start with 0"),
        ("a in [missing]", 7, "missing"),
        ("missing == missing", 1, "word of the language"),
        ("geld.band >= 2", 1, "A band is a word"),
        ("geld.low == veel", 1, "is a number"),
        ("(a >= 1) + 1 >= 2", 2, "count("),
        ("answered(a, b)", 1, "one id"),
        ("all()", 1, "between the brackets"),
        ("any(*a)", 1, "between the brackets"),
        ("round(a, b) >= 1", 1, "digits"),
        ("abs(a, b) >= 1", 1, "one number"),
        ("any(a >= 1) >= 1", 1, "true or false"),
        ("sum(a, 1)  and a >= 1", 1, "compare it"),
        ("é == 'ü' and b", 14, "compare it"),
    ],
)
def test_refusal_says_what_and_where(text: str, column: int, words: str | None) -> None:
    if words is None:
        assert parse(text).sort == "number"
        return
    with pytest.raises(ExpressionError) as refused:
        parse(text)
    assert words in refused.value.message
    assert refused.value.column == column


@pytest.mark.parametrize("text", ["(" * 5000 + "a >= 1" + ")" * 5000, "not " * 490 + "a >= 1", "a" * 6000, "\0", "a >= 1\x00", "-" * 1500 + "1"])
def test_hostile_text_is_refused_not_run(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        expression = parse(text)
    except ExpressionError as refused:
        assert refused.column >= 1
    else:
        assert expression.source


def test_examples_of_the_manual_are_read() -> None:
    manual = (Path(__file__).parents[1] / "docs" / "expressions.md").read_text("utf-8")
    examples = re.findall(r"^    (show_if|when|value): (.+)$", manual, re.MULTILINE)
    assert len(examples) == 7
    for word, text in examples:
        assert parse(text).sort == ("number" if word == "value" else "truth")


def test_other_types_are_read() -> None:
    assert parse(True).sort == "truth"
    assert number(parse(0.1))(make_scope()) == Fraction(1, 10)
    expression = parse("a >= 1")
    assert parse(expression) is expression
    with pytest.raises(ExpressionError):
        parse(["a >= 1"])  # type: ignore[arg-type]


def test_expressions_are_equal_by_text() -> None:
    assert parse(" a >= 1 ") == parse("a >= 1")
    assert len({parse("a >= 1"), parse("a >= 1"), parse("a >= 2")}) == 2
    assert parse("a in [b] and c.band == d and count(e >= 1) > f").names == {"a", "c", "e", "f"}


def test_sorts_are_not_mixed() -> None:
    with pytest.raises(ExpressionError, match="is a number"):
        truth(parse("a + 1"))
    with pytest.raises(ExpressionError, match="true or false"):
        number(parse("a >= 1"))


NAMES = {
    "werk": Name("choice", frozenset({"vast", "kort"}), has_points=False),
    "geld": Name("choice", frozenset({"klopt", "klopt_niet"})),
    "uren": Name("number"),
    "naam": Name("text"),
    "wonen": Name("choice", frozenset({"ja"}), frozenset({"goed", "hulp"}), also="scale"),
    "mensen": Name("scale", bands=frozenset({"goed", "hulp"})),
    "kaal": Name("scale"),
    "open": Name("count", bands=frozenset({"veel"})),
    "vraag": Name("rule", frozenset({"ja", "nee"})),
    "prioriteit": Name("rule", frozenset({"1", "2"})),
}


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("wrk == vast", 1, "Did you mean `werk`?"),
        ("werk == vats", 9, "Did you mean `vast`?"),
        ("werk in [vast, xyz]", 16, "There are: kort, vast."),
        ("werk == geld", 9, "`werk - geld == 0`"),
        ("werk >= 2", 1, "No option of `werk` has points"),
        ("uren == veel", 9, "`veel` is not"),
        ("naam >= 2", 1, "is a text"),
        ("geld.band == goed", 1, "has no `.band`"),
        ("mensen == hulp", 1, "`mensen.band == hulp`"),
        ("mensen.band == hlp", 16, "Did you mean `hulp`?"),
        ("kaal.band == hulp", 1, "no bands"),
        ("open.answered >= 2", 1, "only a scale"),
        ("vraag >= 2", 1, "are words"),
        ("vraag == misschien", 10, "no value `misschien`"),
        ("answered(wrk)", 10, "Did you mean"),
        ("plan == missing", 1, "no question"),
    ],
)
def test_check_finds_what_cannot_work(text: str, column: int, words: str) -> None:
    problems = check(parse(text), NAMES)
    assert len(problems) == 1
    assert words in problems[0].message
    assert problems[0].column == column


@pytest.mark.parametrize(
    "text",
    [
        "werk == vast and geld >= 2 and uren in [32] and naam == 'Sam'",
        "wonen >= 1 and wonen.band == hulp and wonen in [ja]",
        "mensen >= 1 and mensen.answered > 1 and open.high > 1 and open.band == veel",
        "vraag == ja and prioriteit <= 1 and prioriteit in [2]",
        "count(geld >= 1) + (1 if werk == kort else 2) * -round(uren, 1) >= 0 or not any(true)",
    ],
)
def test_check_finds_nothing_in_what_works(text: str) -> None:
    assert check(parse(text), NAMES) == []


def test_check_gives_all_problems_in_order() -> None:
    problems = check(parse("x >= 1 and werk == y or sum(z, 1) > 0"), NAMES)
    assert [problem.column for problem in problems] == [1, 20, 29]


STATES = st.sampled_from([("answered", 0), ("answered", 3), ("unknown", None), ("not_reached", None), ("not_shown", None)])


@st.composite
def worlds(draw: st.DrawFn) -> Scope:
    """Three questions in any state."""
    drawn = {name: draw(STATES) for name in "abc"}
    points = {name: value for name, (_, value) in drawn.items() if value is not None}
    return Scope({}, {name: state for name, (state, _) in drawn.items()}, points)


PARTS = st.sampled_from(["a >= 2", "b >= 2", "c >= 2", "answered(a)", "true", "count(a >= 2, b >= 2) >= 1"])


def said(text: str, scope: Scope) -> bool | None:
    return truth(parse(text))(scope)


@given(worlds(), PARTS, PARTS, PARTS)
def test_kleene_laws(scope: Scope, p: str, q: str, r: str) -> None:
    for one, other in [
        (f"not not ({p})", p),
        (f"({p}) and ({q})", f"({q}) and ({p})"),
        (f"({p}) or ({q})", f"({q}) or ({p})"),
        (f"not (({p}) and ({q}))", f"not ({p}) or not ({q})"),
        (f"({p}) and (({q}) or ({r}))", f"({p}) and ({q}) or ({p}) and ({r})"),
        (f"({p}) and ({q}) and ({r})", f"all({p}, {q}, {r})"),
        (f"({p}) or ({q}) or ({r})", f"any({p}, {q}, {r})"),
        (f"({p}) or ({p})", p),
    ]:
        assert said(one, scope) is said(other, scope)


@given(worlds(), PARTS, PARTS, st.dictionaries(st.sampled_from("abc"), st.sampled_from([0, 3]), min_size=3))
def test_what_is_known_stays_so_when_more_is_answered(scope: Scope, p: str, q: str, more: dict[str, int]) -> None:
    open_ = [name for name, state in scope.states.items() if state in ("unknown", "not_reached")]
    fuller = Scope({}, {**scope.states, **dict.fromkeys(open_, "answered")}, {**scope.points, **{name: more[name] for name in open_}})
    for text in [f"({p}) and ({q})", f"({p}) or not ({q})", f"count({p}, {q}) >= 1", f"count({p}, {q}) == 2"]:
        if "answered(" not in text and said(text, scope) is not None:
            assert said(text, fuller) is said(text, scope)


@given(worlds(), PARTS, PARTS)
def test_compiled_with_names_it_says_the_same(scope: Scope, p: str, q: str) -> None:
    names = {name: Name("number") for name in "abc"}
    expression = parse(f"({p}) and not ({q})")
    assert truth(expression, names)(scope) is truth(expression)(scope)


@pytest.mark.parametrize(
    ("text", "word", "column"),
    [
        ("is == ja", "is", 1),
        ("class == pass", "class", 1),
        ("a == is", "is", 6),
        ("a in [vast, as]", "as", 13),
        ("a == ja and from == nee", "from", 13),
        ("a == in", "in", 6),
        ("a in [or, ja]", "or", 7),
        ("a == not and b == ja", "not", 6),
        ("if == ja", "if", 1),
        ("a == 'is' and b == is", "is", 20),
        ("baan.is == ja", "is", 6),
    ],
)
def test_reserved_word_says_to_quote_a_code_and_to_rename_a_question(text: str, word: str, column: int) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse(text)
    assert f"put a code between quotes ('{word}'); rename a question" in refused.value.message
    assert refused.value.column == column
    assert parse(f"a == '{word}' or a in ['{word}', ja]").names == {"a"}


@pytest.mark.parametrize("text", ["a == ja and", "a == 'is' b", "not", "a in [ja, nee", "(a == ja or) b == ja"])
def test_other_slips_keep_their_own_words(text: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse(text)
    assert "between quotes ('" not in refused.value.message, refused.value.message
