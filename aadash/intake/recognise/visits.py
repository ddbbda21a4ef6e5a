"""Which visit a piece of text names: "SALT_W12", "Month 9", "bdi.pre", "12주", "投与前"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from aadash.intake.text import fold

#: Weeks in a month and in a year.
WEEKS_PER_MONTH, WEEKS_PER_YEAR = 52 / 12, 52.0

_N = r"0*(\d{1,4}(?:\.\d+)?)"
_PRE = r"(?<![a-z])"
_END = r"(?![a-z0-9])"
_AFTER = r"(?:\s*(?:차|째|후|시|시점|目|後|時|時点|経過|경과))*"
#: (unit, pattern); the first that matches wins. The number is the first group that matched.
_UNITS = (
    ("week", rf"{_PRE}(?:weeks?|wks?|woche|semaine|w)\s*{_N}{_END}"),
    ("week", rf"(?:第|제)?\s*{_N}\s*(?:주|週)(?:간|間)?{_AFTER}"),
    ("week", rf"(?<![a-z0-9.]){_N}\s*(?:weeks?|wks?|w){_END}"),
    ("month", rf"(?:第|제)?\s*{_N}\s*(?:개월|달|か月|月目|months?){_AFTER}"),
    ("month", rf"{_PRE}(?:months?|mth|mon|mo|m)\s*{_N}{_END}"),
    ("month", rf"(?<![a-z0-9.]){_N}\s*(?:months?|mths?|mon|mos?|m){_END}"),
    ("day", rf"{_PRE}(?:days?|jours?|tag|d|j)\s*{_N}{_END}"),
    ("day", rf"(?<![a-z0-9.]){_N}\s*(?:days?|d){_END}"),
    ("day", rf"(?<![a-z0-9.]){_N}\s*(?:일|日)(?:차|째|후|目|後)"),
    ("year", rf"{_PRE}(?:years?|yr|y)\s*{_N}{_END}"),
    ("year", rf"(?<![a-z0-9.]){_N}\s*(?:years?|yrs?|yr|y){_END}"),
    ("year", rf"(?<![a-z0-9.]){_N}\s*(?:년|年){_AFTER}$"),
    ("visit", rf"{_PRE}(?:visit|vis|v|timepoint|time point|time|tp|t)\s*{_N}{_END}"),
    ("visit", rf"(?<![a-z0-9.]){_N}\s*(?:st|nd|rd|th)\s*(?:visit|visite|assessment|time){_END}"),
    ("visit", rf"(?:방문|내원|来院|受診)\s*{_N}"),
    ("visit", rf"(?:第)?\s*{_N}\s*(?:차\s*(?:방문|내원)|回目)"),
)
_UNITS_COMPILED = tuple((unit, re.compile(pattern)) for unit, pattern in _UNITS)
_BASELINE = re.compile(
    rf"{_PRE}(?:base\s?line|base|bl|pre\s?(?:treatment|dose|tx|baseline)?|before(?:\s(?:treatment|tx|jak ?i?))?|"
    rf"initial|start|at\s?start|day of first dose){_END}"
    r"|기저\s?(?:치|시|시점)?|베이스라인|초기\s?(?:치|값)?|(?:치료|투여|투약|복용|약물|개시|시작|사용|시행)\s?(?:개시|시작)?\s?전|(?:치료|투여|투약|복용)\s?(?:시작|개시)\s?시?|시작\s?시"
    r"|ベースライン|開始[時前]|(?:投与|治療|内服|導入)(?:開始)?(?:前|時)|初診時?|登録時"
)
_SCREENING = re.compile(rf"{_PRE}(?:screening|screen|scr|run ?in){_END}|스크리닝|スクリーニング")
_UNSCHEDULED = re.compile(
    rf"{_PRE}(?:unscheduled|unsched|uns|end of (?:treatment|study)|eot|eos|early termination|et|"
    rf"last (?:visit|observation)|final(?: visit)?|discontinuation|follow ?up){_END}"
    r"|최종|마지막|추적|중단|最終|中止|追跡"
)
_NUMBER = re.compile(rf"^{_N}$|(?:^|\s|[a-z]){_N}$")
_NEGATIVE = re.compile(r"^\s*[-−–]\s*\d|(?:week|wk|w)s?\s+[-−–]\d|(?:day|d)\s*[-−–]\s*\d", re.IGNORECASE)
_ARM = re.compile(r"\s+arm\s+\d+.*$")


@dataclass(frozen=True)
class Visit:
    """A visit as named in a header or a cell.

    ``unit`` is "baseline", "week", "month", "day", "year", "visit" (an ordinal: which week it is cannot be known),
    "number" (a number without a unit), "before" (a time before the first dose), "screening" or "unscheduled".
    ``week`` is None where the name does not give it. ``stem`` is the rest of the text, folded.
    """

    unit: str
    number: float
    week: int | None
    stem: str

    @property
    def rounded(self) -> bool:
        """True where the week was converted from another unit."""
        return self.unit in ("month", "day", "year")


def to_week(number: float, unit: str) -> int | None:
    """Whole weeks since the first dose: a month is 52/12 weeks, a year 52, a day 1/7, halves rounded up."""
    factor = {"week": 1.0, "number": 1.0, "month": WEEKS_PER_MONTH, "year": WEEKS_PER_YEAR, "day": 1 / 7}.get(unit)
    return None if factor is None else int(number * factor + 0.5)


def parse_visit(text: object) -> Visit | None:
    """The visit that ``text`` names, or None when it names none.

    A day is counted from day 0 or day 1 alike (day 85 and day 84 are week 12).

    >>> [parse_visit(t).week for t in ("SALT_W12", "M9", "12주", "bdi.2m", "36週", "baseline", "Day 85")]
    [12, 39, 12, 9, 36, 0, 12]
    """
    folded = _ARM.sub("", fold(text))
    if not folded:
        return None
    if _NEGATIVE.search(str(text)):
        return Visit("before", float("nan"), None, "")
    for unit, pattern in _UNITS_COMPILED:
        found = pattern.search(folded)
        if found:
            number = float(found.group(1))
            return Visit(unit, number, to_week(number, unit), _without(folded, found))
    for unit, pattern in (("screening", _SCREENING), ("unscheduled", _UNSCHEDULED)):
        found = pattern.search(folded)
        if found:
            return Visit(unit, float("nan"), None, _without(folded, found))
    found = _BASELINE.search(folded)
    if found:
        return Visit("baseline", 0.0, 0, _without(folded, found))
    found = _NUMBER.search(folded)
    if found:
        number = float(found.group(1) or found.group(2))
        stem = folded[: found.start(1) if found.group(1) else found.start(2)].strip()
        return Visit("number", number, to_week(number, "number"), stem)
    return None


def _without(text: str, found: re.Match[str]) -> str:
    return re.sub(r"\s+", " ", text[: found.start()] + " " + text[found.end() :]).strip()
