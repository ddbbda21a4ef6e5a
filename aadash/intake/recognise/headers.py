"""What a column's name says: its role, its measure, the scalp region."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from aadash.cohort import ROLES
from aadash.intake.recognise.european import ALL_ROLE_WORDS
from aadash.intake.recognise.patterns import FILLER, REGIONS, SALT, says_worked_out
from aadash.intake.recognise.privacy import header_kind
from aadash.intake.recognise.visits import parse_visit
from aadash.intake.text import fold

_ID_RANKS = (
    re.compile(
        r"^(?:usubjid|subjid|(?:patient|subject|participant)(?: ?(?:id|no|number|code))?|환자 ?번호|"
        r"대상자 ?번호|증례 ?번호|患者番号|患者id|症例番号|被験者番号)$"
    ),
    re.compile(r"^(?:id|pid|(?:record|study|case|pt|pat|subj)(?: ?(?:id|no|number|code))?|연구 ?번호|등록 ?번호)$"),
)
_ASIDE = re.compile(r"\s|(?<![a-z])(?:history|hx|mg|years?|yrs?|y|code|name|score|clin ?ro|group|no|id)(?![a-z])|%")
#: "duration_le4", "age ≥ 40": a yes or no about a number, not the number.
_CUT = re.compile(
    r"[<>≤≥]|(?<![a-z])(?:le|lt|ge|gt|under|over|above|below)\s?\d|이상(?! ?(?:반응|사례|소견))|이하|미만|以上|以下|未満"
)
#: "days since first dose" is a time, not a date.
_ELAPSED = re.compile(r"^(?:weeks?|wks?|months?|days?|years?)(?: elapsed)? (?:since|from|after|post|on) ")
#: Time since the disease began is its duration, neither an age nor a visit.
_SINCE_ONSET = re.compile(
    r"^(?:years?|yrs?|months?|mos?)(?: elapsed)? (?:since|from|after) (?:the )?(?:disease |aa )?(?:onset|diagnosis|dx)"
)
#: Role → words beside which its own name is of something else: "dose change" is no dose, "blood type" no subtype of alopecia.
_ELSE: dict[str, re.Pattern[str]] = {
    "drug": re.compile(
        r"(?<![a-z])(?:prior|previous|prev|past|history|hx|before|earlier|other|concomitant|concurrent|add(?:ed)?[ -]?on|added|rescue|"
        r"ant[ée]rieure?s?|pr[eé]c[eé]dent\w*|pr[eé]vi[oa]s?|pregress\w*|anterior\w*|vorherig\w*|fr[üu]her\w*|vor|passad[oa]s?|pasad[oa]s?|"
        r"concomit\w*|associ[ée]\w*|asociad\w*|begleit\w*|"
        r"topical|respon\w*|outcome|effect\w*|chang\w*|switch\w*|increas\w*|decreas\w*|reduc\w*|(?:de)?[ -]?escalat\w*|"
        r"(?:up|down)?titrat\w*|taper\w*|step[ -]?(?:up|down)|interrupt\w*|stop\w*|discontinu\w*|withdr\w*|reason|compliance|"
        r"adherence|duration|fail\w*|naive|resist\w*|refractory|allerg\w*|cost|survival|interactions?|number|count|times|last|final|"
        r"cumulative|total|max(?:imum)?|missed|date)(?![a-z])"
        r"|변경|증량|감량|이전|과거|기존|병용|구제|중단|반응|순응|기간|알레르기|누적|횟수|비용"
        r"|変更|増量|減量|前治療|既往|過去|併用|中止|中断|反応|効果|期間|アレルギー|累積|回数|費"
    ),
    "duration": re.compile(
        r"(?<![a-z])(?:treat(?:ment|ed)?|therapy|drug|medication|exposure|dosing|follow[ -]?up|observation|study|response|"
        r"stay|date)(?![a-z])"
        r"|치료|투여|투약|복용|추적|관찰|입원|治療|投与|服用|追跡|観察|入院"
    ),
    "subtype": re.compile(
        r"(?<![a-z])(?:blood|skin|hair(?! loss)|nail|fitzpatrick|photo|insurance|work|job|occupation|diabetes|tumou?r|relapse|family|"
        r"psychiatric|comorbid\w*|thyroid|dm|t[12]dm|hla|other|date|year|treatment|therapy|drug|event|school|house|"
        r"personality|last|final|visit type)(?![a-z])"
        r"|혈액|피부|모발|보험|가족|직업|당뇨|진단일|진단 ?(?:날짜|연도)|방문|血液|皮膚|肌|毛髪|保険|家族|職|糖尿|診断(?:日|年)|受診"
    ),
    "age_at_onset": re.compile(
        r"(?<![a-z])(?:aes?|t?eae|adverse|events?|side ?effects?|response|regrowth|weeks?|wks?|"
        r"sub ?types?|types?|site|location|severity|salt|date|year|season|trigger|pattern)(?![a-z])"
    ),
    "age": re.compile(
        r"(?<![a-z])(?:group|groups|category|categories|band|range|class|bin|father|mother|partner)(?![a-z])|대$|층|구간|層|区分|年代"
    ),
    "first_dose": re.compile(r"(?<![a-z])age(?![a-z])|나이|연령|年齢"),
    "centre": re.compile(
        r"(?<![a-z])(?:stay|biops\w*|onset|involv\w*|affected|lesions?|admission|days?|visits?|scalp|body)(?![a-z])|입원|입퇴원|병변|入院|病変|部位"
    ),
    "ivmp": re.compile(r"(?<![a-z])(?:rate|pressure|ox\w*|wave|width|min)(?![a-z])"),
    "atopic_dermatitis": re.compile(r"소인|素因"),
}
#: Doses of something else than the drug under study.
_OTHER_DOSE = (
    r"(?<![a-z])(?:(?:nb[ -]?)?uv[ab]?1?|photo\w*|laser|x[ -]?ray|radiation|vaccin\w*|mtx|methotrexate|psl|pred\w*"
    r"|(?:cortico)?steroids?|[cy]+closporine?|csa|minoxidil|mj|j cm2)(?![a-z])"
    r"|백신|자외선|광선|스테로이드|엠티엑스|ワクチン|紫外線|光線|ステロイド|プレドニ\w*"
)
_ELSE["dose"] = re.compile("|".join((_ELSE["drug"].pattern, _ELSE["first_dose"].pattern, _OTHER_DOSE)))
#: An age when treatment began or the patient was enrolled, whatever other words tell of that time ("Age at start of JAKi").
_AGE = re.compile(
    r"(?:(?:(?:patient|pt|subject|participant)(?: s|'?s)?|current|baseline|bl) )?age(?: (?:baseline|bl))?"
    r"(?: (?:at|on|when) (?!.*(?:onset|diagnos|begin of disease|first (?:episode|sign|symptom|attack|hair)|menarche|menopause|death"
    r"|birth|last|follow|exit|end)).+)?(?: (?:in )?(?:years?|yrs?|yr|y|yo))?"
)
#: "Hair loss" is a score in a clinic's words, but its type is a subtype.
_LOSS_TYPE = re.compile(r"hair ?loss (?:sub ?)?types?|types? of hair ?loss|pattern of hair ?loss|hair ?loss pattern")
_STRICT = ("week", "salt", "date", "parameter")


@lru_cache(maxsize=20_000)
def role_of(header: str) -> str:
    """The role that a header names ("" for none). Visits are :func:`aadash.intake.recognise.visits.parse_visit`'s."""
    bare = header.strip()
    if bare in ("#", "№", "No", "NO"):
        return "id"
    folded = fold(bare)
    if not folded:
        return ""
    if SALT.search(folded) and not _LOSS_TYPE.search(folded):
        return "" if says_worked_out(folded) else "date" if _is("date", folded) else "salt"
    if _SINCE_ONSET.match(folded):
        return "duration"
    if _ELAPSED.match(folded):
        return "week"
    if _AGE.fullmatch(folded):
        return "age"
    for role, pattern in ALL_ROLE_WORDS:
        found = pattern.search(folded)
        if role in ("age", "duration", "age_at_onset") and _CUT.search(folded):
            continue
        if found and role in _ELSE and _ELSE[role].search(folded):
            continue
        if found and _dominates(folded, found, role):
            return role
    return ""


