"""Which visit a piece of text names: "SALT_W12", "Month 9", "bdi.pre", "12주", "投与前"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from aadash.intake.recognise.european import BASELINE as EUROPEAN_BASELINE
from aadash.intake.recognise.european import UNITS as EUROPEAN_UNITS
from aadash.intake.recognise.numerals import plain_numbers
from aadash.intake.text import LONGEST, fold

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
    ("year", rf"(?<![a-z0-9.])0*(\d{{1,2}}(?:\.\d+)?)\s*(?:년|年)(?!\s*\d|生|생|도|度){_AFTER}"),
    ("visit", rf"{_PRE}(?:visit|vis|v|timepoint|time point|time|tp|t)\s*{_N}{_END}"),
    ("visit", rf"(?<![a-z0-9.]){_N}\s*(?:st|nd|rd|th)\s*(?:visit|visite|assessment|time){_END}"),
    ("visit", rf"(?:방문|내원|来院|受診)\s*{_N}"),
    ("visit", rf"(?<![a-z0-9.]){_N}\s*차(?!\s*[가-힣])"),
    ("visit", rf"(?:第)?\s*{_N}\s*(?:차\s*(?:방문|내원)|回目)"),
)
_UNITS_COMPILED = tuple((unit, re.compile(pattern)) for unit, pattern in (*_UNITS, *EUROPEAN_UNITS))
_BASELINE = re.compile(
    rf"{_PRE}(?:base\s?line|base|bl|b\s?/?\s?l|pre\s?(?:treatment|therapy|dose|tx|baseline)?|"
    rf"before(?:\s(?:treatment|therapy|tx|start|jak ?i?))?|"
    rf"initial(?: visit)?|(?:at )?start|at\s?(?:enrol?lment|inclusion|first visit)|enrol?lment|first visit|day of first dose){_END}"
    r"|^\s*(?:전|前)\s*$|(?<=salt )[전前](?!\S)|(?<!\S)[전前](?= salt)"
    r"|기저\s?(?:치|시|시점|선)?|베이스라인|초기\s?(?:치|값)?|초진\s?시?|(?:치료|투여|투약|복용|복약|약물|개시|시작|사용|시행)\s?(?:개시|시작)?\s?(?:직)?전"
    r"|(?:치료|투여|투약|복용|복약)\s?(?:시작|개시)\s?시?|시작\s?(?:시|점|당시)|등록\s?시"
    r"|ベースライン|基線|開始[時前]|(?:投与|治療|内服|服用|導入|投薬)(?:開始)?(?:直)?(?:前|時)|初診時?|初回|登録時"
)
_SCREENING = re.compile(rf"{_PRE}(?:screening|screen|scr|run ?in){_END}|스크리닝|スクリーニング")
_UNSCHEDULED = re.compile(
    rf"{_PRE}(?:unscheduled|unsched|uns|end of (?:treatment|study)|eot|eos|early termination|et|"
    rf"last(?: (?:visit|observation))?|final(?: visit)?|discontinuation|follow ?up|latest|current|recent|exit|end|now|"
    rf"(?:post|after)(?:\s?(?:base\s?line|bl|treatment|therapy|tx|dose|dosing|jak ?i?|start))?){_END}"
    r"|최종|마지막|추적|중단|종료|최근|현재|경과\s?후|(?:치료|투여|투약|복용|복약|약물|사용|시행)\s?(?:개시|시작)?\s?후"
    r"|最終|中止|追跡|終了|直近|現在|最新|(?:投与|治療|内服|服用|導入|投薬)(?:開始)?後"
)
#: "SALTW12", "12wSALT": the measure written onto its visit.
_GLUED = re.compile(
    r"(?<=[a-z0-9])(?=salt)|(?<=salt)(?=[a-z]{0,5}\d|base|bl|pre|post|init|[전前후後])|(?<=[전前후後])(?=salt)", re.IGNORECASE
)
#: "kg/m2", "mL/min/1.73 m²", "㎡": a square metre is no second month.
_AREA = re.compile(r"[cmk]?m[²³]|[㎟㎠㎡㎢㎣㎤㎥]|(?:(?<=g/)|(?<=g / )|(?<=l/)|(?<=1\.73)|(?<=1\.73 ))m\^?2(?!\d)", re.IGNORECASE)
_TIMES = re.compile(r"\d+|(?<![a-z])(?:weeks?|wks?|w|days?|d|months?|m)(?![a-z])")
_NUMBER = re.compile(rf"^{_N}$|(?:^|\s|[a-z]){_N}$")
_PLAIN = re.compile(r"(?:0|[1-9]\d{0,3})(?:\.\d+)?", re.ASCII)
_NEGATIVE = re.compile(
    r"^\s*[-−–]\s*\d|(?:(?:week|wk|w)s?|months?|wochen?|monat|semanas?|semaines?|sem|settiman[ae])\.?\s+[-−–]\d"
    r"|(?<![a-z])(?:days?|d|tag|jour|j|d[ií]a|giorno)\s*[-−–]\s*\d|(?:weeks?|wks?|w)\s*\(\s*[-−–]\s*\d",
    re.IGNORECASE,
)
#: "W-4": before baseline where other visits are written without a hyphen (W0, W12), else a hyphen between word and number.
_COUNTED = r"(?<![^\W\d_])(?:weeks?|wks?|w|months?|m|s|sem|semanas?|semaines?|wochen?|settiman[ae]|monat|mois|mes|주|週)"
_HYPHEN = re.compile(_COUNTED + r"[-−–]\d", re.IGNORECASE)
_NO_HYPHEN = re.compile(_COUNTED + r"\s?\d|^\s*\d{1,3}\s*$", re.IGNORECASE)
#: The 5D of EQ-5D is no day, the 5L of EQ-5D-5L no level of a visit.
_EQ5D = re.compile(r"(?<![a-z0-9])(eq)[\s_-]?(5d)(?:[\s_-]?([35]l))?(?![a-z0-9])", re.IGNORECASE)
#: Letters and digits that are the name of something in a body and no visit: M1 and M2 macrophages, M3 and D2 receptors, T2 weighting.
_IN_BODIES = (
    re.compile(r"(?<![^\W\d_])m[12]\s?[/:]\s?m[12](?![^\W_])", re.IGNORECASE),
    re.compile(
        r"(?<![^\W\d_])(?:m[12][a-d]?(?=[\s_-]*(?:macroph|microgl|polari|phenotyp|like|marker|ratio|대식|型?マクロ))"
        r"|(?:m|d|v|y|h|at)[1-6](?=[\s_-]*(?:receptor|muscarin|dopamin|agonist|antagonist|수용체|受容体))"
        r"|t[12](?=[\s_-]*(?:weight|signal|hyperint|inflamm|high|low|endotyp)))",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:(?<=macrophages)|(?<=macrophage)|(?<=microglia)|(?<=대식세포)|(?<=マクロファージ))[\s_-]+m[12](?![^\W_])", re.IGNORECASE
    ),
)
#: Where a name of :data:`_IN_BODIES` is kept out of sight while a visit is looked for: one character of no script for each.
_HIDDEN = {
    f"{letter}{n}": chr(0xE100 + 16 * i + n) for i, letter in enumerate(("m", "d", "v", "y", "h", "at", "t")) for n in range(1, 7)
}
_SHOWN = {ord(sign): name for name, sign in _HIDDEN.items()}
#: "T4_baseline", "vitamin D3 baseline": a substance at baseline; "D3 after baseline" is a day.
_SUBSTANCE = re.compile(r"^[td]\s?[2-9]$")
_COUNTED_FROM = re.compile(r"(?<![a-z])(?:from|since|after|post|vs|versus|past)(?![a-z])")
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


def may_be_months(numbers: Iterable[float]) -> bool:
    """Whether visits 0, 3, 6 … or 0, 2, 4 …, without a unit, may count something else than weeks: then it is asked.

    >>> may_be_months([0, 3, 6]), may_be_months([0, 2, 4, 6, 8]), may_be_months([0, 12, 24, 52])
    (True, True, False)
    """
    after = {n for n in numbers if n > 0}
    return bool(after) and (bool(after & {3, 6, 9, 15, 18, 21, 30}) or max(after) < 12)


def hyphen_is_minus(texts: Iterable[str]) -> bool:
    """Whether "W-4" among these visits is four weeks before baseline: others of them have no hyphen before the number.

    >>> hyphen_is_minus(["W-4", "W0", "W12"]), hyphen_is_minus(["W-0", "W-4", "W-12"])
    (True, False)
    """
    some = list(texts)
    return any(_NO_HYPHEN.search(t) and not _HYPHEN.search(t) for t in some) and not any(
        _HYPHEN.search(t) and re.search(r"[-−–]0*(?:0|1\d|[2-9]\d)(?!\d)", t) for t in some
    )


def parse_visit(text: object, minus: bool = False) -> Visit | None:
    """The visit that ``text`` names, or None when it names none.

    A day is counted from day 0 or day 1 alike (day 85 and day 84 are week 12). With ``minus`` a hyphen between a unit and its
    number is a minus sign (:func:`hyphen_is_minus`).

    >>> [parse_visit(t).week for t in ("SALT_W12", "M9", "12주", "bdi.2m", "36週", "baseline", "Day 85")]
    [12, 39, 12, 9, 36, 0, 12]
    """
    plain = str(text)[:LONGEST]
    if plain[:1].isdigit() and _PLAIN.fullmatch(plain):
        number = float(plain)
        return Visit("number", number, to_week(number, "number"), "")
    if len(plain) > 4 and plain.isascii() and plain.isdigit() and plain[0] != "0":
        return None
    return _parsed(plain, minus)


@lru_cache(maxsize=50_000)
def _parsed(text: str, minus: bool) -> Visit | None:
    text = _EQ5D.sub(lambda found: "".join(filter(None, found.groups())), text)
    if any(pattern.search(text) for pattern in _IN_BODIES):
        text = hidden(text)
    folded = _ARM.sub("", fold(plain_numbers(_GLUED.sub(" ", unicodedata.normalize("NFKC", _AREA.sub(" ", text))))))
    if not folded:
        return None
    if _NEGATIVE.search(text) or (minus and _HYPHEN.search(text)):
        return Visit("before", float("nan"), None, re.sub(r"\s+", " ", _TIMES.sub(" ", folded)).strip())
    for unit, pattern in _UNITS_COMPILED:
        found = pattern.search(folded)
        if found:
            number = float(found.group(1))
            rest = _without(folded, found)
            if _SUBSTANCE.search(found.group()) and (said := _BASELINE.search(rest)) and not _COUNTED_FROM.search(rest):
                return Visit("baseline", 0.0, 0, re.sub(r"\s+", " ", folded.replace(said.group(), " ", 1)).strip())
            if unit == "visit" and (said := _BASELINE.search(rest) or EUROPEAN_BASELINE.search(rest)):  # "Visit 1 (baseline)"
                return Visit("baseline", 0.0, 0, _without(rest, said))
            return Visit(unit, number, to_week(number, unit), rest)
    for unit, pattern in (("screening", _SCREENING), ("unscheduled", _UNSCHEDULED)):
        found = pattern.search(folded)
        if found and not _BASELINE.search(_without(folded, found)):
            return Visit(unit, float("nan"), None, _without(folded, found))
    found = _BASELINE.search(folded) or EUROPEAN_BASELINE.search(folded)
    if found:
        return Visit("baseline", 0.0, 0, _without(folded, found))
    found = _NUMBER.search(folded)
    if found:
        number = float(found.group(1) or found.group(2))
        stem = folded[: found.start(1) if found.group(1) else found.start(2)].strip()
        return Visit("number", number, to_week(number, "number"), stem)
    return None


def hidden(text: str) -> str:
    """``text`` with what names something in a body as signs that no visit is read from; :func:`shown` turns them back."""
    for pattern in _IN_BODIES:
        text = pattern.sub(_sign, text)
    return text


def _sign(found: re.Match[str]) -> str:
    return re.sub(r"[a-z]{1,2}[1-6]", lambda name: _HIDDEN.get(name.group(), name.group()), found.group().lower())


def shown(text: str) -> str:
    """The names that :func:`hidden` took out of sight."""
    return text.translate(_SHOWN)


def _without(text: str, found: re.Match[str]) -> str:
    return re.sub(r"\s+", " ", text[: found.start()] + " " + text[found.end() :]).strip()
