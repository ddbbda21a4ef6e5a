"""Every number in a sentence stands in its table, with the same sign and rounding: over random cohorts, rules and splits."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import aadash
from aadash.analyses import REGISTRY
from aadash.analyses.registry import answers
from aadash.cohort import Cohort
from aadash.endpoints import ENDPOINTS, MISSING_RULES, endpoints_of
from aadash.formatting import number, p_value, ratio, spaced
from aadash.levels import ALL, Pair
from aadash.plan import AnalysisPlan
from aadash.result import KEYS, Result
from tests.making import NAN, cohort_of

#: What fails is told as it was found: making it smaller asks every analysis hundreds of times.
FOUND_AS_IT_IS = (Phase.explicit, Phase.reuse, Phase.generate)
NUMBER = re.compile(r"(?<![\w.])[−-]?\d[\d ]*(?:\.\d+)?")


@st.composite
def trials(draw: st.DrawFn) -> Cohort:
    """12 to 40 patients over two to five visits, gaps, a split with gaps of its own: large enough that most questions have answers."""
    n, visits = draw(st.integers(12, 40)), draw(st.integers(2, 5))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    rows = np.clip(
        np.round(rng.normal(65, 25, (n, 1)) + rng.normal(draw(st.sampled_from([-12, 0, 6])), 12, (n, visits)).cumsum(1), 1), 0, 100
    )
    rows[rng.random((n, visits)) < draw(st.sampled_from([0.0, 0.1, 0.3]))] = NAN
    levels = draw(st.sampled_from([["f", "m"], ["f", "m", None], ["a", "b", "c"]]))
    return cohort_of(rows.tolist(), [0, 8, 12, 24, 36][:visits], sex=[levels[i % len(levels)] for i in range(n)], roles={"sex": "sex"})


def stated(result: Result) -> list[str]:
    """The numbers of a sentence, names of strata and endpoints, and what is not a finding, taken out."""
    text = result.sentence
    names = [*result.labels.printed, *result.labels.shortened, result.labels.title]
    rules = [*ENDPOINTS.values(), *endpoints_of(result.measure).values()]
    names += [e.symbol for e in rules] + [e.label for e in rules] + ["SALT30–100"]
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = text.replace(name, " ")
    text = re.sub(r"[\d.]+ % CI|\d+–\d+|In 95 of 100 patients", " ", text)  # the level, and the names of bands
    text = re.sub(r"(\d+)/(\d+) \(([\d.]+) %\)", _checked, text)
    return [m.group().strip().replace(" ", "") for m in NUMBER.finditer(text)]


def _checked(found: re.Match[str]) -> str:
    """ "39/75 (52.0 %)": the percentage is that of the two counts, which are looked for in the table."""
    k, n, percentage = found.groups()
    assert percentage == number(100 * int(k) / int(n)), found.group()
    return f"{k} of {n}"


def known(result: Result) -> set[str]:
    """Every value of the table as it may be printed, the accounting, and the plan's own numbers."""
    out: set[str] = set()
    values = [v for c in result.table for v in result.table[c] if isinstance(v, (int, float, np.number)) and not math.isnan(v)]
    for v in map(float, values):
        if math.isfinite(v):
            out |= {number(x, d) for x in (v, 100 * v) for d in range(4)} | {ratio(v).lstrip("<> ")}
            out.add(p_value(v).lstrip("<> ") if 0 <= v <= 1 else "")
    a = result.accounting
    out |= {str(n) for n in (a.enrolled, a.analysed, *(e.n for e in a.excluded))}
    rows = result.table.drop_duplicates(list(KEYS))
    # how many rows, weeks, levels and steps there are, and how many of them are clear
    out |= {str(n) for n in range(max(len(rows["week"].unique()), len(result.labels.levels), 4) + 1)}
    plan = result.call.plan
    if result.analysis == "missingness":  # visits not made over all weeks, and their share
        weeks = result.rows(variable="missing", group1_level=ALL)
        gone, cells = int(weeks["missing"].sum()), int(weeks["n_enrolled"].sum())
        shares = [100 * gone / cells, *(100 * weeks["missing"] / weeks["n_enrolled"])]
        out |= {str(gone), str(cells), *map(number, shares)}
    if result.analysis == "responders":  # those in no stratum: the total less the strata
        for _, part in result.table.groupby(["variable", "week"], sort=False):
            everyone = np.array([level is ALL for level in part["group1_level"]])
            k, n = (int(part[c][everyone].sum() - part[c][~everyone].sum()) for c in ("k", "n"))
            out |= {str(k), str(n)}
    return out | {f"{plan.alpha:g}", "0.001", "0.999", "10"} | {f"{t:g}" for t in (30, 50, 75, 90, 100, 20)}


#: Sentences whose numbers are sums over the table or of other tables.
DERIVED = {
    "published_rates": "years, doses and numbers of the published studies",
    "pooled_evidence": "years, doses and numbers of the published studies",
}


