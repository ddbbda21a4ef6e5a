"""Which columns of a wide table are SALT at a visit: by header, and by what their cells hold."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np

from aadash.intake.recognise.headers import measure_of, region_of, role_of
from aadash.intake.recognise.patterns import DERIVED, SALT
from aadash.intake.recognise.scores import score_name
from aadash.intake.recognise.visits import Visit, hyphen_is_minus, parse_visit
from aadash.intake.tabulate.table import Column, Table
from aadash.intake.text import fold

_ENDPOINT_NUMBERS = {10.0, 20.0, 30.0, 50.0, 75.0, 90.0, 100.0}
#: "Sex (1=M, 2=F)": what the codes of a column mean, no part of its name.
_LEGEND = re.compile(r"\s*[(（\[][^()（）\[\]]{0,120}\w\s*[=＝]\s*\w[^()（）\[\]]{0,120}[)）\]]|\s+\d\s*[=＝]\s*[^\W\d].{0,120}$")
_SUFFIX = re.compile(r" \[[A-Z]{1,3}\]$")
#: Units that say less than a week, a month or a baseline: a label that says more is preferred.
_VAGUE = ("visit", "number", "")
#: Weeks between visits that are only numbered (V1, V2 …), until the user says better.
ASSUMED_STEP = 4


@dataclass(frozen=True)
class VisitColumn:
    """A column of one visit: the visit, the measure ("salt", "" or another name), the region's role or ""."""

    visit: Visit
    measure: str
    region: str = ""


@dataclass(frozen=True)
class VisitColumns:
    """The columns chosen as SALT, the measure's name, and weeks that were assumed for numbered visits."""

    chosen: dict[str, VisitColumn]
    score: str
    weeks: dict[str, int | None]
    assumed: tuple[str, ...]


def bare(name: str) -> str:
    """A header without the letter that keeps two columns of the same name apart, and without what its codes mean.

    >>> bare("SALT_W12 [B]"), bare("Sex (1=M, 2=F)"), bare("성별(남=1, 여=2)")
    ('SALT_W12', 'Sex', '성별')
    """
    plain = _SUFFIX.sub("", name)
    return (_LEGEND.sub("", plain).strip() or plain) if "=" in plain or "＝" in plain else plain


def find_visit_columns(table: Table, taken: set[str]) -> VisitColumns:
    """The visits of a wide table, among the columns that are not ``taken`` for something else."""
    minus = hyphen_is_minus(n for n in table.columns if n not in taken)
    found = {
        n: v
        for n, c in table.columns.items()
        if n not in taken
        for v in [_candidate(n, table.labels.get(n, ""), c, minus)]
        if v is not None
    }
    regions = _regions({n: v for n, v in found.items() if v.region})
    plain = {n: v for n, v in found.items() if not v.region}
    named = [v.visit for v in plain.values() if v.measure == "salt"]
    if named and all(v.week is not None for v in named):  # "T3", "T4" beside SALT at weeks are hormones, no visits
        plain = {n: v for n, v in plain.items() if v.measure != "" or v.visit.unit != "visit"}
    measures = Counter(v.measure for v in plain.values())
    chosen: set[str] = set()
    if "salt" in measures:
        loose = {_slot(v.visit) for v in plain.values() if v.measure == ""}
        chosen = {"salt"} if {_slot(v) for v in named} & loose else {"salt", ""}
    elif "" in measures:
        chosen = {""}
    elif not regions:
        ranked = [m for m, n in measures.most_common() if n >= 2 and any(v.visit.week == 0 for v in plain.values() if v.measure == m)]
        chosen = set(ranked[:1])
    picked = {n: v for n, v in plain.items() if v.measure in chosen} | regions
    picked = {n: picked[n] for n in table.columns if n in picked}
    stray = _stray(picked)
    weeks, assumed = _weeks({n: v for n, v in picked.items() if n not in stray})
    weeks |= dict.fromkeys(stray)
    score = score_name(next(iter(chosen))) if len(chosen) == 1 and not chosen & {"", "salt"} else "SALT"
    return VisitColumns(picked, score, weeks, assumed)


def _stray(picked: dict[str, VisitColumn]) -> list[str]:
    """A header "0" beside visits that say what they are: whether that is the baseline must be asked."""
    bare_numbers = [n for n, v in picked.items() if v.visit.unit == "number" and bare(n).strip().isdigit()]
    said = [n for n in picked if n not in bare_numbers]
    return bare_numbers if said and [picked[n].visit.number for n in bare_numbers] == [0] else []


def _slot(visit: Visit) -> object:
    return visit.week if visit.week is not None else (visit.unit, visit.number)


