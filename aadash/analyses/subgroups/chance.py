"""A funnel: each subgroup against its size, with the band that chance alone gives."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.analyses.registry import analysis
from aadash.analyses.subgroups.estimates import subgroups_change, subgroups_response
from aadash.cohort import Cohort
from aadash.details import Funnel
from aadash.errors import NotComputable
from aadash.formatting import counted, first_of, level_name, number
from aadash.levels import ALL
from aadash.plan import AnalysisPlan
from aadash.result import Result
from aadash.stats.funnel import count_limits, mean_limits

METHOD = (
    "If a column had nothing to do with the outcome, its levels would be random draws from the cohort. The inner band holds a "
    "draw of each size with the plan's confidence; the outer one is as wide as is needed for all subgroups together "
    "(Bonferroni). Rates: quantiles of the hypergeometric distribution, exact. Means: the finite-population variance of a mean "
    "and a normal form (Cochran 1977). Funnel plots: Spiegelhalter 2005, doi:10.1002/sim.1970."
)
#: Up to so many patients the band is drawn at every size, above at so many sizes.
EVERY_SIZE, SIZES = 200, 80
OUTCOMES = ("response", "salt_change", "percent_change")


@analysis("Could chance alone have made these subgroups?", section="subgroups", variants=tuple({"outcome": o} for o in OUTCOMES))
def subgroup_chance(cohort: Cohort, plan: AnalysisPlan, outcome: str = "response") -> Result:
    """Every subgroup of :func:`subgroups_response` or :func:`subgroups_change` against the limits of chance at its size.

    ``outcome`` is "response" (the plan's endpoint), "salt_change" (points) or "percent_change".

    Table
    -----
    One row per subgroup: ``n, estimate`` (rate 0–1, or mean change), ``low, high`` (what chance allows one look at this size),
    ``low_all, high_all`` (what it allows all subgroups together), ``outside`` (0 within, 1 outside the inner, 2 outside both
    bands). ``details`` has the limits over a range of sizes and the whole cohort's value.

    Raises NotComputable as those do, and for an unknown outcome or a mean without spread. Misleads when only the one outside
    is remembered: the sentence says how many were to be expected.
    """
    if outcome not in OUTCOMES:
        raise NotComputable(f"There is no outcome called {outcome!r}", fix="Choose one of " + ", ".join(OUTCOMES))
    fares = subgroups_response(cohort, plan) if outcome == "response" else subgroups_change(cohort, plan)
    t = fares.table if outcome == "response" else fares.rows(variable=outcome)
    whole = t[t["group1"] == ALL].iloc[0]
    levels = t[(t["group1"] != ALL) & t["variable_level"].isna() & (t["n"] > 0)]
    total, m = int(whole["n"]), len(levels)
    if total < 2 or not m:
        raise NotComputable(f"The change is known for {counted(total, 'patient')}, so chance has nothing to scatter")
    if outcome == "response" and whole["k"] in (0, total):
        raise NotComputable("Nobody or everybody responds, so chance has nothing to scatter")
    if outcome != "response" and not whole["sd"] > 0:
        raise NotComputable("All patients changed by the same amount, so chance has nothing to scatter")
    value = "rate" if outcome == "response" else "mean"
    estimates, sizes = levels[value].to_numpy(float), levels["n"].to_numpy(int)
    level, every = plan.level, 1.0 - plan.alpha / m
    low, high = _limits(whole, outcome, sizes, level)
    low_all, high_all = _limits(whole, outcome, sizes, every)
    outside = ((estimates < low) | (estimates > high)).astype(int) + ((estimates < low_all) | (estimates > high_all))
    keys = ["group1", "group1_level", "variable", "variable_level", "week"]
    counts = ["n_enrolled", "n_analysed", "n_excluded"]
    table = (
        levels[keys]
        .assign(
            n=sizes,
            estimate=estimates,
            low=low,
            high=high,
            low_all=low_all,
            high_all=high_all,
            outside=outside,
            **{c: levels[c] for c in counts},
        )
        .reset_index(drop=True)
    )
    grid = np.unique(np.round(np.geomspace(1, total, SIZES)).astype(int)) if total > EVERY_SIZE else np.arange(1, total + 1)
    inner, outer = _limits(whole, outcome, grid, level), _limits(whole, outcome, grid, every)
    band = pd.DataFrame({"n": grid, "low": inner[0], "high": inner[1], "low_all": outer[0], "high_all": outer[1]})
    names = fares.details
    far = [names.full_labels[r.group1][r.group1_level] for r in table[table["outside"] == 2].itertuples()]
    beyond = int((outside > 0).sum())
    sentence = (
        f"Of {counted(m, 'subgroup')}, {'none lies' if not beyond else f'{beyond} lies' if beyond == 1 else f'{beyond} lie'} "
        f"outside the {level_name(level)} band of chance; about {number(plan.alpha * m)} would by chance alone. "
        + (
            f"Outside the band for all of them together: {first_of(far)}."
            if far
            else "None lies outside the band for all of them together."
        )
    )
    return Result(
        table,
        fares.accounting,
        METHOD,
        sentence,
        fares.caveats,
        labels=fares.labels,
        details=Funnel(
            names.titles, names.level_labels, names.full_labels, "", band=band, centre=float(whole[value]), outcome=outcome
        ),
    )


def _limits(whole: pd.Series, outcome: str, sizes: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    if outcome == "response":
        return count_limits(int(whole["k"]), int(whole["n"]), sizes, level)
    return mean_limits(float(whole["mean"]), float(whole["sd"]), int(whole["n"]), sizes, level)
