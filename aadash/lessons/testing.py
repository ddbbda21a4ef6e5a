"""Lessons on tests and models: regression to the mean, visits as patients, subgroups, events per variable."""

from __future__ import annotations

import numpy as np

from aadash.document import Figure, Text
from aadash.errors import NotComputable
from aadash.formatting import counted, number, ratio, ratio_interval
from aadash.lessons.lesson import Check, Number, Told, lesson, needed
from aadash.views import Context

#: What the Korean paper prints for group and for week, and the patients and visits that it had.
KOREA_F = {"df1": 1, "df2": 697, "group": 36.884, "patients": 117, "visits": 6}
KOREA = (
    "Lee JW et al., Ann Dermatol 2025: repeated-measures ANOVA of percent change, F(1, 697) = 36.884 for group; 117 patients, six "
    "visits."
)


@lesson(
    "regression",
    "Regression to the mean",
    minutes=6,
    order=50,
    sample="korea_2025",
    page="trajectories",
    plan={"stratifier": "severity"},
    look="Follow the lines that begin highest. Then open the Simulator, set the true effect to 0, and enrol only severe patients.",
    check=Check(
        "You treat the 20 patients whose SALT was worst last month. This month their mean is lower. What follows?",
        (
            "The drug works",
            "Some fall was to be expected without a drug; a control group is needed",
            "The measurement was wrong",
        ),
        1,
        "They were chosen at a bad moment. At the next visit such patients are on average nearer to their usual state.",
    ),
    remember="Who is chosen for being extreme is less extreme at the next look, with any drug or none.",
)
def regression(c: Context) -> Told:
    """Where do the worst stand later?"""
    result = needed(c, "regression_to_the_mean")
    r = float(result.table["r"].iloc[0])
    worst = result.table.iloc[-1]
    start, later, n = float(worst["z_baseline"]), float(worst["z_later"]), int(result.table["n_analysed"].iloc[0])
    if not 0 <= r < 1 or start <= 0:
        raise NotComputable("Baseline and the last visit do not go together in this cohort", expected="a positive correlation below 1")
    return Told(
        f"Of the {n} patients with a score at both visits, the {int(worst['n'])} most severe at baseline stand then "
        f"{number(start, 2)} standard deviations above the mean. "
        f"How many standard deviations above the mean of week {c.week} do the same patients stand then?",
        Number(-1, 2, 0.05, later, " SD", 2),
        (
            Text(f"From {number(start, 2)} to {number(later, 2)} standard deviations above the mean.", "strong"),
            Figure(result, title="Quarters by baseline, at both visits"),
            Text(
                f"The correlation r of the two visits is {number(r, 2)}. Who stands {number(start, 2)} above the mean is expected at "
                f"r × {number(start, 2)} = {number(r * start, 2)}. The general fall of SALT, and with it the mean effect of "
                "the drug, is taken out here. In points of SALT the two come together; without a control "
                "group nobody can tell them apart."
            ),
        ),
    )


@lesson(
    "pooled",
    "Six visits of one patient are not six patients",
    minutes=6,
    order=70,
    sample="korea_2025",
    page="comparisons",
    plan={"stratifier": "severity"},
    choices={"view.comparisons": "Stratum × week"},
    look="Open “What if visits were taken for patients?” and compare the two lines of the table.",
    check=Check(
        "Two groups, 40 patients in all, each seen 5 times. How many degrees of freedom has the error in the test of the groups?",
        ("38", "198", "4"),
        0,
        "Groups differ between patients: 40 patients − 2 groups = 38. 198 would count 200 rows as patients.",
    ),
    remember="Look at the degrees of freedom: more than patients means that visits were counted as patients.",
    source=KOREA,
)
def pooled(c: Context) -> Told:
    """How many degrees of freedom should the test have?"""
    result = needed(c, "visits_as_patients")
    r = result.table[result.table["variable_level"] == "stratum"].iloc[0]
    n, wrong = int(r["n_analysed"]), int(r["df2"])
    return Told(
        f"A paper compares two groups, {KOREA_F['patients']} patients in all, over {KOREA_F['visits']} visits and prints "
        f"F({KOREA_F['df1']}, {KOREA_F['df2']}) = {number(KOREA_F['group'])}. This cohort has {counted(n, 'patient')} with a "
        "score at every visit. How many degrees of freedom should the error have in the test of its groups?",
        Number(0, float(100 * np.ceil(1.2 * wrong / 100)), 1, float(r["df2_right"]), digits=0),
        (
            Text(result.sentence, "strong"),
            Figure(result, title="The same question, with visits or patients counted"),
            Text(
                f"{n} patients less the number of groups leaves {number(r['df2_right'], 0)}. For the paper it is "
                f"{KOREA_F['patients']} − 2 = "
                f"{KOREA_F['patients'] - 2}, not {KOREA_F['df2']}: {KOREA_F['patients']} × {KOREA_F['visits']} = "
                f"{KOREA_F['patients'] * KOREA_F['visits']} visits were counted as patients. Here F is "
                f"{number(r['f'])} with visits and {number(r['f_right'])} with patients."
            ),
        ),
    )


