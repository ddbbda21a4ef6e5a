"""Who are the patients? Table 1: what was known before the first dose, overall and by stratum."""

from __future__ import annotations

import itertools

import numpy as np

from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.baseline_columns import Fact, facts_of
from aadash.analyses.baseline_known import Known, recorded
from aadash.analyses.baseline_severity import graded, on_the_scale, with_severity
from aadash.analyses.registry import analysis
from aadash.analyses.response_between import equal_proportions
from aadash.cohort import Cohort
from aadash.details import Facts
from aadash.errors import NotComputable
from aadash.formatting import count, counted, listing, number
from aadash.levels import ALL, Total
from aadash.measure import BANDS_HOLD
from aadash.plan import AnalysisPlan
from aadash.result import Accounting, Caveat, Result
from aadash.stats.balance import smd, smd_categories
from aadash.stats.descriptive import describe
from aadash.stats.k_sample import welch_anova
from aadash.stats.tables import chi_squared
from aadash.stats.two_sample import welch_t

METHOD = (
    "Numbers as mean (SD) with range, or median [quartiles, type 7]; categories as number (percent of the patients in whom it is "
    "recorded)."
)
#: Where a score of few grades is among them.
GRADED = (
    " Scores of a few whole grades as the number of patients with each: a mean would take every step from one grade to the next for "
    "equal."
)
#: Of a cohort that is split.
COMPARED = (
    " Differences between strata as standardised mean differences (Austin 2009; categories by Yang & Dalton 2012), of "
    "three or more strata the largest of the pairs; none for what makes the strata."
)
TESTED = (
    " p-values: Welch's t-test (two strata) or Welch's analysis of variance; chi-squared test, or Fisher's exact test where an "
    "expected count of two categories is below 5. A stratum of one patient, or without spread, enters no test of a number. They are "
    "not adjusted and do not say whether groups are comparable."
)
#: Bars of the small distribution in a row.
BINS = 12
NAN = float("nan")
_STATISTICS = ("n", "n_missing", "mean", "sd", "minimum", "q1", "median", "q3", "maximum", "k", "proportion", "smd", "test", "p")


@analysis("Who are the patients?", section="further", order=7)
def baseline(cohort: Cohort, plan: AnalysisPlan, p_values: bool = False, grades_as_numbers: bool = False) -> Result:
    """Describe every baseline fact of the file, for all patients and in each stratum.

    Table
    -----
    One row per fact × level of the strata, and of a fact with categories one row per category (``variable_level``); ``variable`` is
    the column's name, "baseline_salt", "severity_band" or "trial_band". Numbers have ``n, n_missing, mean, sd, minimum, q1,
    median, q3, maximum``; categories ``n`` (in whom it is recorded), ``n_missing, k`` and ``proportion`` (k/n). ``smd`` stands in
    the fact's first row of everyone: of two strata the first minus the second (categories: no sign), of more the largest of the
    pairs by size. With ``p_values``, of a cohort that is split, also ``test`` ("welch", "welch-anova",
    "fisher", "chi-squared") and ``p`` there.

    A score of a few whole grades (AA-IGA, ClinRO) is one of categories, unless ``grades_as_numbers``.

    Details: ``facts`` (variable → :class:`Fact`), ``distributions`` (variable → counts in :data:`BINS` equal bins of all patients),
    ``p_values``, ``graded`` (names of the scores of grades).

    Raises NotComputable when the file has nothing but an empty baseline. Misleads when used to test whether groups are alike:
    groups made from the data differ by construction, and a p-value mostly measures n (de Boer et al. 2015,
    doi:10.1186/s12966-015-0162-z).
    """
    s = AnalysisSet.of(cohort, plan)
    p_values = p_values and len(s.levels) > 2  # nothing is tested where nothing is split
    facts, left = facts_of(s.cohort)
    facts = with_severity(s, facts, grades_as_numbers)
    if not any(recorded(s, f, ALL).n for f in facts):
        raise NotComputable("Nothing is recorded at baseline, so there is nothing to describe", fix="Say which columns are facts")
    rows: list[dict] = []
    for fact in facts:
        block = [r for level in s.levels for r in _rows(s, fact, level)]
        block[0]["smd"] = _difference(s, fact)
        if p_values and not _defines(s, fact):
            block[0]["test"], block[0]["p"] = _test(s, fact)
        rows.extend(block)
    scores = graded(s)
    out = table(rows, _STATISTICS if p_values else _STATISTICS[:-2])
    return Result(
        out,
        Accounting(len(s.cohort), len(s.cohort)),
        "".join(
            [
                METHOD,
                GRADED if scores and not grades_as_numbers else "",
                COMPARED if len(s.levels) > 2 else "",
                TESTED if p_values else "",
                f" {BANDS_HOLD}" if any(f.name == "trial_band" for f in facts) else "",
            ]
        ),
        _sentence(s, facts),
        doubt.collect(
            _left_out(left),
            _unequal(s, facts),
            *_passed_over(s, facts),
            _lacking(s, facts),
            doubt.no_stratum(s),
            _tested() if p_values else None,
            doubt.small(s),
        ),
        labels=s.labels,
        details=Facts(
            {f.name: f for f in facts},
            {f.name: _bins(recorded(s, f, ALL)) for f in facts if f.kind == "number"},
            p_values,
            scores,
        ),
    )


