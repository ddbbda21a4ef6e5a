"""Cells that list several diseases or treatments ("MTX, CsA"): what each of them names, and who has which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from aadash.cohort import Cohort
from aadash.later import ARROW, THEN
from aadash.levels import MAX_LEVELS, NO
from aadash.roles import plain_words

#: Earlier treatments in European languages.
EARLIER = (
    r"vortherap\w*|vorbehandl\w*|trait\w* ant[ée]rieur\w*|(?:tratam\w*|tto) (?:pr[eé]vi|anterior)\w*"
    r"|terapi\w* (?:pre(?:ced|gress)|pr[ée]vi)\w*"
)
#: Names of columns whose cells may list several.
LISTS = re.compile(
    r"comorbid|concomitant disease|(?:prior|prev|previous|past) (?:systemic )?(?:treatment|therap|medication|(?:tx|rx|meds?|drugs?)\b)"
    rf"|treatment history|{EARLIER}"
    r"|(?:past|previous|prior) (?:medical )?history|medical history|\bp ?m ?hx?\b|underlying (?:disease|condition)"
    r"|^atopy$|atopic (?:disease|disorder|condition)|^allerg(?:y|ies)$|allergic disease|autoimmune (?:disease|disorder)"
    r"|아토피 ?질환|알레르기 ?질환|자가 ?면역 ?질환|アトピー(?:性)?疾患|アレルギー疾患|自己免疫(?:性)?疾患"
    r"|동반 ?질환|기저 ?질환|과거력|과거 ?병력|이전 ?치료|과거 ?치료|치료력"
    r"|合併症|併存|基礎疾患|既往(?:歴|症|$)|既往治療|前治療|治療歴"
)
_NOTHING = NO | {
    *("nil", "n/a", "never", "해당없음", "특이사항 없음", "치료력 없음", "미치료", "特になし", "未治療", "治療歴なし"),
    *("keine", "kein", "ninguno", "ninguna", "aucun", "aucune", "nessuno", "nessuna", "nenhum", "nenhuma", "yok"),
}
_NAIVE = re.compile(r"(?:treatment[ -])?na[iï]ve")
#: What stands between two terms of a cell: of arrows and "+" written without spaces, only between words ("15 mg → 20 mg" is one term).
_SEPARATORS = re.compile(
    rf"\s*(?:[;；,/／、，・|\n]|\s[+＋]\s|(?<=\w)[+＋](?=[^\W\d])|\s*(?:{ARROW})(?=\s*[^\W\d])"
    rf"|&|\b(?:and|plus|und|et)\b|\s(?:및|y)\s|{THEN})(?![^(（]*[)）])\s*",
    re.IGNORECASE,
)
#: "1) MTX 2) CsA", "①MTX ②CsA": numbers before the terms.
_NUMBERED = re.compile(r"(?:^|(?<=[\s;,]))\(?[1-9][).]\s*(?=[^\W\d])|[①-⑨]\s*")
#: Fewest patients who have a part that may split a cohort.
FEWEST = 3
_PARTS: WeakKeyDictionary[Cohort, dict[str, tuple[str, ...]]] = WeakKeyDictionary()
_TERMS: WeakKeyDictionary[Cohort, dict[str, Terms]] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Terms:
    """The terms of a column of lists, compared without regard to case: each as it is written first, those of each different cell
    (None: an empty one), and the row of ``cells`` that each patient has."""

    shown: dict[str, str]
    cells: list[frozenset[str] | None]
    codes: np.ndarray

    def often(self, counts: Sequence[int] | None = None) -> dict[str, int]:
        """Term → how many have it, the commonest first; ``counts``: for how many each row stands, one each without it."""
        rows = np.bincount(self.codes, counts, minlength=len(self.cells)).astype(int)
        found = {key: sum(int(n) for cell, n in zip(self.cells, rows, strict=True) if cell and key in cell) for key in self.shown}
        return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))

    def who(self, term: str) -> np.ndarray:
        """Who has it: booleans, None for an empty cell."""
        return np.array([None if cell is None else term in cell for cell in self.cells], dtype=object)[self.codes]


def says_none(text: str) -> bool:
    plain = text.strip().lower()
    return plain in _NOTHING or _NAIVE.fullmatch(plain) is not None


def terms_in(text: object) -> list[str] | None:
    """The terms of a cell that lists several ("atopic dermatitis; vitiligo"), none for "none"; None for an empty cell.

    >>> [terms_in(t) for t in ("MTX→CsA", "MTX -> CsA", "MTX then CsA", "MTX+CsA", "1) MTX 2) CsA", "MTX 15 mg → 20 mg")]
    [['MTX', 'CsA'], ['MTX', 'CsA'], ['MTX', 'CsA'], ['MTX', 'CsA'], ['MTX', 'CsA'], ['MTX 15 mg → 20 mg']]
    """
    if text is None or pd.isna(text):  # type: ignore[call-overload]
        return None
    plain = str(text)
    numbered = _NUMBERED.sub(";", plain) if len(_NUMBERED.findall(plain)) > 1 else plain
    terms = [t.strip() for t in _SEPARATORS.split(numbered) if t.strip()]
    return list(dict.fromkeys(t for t in terms if not says_none(t)))


def parts_listed(cohort: Cohort) -> dict[str, tuple[str, ...]]:
    """Column → the names of its parts ("Prior treatment: MTX"), the commonest first, for the baseline columns of lists of which a cell
    names several. A part is had by three patients at least, and not by all; of the commonest twelve."""
    if cohort not in _PARTS:
        _PARTS[cohort] = {c: found for c in map(str, cohort.baseline_columns) if (found := _parts(cohort, c))}
    return _PARTS[cohort]


def terms_of(cohort: Cohort, column: str) -> Terms:
    """The terms of a column of lists, its cells read once."""
    kept = _TERMS.setdefault(cohort, {})
    if column not in kept:
        codes, values = pd.factorize(cohort.fact(column), use_na_sentinel=False)
        read = [terms_in(value) for value in values]
        shown: dict[str, str] = {}
        for term in (term for cell in read for term in cell or ()):
            shown.setdefault(term.lower(), term)
        kept[column] = Terms(shown, [None if cell is None else frozenset(t.lower() for t in cell) for cell in read], codes)
    return kept[column]


def _parts(cohort: Cohort, column: str) -> tuple[str, ...]:
    series = cohort.fact(column)
    if column in cohort.roles.values() or not LISTS.search(plain_words(column)) or pd.api.types.is_numeric_dtype(series):
        return ()
    terms = terms_of(cohort, column)
    if max(map(len, filter(None, terms.cells)), default=0) < 2:
        return ()
    told = int(series.notna().sum())
    held = [key for key, n in terms.often().items() if FEWEST <= n < told]
    return tuple(f"{column}: {terms.shown[key]}" for key in held[:MAX_LEVELS])


def part_values(cohort: Cohort, name: str) -> pd.Series | None:
    """Who has what ``name`` names ("Prior treatment: MTX"): "yes", "no", or nothing where the cell is empty; None for any other
    name."""
    column = next((c for c in map(str, cohort.baseline_columns) if name.startswith(f"{c}: ") and LISTS.search(plain_words(c))), None)
    if column is None:
        return None
    said = [{True: "yes", False: "no"}.get(has) for has in terms_of(cohort, column).who(name[len(column) + 2 :].lower())]
    return pd.Series(said, index=cohort.fact(column).index, name=name, dtype="str")