@lesson(
    "subgroups",
    "Subgroups, and what chance alone makes",
    minutes=5,
    order=80,
    sample="korea_2025",
    page="subgroups",
    plan={"stratifier": "none"},
    look="Find the subgroup farthest from the line. How large is it? Then choose “Size and chance” and find it there.",
    check=Check(
        "40 subgroups are tested at 5 %, and nothing is going on. How many “significant” ones do you expect?",
        ("None", "2", "20"),
        1,
        "5 % of 40 is 2. One that stands out among 40 is no discovery yet.",
    ),
    remember="Count the looks before you believe the one that stands out.",
)
def subgroups(c: Context) -> Told:
    """How many subgroups leave the band by chance?"""
    result = needed(c, "subgroup_chance", outcome="response")
    m, outside = len(result.table), int((result.table["outside"] > 0).sum())
    if m < 10:
        raise NotComputable(f"This cohort has {counted(m, 'subgroup')} only", expected="ten at least, to see what chance scatters")
    expected = c.plan.alpha * m
    return Told(
        f"The baseline facts of this cohort make {m} subgroups. If none of them had anything to do with response, how many would lie "
        f"outside the {100 * c.plan.level:g} % band of chance?",
        Number(0, float(m), 0.1, expected),
        (
            Text(f"About {number(expected)} by chance alone ({100 * c.plan.alpha:g} % of {m}). Here it is {outside}.", "strong"),
            Figure(result, title="Each subgroup against its size"),
            Text(
                "Small subgroups lie far out on both sides, since few patients scatter more. The outer band allows for all looks "
                "together. " + result.sentence.split(". ")[-1]
            ),
        ),
    )


@lesson(
    "events",
    "Events per variable, and separation",
    minutes=6,
    order=90,
    sample="tohoku_2025",
    page="predictors",
    plan={"endpoint": "SALT<=20"},
    look="Take predictors out of the model until there are ten events for each, and watch the intervals.",
    check=Check(
        "30 of 100 patients respond. About how many parameters does a model bear, at ten events for each?",
        ("10", "3", "30"),
        1,
        "What counts is the rarer outcome: 30 events, so 3 parameters. 100 patients do not help.",
    ),
    remember="Count events, not patients. An interval up to 1000 means that the data cannot say how much.",
    source="Wada-Irimada M et al., J Dermatol 2025;52:701–711, doi:10.1111/1346-8138.17641: 29 of 70 responders.",
)
def events(c: Context) -> Told:
    """How many events are there for each parameter?"""
    result = needed(c, "predictors")
    d = result.details
    if not d.logistic or not d.events or not d.parameters:
        raise NotComputable("The model here does not explain a yes or no", expected="a responder endpoint")
    t = result.table
    rows = [r for r in t.to_dict("records") if r["role"] == "level" and np.isfinite(r["adj_estimate"])]
    if not rows:
        raise NotComputable("No predictor has an odds ratio of levels in this model", expected="a predictor with two levels")
    widest = max(rows, key=lambda r: r["adj_high"] / max(r["adj_low"], 1e-12))
    rarer = min(d.events, int(result.accounting.analysed) - d.events)
    name = f"{d.titles[widest['variable']]}: {widest['variable_level']}"
    return Told(
        f"{d.events} of {result.accounting.analysed} patients respond, and the model has {counted(d.parameters, 'parameter')}. How "
        "many "
        "events are there for each parameter?",
        Number(0, 20, 0.1, rarer / d.parameters),
        (
            Text(f"{rarer} of the rarer outcome / {d.parameters} parameters = {number(rarer / d.parameters)}.", "strong"),
            Figure(result, title="Odds ratios with intervals"),
            Text(
                f"The widest interval is that of {name}: {ratio(widest['adj_estimate'])} "
                f"({ratio_interval(widest['adj_low'], widest['adj_high'])}). "
                + (
                    "In part of the patients the predictors foretell the outcome without an error (separation). Plain logistic "
                    "regression "
                    "then has no finite answer, so Firth's method is used."
                    if d.separated
                    else "With few events, leaving out one patient can change which predictor stands out."
                )
            ),
        ),
    )