@given(
    trials(),
    st.sampled_from(sorted(MISSING_RULES)),
    st.sampled_from(["sex", "severity", "none"]),
    st.sampled_from(sorted(ENDPOINTS)),
    st.sampled_from([0.05, 0.01]),
)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=FOUND_AS_IT_IS)
def test_numbers_of_a_sentence_are_in_its_table_accounting_adds_up_and_nothing_odd_is_printed(
    cohort: Cohort, rule: str, split: str, endpoint: str, alpha: float
) -> None:
    plan = AnalysisPlan(stratifier=split, missing=rule, endpoint=endpoint, alpha=alpha)
    for name, result in answers(cohort, plan, ("core", "further")).results.items():
        if result.analysis not in DERIVED:
            have = known(result)
            lost = [n for n in stated(result) if n not in have]
            assert not lost, f"{name} says {lost}: {result.sentence}"
        a = result.accounting
        assert a.analysed + sum(e.n for e in a.excluded) == a.enrolled, f"{name}: {a.sentence()}"
        words = [
            result.sentence,
            result.method,
            result.choice,
            *(c.text + c.advice for c in result.caveats),
            *(c.detail for c in result.checks),
        ]
        for text in words:
            assert not re.search(r"\bnan\b|\binf\b|\(–|–\)|No split|\bNone[.,);]|  ", text), f"{name}: {text}"


#: A clause that says that nothing is shown, one that says that something is, and the p that it rests on.
NOTHING = re.compile(r"do(?:es)? not differ clearly|no clear (?:difference|relation)|is not clear|no evidence", re.IGNORECASE)
SOMETHING = re.compile(r"\bdiffers?\b|has (?:fallen|risen)|show a clear")
P_WORDS = re.compile(r"\bp ([=<>]) (\d\.\d+)")
CLAUSE = re.compile(r"(?<=[.;])\s+(?=[A-Z])")


@given(trials(), st.sampled_from(sorted(MISSING_RULES)), st.sampled_from(["sex", "severity"]), st.sampled_from([0.05, 0.01, 0.2]))
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=FOUND_AS_IT_IS)
def test_what_is_said_to_differ_has_a_p_below_alpha(cohort: Cohort, rule: str, split: str, alpha: float) -> None:
    plan = AnalysisPlan(stratifier=split, missing=rule, alpha=alpha)
    for name, result in answers(cohort, plan, ("core", "further", "subgroups")).results.items():
        for clause in CLAUSE.split(result.sentence):
            found = P_WORDS.findall(clause)
            if len(found) != 1 or result.analysis in ("equivalence", "visits_as_patients", "missing_rule_comparison"):
                continue
            p = {"<": 0.0, ">": 1.0}.get(found[0][0], float(found[0][1]))
            assert not (NOTHING.search(clause) and p < alpha - 0.0006), f"{name}: {clause}"
            assert not (SOMETHING.search(clause) and not NOTHING.search(clause) and p > alpha + 0.0006), f"{name}: {clause}"


@given(trials(), st.sampled_from(sorted(MISSING_RULES)))
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=FOUND_AS_IT_IS)
def test_two_strata_that_change_names_change_signs_and_nothing_else(cohort: Cohort, rule: str) -> None:
    """Who was "f" is "m": every p stays, and the difference between the two turns round."""
    plan, names = AnalysisPlan(stratifier="sex", missing=rule), {"f": "m", "m": "f"}
    other = replace(cohort, patients=cohort.patients.assign(sex=[names.get(v, v) for v in cohort.patients["sex"]]))
    one, two = (answers(c, plan, ("core", "further")).results for c in (cohort, other))
    assert set(one) == set(two)
    for name, result in one.items():
        for column in (t.p for t in result.tested if t.p in result.table):
            before, after = (np.sort(r.table[column].to_numpy(dtype=float)) for r in (result, two[name]))
            np.testing.assert_allclose(before, after, rtol=1e-3, atol=2e-4, err_msg=f"{name} {column}")
        if name in ("between_strata", "responders_between"):
            column = result.tested[0].estimate
            pairs = [r.table[[isinstance(v, Pair) for v in r.table["group1_level"]]] for r in (result, two[name])]
            if set(cohort.patients["sex"].dropna()) == {"f", "m"}:
                here, there = (p[column].to_numpy(dtype=float) for p in pairs)
                np.testing.assert_allclose(here, -there, rtol=1e-3, atol=1e-6)


#: The words that say the sign, or that there is none, where a number stands without it.
SIGN_IN_WORDS = {"tipping_point": "lower (better)", "treatment_comparison": "differ most in"}


