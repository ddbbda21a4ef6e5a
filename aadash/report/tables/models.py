"""Printable tables of the predictors page, as journals print them: a heading per predictor, its levels indented."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from aadash.formatting import count, degrees, interval, number, p_value, percent, printers, ratio, ratio_interval, with_limits
from aadash.report.formatters import ci_title, each, falls_into, prints
from aadash.result import Result

#: Spaces at which no line is broken.
FIRM = "\u00a0"
INDENT = 3 * FIRM
#: Heads of the columns of estimates, of a logistic model and of a linear one.
ONE_BY_ONE = {True: "Univariable OR", False: "Univariable difference"}
TOGETHER = {True: "Multivariable OR", False: "Multivariable difference"}
ESTIMATORS = {"firth": "Firth", "ml": "maximum likelihood", "ols": "least squares"}


@prints("predictors")
def _predictors(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    d, rows = result.details, []
    logistic = d.logistic
    show = printers(result.outcome_digits, logistic)
    titles = {"uni": (ONE_BY_ONE[logistic], "p, uni"), "adj": (TOGETHER[logistic], "p, multi")}
    if logistic:
        name = ESTIMATORS[d.alternative]
        titles["alt"] = (f"Multivariable, {name}, OR", "p, ML" if d.alternative == "ml" else f"p, {name}")
    outcome, digits = d.outcome.split(" at week")[0], result.outcome_digits
    for variable, own in t.groupby("variable", sort=False):
        title = d.titles[variable]
        if not own["role"].isin(["slope", "overall"]).any():
            rows.append({"Predictor": title})
        for r in own.to_dict("records"):
            named = r["role"] in ("slope", "overall")
            out = {"Predictor": title if named else INDENT + str(r["variable_level"])}
            if logistic:
                out[outcome] = f"n = {int(r['n'])}" if r["role"] == "slope" else count(r["events"], r["n"])
            else:
                out["Mean (n)"] = f"n = {int(r['n'])}" if r["role"] == "slope" else f"{number(r['mean'], digits)} ({int(r['n'])})"
            for prefix, (name, short) in titles.items():
                out[f"{name} ({ci_title(result)})"] = _estimate(r, prefix, *show)
                out[short] = p_value(r[f"{prefix}_p"]) if np.isfinite(r[f"{prefix}_p"]) else ""
            rows.append(out)
    return pd.DataFrame(rows).fillna("")


def _estimate(r: dict, prefix: str, one: Callable[[float], str], two: Callable[[float, float], str]) -> str:
    """ "7.96 (1.80 to 54.9)", or "reference", or "∞" for what has no maximum."""
    if r["role"] == "overall":
        return ""
    if r["role"] == "reference":
        return "reference"
    estimate, low, high = (r[f"{prefix}_{k}"] for k in ("estimate", "low", "high"))
    if np.isnan(estimate):
        return "–"
    limits = two(low, high) if not np.isnan(low) else "separated" if estimate == 0 or np.isinf(estimate) else "–"
    return f"{one(estimate)} ({limits})".replace(" ", FIRM)


def _name(result: Result, variable: str, level: object) -> str:
    title = result.details.titles.get(variable, variable)
    return title if not isinstance(level, str) else f"{title.split(' (')[0]}: {level}"


@prints("predictor_effects")
def _effects(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    logistic = result.details.logistic
    scale, digits, unit = (100.0, 1, " %") if logistic else (1.0, result.outcome_digits, "")
    ci = ci_title(result)

    def shown(value: float, low: float, high: float, mark: str) -> str:
        told = with_limits(f"{number(scale * value, digits)}{mark}", scale * low, scale * high, digits)
        return "" if np.isnan(value) else told.replace(" ", FIRM)

    def odds(r: dict) -> dict[str, str]:
        if not logistic:
            return {}
        return {
            f"Odds ratio ({ci})": "reference"
            if r["role"] == "reference"
            else f"{ratio(r['ratio'])} ({ratio_interval(r['ratio_low'], r['ratio_high'])})".replace(" ", FIRM)
        }

    return pd.DataFrame(
        [
            {
                "Predictor": _name(result, r["variable"], r["variable_level"]),
                "n": int(r["n"]),
                f"Adjusted {'probability' if logistic else 'mean'} ({ci})": shown(r["estimate"], r["low"], r["high"], unit),
                f"Difference in {result.outcome_unit} ({ci})": "reference"
                if r["role"] == "reference"
                else shown(r["difference"], r["difference_low"], r["difference_high"], ""),
                **odds(r),
                "p": p_value(r["difference_p"]) if np.isfinite(r["difference_p"]) else "",
            }
            for r in t.to_dict("records")
        ]
    )


@prints("predicted_probability")
def _profile(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    logistic = result.details.logistic
    scale, unit = (100.0, " %") if logistic else (1.0, "")
    digits = result.outcome_digits
    told = result.details.names
    return pd.DataFrame(
        [
            {
                "Patient": "This patient" if r["role"] == "profile" else f"The same, but {told[r['variable']]}: {r['variable_level']}",
                "Adjusted probability" if logistic else "Adjusted mean": f"{number(scale * r['estimate'], digits)}{unit}",
                ci_title(result): interval(scale * r["low"], scale * r["high"], digits),
            }
            for r in t.to_dict("records")
        ]
    )


@prints("predictor_checks")
def _checks(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    role = t["role"].iloc[0] if len(t) else ""
    if role == "vif":
        return pd.DataFrame(
            {
                "Predictor": [_name(result, v, None) for v in t["variable"]],
                "Interval wider by a factor of": [number(v, 2) for v in t["value"]],
                "df": [number(v, 0) for v in t["df"]],
            }
        )
    if role == "linearity":
        return pd.DataFrame(
            {"Predictor": [_name(result, v, None) for v in t["variable"]], "p of the curved term": [p_value(p) for p in t["p"]]}
        )
    if role == "flip":
        return pd.DataFrame(
            {
                "Without patient": t["variable"].to_numpy(),
                "Conclusion": t["variable_level"].to_numpy(),
                "p with": [p_value(p) for p in t["p_with"]],
                "p without": ["no estimate" if np.isnan(p) else p_value(p) for p in t["p_without"]],
            }
        )
    return pd.DataFrame(
        {
            "Patient": t["variable"].to_numpy(),
            "Moves most": t["variable_level"].to_numpy(),
            "By so many standard errors": [number(v, 2) for v in t["value"]],
        }
    )


@prints("predictor_cuts")
def _cuts(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    ways = {"number": "As a number", "spline": "As a curve (spline)", "cut": f"Cut at {result.details.cut:g}"}
    own = t[t["role"] == "way"]
    whole = dict(zip(own["variable_level"], own["chi2"], strict=True)).get("spline", np.nan)
    return pd.DataFrame(
        {
            "The column enters": own["variable_level"].map(ways),
            "Explains χ²": [number(v) for v in own["chi2"]],
            "Of what the curve explains": [percent(v / whole, 0) if whole > 0 else "–" for v in own["chi2"]],
            "Parameters": [number(v, 0) for v in own["df"]],
            "p": [p_value(p) for p in own["p"]],
            "AIC against leaving it out": [number(v) for v in own["aic"]],
        }
    )


@prints("predictor_choice")
def _choice(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    """An empty cell is a predictor that the method leaves out; "–" cannot be computed."""
    logistic = result.details.logistic
    nothing, show = (1.0, ratio) if logistic else (0.0, printers(result.outcome_digits)[0])
    methods = {"prespecified": "Prespecified", "stepwise": "Stepwise", "ridge": "Ridge", "lasso": "Lasso"}
    return pd.DataFrame(
        [
            {
                "Predictor": _name(result, r["variable"], r["variable_level"]),
                **{
                    name: "–" if np.isnan(r[k]) else "" if abs(r[k] - nothing) < 1e-9 and k in ("stepwise", "lasso") else show(r[k])
                    for k, name in methods.items()
                },
            }
            for r in t.to_dict("records")
        ]
    )


@prints("predictor_stability")
def _stability(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Predictor": [_name(result, v, None) for v in t["variable"]],
            "Chosen in these patients": ["chosen" if c else "not chosen" for c in t["chosen"]],
            "Chosen in resamples": [percent(f, 0) for f in t["frequency"]],
        }
    )


MEASURES = {
    "auc": "Area under the ROC curve",
    "brier": "Brier score",
    "scaled_brier": "Scaled Brier score",
    "calibration_intercept": "Calibration intercept",
    "calibration_slope": "Calibration slope",
    "r2": "R²",
    "rmse": "Root mean squared error",
}


def _around(value: float, low: float, high: float) -> str:
    """The interval of a corrected value, and on which side of the value it lies where it does not hold it."""
    told = interval(low, high, 3)
    return f"{told}, above the value" if value < low else f"{told}, below the value" if value > high else told


@prints("predictor_performance")
def _performance(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Measure": t["variable"].map(MEASURES),
            "In new patients (corrected)": [number(v, 3) for v in t["corrected"]],
            ci_title(result): each(t, _around, "corrected", "ci_low", "ci_high"),
            "In those who made it (apparent)": [number(v, 3) for v in t["apparent"]],
            "Optimism": [number(v, 3) for v in t["optimism"]],
            "Resamples": t["n"].astype(int),
        }
    )


TESTS = {
    "subtype:week": "AA subtype × week (improvement)",
    "sex:week": "Sex × week (improvement)",
    "subtype:sex": "AA subtype × sex at the week (improvement)",
    "subtype:sex:endpoint": "AA subtype × sex at the week (endpoint)",
}


@prints("response_patterns")
def _patterns(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    if len(t) and t["role"].iloc[0] == "test":
        return pd.DataFrame(
            [
                {
                    "Interaction": TESTS[r["variable"]],
                    "Statistic": f"{'χ²' if np.isnan(r['df2']) else 'F'} = {number(r['statistic'], 2)}",
                    "df": degrees(r["df1"], *(() if np.isnan(r["df2"]) else (r["df2"],))),
                    "p": p_value(r["p"]),
                }
                for r in t.to_dict("records")
            ]
        )
    return pd.DataFrame(
        {
            "Group": t["group1_level"].to_numpy(),
            "Week": t["week"].astype(int).to_numpy(),
            "n": t["n"].astype(int).to_numpy(),
            "Adjusted improvement (%)": [number(v) for v in t["estimate"]],
            ci_title(result): [interval(a, b) for a, b in zip(t["low"], t["high"], strict=True)],
        }
    )


falls_into("role", {"test": "Do the courses differ in shape?", "mean": "Adjusted mean improvement"}, "response_patterns")
falls_into(
    "role",
    {
        "flip": "Patients without whom a conclusion changes or an estimate is lost",
        "influence": "Patients who move the estimates most",
        "vif": "Entangled predictors",
        "linearity": "Straight lines",
    },
    "predictor_checks",
)
falls_into("role", {"way": "What the cut costs"}, "predictor_cuts")
