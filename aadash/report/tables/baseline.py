"""Tables 1 and 2 as journals print them: a row per characteristic or event, a stratum per column."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from aadash.formatting import count, number, p_value, percent, whole, with_limits
from aadash.language import Ours
from aadash.report.formatters import ci_title, level_label, prints
from aadash.report.lines import RowHead
from aadash.report.published_tables import beside_the_korean_paper
from aadash.result import Result

TESTS = {"welch": "Welch's t", "welch-anova": "Welch's ANOVA", "fisher": "Fisher's exact", "chi-squared": "Chi-squared"}
#: Height of a bar in a small distribution.
_BARS = "▁▂▃▄▅▆▇█"
_TITLES = {
    "any": "Any adverse event",
    "fatal": "Fatal",
    "serious": "Serious",
    "related": "Related to the drug",
    "severe": "Grade 3 or worse",
    "stopped": "Drug withdrawn",
}
_GRADES = {
    "1": "Grade 1 (mild)",
    "2": "Grade 2 (moderate)",
    "3": "Grade 3 (severe)",
    "4": "Grade 4 (life-threatening)",
    "5": "Grade 5 (fatal)",
}
_BLOCKS = {
    "worst_grade": "Worst grade of a patient",
    "outcome": "Outcome of the event",
    "action": "Action taken",
    "of_interest": "Of interest with a JAK inhibitor",
}


def table_one(result: Result, medians: Collection[str] = (), distributions: bool = False) -> pd.DataFrame:
    """The result of ``baseline`` as Table 1, text throughout.

    Numbers are printed as mean (SD) with range, or as median [quartiles] for the names in ``medians``. Columns:
    Characteristic, one a level, Missing where anything is, the distribution if asked for, SMD with two strata or more, and p with
    its test where the result has them. A section's row and a category's row are told apart by a :class:`RowHead`.
    """
    return _of_rows(result, result.table, medians, distributions)


def _of_rows(result: Result, t: pd.DataFrame, medians: Collection[str], distributions: bool) -> pd.DataFrame:
    levels = list(dict.fromkeys(t["group1_level"]))
    heads = {lv: f"{level_label(result, lv)} (n = {whole(t.loc[t['group1_level'] == lv, 'n_enrolled'].max())})" for lv in levels}
    lines: list[dict[str, str]] = []
    section = ""
    for name, rows in t.groupby("variable", sort=False):
        fact = result.details.facts[name]
        if len(levels) > 1 and _makes_the_columns(result, fact):
            continue
        if fact.section != section:
            section = fact.section
            lines.append({"Characteristic": RowHead(Ours(section), section=True)})
        lines.extend(_characteristic(result, fact, rows, heads, str(name) in medians, distributions))
    columns = ["Characteristic", *heads.values()]
    columns += [c for c in ("Missing", "Distribution", "SMD", "p", "Test") if any(line.get(c) for line in lines)]
    return pd.DataFrame(lines, dtype=object).reindex(columns=columns).fillna("")


def _makes_the_columns(result: Result, fact: Any) -> bool:
    """True for the split itself: a row of it would say 100 % and 0 %."""
    split = result.labels.name
    return fact.kind != "number" and (split in (fact.name, fact.role) or (split, fact.name) == ("severity", "severity_band"))


def _characteristic(
    result: Result, fact: object, rows: pd.DataFrame, heads: dict[str, str], median: bool, distribution: bool
) -> list[dict[str, str]]:
    first = rows.iloc[0]
    head = {
        "Characteristic": RowHead(fact.title, 1),  # type: ignore[attr-defined]
        "Missing": str(int(first["n_missing"])) if first["n_missing"] else "",
        "SMD": "" if np.isnan(first["smd"]) else number(abs(first["smd"]), 2),
    }
    if "p" in rows:
        head |= {"p": "" if np.isnan(first["p"]) else p_value(first["p"]), "Test": TESTS.get(first["test"], "")}
    if fact.kind == "number":  # type: ignore[attr-defined]
        what = "median [quartiles]" if median else "mean (SD), range"
        head["Characteristic"] = RowHead(f"{fact.title}, {what}", 1)  # type: ignore[attr-defined]
        if distribution:
            head["Distribution"] = small_bars(result.details.distributions.get(first["variable"], []))
        head |= {heads[r["group1_level"]]: _number_cell(r, median, fact.digits) for r in rows.to_dict("records")}  # type: ignore[attr-defined]
        return [head]
    if fact.kind == "yes":  # type: ignore[attr-defined]
        return [head | {heads[r["group1_level"]]: share(r["k"], r["n"], r["n_enrolled"]) for r in rows.to_dict("records")}]
    lines = [head]
    for category, block in rows.groupby("variable_level", sort=False):
        cells = {heads[r["group1_level"]]: share(r["k"], r["n"], r["n_enrolled"]) for r in block.to_dict("records")}
        lines.append({"Characteristic": RowHead(str(category), 2), **cells})
    return lines


def _number_cell(r: dict, median: bool, digits: int) -> str:
    if not r["n"]:
        return "–"
    if median:
        return f"{_plain(r['median'], digits)} [{_plain(r['q1'], digits)}, {_plain(r['q3'], digits)}]"
    sd = "" if np.isnan(r["sd"]) else f" ({number(r['sd'], digits)})"
    return f"{number(r['mean'], digits)}{sd}, {_plain(r['minimum'], digits)} to {_plain(r['maximum'], digits)}"


def _plain(value: float, digits: int) -> str:
    """A value as somebody may have recorded it: without decimals where it has none."""
    return number(value, 0 if value == round(value) else digits)


def share(k: float, n: float, size: float) -> str:
    """ "25 (21.4 %)" of the whole column, "25/104 (24.0 %)" where it is recorded in fewer."""
    if not n:
        return "–"
    return count(k, n) if n != size else f"{int(k)} ({percent(k / n)})"


def small_bars(counts: list[int]) -> str:
    """A distribution as a line of bars, its empty bins blank."""
    top = max(counts, default=0)
    return "".join("\u2007" if not c else _BARS[round((len(_BARS) - 1) * c / top)] for c in counts)


def table_two(result: Result, rates: bool = True, zeros: bool = True) -> pd.DataFrame:
    """The result of ``adverse_events`` as Table 2: patients (percent) and events of each kind, a column per level.

    With ``rates``, events per 100 patient-years of all patients where follow-up is known. Events of interest that nobody had
    say up to which risk that is still compatible; without ``zeros`` they are left out.
    """
    t = result.table
    levels = list(dict.fromkeys(t["group1_level"]))
    heads = {lv: f"{level_label(result, lv)} (n = {whole(t.loc[t['group1_level'] == lv, 'n'].max())})" for lv in levels}
    everyone = levels[0]
    lines: list[dict[str, str]] = []
    block = ""
    for title, rows in _kinds(result, t):
        name = str(rows.iloc[0]["variable"])
        if name == "of_interest" and not zeros and not rows["k"].any():
            continue
        if name in _BLOCKS and name != block:
            lines.append({"Adverse event": RowHead(Ours(_BLOCKS[name]), section=True)})
        block = name
        line = {"Adverse event": title}
        for r in rows.to_dict("records"):
            line[heads[r["group1_level"]]] = _event_cell(r)
            if r["group1_level"] == everyone and not np.isnan(r["events"]):
                line["Events"] = str(int(r["events"])) if r["events"] or name != "of_interest" else ""
                if rates and not np.isnan(r["rate"]) and name in ("any", "serious", "term", "class", "related"):
                    line[_per_year(result)] = with_limits(number(r["rate"]), r["rate_low"], r["rate_high"])
                if not np.isnan(r["onset_median"]) and name in ("any", "term", "class"):
                    line["Onset, week"] = _onset(r)
                if not np.isnan(r["worst_grade"]) and name in ("term", "class"):
                    line["Worst grade"] = f"{r['worst_grade']:g}"
        lines.append(line)
    shown = {name for line in lines for name in line}
    columns = ["Adverse event", *heads.values(), "Events", _per_year(result), "Onset, week", "Worst grade"]
    return pd.DataFrame(lines, columns=[c for c in columns if c in shown], dtype=object).fillna("")


def _per_year(result: Result) -> str:
    return f"Per 100 patient-years ({ci_title(result)})"


def _kinds(result: Result, t: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The kinds of event in the order of print: the totals, each class with its terms, then the other blocks."""
    classes = result.details.classes
    named = t.assign(variable_level=t["variable_level"].fillna(""))
    blocks = {(str(v), str(level)): rows for (v, level), rows in named.groupby(["variable", "variable_level"], sort=False)}  # type: ignore[misc]
    out = [(_TITLES[v], rows) for (v, _), rows in blocks.items() if v in _TITLES]
    terms = [(level, rows) for (v, level), rows in blocks.items() if v == "term"]
    for (v, level), rows in blocks.items():
        if v == "class":
            out.append((level, rows))
            out += [(RowHead(term, 2), block) for term, block in terms if classes.get(term) == level]
    out += [(RowHead(term, 1), rows) for term, rows in terms if term not in classes]
    for (v, level), rows in blocks.items():
        if v in _BLOCKS:
            text = _GRADES.get(level, level) if v == "worst_grade" else level
            out.append((RowHead(text, 1), rows))
    return out


