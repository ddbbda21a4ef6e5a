"""Do two readers agree? Intraclass correlation, limits of agreement, weighted kappa on bands."""

from __future__ import annotations

import re

import numpy as np

from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.registry import analysis
from aadash.analyses.severity_bands import banded
from aadash.cohort import Cohort
from aadash.details import Readings
from aadash.errors import NotComputable
from aadash.filters import is_numeric, second_readings
from aadash.formatting import number, with_limits
from aadash.levels import ALL
from aadash.measure import BANDS_HOLD, SALT, Measure
from aadash.plan import AnalysisPlan
from aadash.result import Accounting, Caveat, Exclusion, Result
from aadash.stats.agreement import bland_altman, weighted_kappa
from aadash.stats.pingouin_adapter import intraclass_correlation

METHOD = (
    "Two readings of the same patients. Intraclass correlation ICC(A,1), absolute agreement of single readings, by pingouin (McGraw & "
    "Wong 1996, doi:10.1037/1082-989X.1.1.30). Limits of agreement: Bland & Altman 1986 (doi:10.1016/S0140-6736(86)90837-8), "
    "intervals of "
    "Carkeet 2015."
)
KAPPA = f" Weighted kappa (quadratic) on the bands 0–20, 21–49, 50–94, 95–100. {BANDS_HOLD}"


def readings(cohort: Cohort) -> list[str]:
    """Columns of numbers that look like a second reading of the measure analysed: by name ("salt_reader_2", "SALT W0 rater B")."""
    return second_readings(cohort, cohort.score)


def week_read(column: str) -> int:
    """The week that a column of a second reading names, 0 for a baseline or none named; months are weeks (12 are 52).

    >>> [week_read(c) for c in ("SALT reader 2", "SALT W12 rater B", "SALT 24주 평가자 2", "SALT month 6 reader 2")]
    [0, 12, 24, 26]
    """
    words = re.sub(r"[_\s]+", " ", column.lower())
    found = re.search(r"(?<![a-z])(?:weeks?|wk|w) ?(\d{1,3})|(\d{1,3}) ?(?:weeks?|wks?|주|週)", words)
    if found:
        return int(found.group(1) or found.group(2))
    found = re.search(r"(?<![a-z])(?:months?|mo|m) ?(\d{1,2})(?!\d)|(\d{1,2}) ?(?:months?|개월|か月|ヶ月)", words)
    return round(int(found.group(1) or found.group(2)) * 52 / 12) if found else 0


