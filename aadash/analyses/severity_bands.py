"""Bands of severity: who is in which at each visit, who moves from band to band, and whether strata differ over all bands."""

from __future__ import annotations

import numpy as np

from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.arms import against_one, pairs_asked, reference
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.formatting import count, counted, p_value, ratio, ratio_interval
from aadash.levels import ALL
from aadash.measure import BANDS_HOLD
from aadash.plan import AnalysisPlan
from aadash.result import Caveat, Result, TestColumn
from aadash.stats.ordinal import proportional_odds

#: Bands of SALT, mildest first. 0–20 is what trials call success; 50–94 and 95–100 are their strata.
BANDS = ("0–20", "21–49", "50–94", "95–100")
METHOD = (
    "SALT in the bands of trials: 0–20, 21–49, 50–94, 95–100. Flow counts patients seen at both of two "
    "neighbouring visits. Strata are compared over all bands at once by the proportional-odds model (McCullagh 1980, "
    "doi:10.1111/j.2517-6161.1980.tb01109.x) and its assumption by a likelihood-ratio test against odds ratios of their own at each "
    f"cut. {BANDS_HOLD}"
)
#: The same where who lacks the score may have come.
OF_SCORE = (
    "SALT in the bands of trials: 0–20, 21–49, 50–94, 95–100. Flow counts patients with SALT at both of two "
    "neighbouring visits. Strata are compared over all bands at once by the proportional-odds model (McCullagh 1980, "
    "doi:10.1111/j.2517-6161.1980.tb01109.x) and its assumption by a likelihood-ratio test against odds ratios of their own at each "
    f"cut. {BANDS_HOLD}"
)


def banded(values: np.ndarray) -> np.ndarray:
    """Band of each value, 0 (mildest) to 3; −1 for a missing one."""
    band = np.where(values <= 20 + 1e-9, 0, np.where(values < 50, 1, np.where(values < 95, 2, 3)))
    return np.where(np.isnan(values), -1, band)


def _require_salt(s: AnalysisSet) -> None:
    if s.cohort.score != "SALT":
        raise NotComputable(
            f"The bands of severity (0–20, 21–49, 50–94, 95–100) are of the scalp score only, and {s.cohort.score} is analysed",
            fix="Choose SALT as the measure" if "SALT" in s.cohort.analysable else "",
        )


@analysis("How do patients move between bands of severity?", order=62, whole_cohort=True)
def severity_flow(cohort: Cohort, plan: AnalysisPlan) -> Result:
    """Patients in each band at each visit, and from band to band between neighbouring visits.

    Table
    -----
    All patients together. ``variable`` the band at ``week``; ``variable_level`` None: ``k`` of ``n`` seen are in it, or the band at
    the visit before
    (``from_week``): ``k`` came from it, of ``n`` seen at both visits. ``better, worse`` on the row of the mildest band without a
    visit before: how many of those seen at both visits moved to a milder or a worse band.

    "since baseline" with "milder", "worse", "most severe to mildest": ``k`` of ``n`` at the week in question, and the ``rate``.

    Raises NotComputable for another measure than SALT and without a follow-up visit. A patient who leaves is in no band: bands of
    later visits are of those still seen.
    """
    s = AnalysisSet.of(cohort, plan)
    s.require_followup()
    _require_salt(s)
    band, weeks = banded(s.cohort.values), s.cohort.weeks
    rows: list[dict] = []
    for j, week in enumerate(weeks):
        seen = band[:, j] >= 0
        both = seen & (band[:, j - 1] >= 0) if j else np.zeros(len(band), dtype=bool)
        for b, name in enumerate(BANDS):
            moved = {
                "better": int((both & (band[:, j] < band[:, j - 1])).sum()),
                "worse": int((both & (band[:, j] > band[:, j - 1])).sum()),
            }
            extra = moved if j and not b else {}
            rows.append(
                row(
                    "none",
                    ALL,
                    name,
                    None,
                    week,
                    len(band),
                    int(seen.sum()),
                    k=int((band[:, j] == b).sum()),
                    n=int(seen.sum()),
                    **extra,
                )
            )
        for b, name in enumerate(BANDS) if j else ():
            for a, before in enumerate(BANDS):
                k = int((both & (band[:, j] == b) & (band[:, j - 1] == a)).sum())
                rows.append(
                    row("none", ALL, name, before, week, len(band), int(both.sum()), k=k, n=int(both.sum()), from_week=weeks[j - 1])
                )
    j = s.cohort.column_index(plan.at_week(s.cohort))
    both = (band[:, j] >= 0) & (band[:, 0] >= 0)
    severe = both & (band[:, 0] == 3)
    since = {
        "milder": (both, band[:, j] < band[:, 0]),
        "worse": (both, band[:, j] > band[:, 0]),
        "most severe to mildest": (severe, band[:, j] == 0),
    }
    for name, (of, hit) in since.items():
        k, n = int((of & hit).sum()), int(of.sum())
        share = {"rate": k / n} if n else {}
        rows.append(row("none", ALL, "since baseline", name, weeks[j], len(band), n, k=k, n=n, from_week=0, **share))
    milder, worse, best = rows[-3:]
    seen_at = "with SALT at" if s.apart else "seen at"
    text = (
        f"Nobody {'has SALT' if s.apart else 'was seen'} at baseline and at week {weeks[j]}, so nobody can have moved between bands."
    )
    if both.any():
        text = (
            f"Of {counted(int(both.sum()), 'patient')} {seen_at} baseline and at week {weeks[j]}, {count(milder['k'], milder['n'])} "
            f"moved to a milder band and {count(worse['k'], worse['n'])} to a worse one."
        )
    if severe.any():
        text += f" Of those who began in the most severe band, {count(best['k'], best['n'])} are in the mildest."
    return Result(
        table(rows, ("k", "n", "rate", "from_week", "better", "worse")),
        s.accounting(np.asarray((band >= 0).any(axis=1)), "with no visit at all", baseline=False),
        OF_SCORE if s.apart else METHOD,
        text,
        doubt.collect(doubt.attrition(s), doubt.no_rule(s)),
        labels=s.labels,
        apart=s.apart,
    )


