"""Lessons on describing a cohort: courses, mean and median, denominators, percent change."""

from __future__ import annotations

import numpy as np

from aadash.document import Figure, Row, Text
from aadash.errors import NotComputable
from aadash.formatting import count, number, percent
from aadash.lessons.lesson import Check, Number, Pick, Told, lesson, needed
from aadash.levels import ALL
from aadash.views import Context

#: Nearer than this to the mean counts as "like the mean", in points of SALT.
NEAR = 10.0
#: Spread evenly over the scale, 20 patients of 100 would be as near as that; below the one there are few, above the other many.
FEW, MANY = 15, 30
#: Fewer patients than this are no group whose mean improves.
SMALLEST_GROUP = 5


@lesson(
    "spaghetti",
    "Reading a spaghetti plot",
    minutes=4,
    order=10,
    sample="korea_2025",
    page="trajectories",
    plan={"stratifier": "none"},
    look="Point at single lines. Find a patient near the bold mean line at the last visit. How many do you find?",
    check=Check(
        "The mean SALT of a cohort is 40 at week 24. What do you know of a single patient?",
        ("SALT is about 40", "SALT is between 30 and 50", "Very little: look at the lines"),
        2,
        "A mean of 40 comes from patients who all have 40, or from 60 patients at 0 and 40 patients at 100.",
    ),
    remember="A mean curve shows where the group is. It need not show where any patient is.",
)
def spaghetti(c: Context) -> Told:
    """How many patients are near the mean?"""
    result = needed(c, "salt_over_time")
    week = c.week
    values = result.details.values[:, list(result.details.weeks).index(week)]
    seen = values[~np.isnan(values)]
    if len(seen) < 10:
        raise NotComputable(f"{len(seen)} patients have a SALT at week {week}", expected="ten at least, to speak of a group")
    r = result.rows(group1_level=ALL, variable="salt", week=week).iloc[0]
    near = int((np.abs(seen - r["mean"]) <= NEAR).sum())
    share = 100 * near / len(seen)
    where = (
        "The bold line runs through a region with few thin lines."
        if share < FEW
        else "In this cohort many of the thin lines run near the bold one."
        if share > MANY
        else "In this cohort the thin lines run near the bold one about as often as elsewhere."
    )
    return Told(
        f"The mean SALT at week {week} is {number(r['mean'])}. Of 100 patients, how many have a SALT within {NEAR:g} points of it?",
        Number(0, 100, 1, share, " %"),
        (
            Text(
                f"{count(near, len(seen))} of the patients with a SALT at week {week} are within {NEAR:g} points of the mean.",
                "strong",
            ),
            Figure(result, "spaghetti", title="Every patient, and the mean in bold"),
            Text(
                f"{where} A quarter of the patients have a SALT of at most {number(r['q1'])}, a quarter of at least {number(r['q3'])}."
            ),
        ),
        (Figure(result, "means", title="The mean over the weeks"),),
    )


@lesson(
    "mean_median",
    "Mean or median, when SALT is U-shaped",
    minutes=4,
    order=20,
    sample="korea_2025",
    page="trajectories",
    plan={"stratifier": "none"},
    look="Compare the bold mean with the bulk of the lines at each visit.",
    check=Check(
        "SALT is 0 in 55 of 100 patients and 100 in the other 45. What are mean and median?",
        ("45 and 45", "45 and 0", "50 and 50"),
        1,
        "The mean is 45 × 100 / 100 = 45. The patient in the middle of the order has 0.",
    ),
    remember="If a histogram is U-shaped, print it. Neither mean nor median tells of two groups.",
)
def mean_median(c: Context) -> Told:
    """What is the median, if the mean is this?"""
    result = needed(c, "salt_over_time")
    r = result.rows(group1_level=ALL, variable="salt", week=c.week).iloc[0]
    if r["n"] < 10:
        raise NotComputable(f"{int(r['n'])} patients have a SALT at week {c.week}", expected="ten at least, to draw a distribution")
    return Told(
        f"At week {c.week} the mean SALT of {int(r['n'])} patients is {number(r['mean'])}. What is the median?",
        Number(0, 100, 1, float(r["median"])),
        (
            Text(f"Mean {number(r['mean'])}, median {number(r['median'])}.", "strong"),
            Figure(result, "distribution", title=f"SALT at week {c.week}"),
            Text(
                f"Half of the patients have a SALT of at most {number(r['median'])}, and the mean is the same: here neither end pulls "
                "it away."
                if number(r["mean"]) == number(r["median"])
                else f"Half of the patients have a SALT of at most {number(r['median'])}. Those with a high SALT pull the mean up by "
                f"{number(r['mean'] - r['median'])} points."
                if r["mean"] > r["median"]
                else f"Half of the patients have a SALT of at least {number(r['median'])}. Those with a low SALT pull the mean "
                "down by "
                f"{number(r['median'] - r['mean'])} points."
            ),
        ),
        (Figure(result, "distribution", {"week": 0}, title="For comparison: SALT at baseline"),),
    )


