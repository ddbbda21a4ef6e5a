"""Printable tables of the further questions: missing visits, rules, equivalence, time to response, simple effects."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.formatting import count, degrees, interval, number, p_value, percent, ratio, ratio_interval, with_limits
from aadash.levels import ALL, Pair
from aadash.report.formatters import ci_title, each, falls_into, in_its_unit, level_label, prints, strata, variables
from aadash.report.tables.unrecorded import with_unrecorded
from aadash.result import Result

RULES = {
    "observed": "Observed cases",
    "complete": "Complete cases",
    "nri": "Non-responder imputation",
    "locf": "Last observation carried forward",
    "mixed": "Mixed model",
}


@prints("missingness")
def _missing(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    if (t["variable"] == "complete").all():
        whole = t.assign(whole=t["n_enrolled"] - t["missing"])
        return pd.DataFrame(
            {
                "Stratum": strata(result, t),
                "Patients": t["n_enrolled"].astype(int),
                f"{result.measure.name} at every visit" if result.apart else "Every visit": each(whole, count, "whole", "n_enrolled"),
                ci_title(result): each(t, lambda a, b: interval(100 * a, 100 * b), "ci_low", "ci_high"),
            }
        )
    t = t[t["variable"] != "complete"]
    score = result.measure.name
    there = f"Those with {score}" if result.apart else "Seen"
    gone = f"Those without {score}" if result.apart else "Not seen"
    if (t["variable"] != "missing").any():
        one = result.measure.number
        compared = {"previous_salt": f"{score} at the visit before", "last_salt": f"Last {score}"}
        return pd.DataFrame(
            {
                "Compared": t["variable"].map(compared),
                "Week": t["week"].astype(int),
                there: each(t, lambda m, n: f"{one(m)} (n = {int(n)})", "mean1", "n1"),
                gone: each(t, lambda m, n: f"{one(m)} (n = {int(n)})", "mean2", "n2"),
                "Difference": each(t, one, "difference"),
                ci_title(result): each(t, result.measure.interval, "ci_low", "ci_high"),
                "p": each(t, p_value, "p"),
            }
        )
    return pd.DataFrame(
        {
            "Stratum": strata(result, t),
            "Week": t["week"].astype(int),
            "Patients": t["n_enrolled"].astype(int),
            gone: each(t, count, "missing", "n_enrolled"),
            "Recorded later" if result.apart else "Seen later": t["gap"].astype(int),
            "Not recorded again" if result.apart else "Not seen again": t["left"].astype(int),
        }
    )


def _asked(result: Result, question: str) -> str:
    """What is estimated under each rule, with its unit."""
    rates = {
        "responders": "Responders (%)",
        "responders_between": "Difference (points)",
        "between_strata": "Difference (% points)",
    }
    change = f"Mean change ({result.measure.unit})"
    return rates.get(question, change)


@prints("missing_rule_comparison")
def _rules(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    out = pd.DataFrame({"A missing visit counts as": t["variable"].map(RULES)})
    if t["estimate"].notna().any():
        digits = result.outcome_digits
        out[_asked(result, str(t["variable_level"].iloc[0]))] = each(t, lambda v: number(v, digits), "estimate")
        out[ci_title(result)] = each(t, lambda a, b: interval(a, b, digits), "ci_low", "ci_high")
    if t["p"].notna().any():
        holm = t["variable_level"].iloc[0] == "change_from_baseline" and result.plan.multiplicity != "none"
        out["p, adjusted" if holm else "p"] = each(t, p_value, "p")
        said = ["–" if np.isnan(v) else "Significant" if v else "Not significant" for v in t["significant"]]
        out[f"At alpha {result.plan.alpha:g}"] = said
    if (t["followed"] == 0).any():
        out["Rule followed"] = np.where(t["followed"] == 1, "followed", "scores recorded instead")
    out["Patients analysed"] = t["n_analysed"].astype(int).to_numpy()
    out["Values filled in"] = t["n_imputed"].astype(int).to_numpy()
    return out


@prints("equivalence")
def _equivalence(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Measure": t["variable"].map(variables(result)),
            "n": t["n_analysed"].astype(int),
            "Difference (points)": each(t, number, "difference"),
            f"{100 * (1 - 2 * result.plan.alpha):.4g} % CI": each(t, interval, "ci_low", "ci_high"),
            "Margin": each(t, lambda m: f"±{m:g}", "margin"),
            "p": each(t, p_value, "p"),
        }
    )


def _without_response(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    """Rows of curves with one for each stratum in which nobody responded: 0 % at its last visit, without limits."""
    there, known = set(t["group1_level"]), result.details.at_risk
    missed = [level for level in known if level not in there and not (level is ALL and there)]
    rows = []
    for lv in missed:
        last, n = [(w, k) for w, k in zip(result.details.weeks, known[lv], strict=True) if k][-1]
        rows.append({"group1_level": lv, "week": last, "at_risk": n, "events": 0, "probability": 0.0})
    if not rows:
        return t
    order = {level: i for i, level in enumerate([ALL, *result.labels.levels])}
    out = pd.concat([t.astype(object), pd.DataFrame(rows).reindex(columns=t.columns).astype(object)], ignore_index=True)
    return out.iloc[np.argsort([order[level] for level in out["group1_level"]], kind="stable")].infer_objects()


def _weeks_without(mean: float, low: float, high: float, tau: float, last: float) -> str:
    """The mean with its limits; why there are none, or why it goes beyond the last visit of this stratum, in a word."""
    if np.isnan(mean):
        return "–"
    told = with_limits(f"{number(mean)} of {tau:g} weeks", low, high)
    if last < tau:
        return f"{told}: all had responded by week {last:g}"
    if not np.isnan(low):
        return told
    return f"{told}: nobody responded before" if mean == tau else f"{told}: all responded at one visit"


@prints("time_to_response")
def _time(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    if (t["variable_level"] == "curve").all():
        t = _without_response(result, t)
        return pd.DataFrame(
            {
                "Stratum": strata(result, t),
                "Week": t["week"].astype(int),
                "Still followed": t["at_risk"].astype(int),
                "Responding now": t["events"].astype(int),
                "Responded by then": each(t, percent, "probability"),
                ci_title(result): each(t, lambda a, b: "–" if pd.isna(a) else interval(100 * a, 100 * b), "ci_low", "ci_high"),
            }
        )
    t = t[t["variable_level"] == "summary"]
    reached = lambda m: "not reached" if np.isnan(m) else f"week {number(m, 0)}"  # noqa: E731
    out = pd.DataFrame(
        {
            "Stratum": strata(result, t),
            "Responders / followed": each(t, count, "k", "n"),
            "Median": each(t, reached, "median"),
            ci_title(result): each(
                t,
                lambda a, b: interval(a, b, 0) if not np.isnan(b) else (f"{number(a, 0)} to not reached" if not np.isnan(a) else "–"),
                "ci_low",
                "ci_high",
            ),
            "Mean weeks without response": each(
                t,
                _weeks_without,
                "restricted_mean",
                "rm_low",
                "rm_high",
                "tau",
                "last",
            ),
        }
    )
    return with_unrecorded(result, t, out, {"Responders / followed": lambda r: count(r["k"], r["n"])}, "n")


@prints("repeated_response")
def _repeated(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    words = {
        "gee": "All visits together (GEE)",
        "gee, 10 weeks": "Ten weeks more (GEE)",
        "mcnemar": "Against the visit before (McNemar)",
        "trend": "Trend over the strata (Cochran–Armitage)",
        "cmh": "Within the second column (CMH)",
    }
    t = t.reindex(columns=list(dict.fromkeys([*t.columns, "odds_ratio", "ci_low", "ci_high", "gained", "lost", "z"])))
    week = ["–" if pd.isna(w) else str(int(w)) for w in t["week"]]
    compared = [  # an odds ratio is of one against the other, not a difference
        f"{result.labels.label(level.first)} against {result.labels.label(level.second)}" if isinstance(level, Pair) else told
        for level, told in zip(t["group1_level"], strata(result, t), strict=True)
    ]
    moved = ["–" if np.isnan(g) else f"{int(g)} / {int(x)}" for g, x in zip(t["gained"], t["lost"], strict=True)]
    return pd.DataFrame(
        {
            "Question": t["variable_level"].map(words),
            "Compared": compared,
            "Week": week,
            "n": t["n_analysed"].astype(int),
            "Odds ratio": each(t, ratio, "odds_ratio"),
            ci_title(result): each(t, ratio_interval, "ci_low", "ci_high"),
            "Gained / lost": moved,
            "p": each(t, p_value, "p"),
        }
    )


@prints("simple_effects")
def _simple(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    where = [
        f"Strata at week {int(w)}" if not pd.isna(w) else f"Weeks in {level_label(result, g)}"
        for w, g in zip(t["week"], t["group1_level"], strict=True)
    ]
    t = t.reindex(columns=list(dict.fromkeys([*t.columns, "p_gg", "friedman_p"])))
    return pd.DataFrame(
        {
            "Effect": where,
            "n": t["n_analysed"].astype(int),
            "F": each(t, lambda v: number(v, 2), "f"),
            "df": each(t, degrees, "df1", "df2"),
            "p": each(t, p_value, "p"),
            "p, Greenhouse–Geisser": each(t, p_value, "p_gg"),
            "p, Holm": each(t, p_value, "p_holm"),
            "Friedman p": each(t, p_value, "friedman_p"),
        }
    )


@prints("bootstrap")
def _bootstrap(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    shown, limits = in_its_unit(result)
    return pd.DataFrame(
        {
            "Estimate of": [f"{variables(result)[v]}: {what}" for v, what in zip(t["variable"], t["variable_level"], strict=True)],
            "n": t["n_analysed"].astype(int),
            "Estimate": each(t, shown, "variable", "estimate"),
            f"{ci_title(result)}, bootstrap": each(t, limits, "variable", "ci_low", "ci_high"),
            f"{ci_title(result)}, closed form": each(t, limits, "variable", "t_low", "t_high"),
        }
    )


@prints("visits_as_patients")
def _pooled(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Effect on percent change": t["variable_level"].str.capitalize(),
            "Wrong: each visit taken as a patient, F": each(t, number, "f"),
            "its df": each(t, degrees, "df1", "df2"),
            "its p": each(t, p_value, "p"),
            "Right: each patient once, F": each(t, number, "f_right"),
            "df": each(t, degrees, "df1_right", "df2_right"),
            "p": each(t, p_value, "p_right"),
        }
    )


def checks(result: Result) -> pd.DataFrame:
    """The assumptions as checked: Assumption, Verdict, What was seen."""
    return pd.DataFrame([{"Assumption": c.name, "Verdict": c.verdict, "What was seen": c.detail} for c in result.checks])


def alternatives(result: Result) -> pd.DataFrame:
    """Other reasonable choices: Choice, p, whether the conclusion stays, and a detail where one has any."""
    found = pd.DataFrame(
        [
            {
                "Another choice": a.method,
                "p": p_value(a.p),
                "Same conclusion": "the same" if a.agrees else "another",
                "Detail": a.detail,
            }
            for a in result.alternatives
        ]
    )
    return found if any(a.detail for a in result.alternatives) else found.drop(columns="Detail", errors="ignore")


falls_into(
    "variable",
    {
        "missing": "Scores missing",
        "complete": "A score at every visit",
        "previous_salt": "The score before",
        "last_salt": "The last score",
    },
    "missingness",
)
falls_into("variable_level", {"summary": "In short", "curve": "The curve in numbers"}, "time_to_response")


@prints("regression_to_the_mean")
def _regression(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    t = t[t["variable_level"] != "correlation"]
    return pd.DataFrame(
        {
            "At baseline": t["variable_level"].str.capitalize(),
            "Patients": t["n"].astype(int),
            "SD from the mean at baseline": each(t, lambda v: number(v, 2), "z_baseline"),
            f"at week {result.week}": each(t, lambda v: number(v, 2), "z_later"),
            "expected (r × baseline)": each(t, lambda v: number(v, 2), "z_expected"),
        }
    )
