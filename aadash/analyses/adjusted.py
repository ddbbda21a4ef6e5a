"""Do the strata differ beyond what else differs between them? ANCOVA, adjusted MMRM, standardised rates."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from aadash.analyses import adjusted_fits as fits
from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.arms import against_one, pairs_asked
from aadash.analyses.baseline_columns import is_after_baseline
from aadash.analyses.registry import analysis
from aadash.candidates import title as titled
from aadash.cohort import Cohort
from aadash.details import AdjustedFor
from aadash.errors import AadashError, NotComputable, PlanError
from aadash.filters import is_measured, is_numeric, level_text
from aadash.formatting import interval, listing, number, p_value, percent, ratio
from aadash.levels import Pair
from aadash.plan import AnalysisPlan
from aadash.result import Caveat, Result, TestColumn

#: Roles that are adjusted for by default, where the file has them, beside the baseline.
DEFAULT = ("age", "sex", "duration")
#: So many patients of each stratum, as a share of the smaller one, must lie where the other has patients, for an adjustment to be more
#: than a straight line. A few patients within the range of many are like some of them, although few of the many are like them.
OVERLAP = 0.25
#: Pairs with the first stratum, or the control arm, that are compared.
MOST_PAIRS = 6
METHOD = (
    "Change at the week in question: analysis of covariance (least squares) and, over the scores recorded up to it, a mixed "
    "model for repeated measures in which each covariate has its own slope at every visit (Kenward–Roger). Responders: logistic "
    "regression, each patient predicted as a member of the one and of the other stratum, predictions averaged (standardisation; "
    "delta method; Norton, Miller & Kleinman 2013, doi:10.1177/1536867X1301300304); unadjusted, Newcombe's interval and the "
    "chi-squared or Fisher's exact test, as of the rates themselves. Adjusted for {covariates}."
)
#: Whom the rows are of, under each rule for missing visits.
OF_WHOM = {
    "nri": "A patient without a score at the week counts as no response; analysis of covariance is of the patients with one.",
    "locf": "For analysis of covariance and responders the last score stands in for a missing one.",
    "complete": "Analysis of covariance and responders are of the patients with a score at every visit.",
}
SEEN = "Analysis of covariance and responders are of the patients with a score at the week."


@analysis(
    "Do they differ beyond what else differs between them?",
    tests=(TestColumn("p", estimate="estimate"),),
    order=36,
)
def adjusted_comparison(cohort: Cohort, plan: AnalysisPlan, covariates: str = "") -> Result:
    """Each stratum compared with the first, or the control arm, at the week in question, adjusted for baseline SALT and covariates.

    ``covariates``: columns (or roles) with commas between them; "" for age, sex and duration where the file has them; "none" for
    the baseline alone. Baseline SALT is left out where it makes the strata, and where everybody has the same.

    Table
    -----
    ``group1_level`` the pair (first minus second). ``variable`` "change" with ``variable_level`` "unadjusted", "ancova", "mmrm"
    (points), or the endpoint with "unadjusted", "risk difference" (0–1) and "risk ratio": ``estimate, ci_low, ci_high, p``.

    Raises NotComputable without two strata, and where they are entangled with what is adjusted for: nobody of one stratum is like
    anybody of the other, so that no method can tell the two apart. Adjustment is for what was measured; it makes no trial.
    """
    s = AnalysisSet.of(cohort, plan)
    s.require_followup()
    s.require_strata()
    names, week = _covariates(s, covariates), plan.at_week(s.cohort)
    rows: list[dict] = []
    failed: list[Caveat | None] = []
    titles: list[str] = []
    used = np.zeros(len(s.cohort), dtype=bool)
    compared: set[int] = set()
    questions = [("Change", fits.changes), ("Mixed model", fits.mixed), ("Responders", fits.seen_rates), ("Responders", fits.rates)]
    if plan.missing == "mixed":  # its own answer first
        questions.insert(0, questions.pop(1))
    for pair in pairs_asked(s.levels[1:])[:MOST_PAIRS]:
        frame, adjusted_for = _frame(s, names, pair)
        entangled = _entangled(s, pair, frame, adjusted_for)
        if entangled:
            failed.append(Caveat("entangled", entangled, "Compare within the patients whom both strata have, by a filter.", "warning"))
            continue
        compared |= {s.strata.levels.index(pair.first), s.strata.levels.index(pair.second)}
        titles = list(dict.fromkeys([*titles, *adjusted_for.values()]))
        used |= frame["in_model" if plan.missing == "mixed" else "use"].to_numpy()
        used[fits.answered(s, frame, list(adjusted_for), week).index] = True  # by NRI a rate has patients whom no change has
        for name, make in questions:
            try:
                found = make(s, frame, list(adjusted_for), week)
                for variable, how, n, stats in found:
                    rows.append(row(s.strata.name, pair, variable, how, week, len(s.cohort), n, **stats))
                if make is fits.rates and found:
                    failed.append(fits.few(s, frame, list(adjusted_for), week, pair))
            except AadashError as error:
                failed.append(Caveat("not-computed", _refused(s.labels.label(pair), name, _in_words(error, adjusted_for))))
    if not rows:
        raise NotComputable(" ".join(c.text for c in failed if c).rstrip("."))
    return Result(
        table(rows, ("estimate", "ci_low", "ci_high", "p")),
        s.accounting(
            used,
            "without a value of a covariate",
            by_stratum=True,
            others=(
                ("whose stratum is not compared", ~np.isin(s.strata.codes, list(compared))),
                s.not_seen(week)
                if plan.missing != "mixed"
                else (f"with no visit after baseline up to week {week}", ~_followed(s, week)),
            ),
        ),
        " ".join(
            [
                METHOD.format(covariates=listing(titles) if titles else "nothing: the file has no covariate that can be used"),
                OF_WHOM.get(plan.missing, SEEN),
            ]
        ),
        _sentence(s, rows, titles, [c for c in failed if c and c.code == "entangled"]),
        doubt.collect(
            Caveat(
                "adjusted",
                "Adjustment is for what the file records. Strata may differ in what it does not.",
                "Name what else could explain the difference before reading it as one of the strata.",
            ),
            doubt.prognostic(s),
            doubt.bounded_change(s, "warning"),
            doubt.graded(s),
            doubt.imputed(s, at_week=True),
            doubt.nri_not_for_means(s),
            _apart(s, rows),
            *failed,
        ),
        labels=s.labels,
        details=AdjustedFor(tuple(titles)),
    )


def _apart(s: AnalysisSet, rows: list[dict]) -> Caveat | None:
    """Where the test of the rates and the interval of their difference do not agree."""
    beside = [r for r in rows if (r["variable"], r["variable_level"]) == (s.rule.name, "unadjusted")]
    pairs = [s.labels.label(r["group1_level"]) for r in beside if (r["p"] <= s.plan.alpha) != (r["ci_low"] > 0 or r["ci_high"] < 0)]
    if not pairs:
        return None
    return Caveat(
        "test-and-interval",
        f"{listing(pairs)}: the p-value and the interval of the unadjusted difference in {s.rule.symbol} point different ways, being "
        "built differently.",
        "Call such a difference uncertain; the larger study decides.",
    )


def _covariates(s: AnalysisSet, asked: str) -> list[str]:
    """Columns to adjust for, beside the baseline."""
    own = {s.strata.name, s.cohort.roles.get(s.strata.name, "")}
    if asked == "none":
        return []
    if asked:
        out = []
        for name in (part.strip() for part in asked.split(",")):
            column = s.cohort.role(name)
            if column is None:
                raise PlanError(f"There is no column {name!r} to adjust for", expected="columns of the file, with commas between them")
            out.append(column)
        return [c for c in out if c not in own]
    found = [s.cohort.roles[r] for r in DEFAULT if r in s.cohort.roles]
    return [c for c in found if c not in own and not is_after_baseline(s.cohort, c)]


def _frame(s: AnalysisSet, names: list[str], pair: Pair) -> tuple[pd.DataFrame, dict[str, str]]:
    """One row per patient: ``group`` (1 first, 0 second, NaN other), covariates under plain names, ``use`` and ``in_model``
    (who can be used at the week, and by the mixed model); and their titles."""
    codes = s.strata.codes
    a, b = s.strata.members(pair.first), s.strata.members(pair.second)
    frame = pd.DataFrame({"group": np.where(a, 1.0, np.where(b, 0.0, np.nan))}, index=range(len(codes)))
    titles: dict[str, str] = {}
    if s.strata.name not in ("severity", "trial_severity") and len(np.unique(s.cohort.baseline[~np.isnan(s.cohort.baseline)])) > 1:
        frame["baseline"] = s.cohort.baseline
        titles["baseline"] = f"baseline {s.cohort.score}"
    for i, column in enumerate(names):
        series = s.cohort.fact(column).reset_index(drop=True)
        measured = is_numeric(series) and (series.nunique() < 3 or is_measured(s.cohort, s.cohort.key_of(column), series))
        if series.notna().sum() < 3 or series.nunique() < 2 or (not measured and series.nunique() > 6):
            continue
        frame[f"x{i}"] = series.astype(float) if measured else series.map(level_text, na_action="ignore").astype(object)
        titles[f"x{i}"] = _named(s.cohort, column)
    week = s.plan.at_week(s.cohort)
    known = frame[["group", *titles]].notna().all(axis=1) & ~np.isnan(s.cohort.baseline)
    frame["use"] = known & ~np.isnan(s.values[:, s.cohort.column_index(week)])
    frame["in_model"] = known & _followed(s, week)
    return frame, titles


def _followed(s: AnalysisSet, week: int) -> np.ndarray:
    """Who made a visit after baseline up to a week."""
    return ~np.isnan(s.cohort.values[:, 1 : s.cohort.column_index(week) + 1]).all(axis=1)


def _named(cohort: Cohort, column: str) -> str:
    """What a covariate is called within a sentence."""
    name = titled(cohort, column)
    return name if name[:2].isupper() else name[0].lower() + name[1:]


def _refused(pair: str, name: str, why: str) -> str:
    """What could not be computed of a pair, as one sentence whose pair may have any name."""
    if name == "Change":
        return f"{pair}, change from baseline: {why}"
    return f"{pair}, mixed model: {why}" if name == "Mixed model" else f"{pair}, responders: {why}"


def _in_words(error: AadashError, titles: Mapping[str, str]) -> str:
    """What a model refuses, its terms by the names that the reader knows, without advice that cannot be followed here."""
    names = {
        "group": "the stratum",
        **{name: f"“{title}”" for name, title in titles.items()},
    }
    alike = re.match(r"All (\d+) patients have the same outcome", error.found)
    few = re.match(r"(\d+) complete patients cannot determine (\d+) coefficients", error.found)
    if re.match("Group '(?:first|second)' has no value", error.found):
        return "Nobody of one of the strata has a score."
    if "group-by-visit means" in error.found:
        return "There are too few patients for so many visits."
    if error.found.startswith("No patient has a value in all of"):
        return "No patient has a value of everything that is compared."
    text = error.found.rstrip(".").replace("outcome 'y'", "outcome")
    if alike:
        n = alike[1]
        text = f"All {n} patients have the same outcome, so there is nothing to explain"
        if n == "1":
            text = "One patient alone has a value of everything that is compared"
    elif few:
        text = f"Too few patients have a value of everything that is compared ({few[1]})"
    text = re.sub(r"""(['"])(.*?)\1""", lambda m: names.get(m[2]) or _level(m[2], titles) or m[0], text) + "."
    return re.sub("[“”]", "", text) if "(separation)" in text else text  # quoted, they would stay English


def _level(term: str, titles: Mapping[str, str]) -> str | None:
    """What one level of a covariate is called that has a column of the model (“sex: M” for ``x1M``)."""
    of = max((name for name in titles if term.startswith(name)), key=len, default=None)
    return f"“{titles[of]}: {term[len(of) :]}”" if of else None


def _entangled(s: AnalysisSet, pair: Pair, frame: pd.DataFrame, titles: dict[str, str]) -> str | None:
    """The sentence that says that a covariate and the strata cannot be told apart, or None."""
    used = frame[frame["use"]]
    names = [s.labels.label(pair.first), s.labels.label(pair.second)]
    for column, title in titles.items():
        a, b = used.loc[used["group"] == 1, column], used.loc[used["group"] == 0, column]
        if len(a) < 2 or len(b) < 2:
            continue
        if pd.api.types.is_numeric_dtype(used[column]):
            low, high = np.quantile(b.astype(float), [0.0, 1.0])
            inside = float(((a.astype(float) >= low) & (a.astype(float) <= high)).mean())
            low, high = np.quantile(a.astype(float), [0.0, 1.0])
            back = float(((b.astype(float) >= low) & (b.astype(float) <= high)).mean())
            share = min(inside, back)
            alike = min(inside * len(a), back * len(b))
        else:
            inside, back = float(a.isin(set(b)).mean()), float(b.isin(set(a)).mean())
            share, alike = min(inside, back), min(inside * len(a), back * len(b))
        if alike < OVERLAP * min(len(a), len(b)):
            what = title[0].upper() + title[1:]
            if not share:
                return (
                    f"{what} cannot be held equal in {names[0]} and {names[1]}: the two are entangled (nobody of one stratum lies "
                    "where the other has patients)."
                )
            return (
                f"{what} cannot be held equal in {names[0]} and {names[1]}: the two are entangled (only "
                f"{percent(share, 0)} of a stratum lie where the other has patients)."
            )
    return None


def _sentence(s: AnalysisSet, rows: list[dict], titles: list[str], entangled: list[Caveat]) -> str:
    pair = rows[0]["group1_level"]
    found = {(r["variable"], r["variable_level"]): r for r in rows if r["group1_level"] == pair}
    rule = s.rule
    first, second = s.labels.label(pair.first), s.labels.label(pair.second)
    text = []
    order = ("mmrm", "ancova", "unadjusted") if s.plan.missing == "mixed" else ("ancova", "unadjusted", "mmrm")
    lead = next((how for how in order if ("change", how) in found), None)
    if lead is not None:
        change, plain = found["change", lead], found.get(("change", "unadjusted"))
        points = s.cohort.measure.amount(change["estimate"])
        limits = f"{s.cohort.measure.interval(change['ci_low'], change['ci_high'])}; {p_value(change['p'], True, s.plan.alpha)}"
        if lead == "mmrm":
            how = f"adjusted for {listing(titles)}" if titles else "unadjusted"
            text.append(f"{first} less {second} by the mixed model, {how}: {points} of change ({limits})")
        elif lead == "unadjusted":
            text.append(f"{first} less {second}, unadjusted: {points} of change ({limits})")
        elif plain is None:
            text.append(f"{first} less {second}, adjusted for {listing(titles)}: {points} of change ({limits})")
        else:
            text.append(
                f"{first} less {second}, adjusted for {listing(titles)}: {points} of change ({limits}), "
                f"{s.cohort.measure.number(plain['estimate'])} unadjusted"
            )
    rate, rr = found.get((rule.name, "risk difference")), found.get((rule.name, "risk ratio"))
    counted = found.get((rule.name, "unadjusted"))
    if rate and rr:
        text.append(
            f"{rule.symbol}{'' if text else f' in {first} less {second}'}: {number(100 * rate['estimate'])} percentage points "
            f"({interval(100 * rate['ci_low'], 100 * rate['ci_high'])}), "
            f"{ratio(rr['estimate'])} times the share"
        )
    elif counted:
        text.append(
            f"{rule.symbol}{'' if text else f' in {first} less {second}'}, unadjusted: "
            f"{number(100 * counted['estimate'])} percentage points "
            f"({interval(100 * counted['ci_low'], 100 * counted['ci_high'])}; {p_value(counted['p'], True, s.plan.alpha)})"
        )
    told = ". ".join(text) + "." + against_one(s.labels, rows)
    return told + "".join(f" {c.text}" for c in entangled[:1])
