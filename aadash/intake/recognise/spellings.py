"""Categories written in several ways: "M", "male", "男" are one level. Proposed, told, applied when the user says so."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from aadash.intake.check.doubts import Doubts
from aadash.intake.mapping import ColumnMapping
from aadash.intake.model import ColumnGuess
from aadash.intake.recognise.columns import Recognised
from aadash.intake.recognise.visitcolumns import codes_in
from aadash.intake.tabulate.table import Table
from aadash.subtypes import SEXES, sexes_among, subtype_of

_YES_NO = {
    "yes": "y|yes|true|t|+|present|positive|예|유|있음|有|あり|はい|有り",
    "no": "n|no|false|f|-|absent|negative|none|아니오|무|없음|無|なし|いいえ|無し",
}
_MAX_LEVELS = 40
_DOSE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:mg)?(?:\s*/\s*(?:d|day|일|日))?(?:\s*(?:qd|od|q\.d\.|daily|once daily))?\.?")


def propose(table: Table, known: Recognised, mapping: ColumnMapping, doubts: Doubts) -> tuple[ColumnGuess, ...]:
    """The guesses, with new names proposed for the categories of a column that spells a level in several ways."""
    out = []
    for guess in known.guesses:
        if (
            guess.role in ("fact", "sex", "subtype", "atopic_dermatitis", "ivmp", "drug", "dose", "centre")
            and guess.column in table.columns
        ):
            said = mapping.columns.get(guess.column)
            renames = dict(said.values) if said is not None else {}
            values = [renames.get(v, v) for v in table.columns[guess.column].filled]
            names = _names(list(dict.fromkeys(values)), guess.role)
            legend = legend_of(guess.column) if not names else {}
            if legend and set(values) <= set(legend) and len(values) >= 2:
                names = {v: _named(legend[v], guess.role) for v in dict.fromkeys(values)}
                guess = replace(guess, values=tuple(names.items()))
                shown = ", ".join(f"{a!r} → {b!r}" for a, b in list(names.items())[:8])
                text = f"The header {guess.column!r} says what its codes mean; they are kept as they stand. Proposed: {shown}."
                doubts.report("warning", "spellings", guess.column, (), text)
            elif names:
                guess = replace(guess, values=tuple(names.items()))
                shown = ", ".join(f"{a!r} → {b!r}" for a, b in list(names.items())[:8])
                doubts.report(
                    "warning",
                    "spellings",
                    guess.column,
                    (),
                    f"Column {guess.column!r} writes a level in several ways; as it "
                    f"stands they are different levels. Proposed: {shown}.",
                )
        out.append(guess)
    return tuple(out)


def legend_of(header: str) -> dict[str, str]:
    """Code → word, as a header gives them.

    >>> legend_of("Sex (1=M, 2=F)"), legend_of("성별(남=1, 여=2)"), legend_of("SALT_W12"), legend_of("Sex(1M 2F)")
    ({'1': 'M', '2': 'F'}, {'1': '남', '2': '여'}, {}, {'1': 'M', '2': 'F'})
    """
    if paired := codes_in(header):
        return paired
    first = dict(re.findall(r"(?<![\w.])(\d{1,2})\s*[=＝:]\s*([^\W\d][^,;/()=（）、；\[\]\d]*)", header))
    turned = {code: word for word, code in re.findall(r"([^\W\d][^,;/()=（）、；\[\]\d]*?)\s*[=＝]\s*(\d{1,2})(?![\w.])", header)}
    found = first if len(first) >= len(turned) else turned
    return {code: word.strip() for code, word in found.items()} if len(found) >= 2 else {}


def _named(word: str, role: str) -> str:
    """The standard name of a legend's word where it has one."""
    return (_known(word, SEXES) if role == "sex" else subtype_of(word) if role == "subtype" else "") or word


def _names(values: list[str], role: str) -> dict[str, str]:
    """Value → name for a column in which two values mean the same; {} when every value is its own level."""
    if not 2 <= len(values) <= _MAX_LEVELS or all(re.fullmatch(r"[-+]?[\d.,]+", v) for v in values):
        return {}
    book = sexes_among(map(_folded, values)) if role == "sex" else {}
    names = {v: subtype_of(v) if role == "subtype" else _known(v, book) for v in values}
    level = {v: names[v] or (_dose(v) if role == "dose" else _folded(v)) for v in values}
    if role in ("atopic_dermatitis", "ivmp", "fact") and all(_known(v, _YES_NO) for v in values):
        level = {v: _known(v, _YES_NO) for v in values}
    if len(set(level.values())) == len(values):
        return {}
    first: dict[str, str] = {}
    for v in values:
        first.setdefault(level[v], level[v] if names[v] or _known(v, _YES_NO) else v)
    return {v: first[level[v]] for v in values if first[level[v]] != v}


def _folded(text: str) -> str:
    """One text for what is told apart by capitals, spaces, hyphens between letters or the dots of an abbreviation only.

    >>> _folded("MTX, PSL"), _folded("M.T.X.,  psl"), _folded("double-blind"), _folded("2-4"), _folded("2 4")
    ('mtx, psl', 'mtx, psl', 'double blind', '2-4', '2 4')
    """
    plain = re.sub(r"(?<=[^\W\d_])\.(?=[^\W\d_]|[\s,;/]|$)", "", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(re.sub(r"(?<=[^\W\d_])[-_‐](?=[^\W\d_])", " ", plain).split())


def _dose(text: str) -> str:
    """The number of a dose a day in mg, so that 4, "4mg" and "4 mg/day" are one; another text as it is folded."""
    found = _DOSE.fullmatch(_folded(text))
    return f"{float(found.group(1)):g}" if found else _folded(text)


def _known(text: str, book: dict[str, str]) -> str:
    """The standard name of a level, by its synonyms; "" when it has none."""
    folded = re.sub(r"\s*\(.*\)$", "", _folded(text))
    for name, synonyms in book.items():
        if folded in synonyms.split("|"):
            return name
    return ""