@st.composite
def files(draw: st.DrawFn) -> Cohort:
    """A trial as a file: two arms of 14 to 20 with dropout, laboratory values at visits, and a second reading of SALT at baseline."""
    n, rng = draw(st.integers(28, 40)), np.random.default_rng(draw(st.integers(0, 10**6)))
    lines = ["id,arm,sex,second,salt_w0,salt_w12,salt_w24,AST W0,AST W24,Hb_w0,Hb_w24"]
    for i in range(2 * n):
        base, drug = rng.integers(50, 100), i % 2
        later = [int(np.clip(base - drug * w * rng.uniform(0.5, 3) + rng.normal(0, 6), 0, 100)) for w in (12, 24)]
        seen = [str(v) if rng.random() > 0.15 else "" for v in later]
        labs = [f"{rng.integers(12, 60)}", f"{rng.integers(12, 90)}", f"{rng.uniform(10, 17):.1f}", f"{rng.uniform(10, 17):.1f}"]
        second = int(np.clip(base + rng.integers(-4, 5), 0, 100))
        lines.append(",".join([f"{i}", ("placebo", "drug")[drug], "FM"[i // 2 % 2], f"{second}", f"{base}", *seen, *labs]))
    cohort = aadash.read_cohort("\n".join(lines).encode(), name="trial.csv")
    return replace(cohort, patients=cohort.patients.rename(columns={"second": "SALT reader 2"}))


@given(files(), st.sampled_from(["observed", "nri", "locf"]))
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=FOUND_AS_IT_IS)
def test_what_needs_arms_laboratory_or_readers_says_what_its_table_holds(cohort: Cohort, rule: str) -> None:
    plan = AnalysisPlan(stratifier="arm", arm="arm", missing=rule)
    seen = answers(cohort, plan, ("core", "further")).results
    assert {"laboratory", "treatment_comparison", "rater_agreement"} <= set(seen)
    seen = dict(seen)
    for name in ("reference_imputation", "imputed_outcomes", "beyond_rules", "tipping_point"):
        seen[name] = REGISTRY[name].function(cohort, plan, copies=8)
    for name, result in seen.items():
        if result.analysis not in DERIVED:
            have = known(result)
            if (SIGN_IN_WORDS.get(name) or "\0") in result.sentence:
                have |= {n.removeprefix("−") for n in have if n.startswith("−")}
            lost = [n for n in stated(result) if n not in have]
            assert not lost, f"{name} says {lost}: {result.sentence}"
        a = result.accounting
        assert a.analysed + sum(e.n for e in a.excluded) == a.enrolled, f"{name}: {a.sentence()}"


def test_the_test_finds_a_lost_sign() -> None:
    """A sentence that says 14.5 where the table has −14.5 is caught."""
    from aadash import analyses

    cohort = cohort_of([[80.0 + i, 60.0 + i / 2] for i in range(12)], [0, 24])
    result = analyses.change_from_baseline(cohort, AnalysisPlan(stratifier="none"))
    assert not [n for n in stated(result) if n not in known(result)]
    wrong = replace(result, sentence=result.sentence.replace("−", ""))
    assert [n for n in stated(wrong) if n not in known(wrong)]


@pytest.mark.parametrize("name", DERIVED)
def test_derived_sentences_are_named_with_their_reason(name: str) -> None:
    assert len(DERIVED[name]) > 20


@pytest.mark.parametrize(
    ("plain", "printed"),
    [
        ("n = 2994168; 677283/2573493 (26.3 %)", "n = 2~994~168; 677~283/2~573~493 (26.3 %)"),
        ("8000 of 12345.", "8000 of 12~345."),
        ("9999/12345 (n = 9999)", "9999/12~345 (n = 9999)"),
        ("doi:10.1080/00031305.2000.10474560, code P12345, 0.12345, 2026-11-27", None),
        ("3 000 000 patients, 1,234,567 of them", None),
    ],
)
def test_large_counts_are_read_in_threes(plain: str, printed: str | None) -> None:
    """By hand; ``~`` is a space that no line breaks at."""
    assert spaced(plain) == (printed or plain).replace("~", "\N{NO-BREAK SPACE}")


def test_a_large_cohort_says_its_numbers_in_threes() -> None:
    from aadash import analyses

    cohort = cohort_of([[80.0 + i % 20, 10.0 + i % 50] for i in range(10_000)], [0, 24])
    result = analyses.responders(cohort, AnalysisPlan(stratifier="none"))
    assert "/10\N{NO-BREAK SPACE}000" in result.sentence


def test_a_mean_of_twenty_and_one_of_nineteen_say_so() -> None:
    """ "Group A: 70.2 → 33.0 (n = 19)" gave the number of the second mean for both. By hand: 240/3 = 80, 50/2 = 25."""
    c = cohort_of([[80.0, 20], [90, 30], [70, NAN], [40, 10], [30, 20]])
    text = aadash.analyses.salt_over_time(c, AnalysisPlan()).sentence
    assert "80.0 → 25.0 (n = 3, then 2)" in text and "35.0 → 15.0 (n = 2)" in text
