"""Text to number: what is plainly a number, what can be read as one, what stands for "missing", what is neither."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass

import numpy as np

from aadash.events import says_fatal

#: How a cell was read. READ and REMARK are numbers in another dress, BOUND needs a decision, BAD is no number.
PLAIN, BLANK, MISSING_WORD, READ, REMARK, BOUND, BAD = range(7)

#: Words for "no value", compared after NFKC, lower case, without surrounding white space.
MISSING_WORDS = frozenset(
    part.strip()
    for part in """
na|n/a|#n/a|#div/0!|#ref!|#value!|#name?|#num!|#null!|n.a.|n.a|nan|nil|null|none|missing|miss|.|..|...|-|--|---|–|—|―|−|_|*|?|x|・|。|ー|〃
nd|n/d|n.d.|nt|ne|nr|not done|not available|not applicable|not assessed|not evaluable|not tested|not measured|not seen
unknown|unk|no data|blank|absent|empty|(blank)|<na>|\\n|pending|tbd
ltfu|lost to follow-up|lost to follow up|lost to fu|lost fu|lost|dropout|drop-out|drop out|dropped|dropped out|withdrawn
withdrew|discontinued|d/c|no show|no-show|did not attend|dna|cancelled|transferred|stopped|missed|missed visit|no visit
scheduled|planned|upcoming|not yet|not due|in progress|ongoing|moved|moved away|moved abroad|relocated|deceased|died|refused|declined
예정|예약|예정됨|이사|이민|거부|사망|전원|予定|予約|転居|引越し|引っ越し|拒否|死亡|海外
n.v.|k.a.|k. a.|nv
n.e.|n. e.|n.b.|nicht erhoben|nicht erschienen|fehlt|fehlend|keine angabe
non fait|non évalué|absente|perdu de vue|pdv|arrêt|no evaluado|no acude
f/u loss|fu loss|loss to f/u|loss to follow-up|follow-up loss|loss of f/u|lost f/u
결측|결측치|없음|미측정|미시행|미평가|해당없음|해당 없음|탈락|중단|미방문|모름|측정안함|추적관찰소실|추적소실|불명
미내원|불참|연락두절|추적 소실|추적 관찰 소실
欠測|欠損|欠|未|未測定|未実施|未評価|なし|無し|無|不明|該当なし|脱落|中止|転院|来院なし|未来院|未受診|測定なし|データなし
""".replace("\n", "|").split("|")
    if part
)
#: Parts of texts without a digit that say why there is no value: "Abbruch (Nichtansprechen)", "임신으로 중단", "効果不十分中止".
_GONE = re.compile(
    r"중단|탈락|불참|연락\s?두절|이사|전원|미\s?(?:내원|방문|래원)|(?:내원|방문)\s?(?:안\s?함|안\s?하|하지\s?않|x)|안\s?(?:옴|왔)|오지\s?않"
    r"|中止|脱落|転院|(?:来院|受診|通院)(?:せず|なし|しなかった|しない)|[未不](?:来院|受診|通院)|欠席|オンライン診療|電話診療"
    r"|(?<![a-z])d ?/ ?c(?![a-z])|(?<![a-z])(?:stopped|discontinued|withdr[ae]wn?|dropped|dropout|lost to|no[ -]?show|dna|d\.n\.a"
    r"|did ?n[o'’]t (?:attend|come|show|turn up)|telephonic|phone|not (?:done|assessed|seen)"
    r"|abbruch|abgebrochen|abgesetzt|nicht (?:mehr )?(?:erschienen|erhoben|gemessen)|ausgeschieden|verzogen"
    r"|suspen[ds]\w*|sospes[oai]|interrott[oa]|abandon\w*|arr[êe]t[ée]?|perdid[oa]|perdue?|pers[oa] al|non (?:eseguit[oa]|fatt[oa])"
    r"|n[ãa]o (?:realizad[oa]|compareceu|feito)|no (?:realizad[oa]|acude|acudi[óo])|yap[ıi]lmad[ıi]|gelmedi|b[ıi]rakt[ıi])(?![a-z])"
)
#: The only ones that stand for "missing" in a column of any content (a "-" may mean "negative" there).
PLAIN_MISSING = frozenset(("na", "n/a", "#n/a", "nan", "null", ".", "missing", "<na>", "결측", "欠測", "欠損"))
#: Words of a fact that say that it is not known, in the languages of the files.
NOT_KNOWN = frozenset(
    part.strip()
    for part in """
