"""Which columns of a wide table are SALT at a visit: by header, and by what their cells hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from aadash.intake.recognise.headers import measure_of, region_of, role_of
from aadash.intake.recognise.patterns import SALT, says_worked_out
from aadash.intake.recognise.scores import score_name
from aadash.intake.recognise.unitdigits import ReadVisit, header_visits
from aadash.intake.recognise.visits import Visit
from aadash.intake.tabulate.table import Column, Table
from aadash.intake.text import fold

_ENDPOINT_NUMBERS = {10.0, 20.0, 30.0, 50.0, 75.0, 90.0, 100.0}
#: "(1M 2F)", "(남:1, 여:2)": what codes mean, in words that are no units of time.
_WORD = r"(?:fe)?male|wom[ae]n|m[ae]n|m|f|w|y|n|yes|no|남[자성]?|여[자성]?|男性?|女性?|예|아니오|유|무|有り?|無し?|あり|なし"
_PAIR = rf"(?:\d{{1,2}}\s*[:：=＝]?\s*(?:{_WORD})|(?:{_WORD})\s*[:：=＝]?\s*\d{{1,2}})"
_PAIRS = rf"({_PAIR}(?:[\s,/;·、]+{_PAIR})+)"
_CODES = re.compile(rf"\s*[(（\[]\s*{_PAIRS}\s*[)）\]]|\s+{_PAIRS}\s*$", re.IGNORECASE)
#: "Sex (1=M, 2=F)": what the codes of a column mean, no part of its name.
_LEGEND = re.compile(r"\s*[(（\[][^()（）\[\]]{0,120}\w\s*[=＝]\s*\w[^()（）\[\]]{0,120}[)）\]]|\s+\d\s*[=＝]\s*[^\W\d].{0,120}$")
_LETTER_S = re.compile(r"[sS][\s_-]?\d{1,3}")
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

    >>> bare("SALT_W12 [B]"), bare("Sex (1=M, 2=F)"), bare("성별(남=1, 여=2)"), bare("Sex (1M 2F)"), bare("DLQI (1m 2m)")
    ('SALT_W12', 'Sex', '성별', 'Sex', 'DLQI (1m 2m)')
    """
    plain = _SUFFIX.sub("", name)
    if codes_in(plain):
        plain = _CODES.sub("", plain).strip() or plain
    return (_LEGEND.sub("", plain).strip() or plain) if "=" in plain or "＝" in plain else plain


def codes_in(header: str) -> dict[str, str]:
    """Code → word where a header gives them in pairs of a digit and a word: "Sex (1M 2F)".

    >>> codes_in("Sex (1M 2F)"), codes_in("성별(남1, 여2)"), codes_in("SALT (1m 2m)"), codes_in("SALT (4w, 12w)")
    ({'1': 'M', '2': 'F'}, {'1': '남', '2': '여'}, {}, {})
    """
    found = _CODES.search(header) if any(map(str.isdigit, header)) else None
    if found is None:
        return {}
    told = found.group(1) or found.group(2)
    pairs = re.findall(rf"({_WORD})", told, re.IGNORECASE), re.findall(r"\d{1,2}", told)
    named = dict(zip(pairs[1], pairs[0], strict=False))
    words = {word.lower() for word in named.values()}
    said = words == {"y", "n"} or bool(words - {"m", "w", "y", "n"})  # "12W N30" is no legend
    return named if said and len(words) == len(named) >= 2 and len(pairs[0]) == len(pairs[1]) else {}


def find_visit_columns(table: Table, taken: set[str]) -> VisitColumns:
    """The visits of a wide table, among the columns that are not ``taken`` for something else."""
    visit_of = header_visits([n for n in table.columns if n not in taken])
    found = {
        n: v
        for n, c in table.columns.items()
        if n not in taken
        for v in [_candidate(n, table.labels.get(n, ""), c, visit_of)]
        if v is not None
    }
    regions = _regions({n: v for n, v in found.items() if v.region})
    plain = {n: v for n, v in found.items() if not v.region}
    named = [v.visit for v in plain.values() if v.measure == "salt"]
    no_visits = _no_visits(plain)
    plain = {n: v for n, v in plain.items() if n not in no_visits}
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


