"""Lessons on who is not there: missing visits, leaving before a response."""

from __future__ import annotations

from aadash.document import Figure, Text
from aadash.errors import NotComputable
from aadash.formatting import counted, number, percent
from aadash.lessons.lesson import Check, Number, Told, lesson, needed
from aadash.levels import ALL
from aadash.views import Context

#: SALT≤20 at month 36 with ritlecitinib 50 mg in 191 patients who went on into the open study, as printed.
RITLECITINIB = {"observed": 65.1, "locf": 47.1, "patients": 191}
SOURCE = (
    "Ritlecitinib 50 mg, 191 patients, month 36, SALT≤20: 65.1 % observed and 47.1 % LOCF (King B, EADV 2025, abstract LBA 335, as "
    "reported by MIMS; a secondary page)."
)


@lesson(
    "missing",
    "The scores that are missing",
    minutes=6,
    order=40,
    sample="korea_2025_missing",
    page="responders",
    plan={"stratifier": "none"},
    look="Change “A missing visit counts as” in the sidebar and read the answer each time.",
    check=Check(
        "Of 100 patients 60 have a score, and 42 of them respond. What is the rate by non-responder imputation?",
        ("70 %", "42 %", "60 %"),
        1,
        "42 of 100: the 40 who have none count as no response. 42 of 60 is the observed rate.",
    ),
    remember="Two rates of one study can differ by what a missing visit counts as. Name the rule beside the rate.",
    source=SOURCE,
)
def missing(c: Context) -> Told:
    """What does the rate become, if the missing count as failures?"""
    rules = needed(c, "missing_rule_comparison", question="responders")
    rates = {r["variable"]: r for r in rules.table.to_dict("records")}
    seen, nri, locf = (rates.get(k, {}) for k in ("observed", "nri", "locf"))
    if not nri or not seen or nri["n_analysed"] <= seen["n_analysed"]:
        raise NotComputable("Every patient has a score at the last visit, so there is nothing to fill in", expected="missing scores")
    n, enrolled = int(seen["n_analysed"]), int(nri["n_analysed"])
    printed = round(RITLECITINIB["locf"] * RITLECITINIB["patients"] / 100)
    return Told(
        f"{c.rule.symbol} at week {c.week}: {number(seen['estimate'])} % of the {n} patients with a score. "
        f"Without a score: {enrolled - n}. "
        "What is the rate, if a patient without a score counts as no response (NRI)?",
        Number(0, 100, 1, float(nri["estimate"]), " %"),
        (
            Text(
                f"{number(seen['estimate'])} % of those with a score, {number(nri['estimate'])} % by NRI"
                + (f", {number(locf['estimate'])} % with the last value carried forward (LOCF)." if locf else "."),
                "strong",
            ),
            Figure(rules, "rules", title=f"{c.rule.symbol} at week {c.week} (%), by what a missing visit counts as"),
            Text(
                f"Published rates depend on the rule too. With ritlecitinib, SALT≤20 at month 36 is {RITLECITINIB['observed']} % "
                "of those "
                f"observed and {RITLECITINIB['locf']} % by LOCF. The second is {printed} of {RITLECITINIB['patients']} patients. "
                "Both are "
                "printed; only one is usually quoted."
            ),
        ),
    )


@lesson(
    "competing",
    "Time to response, when patients stop first",
    minutes=6,
    order=100,
    sample="korea_2025_missing",
    page="time_to_response",
    plan={"stratifier": "none"},
    look="Open “How many respond before they leave?” below the curve and compare the two percentages.",
    check=Check(
        "Kaplan–Meier counts a patient who stopped at week 8 as censored. What does that assume?",
        (
            "He would have responded like those who stayed",
            "He will never respond",
            "Nothing",
        ),
        0,
        "A censored patient is taken as still able to respond. Who stopped the drug because it failed is not.",
    ),
    remember="If stopping ends the chance of a response, stopping is a competing event: use cumulative incidence.",
)
def competing(c: Context) -> Told:
    """What does Kaplan–Meier add?"""
    result = needed(c, "competing_discontinuation")
    r = result.rows(group1_level=ALL, variable_level="summary").iloc[0]
    true, km = 100 * float(r["incidence"]), 100 * float(r["kaplan_meier"])
    return Told(
        f"Of {counted(int(r['n_analysed']), 'patient')} followed, {percent(r['incidence'])} reach {c.rule.symbol} by week "
        f"{c.week} before they leave; {percent(r['left'])} leave first. "
        "What does one minus Kaplan–Meier say, which counts leaving as censored?",
        Number(0, 100, 1, km, " %"),
        (
            Text(f"Kaplan–Meier {number(km)} %, cumulative incidence {number(true)} %.", "strong"),
            Figure(result, title="Responded by then"),
            Text(
                f"The {number(km - true)} points between the curves are responses that Kaplan–Meier expects of patients who had "
                "left. It answers: what if nobody left, and those who did had responded like the others?"
            ),
        ),
    )