def _candidate(name: str, label: str, column: Column, minus: bool) -> VisitColumn | None:
    """The visit that one column's header (or label) names, if its cells can be SALT.

    A header that says SALT and its week keeps its column although most of the cells are words, or two numbers in one cell.
    """
    texts = [t for t in (bare(name), label) if t]
    if any(DERIVED.search(fold(t)) for t in texts):
        return None
    found = [v for v in (_named(t, minus) for t in texts) if v is not None and not _is_flag(v.visit, column)]
    best = min(found, key=lambda v: (v.measure.startswith("salt "), v.visit.unit in _VAGUE), default=None)
    if best is None or column.numeric_share >= 1 / 3:
        return best
    scheduled = (best.visit.week is not None and best.visit.unit != "number") or best.visit.unit == "visit"
    digits = sum(any(c.isdigit() for c in v) for v in column.filled)
    said = best.measure == "salt" and scheduled and digits >= len(column.filled) / 3
    return best if said or (scheduled and best.measure in ("salt", "") and column.numeric_share > 0) else None


#: "start_week" of an event, "end day": the cells say when; no visit is named.
_WHEN = re.compile(
    r"(?:ae |event |onset )?(?:start|begin(?:ning)?|onset|end|stop|resolution) ?(?:wks?|weeks?|days?|dy|months?|mo)(?: no| number)?"
    r"|(?:wks?|weeks?|days?|months?) (?:of |at )?(?:the )?(?:start|begin(?:ning)?|onset|end|stop|resolution)"
)


def _named(text: str, minus: bool) -> VisitColumn | None:
    """The visit and the measure that a header names; None when it is no visit of SALT or of a score."""
    if _WHEN.fullmatch(fold(text)):
        return None
    visit = parse_visit(text, minus)
    if visit is None:
        visit = Visit("", 0.0, None, fold(text))
    if visit.week is None and visit.unit not in ("visit", "screening"):
        measure = measure_of(visit.stem or fold(text))
        if visit.unit == "unscheduled" and not visit.stem and role_of(text) == "":
            return VisitColumn(visit, "")
        return VisitColumn(visit, "salt") if SALT.search(fold(text)) and measure == "salt" else None
    measure, region, role = measure_of(visit.stem), region_of(visit.stem), role_of(text)
    measure = "salt" if measure == "s" else measure
    if region or measure == "salt":
        return VisitColumn(visit, measure, region)
    if visit.unit in ("number", "screening") and measure:
        return None
    if measure == "":
        fits = role in ("", "salt", "week", "first_dose", "id") and visit.unit != "screening"
    else:
        fits = role in ("", "salt", "week") and len(measure) >= 2
    return VisitColumn(visit, measure) if fits else None


def _is_flag(visit: Visit, column: Column) -> bool:
    """ "salt75" with nothing but 0 and 1 in it is a responder flag, not SALT at week 75."""
    if visit.unit != "number" or visit.number not in _ENDPOINT_NUMBERS:
        return False
    values = column.numbers.values
    return bool(set(np.unique(values[~np.isnan(values)])) <= {0.0, 1.0})


def _regions(found: dict[str, VisitColumn]) -> dict[str, VisitColumn]:
    """Regions count when all four are there for a visit."""
    out = {}
    for slot in {_slot(v.visit) for v in found.values()}:
        mine = {n: v for n, v in found.items() if _slot(v.visit) == slot}
        if len({v.region for v in mine.values()}) == 4 and len(mine) == 4:
            out.update(mine)
    return out


def _weeks(picked: dict[str, VisitColumn]) -> tuple[dict[str, int | None], tuple[str, ...]]:
    """Week of each column; visits that are only numbered are assumed every four weeks from the first."""
    weeks: dict[str, int | None] = {n: v.visit.week for n, v in picked.items()}
    has_base = any(w == 0 for w in weeks.values())
    nameless = [n for n, v in picked.items() if v.visit.unit == ""]
    if not has_base and len(nameless) == 1:
        weeks[nameless[0]] = 0
        has_base = True
    for name, found in picked.items():
        if found.visit.unit == "screening":
            weeks[name] = None if has_base else 0
    has_base = any(w == 0 for w in weeks.values())
    assumed = [n for n, v in picked.items() if v.visit.unit == "visit"] or _counted(picked) or _lettered(picked)
    numbered = sorted({picked[n].visit.number for n in assumed})
    start = 1 if any(w == 0 for n, w in weeks.items() if n not in assumed) else 0
    order = {n: ASSUMED_STEP * (i + start) for i, n in enumerate(numbered)}
    for name in assumed:
        weeks[name] = order[picked[name].visit.number]
    return weeks, tuple(assumed)


def _counted(picked: dict[str, VisitColumn]) -> list[str]:
    """SALT1, SALT2, SALT3: numbers that count the visits rather than weeks."""
    names = [n for n, v in picked.items() if v.visit.unit == "number"]
    numbers = sorted({picked[n].visit.number for n in names})
    return names if len(numbers) > 1 and numbers in ([float(i) for i in range(k, k + len(numbers))] for k in (0, 1)) else []


def _lettered(picked: dict[str, VisitColumn]) -> list[str]:
    """Y0, Y1, Y2 (or D1, D2, D3) without further sign: a letter is no unit, so which weeks these are is asked."""
    names = [n for n, v in picked.items() if v.visit.unit in ("year", "day") and re.fullmatch(r"[ydYD]\s?\d{1,2}", bare(n).strip())]
    numbers = sorted({picked[n].visit.number for n in names})
    return names if len(numbers) > 1 and len(names) == len(picked) and numbers[-1] - numbers[0] == len(numbers) - 1 else []