?|??|unknown|unk|not known|n.k.|don't know|dont know|not recorded|not stated|not reported|not documented|no data|no information|n.a.
unbekannt|nicht bekannt|keine angabe|k.a.|k. a.|desconocido|desconocida|desconhecido|desconhecida|inconnu|inconnue
sconosciuto|sconosciuta|bilinmiyor
모름|미상|알 수 없음|불명|불명확|미확인|기록 없음|不明|未確認|わからない|記載なし
""".replace("\n", "|").split("|")
    if part
)

_SIGNED = r"[-+]?\d+(?:\.\d+)?"
_ASCII_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?", re.ASCII)
#: One number a line, or none; only one way to read it, so that a line that is no number is found at once.
_ONE = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?"
_BEGINS, _ALL_NUMBERS = re.compile(rf"(?:{_ONE})?", re.ASCII), re.compile(rf"(?:{_ONE})?(?:\n(?:{_ONE})?)*", re.ASCII)
_DECIMAL_COMMA = re.compile(r"^[-+]?\d{1,3},\d+$", re.ASCII)
_UNIT = re.compile(rf"^(?:salt|total|score|tot)?\s*[:=]?\s*({_SIGNED})\s*(?:%|점|点|percent|pct|pts?|points?|/\s*100)?$")
_REMARKED = re.compile(
    rf"^(?:salt)?\s*[:=]?\s*({_SIGNED})\s*%?\s*"
    r"(?:\(([^()]*)\)|\[([^\[\]]*)\]|([*†‡§¶#^!]+)|(?:\s+|\s*[;/–])\s*([^\d\s.,%<>≤≥~+=()\[\]-][^\d]*))$"
)
_BOUND_WORDS = (
    r"<=|>=|=<|=>|≤|≥|≦|≧|<|>|~|≈|≒|approx\.?|approximately|about|around|under|over|below|above|less than|"
    r"more than|up to|at least|at most|약|約|およそ|ca\.?|circa"
)
_BOUNDED = re.compile(
    rf"^(?:salt)?\s*(?:{_BOUND_WORDS})\s*({_SIGNED})\s*%?$"
    rf"|^(?:salt)?\s*({_SIGNED})\s*%?\s*(?:이하|미만|이상|초과|정도|以下|未満|以上|超|程度|前後|ぐらい|\+|or less|"
    r"or more|or below|or above|<|>)$"
)
#: "70?", "50 (?)": the clinic itself is in doubt.
_DOUBTED = re.compile(rf"^(?:salt)?\s*[:=]?\s*({_SIGNED})\s*%?\s*(?:[?？]+|[(\[]\s*[?？]+\s*[)\]])$")
_RANGE = re.compile(r"^(\d+(?:\.\d+)?)\s*%?\s*(?:-|–|~|〜|to|から|or)\s*(\d+(?:\.\d+)?)\s*%?$")


@dataclass(frozen=True, eq=False)
class Numbers:
    """A column as numbers.

    ``values`` are floats, NaN where there is none; ``status`` says how each cell was read; ``how`` maps a content that
    was neither plain nor blank to (value, status, explanation).
    """

    values: np.ndarray
    status: np.ndarray
    how: dict[str, tuple[float, int, str]]

    def cells(self, *status: int) -> np.ndarray:
        """Positions of the cells read in one of these ways."""
        return np.flatnonzero(np.isin(self.status, status))


def plain_values(bare: list[str]) -> np.ndarray | None:
    """The numbers of stripped cells, NaN for an empty one, where every other cell is a plain number; None elsewhere.

    Looked at all at once: what :func:`read_number` says of each of them, at a tenth of its price.
    """
    if not _BEGINS.fullmatch(bare[0] if bare else "") or max(map(len, bare), default=0) > 100:
        return None
    lines = "\n".join(bare)
    if not _ALL_NUMBERS.fullmatch(lines) or lines.count("\n") != max(0, len(bare) - 1):
        return None
    values = np.array([float(b) if b else math.nan for b in bare], dtype=float)
    return None if np.isinf(values).any() else values


def read_number(text: str) -> tuple[float, int, str]:
    """One cell: (value or NaN, status, what was understood; "" for a plain number and a blank).

    >>> read_number("62.5")[:2] == (62.5, PLAIN), read_number("SALT 50%")[:2] == (50.0, READ)
    (True, True)
    >>> read_number("100 (AU)")[:2] == (100.0, REMARK), read_number("<5")[:2] == (5.0, BOUND)
    (True, True)
    """
    bare = text.strip()
    if not bare:
        return math.nan, BLANK, ""
    if len(bare) > 100:
        return math.nan, BAD, "not a number"
    if _ASCII_NUMBER.fullmatch(bare):
        value = float(bare)
        return (value, PLAIN, "") if math.isfinite(value) else (math.nan, BAD, "not a number")
    plain = normal(bare)
    if plain in MISSING_WORDS or (len(plain) <= 60 and _GONE.search(plain) and not any(c.isdigit() for c in plain)):
        return math.nan, MISSING_WORD, "stands for a missing value"
    number = _other_number(plain)
    if number is not None:
        return number, READ, "decimal comma" if "," in plain else "written in another form"
    plain = re.sub(r"(?<=\d),(?=\d)", ".", plain)
    found = _RANGE.match(plain)
    if found:
        return (float(found.group(1)) + float(found.group(2))) / 2, BOUND, "a range, not a value"
    for pattern, status, why in (
        (_UNIT, READ, "the unit is left out"),
        (_DOUBTED, BOUND, "a question mark beside the number"),
        (_BOUNDED, BOUND, "a bound, not a value"),
        (_REMARKED, REMARK, "the remark is left out"),
    ):
        found = pattern.match(plain)
        if found:
            return float(next(g for g in found.groups() if g)), status, why
    if len(plain) <= 60 and says_fatal(plain):  # "사망 (2024.3)", "died wk 20"
        return math.nan, MISSING_WORD, "says that the patient has died"
    return math.nan, BAD, "not a number"


def normal(text: str) -> str:
    """``text`` in half width and lower case, digits of any script as 0–9, any minus before a digit as "-"."""
    if text.isascii():
        return text.strip().lower()
    out = unicodedata.normalize("NFKC", text).strip().lower()
    out = re.sub(r"(?<=\d)\s*[·‧∙・]\s*(?=\d)", ".", out)
    out = re.sub(r"^[−–—‐﹣]\s*(?=\d)", "-", out)
    return out if out.isascii() else "".join(_digit(c) for c in out)


def _digit(char: str) -> str:
    return str(unicodedata.decimal(char)) if char.isdecimal() and not char.isascii() else char


def _other_number(plain: str) -> float | None:
    if _DECIMAL_COMMA.match(plain):
        plain = plain.replace(",", ".")
    if not _ASCII_NUMBER.fullmatch(plain):
        return None
    value = float(plain)
    return value if math.isfinite(value) else None
