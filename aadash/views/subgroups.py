"""Who does better, and is it chance? Every column in turn: the question whether levels differ first, then the levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from aadash.document import (
    Answer,
    Choice,
    Choices,
    Doubts,
    Downloads,
    Figure,
    Heading,
    KeyNumber,
    KeyNumbers,
    Method,
    Panel,
    Part,
    Table,
    Unavailable,
)
from aadash.formatting import counted, first_of, interval, listing, number, p_value, percent, ratio, ratio_interval
from aadash.levels import ALL
from aadash.listed import parts_listed
from aadash.measure import Measure
from aadash.result import Caveat, Result
from aadash.strata import stratifiers
from aadash.views.view import Context, view

RESPONSE, CHANGE = "Response", "Change in SALT"
EACH, DIFFERENCE = "How each does", "The difference in each"
ABSOLUTE, RELATIVE = "Absolute", "Relative"
FOREST, FUNNEL, MAP = "Forest", "Size and chance", "Two splits at once"
OUTCOME = Choice("view.subgroup.outcome", "Outcome", RESPONSE, {v: v for v in (RESPONSE, CHANGE)})
WHAT = Choice("view.subgroup.what", "What", EACH, {v: v for v in (EACH, DIFFERENCE)})
SCALE = Choice("view.subgroup.scale", "Scale", ABSOLUTE, {v: v for v in (ABSOLUTE, RELATIVE)})
VIEW = Choice("view.subgroups", "View", FOREST, {v: v for v in (FOREST, FUNNEL, MAP)})
SHRUNKEN = Choice(
    "view.subgroup.shrunken",
    "Shrunken estimates",
    True,
    kind="toggle",
    help="What to expect of a subgroup once it is remembered that it was picked out of many: drawn towards the whole cohort, "
    "the more so the smaller it is.",
)
SINGLE_P = Choice(
    "view.subgroup.single",
    "p in each subgroup",
    False,
    kind="toggle",
    help="Hidden at first: a small p in one subgroup and a large one in another do not show that the two differ. The test "
    "whether the levels differ does, and comes first.",
)
#: p of one subgroup by itself: against the rest of its column, or of the two strata within it.
SINGLE = ("p_rest", "p_within")
#: Up to so many splits that differ are named in the headline.
NAMED = 2


@dataclass(frozen=True)
class Query:
    """What the page asks: which analysis, which of its measures, on which scale, and what is shown of it."""

    analysis: str
    variable: str
    relative: bool
    single: bool
    shrunken: bool
    columns: tuple[str, ...]

    @property
    def scaled(self) -> bool:
        """Whether the scale is a matter of columns of p (for change it is a measure of its own)."""
        return self.analysis.endswith("response")


def _outcome(c: Context) -> Choice:
    return replace(OUTCOME, options={RESPONSE: RESPONSE, CHANGE: c.cohort.measure.words(CHANGE)})


def _columns(c: Context) -> Choice:
    whole = {k for k in parts_listed(c.cohort) if k != c.plan.stratifier}  # its parts are asked about
    menu = {k: v for k, v in stratifiers(c.cohort).items() if k != "none" and c.cohort.role(k) not in whole}
    return Choice("view.subgroup.columns", "Columns shown (none: all)", (), menu, "several")


def query(c: Context) -> Query:
    """What the reader has asked for."""
    two = len(c.used) == 2
    family = "subgroup_differences" if two and c.value(WHAT) == DIFFERENCE else "subgroups"
    relative = c.value(SCALE) == RELATIVE
    change = c.value(OUTCOME) == CHANGE
    variable = ("percent_change" if relative else "salt_change") if change else c.rule.name
    shown = (c.value(SINGLE_P), c.value(SHRUNKEN), c.value(_columns(c)))
    return Query(f"{family}_{'change' if change else 'response'}", variable, relative, *shown)


@view("subgroups", "Subgroups", "Who does better, and is it chance?", group="Compare", icon="groups", order=52)
def subgroups(c: Context) -> Sequence[Part]:
    """The parts of the page."""
    q = query(c)
    controls: list[Part] = [
        Choices((_outcome(c), *((WHAT,) if len(c.used) == 2 else ()), SCALE)),
        Choices((*((SHRUNKEN,) if c.value(VIEW) == FOREST else ()), SINGLE_P, _columns(c))),
    ]
    result = c.ask(q.analysis)
    if isinstance(result, Unavailable):
        return [*controls, result]
    shown = replace(result, sentence=str(result.details.relative)) if q.relative else result
    return [
        Answer(shown),
        *controls,
        VIEW,
        *_figure(c, result, q),
        _doubts(result, q),
        key_numbers(c, result, q),
        *_tables(result, q),
        Panel("subgroups.claim"),
        Method(result),
        Downloads(result),
    ]


def _figure(c: Context, result: Result, q: Query) -> list[Part]:
    chosen = c.value(VIEW)
    if chosen == FOREST:
        groups = tuple(g for g in q.columns if g in set(result.table["group1"]))
        options = {"variable": q.variable, "relative": q.relative, "groups": groups, "shrunken": q.shrunken}
        return [Figure(result, "forest", options, title=_headline(c, result, q), picks="subgroups")]
    if chosen == FUNNEL:
        chance = c.ask("subgroup_chance", outcome="response" if q.scaled else q.variable)
        if isinstance(chance, Unavailable):
            return [chance]
        return [Answer(chance, accounting=False), Figure(chance, "funnel", title=_outside(chance))]
    menu = {k: v for k, v in stratifiers(c.cohort).items() if k not in ("none", c.plan.stratifier)}
    split = set(result.table["group1"])  # a cut of which one side is empty stands in the menu, and not first
    first = next((k for k in menu if k in split), next(iter(menu), ""))
    across = Choice("view.subgroup.across", "Cross the split with", first, menu, "select")
    pairs = c.ask("subgroup_pairs", across=c.value(across))
    if isinstance(pairs, Unavailable):
        return [across, pairs]
    variable = c.rule.name if q.scaled else q.variable
    own = replace(q, analysis=q.analysis.replace("subgroup_differences", "subgroups"))  # a cell's own rate or change
    what, by = _outcome_of(c, own), listing([*pairs.details.titles])
    said = pairs if q.scaled else replace(pairs, sentence=pairs.details.made)  # which cell is best is told of the response
    return [
        across,
        Answer(said, accounting=False),
        Figure(pairs, "map", {"variable": variable}, title=f"{what} in every cell of {by}"),
    ]


def _headline(c: Context, result: Result, q: Query) -> str:
    """By which of the ways to split the cohort the outcome differs, once their number is allowed for; in how many, where no more is to
    be named."""
    known, what = _tested(result, q), _outcome_of(c, q)
    if known.empty:
        return "Every subgroup"
    n, plain = len(known), c.plan.multiplicity == "none"
    few = [result.details.titles[g] for g in known.loc[known["p" if plain else "adjusted"] <= c.plan.alpha, "group1"]]
    if 0 < len(few) <= NAMED:
        by = listing(few)
        return f"{what} varies with {by}, not adjusted" if plain else f"{what} varies with {by}, after adjustment for {n} splits"
    if not few:
        return (
            f"{what} is not shown to vary in any of {n} splits, not adjusted"
            if plain
            else f"{what} is not shown to vary in any of {n} splits, after adjustment"
        )
    if plain:
        return f"{what} varies in {len(few)} of {n} splits, not adjusted"
    return f"{what} varies in {len(few)} of {n} splits, after adjustment for their number"


def _outside(chance: Result) -> str:
    outside = int((chance.table["outside"] > 0).sum())
    return f"Outside the band of chance: {outside} of {counted(len(chance.table), 'subgroup')}"


def _outcome_of(c: Context, q: Query) -> str:
    """ "SALT75 at week 36", "Change in SALT at week 36", or what of them is asked of two strata."""
    score, two = c.cohort.measure.name, q.analysis.startswith("subgroup_differences")
    if q.scaled:
        return f"Difference in {c.rule.symbol} at week {c.week}" if two else f"{c.rule.symbol} at week {c.week}"
    if q.relative:
        return f"Difference in percent change in {score} at week {c.week}" if two else f"Percent change in {score} at week {c.week}"
    return f"Difference in change in {score} at week {c.week}" if two else f"Change in {score} at week {c.week}"


def _tested(result: Result, q: Query) -> pd.DataFrame:
    """The test of each split that could be made: ``p``, and ``adjusted`` for their number."""
    t = result.rows(variable=q.variable, variable_level="test")
    name = "p_relative" if q.relative and q.scaled else "p"
    return t.assign(p=t[name], adjusted=t[f"{name}_adjusted"])[t[name].notna()]


def key_numbers(c: Context, result: Result, q: Query) -> KeyNumbers:
    """The whole cohort, how many splits, the smallest p, how many by chance."""
    return result.once(("key numbers", q.variable, q.relative, q.scaled), lambda: _key_numbers(c, result, q))


def _key_numbers(c: Context, result: Result, q: Query) -> KeyNumbers:
    t = result.rows(variable=q.variable)
    whole, known = t[[g is ALL for g in t["group1"]]].iloc[0], _tested(result, q)
    out = [_whole(result.measure, whole, q, c.week)]
    if len(known):
        best = known.sort_values("p", kind="stable").iloc[0]
        hits = int((known["p"] <= c.plan.alpha).sum())
        smallest = "Smallest p" if c.plan.multiplicity == "none" else "Smallest p, adjusted"
        out += [
            KeyNumber("Ways to split the cohort", *_ways(len(known), len(result.rows(variable=q.variable, variable_level="test")))),
            KeyNumber(f"p ≤ {c.plan.alpha:g}", str(hits), f"{number(c.plan.alpha * len(known))} expected by chance alone"),
            KeyNumber(smallest, p_value(best["adjusted"]), str(result.details.titles[best["group1"]])),
        ]
    return KeyNumbers(tuple(out))


def _ways(tested: int, tried: int) -> tuple[str, str]:
    """How many ways there are, and what they are or how many of them can be tested."""
    if tested < tried:
        return str(tried), f"{tested} can be tested"
    return str(tried), "each baseline fact of the file, and each measure at baseline"


def _whole(measure: Measure, whole: pd.Series, q: Query, week: int) -> KeyNumber:
    if "k" in whole:
        share = f"{int(whole['k'])}/{int(whole['n'])}"
        limits = interval(100 * whole["ci_low"], 100 * whole["ci_high"])
        return KeyNumber("All patients", percent(whole["rate"]), f"{share}, CI {limits} %" if whole["n"] else share)
    if "risk_difference" in whole and q.relative:
        return KeyNumber(
            "Odds ratio, all patients", ratio(whole["odds_ratio"]), f"CI {ratio_interval(whole['or_low'], whole['or_high'])}"
        )
    if "risk_difference" in whole:
        return KeyNumber(
            "Difference, all patients, percentage points",
            number(100 * whole["risk_difference"]),
            f"CI {interval(100 * whole['ci_low'], 100 * whole['ci_high'])}",
        )
    value = whole["difference"] if "difference" in whole else whole["mean"]
    title = "Difference, all patients" if "difference" in whole else f"Mean change by week {week}"
    digits = measure.digits_of(q.variable)
    limits = interval(whole["ci_low"], whole["ci_high"], digits)
    under = "no interval" if limits == "–" else f"CI {limits}"
    if not q.relative:
        return KeyNumber(title, measure.amount(value), under)
    if "difference" in whole:  # of two percent changes
        return KeyNumber("Difference, all patients, percentage points", number(value), under)
    return KeyNumber(title, f"{number(value)} %", under if limits == "–" else f"CI {limits} %")


def _rows(result: Result, q: Query) -> pd.DataFrame:
    """The rows that the page shows."""
    t = result.rows(variable=q.variable)
    return t[[g is ALL or g in q.columns for g in t["group1"]]] if q.columns else t


def _doubts(result: Result, q: Query) -> Doubts:
    """The doubts of a result, and where the p of a single subgroup, once it is shown, and an interval beside it do not agree."""
    found, t = Doubts.of(result), _rows(result, q)
    column = next((name for name in SINGLE if name in t), "")
    if not q.single or not q.scaled or not column:
        return found
    t = t[t["variable_level"].isna() & t[column].notna()]
    beside = (
        [(t["or_low"] > 1) | (t["or_high"] < 1), t["or_low"].notna()],
        [(t["ci_low"] > 0) | (t["ci_high"] < 0), t["ci_low"].notna()],
    )
    small = t[column] <= result.plan.alpha
    of = beside if column == "p_within" else beside[:1]  # against the rest the interval beside it is that of the rate
    apart = t[pd.concat([known & (small != differs) for differs, known in of], axis=1).any(axis=1)]
    if apart.empty:
        return found
    labels = result.details.full_labels
    who = ["All patients" if g is ALL else labels[g][lv] for g, lv in zip(apart["group1"], apart["group1_level"], strict=True)]
    told = Caveat(
        "test-and-interval",
        f"The p-value and an interval beside it point different ways, being built differently, in {first_of(who)}: Fisher's test is "
        "exact and cautious, the intervals are not made from it.",
        "Call such a difference uncertain; the larger study decides.",
    )
    return Doubts((*found.caveats, told))


def _tables(result: Result, q: Query) -> list[Part]:
    """First whether levels differ, then the levels; single p-values only when asked for."""
    t = _rows(result, q)
    other = ("p", "p_adjusted") if q.relative else ("p_relative", "p_relative_adjusted")
    tests = t[t["variable_level"] == "test"].drop(columns=[*(other if q.scaled else ()), *SINGLE], errors="ignore")
    whole = ["p", "p_adjusted", "p_relative", "p_relative_adjusted", *(() if q.single else SINGLE)]
    levels = t[t["variable_level"].isna()].drop(columns=whole, errors="ignore")
    asked = "Do the levels differ?" if result.analysis.startswith("subgroups_") else "Does the difference vary with the level?"
    return [Heading(asked, 3), Table(result, tests), Heading("The subgroups", 3), Table(result, levels)]
