"""Design matrices: R's model.matrix, what is refused, what is left out."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aadash.errors import NotComputable
from aadash.stats.design import build_design, parse_formula
from aadash.stats.firth import firth
from aadash.stats.gee import gee
from aadash.stats.linear import linear
from aadash.stats.logistic import logistic
from tests.stats.models import R

FRAME = pd.DataFrame(R["design"]["frame"])


@pytest.mark.parametrize("case", R["design"]["cases"], ids=lambda c: c["formula"])
def test_as_model_matrix(case: dict) -> None:
    design = build_design(case["formula"], FRAME)
    assert list(design.names) == case["names"]
    np.testing.assert_allclose(design.x, case["x"], rtol=1e-14)
    # R writes the intercept as term 0; ours is −1
    assert [t + 1 for t in design.term_of] == case["assign"]


def test_dependent_columns_are_named_or_dropped_as_in_r() -> None:
    # model.matrix(y ~ a:b) has all six cells beside the intercept; lm drops the last
    with pytest.raises(NotComputable, match="'az:bq' cannot be told apart"):
        build_design("y ~ a:b", FRAME)
    design = build_design("y ~ a:b", FRAME, drop_dependent=True)
    assert design.dropped == ("az:bq",) and design.x.shape == (12, 6)
    constant = FRAME.assign(one=1.0)
    assert build_design("y ~ one + u", constant, drop_dependent=True).dropped == ("one",)


def test_rows_with_gaps_are_left_out_and_counted() -> None:
    frame = FRAME.assign(u=FRAME["u"].mask(FRAME.index == 4), v=FRAME["v"].mask(FRAME.index == 7), unused=np.nan)
    design = build_design("y ~ u + v", frame)
    assert design.n_missing == 2 and 4 not in design.rows and 7 not in design.rows and len(design.y) == 10


def test_each_different_row_stands_once_whatever_the_order() -> None:
    """By hand: five patients are three rows; cells that count the same patients are the same rows."""
    frame = pd.DataFrame({"y": [1, 0, 1, 0, 0], "age": [40.0, 30.0, 40.0, 30.0, 40.0]})
    x, y, counts = build_design("y ~ age", frame).distinct
    assert (x.tolist(), y.tolist(), counts.tolist()) == ([[1, 30], [1, 40], [1, 40]], [0, 0, 1], [2, 1, 2])
    cells = pd.DataFrame({"y": [1, 0, 0], "age": [40.0, 40.0, 30.0]})
    for other in (build_design("y ~ age", frame[::-1]), build_design("y ~ age", cells, counts=np.array([2.0, 1.0, 2.0]))):
        assert all(np.array_equal(a, b) for a, b in zip(other.distinct, (x, y, counts), strict=True))
    assert build_design("y ~ age", frame.assign(age=range(5))).distinct[2] is None


def test_names_with_spaces_and_declared_order() -> None:
    frame = pd.DataFrame({"y": [1.0, 2, 3, 5], "AA subtype": pd.Categorical(["b", "a", "b", "a"], ["b", "a", "c"])})
    design = build_design("y ~ `AA subtype`", frame)
    assert design.names == ("(Intercept)", "AA subtypea")
    np.testing.assert_array_equal(design.x[:, 1], [0, 1, 0, 1])


def test_text_and_boolean_outcomes() -> None:
    frame = pd.DataFrame({"r": ["no", "yes", "no", "yes"], "b": [True, False, True, True], "x": [1.0, 2, 3, 5]})
    np.testing.assert_array_equal(build_design("r ~ x", frame, binary_response=True).y, [0, 1, 0, 1])
    np.testing.assert_array_equal(build_design("b ~ x", frame, binary_response=True).y, [1, 0, 1, 1])


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        *(
            (text, "cannot be read.*an outcome, '~' and columns")
            for text in (
                "y + u",
                "y ~ u ~ v",
                "y ~ log(u)",
                "y ~ u + ",
                "y ~ u - 1",
                "y ~ 0 + u",
                "y + v ~ u",
                "y ~ u | v",
                "~ u",
                "y ~ 2",
                "log(y) ~ u",
                "",
                "y ~ u[0]",
                'y ~ "u"',
            )
        ),
        ("y ~ nothing", "no column 'nothing'"),
        ("y ~ u + y", "outcome 'y' is also among"),
        ("a ~ u", "outcome 'a' is text"),
        ("y ~ same", "single level 'x'"),
        ("y ~ empty", "No patient has a value"),
        ("y ~ huge", "infinite"),
    ],
)
def test_refused_in_words(formula: str, words: str) -> None:
    frame = FRAME.assign(same="x", empty=np.nan, huge=[np.inf, *[1.0] * 11])
    with pytest.raises(NotComputable, match=words):
        build_design(formula, frame)


@pytest.mark.parametrize(("column", "words"), [("y", "not yes or no"), ("a", "3 levels"), ("all", "same outcome")])
def test_outcomes_that_are_not_two_are_refused(column: str, words: str) -> None:
    with pytest.raises(NotComputable, match=words):
        build_design(f"{column} ~ u", FRAME.assign(all=1), binary_response=True)


def test_repeated_and_crossed_terms_are_one() -> None:
    assert parse_formula("y ~ a*b + b + a:b + a").terms == (("a",), ("b",), ("a", "b"))
    assert parse_formula("y ~ a*b*c").terms == (("a",), ("b",), ("c",), ("a", "b"), ("a", "c"), ("b", "c"), ("a", "b", "c"))


def test_levels_sort_as_in_r() -> None:
    # R 4.2.2 (ICU): sort(c("a","B","c","A","b","_x","-y","10","9","Z z","Zz","Z-z","é","e","f","<4","(a","$"))
    levels = ["_x", "-y", "(a", "<4", "$", "10", "9", "a", "A", "b", "B", "c", "e", "é", "f", "Z z", "Z-z", "Zz"]
    frame = pd.DataFrame({"g": levels[::-1] * 2, "y": np.arange(36.0)})
    assert build_design("y ~ g", frame).names[1:] == tuple("g" + name for name in levels[1:])


@pytest.mark.parametrize(
    ("formula", "labels"),
    [
        ("y ~ b:a + a + b", "a b b:a"),
        ("y ~ (a+b+c)^2", "a b c a:b a:c b:c"),
        ("y ~ (a+b)*c - a:c", "a b c b:c"),
        ("y ~ a/b", "a a:b"),
        ("y ~ c:b + a*b", "a b c:b b:a"),
        ("`y~1` ~ `a b`:`c+d`", "a b:c+d"),
    ],
)
def test_notation_as_in_r(formula: str, labels: str) -> None:
    """R: attr(terms(y ~ ...), "term.labels")."""
    assert " ".join(":".join(term) for term in parse_formula(formula).terms) == labels


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_any_small_table_is_fitted_or_refused_without_a_warning(data: st.DataObject) -> None:
    n = data.draw(st.sampled_from([1, 2, 4, 8, 25]))
    rng = np.random.default_rng(data.draw(st.integers(0, 10**6)))
    scale = data.draw(st.sampled_from([0.0, 1e-5, 1.0, 1e5]))
    frame = pd.DataFrame(
        {
            "y": rng.integers(0, 2, n), "z": rng.normal(size=n).round(2), "u": (rng.normal(size=n) * scale).round(2),
            "v": rng.integers(0, 3, n), "f": rng.choice(list("abc"), n), "id": rng.integers(0, max(1, n // 2), n),
        }
    )  # fmt: skip
    right = data.draw(st.sampled_from(["u", "v", "f", "u + v", "u * f", "v:f", "u + v + f", "1"]))
    drop = data.draw(st.booleans())
    fits = (
        lambda: logistic(f"y ~ {right}", frame, drop_dependent=drop).coefficients,
        lambda: firth(f"y ~ {right}", frame, drop_dependent=drop).coefficients,
        lambda: linear(f"z ~ {right}", frame, drop_dependent=drop).coefficients,
        lambda: gee(f"y ~ {right}", frame, "id").coefficients,
        lambda: gee(f"y ~ {right}", frame, "id", "independence").coefficients,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for fit in fits:
            try:
                coefficients = fit()
            except NotComputable as problem:
                assert problem.found
                continue
            assert np.isfinite(coefficients[["estimate", "se"]]).all(axis=None)
