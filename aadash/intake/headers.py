"""What a column's name says: its role, in English, Korean and Japanese, with the usual abbreviations."""

from __future__ import annotations

import re

from aadash.intake.text import fold


def _words(*patterns: str) -> re.Pattern[str]:
    """Whole-word patterns for Latin script; anything for other scripts."""
    latin = [p for p in patterns if p.isascii()]
    other = [p for p in patterns if not p.isascii()]
    parts = [r"(?<![a-z0-9])(?:" + "|".join(latin) + r")(?![a-z])"] if latin else []
    return re.compile("|".join(parts + other))


#: Role → names, in the order in which they are tried. The first match wins.
_ROLE_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("first_dose", _words(
        r"(?:date of )?first (?:dose|administration|treatment)(?: date)?", r"(?:date of )?(?:treatment|tx|drug|dose|dosing|"
        r"therapy|jak ?i?|baricitinib|ritlecitinib|upadacitinib|tofacitinib) (?:start|initiation)(?: date)?",
        r"(?:start|initiation) date", r"date (?:of )?(?:treatment )?(?:start|initiation)", "trtsdt[cm]?", "trtsdtm",
        "rfxstdtc", "rfstdtc", "exstdtc", "ap01sdt", "treatment started?",
        "(?:투여|치료|투약|복용|복약)\\s?(?:시작|개시)\\s?일?자?", "첫\\s?(?:투여|복용)", "최초\\s?투여",
        "(?:投与|治療|内服|服用|導入)\\s?開始\\s?日?", "初回投与", "開始日", "導入日")),
    ("parameter", _words("paramcd", "param", "parameter", "qstestcd", "qstest", "lbtestcd", "testcd", "measure",
                         "instrument", "검사\\s?항목", "평가\\s?항목", "検査項目", "評価項目")),
    ("age_at_onset", _words(r"(?:age (?:at|of) )?onset age", r"age (?:at|of) (?:disease |aa )?(?:onset|diagnosis)",
                            "onset", "aa onset", "발병\\s?(?:연령|나이|당시)", "초발\\s?(?:연령|나이)", "発症(?:時)?年齢",
                            "初発年齢")),
    ("duration", _words(r"(?:disease |current episode |episode |aa )?duration(?: of (?:disease|aa|episode))?", "dur",
                        r"disease (?:years|months)", "이환\\s?기간", "유병\\s?기간", "병력\\s?기간", "罹病期間",
                        "罹患期間", "病悩期間")),
    ("age", _words("age", "ages", "aage", "나이", "연령", "만\\s?나이", "年齢", "年令")),
    ("sex", _words("sex", "gender", "female", "male", "sex code", "성별", "性別")),
    ("subtype", _words(r"(?:aa |alopecia(?: areata)? )?(?:sub ?types?|types?|classification|pattern)",
                       "aa dx", "diagnosis", "dx", "ophiasis", "universalis", "totalis",
                       "(?:탈모)?\\s?(?:아형|유형|분류)", "병형", "진단명?", "病型", "診断名?", "脱毛型")),
    ("atopic_dermatitis", _words("ad", "atopic(?: dermatitis| eczema)?", "atopy", "ad (?:hx|history)", "history of ad",
                                 "h o ad", "아토피", "アトピー")),
    ("ivmp", _words("ivmp", "steroid pulse", "pulse(?: therapy)?", "mp pulse", "methylpred\\w*", "펄스",
                    "스테로이드\\s?펄스", "パルス", "ステロイドパルス")),
    ("eyebrow", _words("eb", "eyebrows?", "clinro eb", "eb clinro", "브로우", "눈썹", "眉毛?")),
    ("eyelash", _words("el", "eyelash(?:es)?", "clinro el", "el clinro", "속눈썹", "睫毛", "まつげ")),
    ("adverse_event", _words("ae", "aes", "adverse events?", "side effects?", "teae", "aedecod", "aeterm", "이상\\s?반응",
                             "부작용", "有害事象", "副作用")),
    ("dose", _words("dose", "dosage", "dose mg", "mg", "용량", "用量", "投与量")),
    ("drug", _words("drug", "treatment", "treat", "trt", "trt01[ap]n?", "trt[ap]", "arm", "actarm", "armcd",
                    "jaki?", "jak inhibitor", "medication", "tx",
                    "약제", "약물", "치료제", "薬剤", "薬品", "治療薬", "治療群", "투여군", "치료군")),
    ("centre", _words("centre", "center", "site", "siteid", "hospital", "clinic", "institution", "기관", "센터", "병원",
                      "施設", "病院")),
    ("date", _words(r"(?:visit |assessment |evaluation |exam |clinic |salt )?date(?: of (?:visit|assessment|evaluation))?",
                    "adt", "svstdtc", "qsdtc", "visdt", "visitdt", "visit dt", "dov",
                    "(?:방문|내원|측정|평가|검사|진료)\\s?(?:일자?|날짜)", "일자", "날짜",
                    "(?:来院|受診|評価|測定|診察|診療|検査)日", "日付", "年月日")),
    ("week", _words("weeks?", "wks?", "avisit", "avisitn", "visit", "visitnum", "visit (?:name|no|number|week|label)",
                    "time ?points?", "time", "tp", "redcap event name", "event name", "ady", "study day", "days?",
                    "months?", "mo", "epoch", "주차?", "방문(?:명|시점)?", "시점", "시기", "개월",
                    "経過\\s?(?:週|月)数?", "週数?", "月数", "か月", "時点", "時期", "来院", "ビジット", "visit\\s?名")),
    ("salt", _words("aval", "avalc", "value", "values", "score", "scores", "result", "qsstresn", "qsorres", "measurement",
                    "점수", "측정값", "결과", "スコア", "値", "点数")),
    ("id", _words(
        r"(?:patient|subject|subj|pt|pat|participant|case|study|record|screening|person|px)s?"
        r"(?: ?(?:id|no|num|number|code|nr))?",
        "id", "usubjid", "subjid", "pid", "ptid", "sid", "code", "no", "num", "number", "nr", "rownames?", "index",
        "unnamed 0", "(?:환자|대상자|피험자|증례|연구|등록)\\s?(?:번호|id|코드|no)?", "번호", "연번", "순번",
        "(?:患者|症例|被験者|登録|研究)\\s?(?:番号|id|コード|no)?", "番号", "通し番号", "連番")),
)
#: Names of a column of patient codes, best first; a file may hold several.
_ID_RANK = re.compile(r"^(?:usubjid|subjid|patient id|subject id|patient|subject|id)$")
#: Headers that speak of SALT itself.
SALT = re.compile(r"salt|severity of alopecia|(?<![a-z])s a l t(?![a-z])|탈모\s?(?:중증도|점수|면적|범위|정도)|"
                  r"脱毛\s?(?:面積|範囲|率|スコア|重症度)|(?:scalp )?hair loss")