def _rows(s: AnalysisSet, fact: Fact, level: str | Total) -> list[dict]:
    known, size = recorded(s, fact, level), s.size(level)
    n = known.n
    blank: dict[str, object] = {"n": n, "n_missing": size - n, "smd": NAN}
    if fact.kind == "number":
        d = describe(known.sample)
        stats = {name: getattr(d, name) for name in ("mean", "sd", "minimum", "q1", "median", "q3", "maximum")}
        return [row(s.strata.name, level, fact.name, None, 0, size, n, **blank, **stats)]
    out = []
    for category, k in zip(fact.levels, known.by_category, strict=False):
        stats = {"k": k, "proportion": k / n if n else NAN}
        out.append(row(s.strata.name, level, fact.name, category, 0, size, n, **blank, **stats))
    return out


def _groups(s: AnalysisSet, fact: Fact) -> list[Known]:
    """What is recorded of each stratum that somebody is in."""
    return [recorded(s, fact, level) for level in s.levels[1:]]


def _defines(s: AnalysisSet, fact: Fact) -> bool:
    """True for what the strata are made from: it differs by construction."""
    if s.strata.name in ("severity", "trial_severity"):
        return fact.name in ("baseline_salt", "severity_band", "trial_band")
    return s.strata.name in (fact.name, fact.role)


def _difference(s: AnalysisSet, fact: Fact) -> float:
    """Standardised difference of the two strata, or the largest of the pairs; NaN for what makes the strata."""
    if _defines(s, fact):
        return NAN
    found = [d for d in _pairs(s, fact) if not np.isnan(d)]
    return max(found, key=abs) if found else NAN


def _pairs(s: AnalysisSet, fact: Fact) -> list[float]:
    """Standardised difference of each pair of strata; NaN where it cannot be computed."""
    groups = _groups(s, fact)
    if fact.kind == "number":
        return [smd(a.sample, b.sample) for a, b in itertools.combinations(groups, 2)]
    counts = [g.by_category for g in groups]
    return [smd_categories(counts[i], counts[j]) for i, j in itertools.combinations(range(len(groups)), 2)]


def _test(s: AnalysisSet, fact: Fact) -> tuple[str | None, float]:
    groups = [g for g in _groups(s, fact) if g.n]
    if len(groups) < 2:
        return None, NAN
    if fact.kind == "number":
        usable = [g.sample for g in groups if g.n > 1 and g.values.max() > g.values.min()]
        if len(usable) < 2:
            return None, NAN
        return ("welch", welch_t(usable[0], usable[1]).p) if len(usable) == 2 else ("welch-anova", welch_anova(usable).p)
    counts = np.array([g.by_category for g in groups], dtype=float)
    counts = counts[:, counts.sum(axis=0) > 0]
    if counts.shape[1] == 2:
        answer = equal_proportions([(int(a), int(a + b)) for a, b in counts])
        return str(answer["test"]), float(answer["p"])  # type: ignore[arg-type]
    return ("chi-squared", chi_squared(counts).p) if counts.shape[1] > 2 else (None, NAN)


def _bins(known: Known) -> list[int]:
    if not len(known.values):
        return []
    low, high = float(known.values.min()), float(known.values.max())
    ends = (low, high if high > low else low + 1)
    return np.histogram(known.values.astype(float), bins=BINS, range=ends, weights=known.counts)[0].astype(int).tolist()  # type: ignore[no-any-return]