def _is(role: str, folded: str) -> bool:
    return any(pattern.search(folded) for name, pattern in ALL_ROLE_WORDS if name == role)


def _dominates(folded: str, found: re.Match[str], role: str) -> bool:
    """Short words, visit words and words for a code must be nearly the whole header; a long one may be part of it."""
    word = found.group().replace(" ", "")
    if role == "id":
        return len(word) >= 0.6 * len(folded.replace(" ", ""))
    if role in _STRICT or (len(word) <= 3 and word.isascii()):
        return len(word) >= 0.6 * len(_ASIDE.sub("", folded))
    return True


def id_rank(header: str) -> int:
    """Smaller is better, among headers that may be the patient code."""
    folded = fold(header)
    return next((i for i, pattern in enumerate(_ID_RANKS) if pattern.match(folded)), len(_ID_RANKS))


def measure_of(stem: str) -> str:
    """The measure that a visit's header names beside the visit: "" for none, "salt", or its own name."""
    if SALT.search(stem):
        rest = re.sub(r"\s+", " ", FILLER.sub(" ", SALT.sub(" ", stem))).strip()
        return "salt" if rest in ("", "s", "sc", "n", "screening") else f"salt {rest}"
    return re.sub(r"\s+", " ", FILLER.sub(" ", stem)).strip()