def _no_visits(plain: Mapping[str, VisitColumn]) -> set[str]:
    """The headers of a letter and a number that name a substance where the visits of the file are spelled in another way: the
    hormones T3 and T4, vitamin D3, the protein S100."""
    named = {n: v.visit for n, v in plain.items() if v.measure == "salt"}
    proteins = {n for n, v in named.items() if is_protein(n, v)}
    beside = [n for n, v in plain.items() if n not in proteins and v.measure in ("salt", "") and v.visit.unit]
    shortened = [n for n in named if n not in proteins and _LETTER_S.fullmatch(bare(n).strip())]
    out: set[str] = proteins if len(beside) >= 2 and not shortened else set()
    salt = {n: v for n, v in named.items() if n not in out}
    timed = [n for n, v in plain.items() if v.measure in ("salt", "") and v.visit.unit in ("week", "month", "year")]
    for name, found in plain.items():
        if found.measure != "":
            continue
        others = [n for n in plain if n != name and plain[n].measure in ("salt", "")]
        alike = [n for n in salt if re.search(r"(?<![a-z])t\s?\d", fold(bare(n)))]
        if found.visit.unit == "visit":
            letter_t = re.fullmatch(r"[tT]\s?\d", bare(name).strip()) is not None
            no_visit = bool(salt) and all(v.week is not None for v in salt.values())
            no_visit |= letter_t and (len(timed) >= 2 or (len(salt) >= 2 and not alike))
            no_visit |= is_hormone(name, found.visit, plain)
        else:
            no_visit = re.fullmatch(r"[dD]\s?[2-6]", bare(name).strip()) is not None
            no_visit &= found.visit.unit == "day" and (len(salt) >= 2 or any(plain[n].visit.week == 0 for n in others))
        if no_visit:
            out.add(name)
    return out


def is_protein(header: str, visit: Visit) -> bool:
    """ "S100": SALT of week 100 by its first letter, or the protein."""
    return visit.unit == "number" and visit.number == 100 and _LETTER_S.fullmatch(bare(header).strip()) is not None


def is_hormone(header: str, visit: Visit | None, chosen: Mapping[str, VisitColumn]) -> bool:
    """ "T3" and "T4" without SALT, where two visits of the same letter and other numbers say SALT ("SALT T0", "SALT T1")."""
    if visit is None or visit.unit != "visit" or re.fullmatch(r"[tT]\s?[34]", bare(header).strip()) is None:
        return False
    said = [v.visit.number for n, v in chosen.items() if v.measure == "salt" and re.search(r"(?<![a-z])t\s?\d", fold(bare(n)))]
    return len(said) >= 2 and not {3.0, 4.0} & set(said)


def _stray(picked: dict[str, VisitColumn]) -> list[str]:
    """A header "0" beside visits that say what they are, and "S100" (a protein) far behind S12 and S24: whether that is the baseline,
    or SALT of week 100, must be asked."""
    bare_numbers = [n for n, v in picked.items() if v.visit.unit == "number" and bare(n).strip().isdigit()]
    said = [n for n in picked if n not in bare_numbers]
    stray = bare_numbers if said and [picked[n].visit.number for n in bare_numbers] == [0] else []
    latest = max((v.visit.week or 0 for v in picked.values() if v.visit.week != 100), default=0)
    protein = [n for n, v in picked.items() if is_protein(n, v.visit) and latest < 76]
    return stray + (protein if len(picked) > 1 else [])


def _slot(visit: Visit) -> object:
    return visit.week if visit.week is not None else (visit.unit, visit.number)


def _candidate(name: str, label: str, column: Column, visit_of: ReadVisit) -> VisitColumn | None:
    """The visit that one column's header (or label) names, if its cells can be SALT.

    A header that says SALT and its week keeps its column although most of the cells are words, or two numbers in one cell.
    """
    texts = [t for t in (bare(name), label) if t]
    if any(says_worked_out(fold(t)) for t in texts):
        return None
    found = [v for v in (_named(t, visit_of) for t in texts) if v is not None and not _is_flag(v.visit, column)]
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


def _named(text: str, visit_of: ReadVisit) -> VisitColumn | None:
    """The visit and the measure that a header names; None when it is no visit of SALT or of a score."""
    if _WHEN.fullmatch(fold(text)):
        return None
    visit = visit_of(text)
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