@analysis("Do two readers agree?", order=95)
def rater_agreement(cohort: Cohort, plan: AnalysisPlan, first: str = "", second: str = "") -> Result:
    """Agreement of two readings of one visit.

    ``first`` and ``second`` name columns; "" for those found by their names. With one second reading, the first is the visit that its
    name says, the baseline where it says none; of several visits read twice the first one is compared.

    Table
    -----
    ``variable`` "icc", "bias", "lower limit", "upper limit", "kappa" (of SALT): ``estimate, ci_low, ci_high`` (the limits in
    points), ``n``; "bias" with ``sd``, and ``slope, p_slope`` of the difference on the mean of the two.

    Raises NotComputable where the file has no second reading or fewer than three patients have both. A correlation is no agreement; an
    ICC depends on how different the patients are.
    """
    s = AnalysisSet.of(cohort, plan)
    a, b, names = _pair(s, first, second)
    both = ~np.isnan(a) & ~np.isnan(b)
    if both.sum() < 3:
        raise NotComputable(f"Three patients must have both readings, and {int(both.sum())} have")
    x, y, n = a[both], b[both], int(both.sum())
    limits, rows, failed = bland_altman(x, y, s.plan.level), [], []

    def put(variable: str, estimate: float, low: float, high: float, **more: float) -> None:
        rows.append(row("none", ALL, variable, None, None, len(s.cohort), n, estimate=estimate, ci_low=low, ci_high=high, n=n, **more))

    try:
        icc = intraclass_correlation(np.column_stack([x, y]))["agreement"]
        put("icc", icc["icc"], icc["ci_low"], icc["ci_high"])
    except NotComputable as error:
        failed.append(Caveat("not-computed", f"Intraclass correlation: {error.paragraph()}"))
    put("bias", limits.bias, limits.bias_low, limits.bias_high, sd=limits.sd, slope=limits.slope, p_slope=limits.slope_p)
    put("lower limit", limits.lower, *limits.lower_ci)
    put("upper limit", limits.upper, *limits.upper_ci)
    salt, measure = s.cohort.score == SALT.name, s.cohort.measure
    try:
        if salt:
            k = weighted_kappa(banded(x), banded(y), 4, "quadratic", s.plan.level)
            put("kappa", k.kappa, k.ci_low, k.ci_high)
    except NotComputable as error:
        failed.append(Caveat("not-computed", f"Weighted kappa: {error.paragraph()}"))
    edge = 0.1 * (measure.high - measure.low)
    excluded = (Exclusion("without both readings", int((~both).sum())),) if not both.all() else ()
    return Result(
        table(rows, ("estimate", "ci_low", "ci_high", "n", "sd", "slope", "p_slope")),
        Accounting(len(s.cohort), n, excluded),
        METHOD + KAPPA if salt else METHOD,
        _sentence(s.cohort.measure, rows, names, n),
        (
            Caveat(
                "agreement",
                f"At {measure.low:g} and {measure.high:g} there is no room for two readings to differ, so agreement looks better "
                "there than in between.",
                f"Look at the limits among patients between {measure.low + edge:g} and {measure.high - edge:g}.",
            ),
            *failed,
        ),
        labels=s.labels,
        details=Readings(x, y, names),
    )


def _pair(s: AnalysisSet, first: str, second: str) -> tuple[np.ndarray, np.ndarray, tuple[str, str]]:
    found = readings(s.cohort)
    chosen = [c for c in (first, second) if c]
    for column in chosen:
        if s.cohort.role(column) is None or not is_numeric(s.cohort.fact(column)):
            raise NotComputable(f"{column!r} is no column of numbers", expected=f"a column with the other reader's {s.cohort.score}")
    names = chosen or [c for c in found if week_read(c) == week_read(found[0])][:2]
    if not names:
        raise NotComputable(
            f"The file holds one reading of {s.cohort.score}",
            expected=f"a column such as “{s.cohort.score} reader 2” with a second reading of the baseline, or “{s.cohort.score} W12 "
            "reader 2”",
        )
    read = [s.cohort.fact(c).to_numpy(dtype=float, na_value=np.nan) for c in names]
    if len(read) == 1:
        week = week_read(names[0])
        if week == 0:
            return s.cohort.baseline, read[0], (f"baseline {s.cohort.score}", names[0])
        if week not in s.cohort.weeks:
            raise NotComputable(
                f"“{names[0]}” is a reading at week {week}, and the file has no {s.cohort.score} of that week",
                expected=f"a first reading at week {week}",
            )
        return s.cohort.values[:, s.cohort.column_index(week)], read[0], (f"{s.cohort.score} at week {week}", names[0])
    return read[0], read[1], (names[0], names[1])


def _sentence(measure: Measure, rows: list[dict], names: tuple[str, str], n: int) -> str:
    r = {x["variable"]: x for x in rows}
    bias, low, high = r["bias"], r["lower limit"]["estimate"], r["upper limit"]["estimate"]
    text = (
        f"In {n} patients {names[0]} minus {names[1]} is {measure.amount(bias['estimate'])} on average "
        f"({measure.interval(bias['ci_low'], bias['ci_high'])}). In 95 of 100 patients the difference is expected to lie between "
        f"{measure.number(low)} and {measure.amount(high)}."
    )
    if "icc" in r:
        text += f" ICC {with_limits(number(r['icc']['estimate'], 2), r['icc']['ci_low'], r['icc']['ci_high'], 2)}."
    return text