def region_of(stem: str) -> str:
    """The scalp region that is all that a measure names, as a role ("" for none)."""
    said = re.sub(r"(?<!\d)(?:40|24|18)(?!\d)", " ", SALT.sub(" ", stem)).strip()
    for role, pattern in REGIONS:
        for text in (said, FILLER.sub(" ", said).strip()):  # 後頭 holds 後, which alone is "after"
            found = pattern.search(text)
            rest = FILLER.sub(" ", text.replace(found.group(), " ", 1)) if found else "-"
            if not re.sub(r"\s|scalp|head|area|region|side|두피|頭皮|頭部", "", rest):
                return role
    return ""


def looks_like_header(cells: Sequence[str]) -> float:
    """How much a row looks like a header, about −1 to 2: cells that name a role or a visit, against cells of data."""
    filled = [c.strip() for c in cells[:60] if c.strip()]
    if not filled:
        return -1.0
    points = 0.0
    for cell in filled:
        if re.fullmatch(r"[-+]?[\d.,\s/:-]+%?", cell):
            points -= 1.0
        elif len(cell) <= 60 and is_name(cell):
            points += 2.0
        elif len(cell) > 60:
            points -= 0.5
    distinct = len(set(filled)) / len(filled)
    return points / len(filled) * distinct


def is_name(cell: str) -> bool:
    """True when a cell names a role or a visit."""
    visit = parse_visit(cell)
    return bool(role_of(cell) or header_kind(cell) or (visit is not None and visit.unit != "number"))


#: More rows than a patient has facts and visits.
MOST_FACTS = 300


def lies_on_its_side(down: Sequence[str], across: Sequence[str]) -> bool:
    """Whether a table has its patients across and their facts and visits down, from its first column (the corner first) and the other
    cells of its first row.

    >>> lies_on_its_side(["Patient", "Sex", "SALT W0", "SALT W12"], ["P01", "P02"])
    True
    >>> lies_on_its_side(["Visit", "Baseline", "Week 12"], ["Patient", "SALT"]), lies_on_its_side(["ID", "P01"], ["Sex", "SALT W0"])
    (False, False)
    >>> lies_on_its_side(["P0", "P1", "P2", "Response", "SALT50", "SALT75"], ["F", "80", "60"])
    False
    """
    labels = list(down[1:])
    if len(across) < 2 or not 2 <= len(labels) <= MOST_FACTS or not all(labels) or len(set(labels)) < len(labels):
        return False
    read = [parse_visit(label) for label in labels]
    weeks = {v.week for v in read if v is not None and v.week is not None and (v.unit != "number" or SALT.search(v.stem))}
    named = sum(is_name(label) or (v is not None and v.unit != "number") for v, label in zip(read, labels, strict=True))
    facts = any(role_of(label) in ROLES for label in labels) or any(SALT.search(fold(label)) for label in labels)
    return facts and 0 in weeks and len(weeks) >= 2 and 2 * named >= len(labels) and not any(map(is_name, across))