@analysis("Do they differ over all bands of severity?", tests=(TestColumn("p", "proportional-odds model", "odds_ratio"),), order=35)
def band_differences(cohort: Cohort, plan: AnalysisPlan) -> Result:
    """Strata compared over the ordered bands at the week in question.

    Table
    -----
    ``variable`` "bands". ``variable_level`` "common": a pair with the first stratum, or the control arm, ``odds_ratio`` of
    being in a milder band
    (first over second), ``ci_low, ci_high, p``; "cut 21", "cut 50", "cut 95": the odds ratio at that cut alone (NaN where one stratum
    has nobody on one side); "check": ``chi2, df, p_check`` of one odds ratio for all cuts (over all strata).

    Raises NotComputable without two strata, for another measure than SALT, and where strata and bands are separated.
    """
    s = AnalysisSet.of(cohort, plan)
    s.require_strata()
    _require_salt(s)
    week, visit = plan.at_week(s.cohort), s.at_week
    band, every = banded(visit.values), len(s.strata.levels)
    sizes = np.array([visit.by_level(band == b, every) for b in range(len(BANDS))])  # patients of each band in each level
    place = {lv: s.strata.levels.index(lv) for lv in s.levels[1:]}
    used = [lv for lv in s.levels[1:] if sizes[:, place[lv]].any()]
    if len(used) < 2:
        raise NotComputable(f"Fewer than two strata have a patient with a visit at week {week}")
    pairs, base = pairs_asked(used), reference(used)
    others = [pair.second if pair.first == base else pair.first for pair in pairs]
    who = (band >= 0) & np.isin(visit.codes, [place[lv] for lv in used])
    kinds = [(b, lv, n) for lv in used for b, n in enumerate(sizes[:, place[lv]]) if n]
    x = np.array([[float(lv == other) for other in others] for _, lv, _ in kinds])
    m = proportional_odds([b for b, _, _ in kinds], x, others, plan.level, [n for _, _, n in kinds])
    n, rows = len(s.cohort), []
    starts = {1: "21", 2: "50", 3: "95"}
    for pair, lv in zip(pairs, others, strict=True):
        c = m.coefficients.loc[lv]
        # The model's odds ratio is of this stratum being in a higher (worse) band: that of what it is compared with in a milder one.
        ratios = c[["odds_ratio", "or_low", "or_high"]].to_numpy(dtype=float)
        value, low, high = ratios if pair.first == base else (1 / ratios)[[0, 2, 1]]
        rows.append(
            row(
                s.strata.name,
                pair,
                "bands",
                "common",
                week,
                n,
                m.n,
                odds_ratio=value,
                ci_low=low,
                ci_high=high,
                p=c["p"],
            )
        )
        cuts = m.at_cuts[m.at_cuts["name"] == lv]
        turn = 1.0 if pair.first == base else -1.0
        rows += [
            row(s.strata.name, pair, "bands", f"cut {starts[int(r['cut'])]}", week, n, m.n, odds_ratio=r["odds_ratio"] ** turn)
            for r in cuts.to_dict("records")
        ]
    rows.append(row(s.strata.name, ALL, "bands", "check", week, n, m.n, chi2=m.po_chi2, df=float(m.po_df), p_check=m.po_p))
    return Result(
        table(rows, ("odds_ratio", "ci_low", "ci_high", "p", "chi2", "df", "p_check")),
        s.accounting(who, f"with no visit at week {week}", by_stratum=True, baseline=False, at=visit),
        METHOD,
        _sentence(s, rows) + against_one(s.labels, rows),
        doubt.collect(
            _not_proportional(m.po_p, plan.alpha),
            doubt.imputed(s, baseline=False, at_week=True),
            doubt.small(s, who, visit),
            doubt.prognostic(s),
        ),
        labels=s.labels,
    )


def _not_proportional(p: float, alpha: float) -> Caveat | None:
    if not p <= alpha:
        return None
    return Caveat(
        "proportional-odds",
        f"The odds ratio is not the same at every cut between bands ({p_value(p, True, alpha)}): one number averages unlike things.",
        "Read the odds ratios of the single cuts, or the endpoint that matters.",
        "warning",
    )


def _sentence(s: AnalysisSet, rows: list[dict]) -> str:
    r = rows[0]
    pair = r["group1_level"]
    a, b = s.labels.label(pair.first), s.labels.label(pair.second)
    return (
        f"In {a} the odds of being in a milder band at week {r['week']} are {ratio(r['odds_ratio'])} times those in {b} "
        f"({ratio_interval(r['ci_low'], r['ci_high'])}; {p_value(r['p'], True, s.plan.alpha)})."
    )
