"""Parts of the subgroups page: what is asked, on which scale, the pictures, the tables, and how far to believe a claim."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from aadash.app.parts import chart_selection, render
from aadash.app.parts.markdown import plain
from aadash.app.session import cache, state
from aadash.app.shell.page import PageContext
from aadash.charts.subgroups import subgroup_forest, subgroup_funnel, subgroup_map
from aadash.endpoints import endpoint
from aadash.errors import AadashError
from aadash.formatting import interval, number, p_value, percent, ratio, ratio_interval
from aadash.levels import ALL
from aadash.report.ledger import when
from aadash.result import Result
from aadash.strata import stratifiers

VIEWS = ("Forest", "Size and chance", "Two splits at once")
SCALES = ("Absolute", "Relative")
FARE, DIFFERENCE = "How each fares", "The difference in each"
#: p of one subgroup by itself: against the rest of its column, or of the two strata within it.
SINGLE = ("p_rest", "p_within")
SCORES = (":red-badge[no]", ":orange-badge[rather no, or unclear]", ":blue-badge[rather yes]", ":green-badge[yes]")


@dataclass(frozen=True)
class SubgroupQuery:
    """What the page asks: which analysis, which of its measures, on which scale; and whether single p-values are shown."""

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


def asked(page: PageContext) -> SubgroupQuery:
    """The controls above the picture."""
    rule = endpoint(page.plan.endpoint)
    used = [lv for lv, n in zip(page.strata.levels, page.strata.counts, strict=True) if n]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        change = render.choose("Outcome", ["Response", "Change in SALT"], "view.subgroup.outcome") != "Response"
        what = render.choose("What", [FARE, DIFFERENCE], "view.subgroup.what") if len(used) == 2 else FARE
        relative = render.choose("Scale", SCALES, "view.subgroup.scale") == "Relative"
    with st.container(horizontal=True, vertical_alignment="center"):
        shrunken = st.toggle(
            "Shrunken estimates",
            True,
            key="view.subgroup.shrunken",
            persist_state="session",
            help="What to expect of a subgroup once it is remembered that it was picked out of many: drawn towards "
            "the whole cohort, the more so the smaller it is.",
        )
        single = st.toggle(
            "p in each subgroup",
            key="view.subgroup.single",
            persist_state="session",
            help="Hidden at first: a small p in one subgroup and a large one in another do not show that the two "
            "differ. The test whether the levels differ does, and comes first.",
        )
        with st.popover("Columns", type="tertiary"):
            menu = {k: v for k, v in stratifiers(page.cohort).items() if k != "none"}
            columns = st.multiselect(
                "Columns shown (none: all)",
                list(menu),
                format_func=lambda k: menu.get(k, k),
                key="view.subgroup.columns",
                persist_state="session",
            )
    family = "subgroups" if what == FARE else "subgroup_differences"
    if change:
        variable = "percent_change" if relative else "salt_change"
        return SubgroupQuery(f"{family}_change", variable, relative, single, shrunken, tuple(columns))
    return SubgroupQuery(f"{family}_response", rule.name, relative, single, shrunken, tuple(columns))


def on_scale(result: Result, a: SubgroupQuery) -> Result:
    """The result with the sentence of the scale that is asked for."""
    return replace(result, sentence=str(result.details.relative)) if a.relative else result


def figures(page: PageContext, result: Result, a: SubgroupQuery) -> list[tuple[str, str, str]]:
    """The whole cohort, how many splits, the smallest p, how many by chance."""
    t = result.rows(variable=a.variable)
    whole, tests = t[t["group1"] == ALL].iloc[0], t[t["variable_level"] == "test"]
    p = "p_relative" if a.relative and a.scaled else "p"
    known = tests[tests[p].notna()]
    out = [_whole(whole, a, page.plan.at_week(page.cohort))]
    if len(known):
        best = known.sort_values(p, kind="stable").iloc[0]
        hits = int((known[p] <= page.plan.alpha).sum())
        out += [
            ("Ways to split the cohort", str(len(known)), "each column of the file, and each measure at baseline"),
            (f"p ≤ {page.plan.alpha:g}", str(hits), f"{number(page.plan.alpha * len(known))} expected by chance alone"),
            ("Smallest p, adjusted", p_value(best[f"{p}_adjusted"]), str(result.details.titles[best["group1"]])),
        ]
    return out


def _whole(whole: pd.Series, a: SubgroupQuery, week: int) -> tuple[str, str, str]:
    if "k" in whole:
        return (
            "All patients",
            percent(whole["rate"]),
            f"{int(whole['k'])}/{int(whole['n'])}, CI {interval(100 * whole['ci_low'], 100 * whole['ci_high'])} %",
        )
    if "risk_difference" in whole and a.relative:
        return ("Odds ratio, all patients", ratio(whole["odds_ratio"]), f"CI {ratio_interval(whole['or_low'], whole['or_high'])}")
    if "risk_difference" in whole:
        return (
            "Difference, all patients",
            f"{number(100 * whole['risk_difference'])} points",
            f"CI {interval(100 * whole['ci_low'], 100 * whole['ci_high'])}",
        )
    value = whole["difference"] if "difference" in whole else whole["mean"]
    unit = " %" if a.relative else " points"
    title = "Difference, all patients" if "difference" in whole else f"Mean change by week {week}"
    return (title, f"{number(value)}{unit}", f"CI {interval(whole['ci_low'], whole['ci_high'])}")


def picture(page: PageContext, result: Result, a: SubgroupQuery, view: str) -> None:
    """Draw the chosen view."""
    if view == "Forest":
        shown = [c for c in a.columns if c in set(result.table["group1"])]
        chart_selection.levels(
            page, lambda: subgroup_forest(result, a.variable, a.relative, shown, a.shrunken), f"forest-{result.analysis}"
        )
    elif view == "Size and chance":
        chance = render.ask("subgroup_chance", page, outcome="response" if a.scaled else a.variable)
        if chance is not None:
            render.picture(lambda: subgroup_funnel(chance), "funnel")
            st.markdown(f"**{plain(chance.sentence)}**")
    else:
        _pairs(page, a)


def _pairs(page: PageContext, a: SubgroupQuery) -> None:
    menu = {k: v for k, v in stratifiers(page.cohort).items() if k not in ("none", page.plan.stratifier)}
    across = st.selectbox(
        plain(f"{page.strata.title[:1].upper()}{page.strata.title[1:]} by"),
        list(menu),
        format_func=lambda k: menu[k],
        key="view.subgroup.across",
        persist_state="session",
    )
    pairs = render.ask("subgroup_pairs", page, across=across or "")
    if pairs is not None:
        render.picture(lambda: subgroup_map(pairs, a.variable if not a.scaled else page.plan.endpoint), "pairs")
        st.markdown(f"**{plain(pairs.sentence)}**")


def tables(result: Result, a: SubgroupQuery) -> None:
    """First whether levels differ, then the levels; single p-values only when asked for."""
    t = result.rows(variable=a.variable)
    if a.columns:
        t = t[t["group1"].isin([ALL, *a.columns])]
    other = ("p", "p_adjusted") if a.relative else ("p_relative", "p_relative_adjusted")
    tests = t[t["variable_level"] == "test"].drop(columns=[*(other if a.scaled else ()), *SINGLE], errors="ignore")
    st.markdown("##### Do the levels differ?")
    render.table(result, tests, "tests")
    st.markdown("##### The subgroups")
    whole = ["p", "p_adjusted", "p_relative", "p_relative_adjusted", *(() if a.single else SINGLE)]
    render.table(result, t[t["variable_level"].isna()].drop(columns=whole, errors="ignore"), "levels")


def believe(page: PageContext) -> None:
    """The checklist for one subgroup claim."""
    st.markdown("##### How far to believe a claim")
    menu = {k: v for k, v in stratifiers(page.cohort).items() if k != "none"}
    start = page.plan.stratifier if page.plan.stratifier in menu else next(iter(menu))
    name = st.selectbox(
        "That there is a difference by",
        list(menu),
        index=list(menu).index(start),
        format_func=lambda k: menu[k],
        key=f"view.subgroup.claim.{start}",
    )
    plan = page.plan.replace(stratifier=name, column_cut=page.plan.column_cut if name == page.plan.stratifier else None)
    week = plan.at_week(page.cohort)
    ledger = state.ledger().of(page.everyone.fingerprint)
    asked_so_far = {(look.design, look.outcome) for look in ledger.looks if ": between its levels" in look.contrast}
    at = next((s.prespecified_at for s in state.scenarios() if s.prespecified_at and s.plan == plan.replace(week=week)), "")
    try:
        claim = cache.claim(page.everyone, plan, max(len(asked_so_far), 1), when(at))
    except AadashError as error:
        st.info(plain(error.paragraph()), icon=":material/block:")
        return
    with st.container(border=True):
        st.markdown(f"**{plain(claim.sentence)}**")
        for item in claim.items:
            st.markdown(f"{SCORES[item.score]} {plain(item.question)} :gray[{plain(item.why)}]")
        st.caption(plain(claim.reminder))