@lesson(
    "denominators",
    "Responders: out of whom?",
    minutes=5,
    order=30,
    sample="korea_2025",
    page="responders",
    plan={"endpoint": "SALT<=20", "severity_cut": 50.0},
    look="Add the filter “Baseline SALT” from 50 in the sidebar and watch the rate and the n beside it.",
    check=Check(
        "A poster prints “SALT≤20 in 62 %” and no denominator. What do you ask first?",
        ("The p-value", "Who could reach it: how many began at SALT 20 or less, and of how many is there no SALT?", "The dose"),
        1,
        "A patient who begins at SALT 15 reaches SALT≤20 on the first day. Trials enrol from SALT 50.",
    ),
    remember="Read n before the percentage, and ask who was able to respond.",
    source="Lee JW et al., Ann Dermatol 2025: SALT≤20 in 55.4 % of those with a baseline above 50.",
)
def denominators(c: Context) -> Told:
    """What remains of a rate among those who could respond?"""
    result = needed(c, "responders")
    base = c.cohort.baseline
    already = int((base <= 20).sum())
    everyone = result.rows(group1_level=ALL, variable=c.plan.endpoint, week=c.week).iloc[0]
    severe = result.rows(group1_level="A", variable=c.plan.endpoint, week=c.week)
    if not already or severe.empty or not severe.iloc[0]["n"]:
        raise NotComputable(
            "Nobody here begins at SALT 20 or less, so SALT≤20 has the same denominator for everybody"
            if not already
            else "Nobody who began above SALT 50 has a SALT at the last visit",
            expected="patients who begin at SALT 20 or less, and patients who begin above 50",
        )
    a = severe.iloc[0]
    every = "all patients" if everyone["n"] == len(c.cohort) else "the patients with a SALT then"
    return Told(
        f"SALT≤20 at week {c.week}: {count(everyone['k'], everyone['n'])} of {every}. And among those who began above SALT 50, as in "
        "the trials?",
        Number(0, 100, 1, 100 * float(a["rate"]), " %"),
        (
            Text(f"{count(a['k'], a['n'])} of those who began above SALT 50; {percent(everyone['rate'])} of {every}.", "strong"),
            Figure(result, "weeks", title="SALT≤20 by visit and severity at baseline", legend=True),
            Text(
                f"{count(already, len(base))} of the patients began at SALT 20 or less. They count as responders before the first "
                "dose. "
                "The Korean paper prints 55.4 % (46 of 83) for those above 50."
            ),
        ),
    )


@lesson(
    "percent_change",
    "Percent change and the baseline it divides by",
    minutes=5,
    order=60,
    sample="korea_2025",
    page="trajectories",
    plan={"stratifier": "severity"},
    choices={"view.trajectories": "Percent change"},
    look="Change between “Means” and “Percent change”. Which group is on top?",
    check=Check(
        "A patient goes from SALT 20 to 10, another from 100 to 50. Who improved more?",
        ("The same: 50 %", "The second: 50 points against 10", "It depends on the question; both numbers belong in the table"),
        2,
        "In percent they are equal. In hair they are not: 10 points of scalp against 50.",
    ),
    remember="Percent change flatters a small baseline. Show the points beside it.",
)
def percent_change(c: Context) -> Told:
    """Which group improves more, in points and in percent?"""
    result, both = needed(c, "salt_over_time"), needed(c, "change_from_baseline")
    end = {}
    for level in ("A", "B"):
        points = both.rows(group1_level=level, variable="salt", week=c.week)  # of patients with both visits, as the percent is
        change = result.rows(group1_level=level, variable="percent_change", week=c.week)
        n = int(change.iloc[0]["n"]) if not change.empty else 0
        if n < SMALLEST_GROUP or points.empty:
            raise NotComputable(
                f"Patients of one of the two severity groups with a SALT at week {c.week}: {n}",
                expected=f"{SMALLEST_GROUP} at least with a baseline SALT above 50, and as many at 50 or below",
            )
        end[level] = float(points.iloc[0]["mean"]), float(change.iloc[0]["mean"]), n
    (a, pa, na), (b, pb, nb) = end["A"], end["B"]
    if max(a, b, pa, pb) > 0:
        raise NotComputable("Mean SALT does not fall in both severity groups", expected="groups that improve")
    options = (
        "Group A (above 50), both in points and in percent",
        "Group A in points, Group B in percent",
        "Group B in points, Group A in percent",
        "Group B (at most 50), both in points and in percent",
    )
    return Told(
        f"Group A began above SALT 50, Group B at or below. Who improves more until week {c.week}?",
        Pick(options, 2 * (a > b) + (pa > pb)),
        (
            Text(
                f"Mean SALT changes by {number(a)} points in Group A (n = {na}) and by {number(b)} in Group B (n = {nb}); "
                f"in percent of baseline by {number(pa)} % and {number(pb)} %.",
                "strong",
            ),
            Row(
                (
                    Figure(result, "means", title="Mean SALT"),
                    Figure(result, "means", {"variable": "percent_change"}, title="Mean percent change"),
                )
            ),
            Text("Nobody can lose more points than he has, and the same 10 points are 10 % of 100 and 50 % of 20."),
        ),
    )