#: What is worked out from SALT and is not SALT: changes, improvements, responder flags.
DERIVED = re.compile(
    r"chang|(?<![a-z])p?chg(?![a-z])|delta|[δ∆]|improv|(?<![a-z])impr?(?![a-z])|differ|(?<![a-z])diff|reduc|respon|achiev|regrow"
    r"|recover|변화|개선|호전|감소|반응|変化|改善|減少|反応|達成|(?<![a-z])(?:locf|nri)(?![a-z])"
    r"|salt\s?(?:≤|<=|<|le |lt |=<)\s?\d|(?:≤|<|>|≥)\s?\d")
#: Words that may stand beside a visit without naming another measure.
_FILLER = re.compile(
    r"(?<![a-z])(?:scores?|total|tot|sum|overall|values?|at|the|of|visit|percent|pct|aval|result|measure(?:ment)?|point|"
    r"observed|obs|raw|in|on|after|post|tx|treatment|follow ?up|fu|and|week|weeks|month|months|day)(?![a-z])|%"
    r"|점수|총점|합계|값|치|후|시|スコア|総|合計|値|点|後|時|の")
REGIONS = (
    ("salt_top", _words("top", "vertex", "crown", "parietal", "정수리", "두정부?", "頭頂部?", "頂部")),
    ("salt_back", _words("back", "occiput", "occipital", "posterior", "rear", "뒤통수", "후두부?", "後頭部?", "뒤")),
    ("salt_left", _words("left", "lt", "l", "왼쪽", "좌측?두?부?", "左側?頭?部?")),
    ("salt_right", _words("right", "rt", "r", "오른쪽", "우측?두?부?", "右側?頭?部?")),
)


_ASIDE = re.compile(r"\s|(?<![a-z])(?:history|hx|mg|years?|yrs?|y|code|name|score|clinro|group)(?![a-z])|%")


def role_of(header: str) -> str:
    """The role that a header names ("" for none). Visits are :func:`aadash.intake.visits.parse_visit`'s."""
    folded = fold(header)
    if folded in ("#", "") or header.strip() == "#":
        return "id" if header.strip() in ("#", "№") else ""
    if re.match(r"^unnamed 0", folded):
        return "id"
    if SALT.search(folded):
        return "" if DERIVED.search(folded) else "salt"
    for role, pattern in _ROLE_WORDS:
        if role == "id":
            continue
        found = pattern.search(folded)
        if found and _dominates(folded, found, role):
            return role
    found = _ROLE_WORDS[-1][1].search(folded)
    return "id" if found and len(found.group()) >= 0.6 * len(folded.replace(" ", "")) else ""


def _dominates(folded: str, found: re.Match[str], role: str) -> bool:
    """Short words and visit words must be nearly the whole header; a long one may be part of it."""
    word = found.group()
    if role in ("week", "salt", "date", "parameter") or len(word) <= 3:
        return len(word.replace(" ", "")) >= 0.6 * len(_ASIDE.sub("", folded))
    return True


def id_rank(header: str) -> int:
    """Smaller is better, among headers that may be the patient code."""
    return 0 if _ID_RANK.match(fold(header)) else 1


def measure_of(stem: str) -> str:
    """The measure that a visit's header names beside the visit: "" for none, "salt", or its own name."""
    if SALT.search(stem):
        rest = _FILLER.sub(" ", SALT.sub(" ", stem)).strip()
        return "salt" if not rest else f"salt {rest}"
    return re.sub(r"\s+", " ", _FILLER.sub(" ", stem)).strip()


def region_of(stem: str) -> str:
    """The scalp region that a header names, as a role ("" for none)."""
    for role, pattern in REGIONS:
        if pattern.search(stem):
            return role
    return ""