def _sentence(s: AnalysisSet, facts: list[Fact]) -> str:
    """ "117 patients (male 54, female 63), mean age 32.9 years (SD 10.1), mean baseline SALT 65.2 (SD 35.1), 83/117 (70.9 %) …"."""
    severity = s.cohort.severity_measure.name
    named = {f.role: f for f in facts if f.role} | {f.name: f for f in facts if not f.role}
    text = counted(len(s.cohort), "patient")
    if "sex" in named and named["sex"].levels:
        sex = named["sex"]
        seen = recorded(s, sex, ALL)
        unknown = len(s.cohort) - seen.n
        words = [f"sex {c}:" if c.isdigit() else c for c in sex.levels]
        counts = [f"{c} {k}" for c, k in zip(words, seen.by_category, strict=False)] + [f"not recorded {unknown}"] * (unknown > 0)
        text += f" ({', '.join(counts)})"
    parts = []
    for key in ("age", "baseline_salt"):
        fact = named.get(key)
        those = None if fact is None or fact.kind != "number" else recorded(s, fact, ALL)
        if fact is not None and those is not None and those.n:
            d = describe(those.sample)
            mean, sd = number(d.mean, fact.digits), number(d.sd, fact.digits)
            if those.n == 1:
                parts.append(f"{mean} years old" if key == "age" else f"a baseline {severity} of {mean}")
                continue
            if d.minimum == d.maximum:
                parts.append(f"all {mean} years old" if key == "age" else f"baseline {severity} {mean} in all")
                continue
            parts.append(f"mean age {mean} years (SD {sd})" if key == "age" else f"mean baseline {severity} {mean} (SD {sd})")
    at = s.visit(0)
    base = s.cohort.baseline_of(severity) if s.counted is None else at.baseline
    known = int((~np.isnan(base)).sum()) if s.counted is None else at.n(~np.isnan(base))
    if known and on_the_scale(s):
        above = int((base > s.plan.severity_cut).sum()) if s.counted is None else at.n(base > s.plan.severity_cut)
        parts.append(f"baseline {severity} above {s.plan.severity_cut:g} in {count(above, known)}")
    return text + ("; " + "; ".join(parts) if parts else "") + "."


def _left_out(left: dict[str, str]) -> Caveat | None:
    if not left:
        return None
    why: dict[str, list[str]] = {}
    for column, reason in left.items():
        why.setdefault(reason, []).append(column)
    told = "; ".join(f"{listing([f'“{c}”' for c in columns])}: {reason}" for reason, columns in why.items())
    many = any(reason.endswith(("different numbers", "different texts")) for reason in why)
    advice = "Group the texts in the file if a column belongs here." if many else ""
    return Caveat("not-in-table", f"Not among the baseline characteristics: {told}.", advice)


def _unequal(s: AnalysisSet, facts: list[Fact]) -> Caveat | None:
    """Characteristics that differ by more than 0.1 SD."""
    apart = [f.title for f in facts if abs(_difference(s, f)) > 0.1]
    if not apart:
        return None
    more = f" and {len(apart) - 6} more" if len(apart) > 6 else ""
    return Caveat(
        "imbalance",
        f"The strata differ by more than 0.1 standard deviations in {listing(apart[:6]) if not more else ', '.join(apart[:6])}{more}.",
        "A difference in response between the strata may come from these. Small groups differ by chance alone.",
    )


def _passed_over(s: AnalysisSet, facts: list[Fact]) -> list[Caveat | None]:
    """Pairs of strata without a standardised difference, so that the largest of three or more is one of the others; and why: what a
    number lacks is not what categories lack.
    """
    return [_without(s, [f for f in facts if (f.kind == "number") == numbers], numbers) for numbers in (True, False)]


def _without(s: AnalysisSet, facts: list[Fact], numbers: bool) -> Caveat | None:
    told, none = [], []
    for f in facts:
        pairs = [] if _defines(s, f) else _pairs(s, f)
        undone = int(np.isnan(pairs).sum())
        if 0 < undone < len(pairs):
            told.append(f"{f.title} ({undone} of {len(pairs)} pairs)")
        elif undone:
            none.append(f.title)
    if not told and not none:
        return None
    if told:
        text = (
            "The standardised difference of a number needs two patients in each stratum and some spread in one of them; the largest "
            f"of the pairs passes over those without one: {listing(told)}."
            if numbers
            else "The standardised difference of categories needs one that both strata have; the largest of the pairs passes over "
            f"those without one: {listing(told)}."
        )
        if none:  # of these no pair has one
            text += f" There is none at all of {listing(none)}."
    else:
        text = (
            "The standardised difference of a number needs two patients in each stratum and some spread in one of them, so there is "
            f"none of {listing(none)}."
            if numbers
            else f"The standardised difference of categories needs one that both strata have, so there is none of {listing(none)}."
        )
    return Caveat("left-out", text, "Read the numbers of the smallest strata themselves.")


def _lacking(s: AnalysisSet, facts: list[Fact]) -> Caveat | None:
    lacking = [(f.title, len(s.cohort) - recorded(s, f, ALL).n) for f in facts]
    lacking = [(title, n) for title, n in lacking if n and not title.endswith(" as trials group it")]
    if not lacking:
        return None
    told = listing([f"{title} ({n} not recorded)" for title, n in lacking[:6]])
    return Caveat(
        "not-recorded",
        f"Percentages are of the patients in whom the characteristic is recorded: {told}{' and others' if len(lacking) > 6 else ''}.",
        "An empty cell is not a “no”. Fill in what is known.",
    )


def _tested() -> Caveat:
    return Caveat(
        "baseline-p",
        "p-values of a baseline table do not say whether groups are comparable: with few patients large differences are not "
        "significant, with many patients trivial ones are.",
        "Read the standardised mean differences instead.",
        "warning",
    )
