"""What one cell of a table prints: a share, a mean with its spread or range, a p-value. In English, Korean and Japanese tables."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from aadash.stats.printed import Printed

_N = r"[-+]?\d{1,9}(?:\.\d{1,6})?"
_SEP = r"\s?(?:to|~|–|—|-|,|;)\s?"
_SHARE = re.compile(rf"(\d{{1,9}})(?:\s?/\s?(\d{{1,9}}))?\s?(?:명|例|人)?\s?[(\[]\s?({_N})\s?%?\s?[)\]]\s?%?")
_OF = re.compile(r"(\d{1,9})\s?/\s?(\d{1,9})")
_PERCENT = re.compile(rf"({_N})\s?%")
_PLUS_MINUS = re.compile(rf"({_N})\s?(?:±|\+/-|\+-)\s?({_N})(?:\s?[(\[,]?\s?(?:range:?\s?)?({_N}){_SEP}({_N})\s?[)\]]?)?")
_MEAN_SD = re.compile(rf"({_N})\s?[(\[]\s?(?:SD:?,?\s?)?({_N})\s?[)\]](?:\s?,?\s?[(\[]?({_N}){_SEP}({_N})[)\]]?)?")
_RANGE = re.compile(rf"({_N})\s?[(\[]\s?({_N}){_SEP}({_N})\s?[)\]]")
_NUMBER = re.compile(_N)
_P = re.compile(r"[pP]?\s?([<>=≤]?)\s?(0?\.\d{1,6}|1(?:\.0{1,6})?|0)\*{0,3}")
_MEANS = re.compile(r"(?i)mean|average|±|\bSD\b|standard deviation|평균|표준\s*편차|平均|標準偏差")
_MEDIANS = re.compile(r"(?i)median|quartile|IQR|중앙값|사분위|中央値|四分位")
_RANGES = re.compile(r"(?i)range|min(imum)?\b|범위|範囲")
_SHARES = re.compile(r"(?i)n\s?\(%\)|no\.? \(%\)|\(%\)|percent|명\s?\(%\)|환자\s?수|빈도|例数|人数|割合")


def clean(text: str) -> str:
    """A cell in plain signs: full-width digits and brackets, minus signs, middle dots and spaces as a reader means them."""
    out = unicodedata.normalize("NFKC", text)
    out = re.sub(r"(?<=\d)[·⋅](?=\d)", ".", out)
    out = out.replace("−", "-").replace("‐", "-").replace("‑", "-").replace("\u200b", "").replace("†", "").replace("‡", "")
    out = re.sub(r"(?<=\d)[,\u202f](?=\d{3}(?!\d))", "", out)
    return " ".join(out.split())


@dataclass(frozen=True)
class Cell:
    """What was understood; ``kind``: "share", "percent", "count", "mean", "median", "range", "number", "p" or "text"."""

    kind: str
    count: int | None = None
    n: int | None = None
    percent: Printed | None = None
    mean: Printed | None = None
    sd: Printed | None = None
    low: Printed | None = None
    high: Printed | None = None


def names_a_column(text: str) -> bool:
    """Whether a cell's words are those of a header: what is counted or averaged below."""
    return any(words.search(text) for words in (_MEANS, _MEDIANS, _SHARES))


def names_counts(text: str) -> bool:
    """Whether the words of a header say that what stands below are numbers of patients."""
    return bool(_SHARES.search(text) or re.search(r"(?i)\bn\b(?!\s?=)|\bno\.|\bnumbers?\b|\bcounts?\b", text))


def _says_mean(row: str, head: str, whole: bool) -> bool:
    """Whether "a (b)" is a mean (SD), by the words of its row, else of its header, else by whether a is a whole number."""
    for words in (row, head):
        mean, share = bool(_MEANS.search(words)), bool(_SHARES.search(words))
        if mean != share:
            return mean
    return not whole


def cell(text: str, row: str = "", head: str = "") -> Cell:
    """What ``text`` prints; the words of its ``row`` and of its header tell a mean (SD) from a count (%)."""
    t = clean(text)
    if found := _PLUS_MINUS.fullmatch(t):
        return _mean(found)
    row, head = clean(row), clean(head)
    words = f"{row} {head}"
    median = bool(_MEDIANS.search(words)) and not _MEANS.search(words)
    if (found := _RANGE.fullmatch(t)) and not _looks_negative(found):
        low, high = Printed.of(found[2]), Printed.of(found[3])
        if median:
            return Cell("median", low=low, high=high)
        if _RANGES.search(words) or (low and high and low.value <= high.value):
            return Cell("range", low=low, high=high)
    share = _SHARE.fullmatch(t)
    pair = _MEAN_SD.fullmatch(t)
    if pair and not (share and "%" in t) and not median and _says_mean(row, head, share is not None):
        return _mean(pair)
    if share and not median:
        percent = Printed.of(share[3])
        if percent is not None and 0 <= percent.value <= 100 and "-" not in share[3]:
            return Cell("share", int(share[1]), int(share[2]) if share[2] else None, percent)
    if found := _OF.fullmatch(t):
        return Cell("share", int(found[1]), int(found[2]))
    if found := _PERCENT.fullmatch(t):
        percent = Printed.of(found[1])
        if percent is not None and 0 <= percent.value <= 100:
            return Cell("percent", percent=percent)
    if _NUMBER.fullmatch(t):
        value = Printed.of(t)
        return Cell("number", count=int(t) if value and not value.decimals and value.value >= 0 else None, mean=value)
    return Cell("text")


def _looks_negative(found: re.Match[str]) -> bool:
    """A bracket such as (−5) is one number, not a range."""
    return found[2] == ""


def _mean(found: re.Match[str]) -> Cell:
    mean, sd, low, high = (Printed.of(x) if x else None for x in (found[1], found[2], found[3], found[4]))
    if mean is None or sd is None or sd.value < 0:
        return Cell("text")
    return Cell("mean", mean=mean, sd=sd, low=low, high=high)


def p_cell(text: str) -> tuple[str, Printed] | None:
    """A p-value with its sign; None where the cell is none."""
    found = _P.fullmatch(clean(text))
    if found is None:
        return None
    value = Printed.of(found[2])
    return ({"": "=", "≤": "<"}.get(found[1], found[1]), value) if value is not None else None


def size_of(text: str) -> int | None:
    """The n that a header names: "(n = 83)", "N=117", "117명", "対象 117例"."""
    found = re.search(r"(?i)(?<![a-z])n\s?=\s?(\d{1,9})", clean(text).replace(",", ""))
    if found is None:
        found = re.search(r"(?<!\d)(\d{1,9})\s?(?:명|例|人|patients\b)", clean(text).replace(",", ""))
    return int(found[1]) if found else None


def step_of(text: str) -> Fraction | None:
    """A step written by a user: "1", "0.1", "whole"; None for nothing or what is not one."""
    t = clean(text).lower()
    if t in ("whole", "whole numbers", "integer", "정수", "整数"):
        return Fraction(1)
    value = Printed.of(t)
    return value.value if value is not None and value.value > 0 else None