def _event_cell(r: dict) -> str:
    if r["k"] or r["variable"] not in (*_TITLES, "of_interest"):
        return f"{int(r['k'])} ({percent(r['proportion'])})"
    if np.isnan(r["upper_if_none"]):
        return "0 recorded" if r["n"] else "–"
    return f"0 (≤ {percent(r['upper_if_none'])})"


def _onset(r: dict) -> str:
    middle = number(r["onset_median"])
    if r["onset_min"] == r["onset_max"]:
        return middle
    return f"{middle} ({number(r['onset_min'])} to {number(r['onset_max'])})"


@prints("baseline")
def _baseline(
    result: Result, t: pd.DataFrame, medians: Collection[str] = (), distributions: bool = False, beside: str = ""
) -> pd.DataFrame:
    return beside_the_korean_paper(result) if beside else _of_rows(result, t, medians, distributions)


@prints("adverse_events")
def _events(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    return table_two(result)


_PEOPLE = {
    "in_file": "In the file",
    "left_out": "Left out",
    "included": "Included",
    "stratum": "In the stratum",
    "no_stratum": "In no stratum",
}


@prints("participants")
def _people(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    rows = t.to_dict("records")
    counted = [r for r in rows if r["variable"] in _PEOPLE]
    seen = [r for r in rows if r["variable"] == "seen"]
    lines = [
        {
            "Step": _PEOPLE[r["variable"]] + (f": {r['variable_level']}" if isinstance(r["variable_level"], str) else ""),
            "Stratum": level_label(result, r["group1_level"]),
            "Patients": str(int(r["n"])),
        }
        for r in counted
    ]
    lines += [
        {
            "Step": f"{result.measure.name} at week {int(r['week'])}" if result.apart else f"Seen at week {int(r['week'])}",
            "Stratum": level_label(result, r["group1_level"]),
            "Patients": f"{int(r['n'])}/{int(r['n_enrolled'])}",
        }
        for r in seen
    ]
    return pd.DataFrame(lines)
