"""A second opinion: the same question computed by pingouin, beside our numbers, with the digits that agree.

pingouin is given the values of the patients, not our intermediate results: it leaves out gaps, ranks and sums by itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TypeVar

import numpy as np

from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.between import between_strata
from aadash.analyses.change import change_from_baseline
from aadash.analyses.compared import ADJUSTED, SAME, UNEXPLAINED, ComparedTest, Line, headline
from aadash.analyses.registry import analysis
from aadash.analyses.response_between import responders_between
from aadash.analyses.stratum_by_week import EFFECTS, mixed_anova
from aadash.cohort import Cohort
from aadash.endpoints import responses
from aadash.errors import NotComputable, PlanError
from aadash.formatting import counted, p_value
from aadash.levels import ALL
from aadash.plan import AnalysisPlan
from aadash.result import MIXED_MODEL, Caveat, Result
from aadash.stats import pingouin_adapter as pingouin
from aadash.stats.tables import chi_squared

T = TypeVar("T")

METHOD = (
    f"pingouin {pingouin.VERSION} (Vallat 2018, doi:10.21105/joss.01026) is given the values of the same patients and computes the "
    "question by itself; its rounding is switched off. Digits are the significant decimal digits in which the two numbers agree, "
    f"15 at most. Below {SAME} a reason is given."
)

NO_MIXED_MODEL = (
    "pingouin has no mixed model for repeated measures. AAdash uses every visit of every patient; pingouin uses the patients who have "
    "the visits that its test needs."
)
NO_FISHER = "pingouin has no Fisher's exact test. Its chi-squared test stands below, beside ours."
NO_HOCHBERG = "pingouin has no Hochberg adjustment."
SMALLER_SUM = (
    "AAdash gives the sum of the positive ranks, as R does; pingouin gives the smaller of the two sums. The test and p are the same."
)
TYPE_II = (
    "The strata differ in size. pingouin tests the mean of all patients (type II), AAdash the mean of the stratum means (type III), "
    "as SPSS and R's car do."
)
SINGULAR = "Mauchly's W is 0 but for rounding: too few patients for so many visits. It says nothing about sphericity."
APPROXIMATE_J = "pingouin approximates the correction for small samples, 1 − 3/(4N − 9); AAdash uses the exact one."
SINGLE_PRECISION = "Both follow Royston's algorithm, whose constants scipy, used by pingouin, keeps in single precision."


@analysis(
    "Does another program agree?",
    section="second",
    variants=tuple({"question": q} for q in ("change_from_baseline", "between_strata", "responders_between", "mixed_anova")),
)
def second_opinion(cohort: Cohort, plan: AnalysisPlan, question: str = "between_strata") -> Result:
    """The numbers of a question of the Comparisons page by pingouin, beside ours.

    ``question`` is one of :data:`QUESTIONS`: "change_from_baseline" (paired t, Wilcoxon, Shapiro–Wilk and the adjusted p at each
    week, all patients), "between_strata" (two strata: Welch, Hedges' g, Mann–Whitney; more: Welch's ANOVA, Kruskal–Wallis),
    "responders_between" (the plan's endpoint: chi-squared, Fisher), "mixed_anova" (stratum × week of SALT and percent change).

    Table
    -----
    One row for each number: ``variable`` the outcome, ``variable_level`` "test: quantity", ``week`` (None over all weeks), with
    ``test, quantity`` (as text), ``ours, pingouin`` (NaN where one has none), ``digits`` (significant digits in which they agree,
    0 to 15; NaN where one has none), ``reason`` (text, "" from 8 digits on) and the three counts.

    Raises PlanError for another question and NotComputable where our own analysis does, or where it has no number at all.
    Misleads as proof of the method: two programs that agree compute the same thing, not necessarily the right thing.
    """
    if question not in QUESTIONS:
        raise PlanError(f"There is no second opinion on {question!r}", expected="one of " + ", ".join(QUESTIONS))
    s = AnalysisSet.of(cohort, plan)
    own, tests = QUESTIONS[question](cohort, s)
    lines = [line for test in tests for line in test.lines()]
    if not lines:
        raise NotComputable("Neither AAdash nor pingouin has a number to compare here")
    rows = [
        row(
            s.strata.name,
            ALL,
            line.variable,
            f"{line.test}: {line.quantity}",
            line.week,
            len(s.cohort),
            line.n,
            test=line.test,
            quantity=line.quantity,
            ours=line.ours,
            pingouin=line.theirs,
            digits=line.digits,
            reason=line.reason,
        )
        for line in lines
    ]
    return Result(
        table(rows),
        own.accounting,
        METHOD,
        _sentence(plan, s, lines),
        _unexplained(lines),
        labels=s.labels,
    )


def _everyone(own: Result, **keys: object) -> Iterator[dict]:
    """The rows of our own table that are about all patients, as dictionaries."""
    yield from own.rows(group1_level=ALL, **keys).to_dict("records")


def _change(cohort: Cohort, s: AnalysisSet) -> tuple[Result, list[ComparedTest]]:
    own = change_from_baseline(cohort, s.plan)
    why = {"": NO_MIXED_MODEL} if s.plan.missing == "mixed" else {}
    tests, base, raw = [], s.cohort.baseline, []
    for r in _everyone(own):
        week, n = int(r["week"]), int(r["n"])
        now = s.values[:, s.cohort.column_index(week)]
        d = now - base
        paired = cache(_given(pingouin.paired_t, now, base, s.plan.level))
        ours = {k: r[k] for k in ("t", "df", "p", "ci_low", "ci_high")}
        tests.append(ComparedTest("salt", week, _named(r, "Paired t-test"), n, ours, paired, why))
        raw.append(_or_nan(paired))
        if not np.isnan(r["wilcoxon_p"]):
            ranks = {"w": r["wilcoxon_v"], "p": r["wilcoxon_p"]}
            tests.append(
                ComparedTest(
                    "salt", week, "Wilcoxon signed-rank test", n, ranks, _given(pingouin.wilcoxon, on_paper(d)), {"w": SMALLER_SUM}
                )
            )
        shape = {"w": r["shapiro_w"], "p": r["shapiro_p"]}
        tests.append(ComparedTest("salt", week, "Shapiro–Wilk test", n, shape, _given(pingouin.shapiro, d), {"": SINGLE_PRECISION}))
    if s.plan.multiplicity == "none":
        return own, tests
    adjusted = cache(_given(pingouin.adjust, raw, s.plan.multiplicity))
    why = {"": NO_HOCHBERG} if s.plan.multiplicity == "hochberg" else why
    for i, r in enumerate(_everyone(own)):
        name = f"{_named(r, 'Paired t-test')}, {ADJUSTED}"
        tests.append(ComparedTest("salt", int(r["week"]), name, int(r["n"]), {"p": r["p_adjusted"]}, _p_of(adjusted, i), why))
    return own, tests


def _named(r: Mapping[str, object], theirs: str) -> str:
    """A test that both make, or what each of the two made: pingouin has no mixed model."""
    return f"{theirs} by pingouin against AAdash's mixed model" if r["test"] == MIXED_MODEL else theirs


def _given(ask: Callable[..., T], *args: object) -> Callable[[], T]:
    return lambda: ask(*args)


def on_paper(x: np.ndarray) -> np.ndarray:
    """Changes without the last binary digits, so that what is a tie on paper is one for pingouin too."""
    return np.round(x, 9)


def _effect(ask: Callable[[], dict[str, dict[str, float]]], effect: str) -> Callable[[], Mapping[str, float]]:
    return lambda: ask()[effect]


def _p_of(ask: Callable[[], np.ndarray], i: int) -> Callable[[], Mapping[str, float]]:
    return lambda: {"p": float(ask()[i])}


def _or_nan(ask: Callable[[], Mapping[str, float]]) -> float:
    try:
        return ask()["p"]
    except NotComputable:
        return float("nan")


def _between(cohort: Cohort, s: AnalysisSet) -> tuple[Result, list[ComparedTest]]:
    own, tests = between_strata(cohort, s.plan), []
    mixed = {"": NO_MIXED_MODEL} if s.plan.missing == "mixed" else {}
    for r in _everyone(own):
        week, n = int(r["week"]), int(r["n_analysed"])
        groups = [v for v in s.groups(s.percent_change[:, s.cohort.column_index(week)]).values() if len(v) > 1 and np.ptp(v) > 0]
        if len(groups) < 2:
            continue
        if len(s.levels) == 3:
            x, y = groups
            welch = {k: r[k] for k in ("t", "df", "p", "ci_low", "ci_high")}
            tests.append(
                ComparedTest(
                    "percent_change", week, _named(r, "Welch's t-test"), n, welch, _given(pingouin.welch_t, x, y, s.plan.level), mixed
                )
            )
            size = {"g": r["hedges_g"]}
            why = {"g": mixed.get("", APPROXIMATE_J)}
            tests.append(ComparedTest("percent_change", week, "Hedges' g", n, size, _given(pingouin.hedges_g, x, y), why))
            ranks, exact = {"u": r["mann_whitney_u"], "p": r["mann_whitney_p"]}, r["mann_whitney_method"] == "exact"
            tests.append(
                ComparedTest(
                    "percent_change",
                    week,
                    "Mann–Whitney test",
                    n,
                    ranks,
                    _given(pingouin.mann_whitney, on_paper(x), on_paper(y), exact),
                )
            )
        else:
            welch = {k: r[k] for k in ("f", "df1", "df2", "p")}
            tests.append(ComparedTest("percent_change", week, "Welch's ANOVA", n, welch, _given(pingouin.welch_anova, groups)))
            ranks = {"h": r["kruskal_h"], "p": r["kruskal_p"]}
            tests.append(
                ComparedTest(
                    "percent_change", week, "Kruskal–Wallis test", n, ranks, _given(pingouin.kruskal, list(map(on_paper, groups)))
                )
            )
    return own, tests


def _responders(cohort: Cohort, s: AnalysisSet) -> tuple[Result, list[ComparedTest]]:
    own, tests = responders_between(cohort, s.plan), []
    rule = s.rule
    status, _ = responses(s.cohort, rule, s.plan.missing)
    for r in _everyone(own, variable=rule.name):
        week, n = int(r["week"]), int(r["n_analysed"])
        groups = [v for v in s.groups(status[:, s.cohort.column_index(week)]).values() if len(v)]
        counts = [(int(v.sum()), len(v) - int(v.sum())) for v in groups]
        if r["test"] == "fisher":
            tests.append(ComparedTest(rule.name, week, "Fisher's exact test", n, {"p": r["p"]}, dict, {"": NO_FISHER}))
        if len(counts) > 1 and np.array(counts).sum(axis=0).min() > 0:
            chi = chi_squared(np.array(counts, dtype=float))
            ours = {"chi2": chi.chi2, "df": float(chi.df), "p": chi.p}
            tests.append(ComparedTest(rule.name, week, "Chi-squared test", n, ours, _given(pingouin.chi_squared, counts)))
    return own, tests


def _course(cohort: Cohort, s: AnalysisSet) -> tuple[Result, list[ComparedTest]]:
    own, tests = mixed_anova(cohort, s.plan), []
    keep = s.strata.codes >= 0
    matrices = {"salt": s.values[keep], "percent_change": s.percent_change[keep, 1:]}
    answers = {name: cache(_given(pingouin.mixed_anova, matrix, s.strata.codes[keep])) for name, matrix in matrices.items()}
    for r in _everyone(own):
        variable, effect = str(r["variable"]), str(r["variable_level"])
        complete = ~np.isnan(matrices[variable]).any(axis=1)
        sizes = np.unique(s.strata.codes[keep][complete], return_counts=True)[1]
        why = {"": TYPE_II} if effect == "week" and len(set(sizes)) > 1 else {}
        if not r["mauchly_w"] > 1e-12:
            why |= {"mauchly_w": SINGULAR, "mauchly_p": SINGULAR}
        if s.plan.missing == "mixed":
            why = {"": NO_MIXED_MODEL}
        ours = {k: r[k] for k in ("f", "df1", "df2", "p", "eps_gg", "p_gg", "mauchly_w", "mauchly_p")}
        name = f"{_named(r, 'Mixed ANOVA')}, {effect.replace(':', ' × ')}"
        tests.append(ComparedTest(variable, None, name, int(r["n_analysed"]), ours, _effect(answers[variable], EFFECTS[effect]), why))
    return own, tests


#: Question → our own answer, and the tests that both make.
QUESTIONS: dict[str, Callable[[Cohort, AnalysisSet], tuple[Result, list[ComparedTest]]]] = {
    "change_from_baseline": _change,
    "between_strata": _between,
    "responders_between": _responders,
    "mixed_anova": _course,
}


def _sentence(plan: AnalysisPlan, s: AnalysisSet, lines: list[Line]) -> str:
    compared = [line for line in lines if not math.isnan(line.digits)]
    if not compared:
        return "pingouin gives none of these numbers."
    same = [line for line in compared if line.digits >= SAME]
    text = f"pingouin {pingouin.VERSION} gives the same number in {len(same)} of {len(compared)} places"
    text += f", to {min(line.digits for line in same):.0f} digits or more." if same else "."
    here = headline(compared, plan.at_week(s.cohort))
    if here is not None:
        when = " of percent change" if here.week is None else f" at week {here.week}"
        ours, theirs = p_value(here.ours, prefix=True), p_value(here.theirs, prefix=True)
        text += f" {here.test}{when}: {ours} by " + ("both." if here.digits >= SAME else f"AAdash, {theirs} by pingouin.")
    other = len(compared) - len(same)
    if other:
        text += f" {counted(other, 'number')} differ{'s' if other == 1 else ''}; the table says why."
    return text


def _unexplained(lines: list[Line]) -> tuple[Caveat, ...]:
    strange = [line for line in lines if line.reason == UNEXPLAINED]
    if not strange:
        return ()
    first = strange[0]
    where = "" if first.week is None else f" at week {first.week}"
    return (
        Caveat(
            "second-opinion",
            f"AAdash and pingouin differ in {counted(len(strange), 'number')} without a known reason, first in {first.test}{where} "
            f"({first.quantity}: {first.ours:.6g} and {first.theirs:.6g}).",
            "Do not publish the number before the difference is understood; please report it with the plan.",
            "warning",
        ),
    )
