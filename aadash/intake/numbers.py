"""Cells to numbers: what is plainly a number, what can be read as one, what stands for "missing", what is neither."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from aadash.intake.text import is_blank, show

#: How a cell was read. READ and REMARK are numbers in another dress; BOUND needs a decision; BAD is no number.
PLAIN, BLANK, MISSING_WORD, READ, REMARK, BOUND, BAD = range(7)

#: Words for "no value", compared after NFKC, lower case, without surrounding white space.
MISSING_WORDS = frozenset(part.strip() for part in """
na|n/a|#n/a|n.a.|n.a|nan|nil|null|none|missing|miss|.|..|...|-|--|---|–|—|―|−|_|*|?|x|・|。|ー
nd|n/d|n.d.|nt|ne|nr|not done|not available|not applicable|not assessed|not evaluable|not tested|not measured
unknown|unk|no data|blank|absent
ltfu|lost to follow-up|lost to follow up|lost fu|loss|dropout|drop-out|drop out|dropped|withdrawn|withdrew
discontinued|d/c|no show|no-show|did not attend|dna|cancelled|transferred
결측|결측치|없음|미측정|미시행|미평가|해당없음|해당 없음|탈락|중단|미방문|모름|측정안함
欠測|欠損|欠|未測定|未実施|未評価|なし|無し|無|不明|該当なし|脱落|中止|転院|来院なし|未来院
""".replace("\n", "|").split("|") if part)
#: The only ones that stand for "missing" in a column of any content (a "-" may mean "negative" there).
PLAIN_MISSING = frozenset(("na", "n/a", "#n/a", "nan", "null", ".", "missing", "결측", "欠測", "欠損"))

_SIGNED = r"[-+]?\d+(?:\.\d+)?"
_NUMBER = re.compile(rf"^{_SIGNED}(?:e[-+]?\d+)?$|^[-+]?\.\d+$|^[-+]?\d+\.$")
_DECIMAL_COMMA = re.compile(r"^[-+]?\d{1,3},\d+$")
_UNIT = re.compile(rf"^(?:salt|total|score|약|約|ca\.?)?\s*[:=]?\s*({_SIGNED})\s*(?:%|점|点|percent|pts?|points?|/\s*100)?$")
_REMARKED = re.compile(rf"^(?:salt\s*)?({_SIGNED})\s*%?\s*(?:\(([^()]*)\)|\[([^\[\]]*)\]|([*†‡§¶#^]+))$")
_BOUNDED = re.compile(rf"^(?:salt\s*)?(?:<=|>=|=<|=>|≤|≥|≦|≧|<|>|~|≈|approx\.?|about|under|over|below|above|약|約|ca\.?)"
                      rf"\s*({_SIGNED})\s*%?$"
                      rf"|^({_SIGNED})\s*%?\s*(?:이하|미만|이상|초과|以下|未満|以上|超|\+|or less|or more)$")
_RANGE = re.compile(r"^(\d+(?:\.\d+)?)\s*%?\s*(?:-|–|~|〜|to|から)\s*(\d+(?:\.\d+)?)\s*%?$")


@dataclass(frozen=True, eq=False)
class Numbers:
    """A column as numbers.

    ``values`` are floats, NaN where there is none; ``status`` says how each cell was read; ``how`` maps the cells
    that were neither plain nor blank to (value, status, explanation).
    """

    values: np.ndarray
    status: np.ndarray
    how: dict[str, tuple[float, int, str]]

    def cells(self, *status: int) -> np.ndarray:
        """Positions of the cells read in one of these ways."""
        return np.flatnonzero(np.isin(self.status, status))


def parse_numbers(cells: np.ndarray) -> Numbers:
    """Read a column of cells (object array of text, numbers, dates and empty cells) as numbers.

    Plain numbers are converted at once; every other distinct content is looked at once.
    """
    values = np.array(pd.to_numeric(pd.Series(cells, dtype=object), errors="coerce"), dtype=float)
    status = np.full(len(cells), PLAIN, dtype=np.int8)
    odd = ~np.isfinite(values)
    odd |= np.fromiter((type(c) is bool for c in cells), bool, len(cells)) if _has_bool(cells) else False
    how: dict[str, tuple[float, int, str]] = {}
    where = np.flatnonzero(odd)
    if len(where):
        codes, distinct = pd.factorize(np.array([_key(cells[i]) for i in where], dtype=object))
        read = [parse_cell(d) for d in distinct]
        for text, got in zip(distinct, read, strict=True):
            if got[1] != BLANK:
                how[str(text)] = got
        values[where] = np.array([r[0] for r in read])[codes]
        status[where] = np.array([r[1] for r in read], dtype=np.int8)[codes]
    return Numbers(values, status, how)


def _has_bool(cells: np.ndarray) -> bool:
    return any(type(c) is bool for c in cells)


def _key(cell: Any) -> str:
    return "" if is_blank(cell) else show(cell)


def parse_cell(text: str) -> tuple[float, int, str]:
    """One cell: (value or NaN, status, what was understood)."""
    nan = float("nan")
    if not text.strip():
        return nan, BLANK, ""
    plain = _normal(text)
    if plain in MISSING_WORDS:
        return nan, MISSING_WORD, "stands for a missing value"
    number = _as_number(plain)
    if number is not None:
        why = "decimal comma" if "," in plain else "written in another form"
        return number, READ, why
    plain = re.sub(r"(?<=\d),(?=\d)", ".", plain)
    for pattern, status, why in ((_UNIT, READ, "the unit is left out"),
                                 (_REMARKED, REMARK, "the remark is left out"),
                                 (_BOUNDED, BOUND, "a bound, not a value")):
        found = pattern.match(plain)
        if found:
            return float(next(g for g in found.groups() if g)), status, why
    found = _RANGE.match(plain)
    if found:
        return (float(found.group(1)) + float(found.group(2))) / 2, BOUND, "a range, not a value"
    return nan, BAD, "not a number"


def _normal(text: str) -> str:
    out = unicodedata.normalize("NFKC", text).strip().lower()
    out = re.sub(r"(?<=\d)\s*[·‧∙]\s*(?=\d)", ".", out)
    return re.sub(r"^[−–—‐](?=\s*\d)", "-", "".join(_digit(c) for c in out))


def _digit(char: str) -> str:
    return str(unicodedata.digit(char)) if char.isdigit() and not char.isascii() else char


def _as_number(plain: str) -> float | None:
    if _DECIMAL_COMMA.match(plain):
        plain = plain.replace(",", ".")
    if not _NUMBER.match(plain):
        return None
    value = float(plain)
    return value if np.isfinite(value) else None


def as_fact(cells: np.ndarray) -> tuple[pd.Series, list[str]]:
    """A baseline fact, typed: numbers where every cell that is not missing is a plain number, else text.

    Whole numbers without a gap become int64, other numbers float64, text the string type; codes with leading zeros
    ("007") stay text. Also returns the distinct words that were read as missing.
    """
    text = np.array([_key(c).strip() for c in cells], dtype=object)
    codes, distinct = pd.factorize(text)
    lower = [unicodedata.normalize("NFKC", d).strip().lower() for d in distinct]
    gone = np.array([d == "" or d in PLAIN_MISSING for d in lower], dtype=bool)
    words = sorted({str(d) for d, g in zip(distinct, gone, strict=True) if g and d})
    numbers = [None if g else _fact_number(d) for d, g in zip(distinct, gone, strict=True)]
    if not gone.all() and all(n is not None for n, g in zip(numbers, gone, strict=True) if not g):
        table = np.array([np.nan if n is None else n for n in numbers], dtype=float)
        values = table[codes]
        whole = not np.isnan(values).any() and (values == np.rint(values)).all() and (abs(values) < 2**53).all()
        return pd.Series(values.astype(np.int64) if whole else values), words
    labels = np.array([None if g else str(d) for d, g in zip(distinct, gone, strict=True)], dtype=object)
    return pd.Series(labels[codes], dtype="str"), words


def _fact_number(text: str) -> float | None:
    plain = unicodedata.normalize("NFKC", text).strip()
    if re.match(r"^[-+]?0\d", plain):
        return None
    return _as_number(plain.lower())
