"""Words that say what a header or a remark is about, whatever its role: SALT, what is worked out, regions, remarks, summaries."""

from __future__ import annotations

import re

from aadash.intake.recognise.vocabulary import words

#: Headers that speak of SALT itself.
SALT = re.compile(
    r"salt|severity of alopecia|(?<![a-z])s a l t(?![a-z])|탈모\s?(?:중증도|점수|면적|범위|정도)|"
    r"脱毛\s?(?:面積|範囲|率|スコア|重症度)|(?:scalp )?hair loss"
)


#: What is worked out from SALT and is not SALT: changes, improvements, responder flags.
DERIVED = re.compile(
    r"chang|(?<![a-z])p?chg(?![a-z])|delta|[δ∆]|improv|(?<![a-z])impr?(?![a-z])|differ|(?<![a-z])diff|reduc|respon|achiev"
    r"|de[gğ]i[sş]im|ver(?:ä|ae)nderung|verbesser|variaci|variaz|migliora|mejor[ií]a|am[ée]liorat|mudan[cç]a|melhora"
    r"|regrow|recover|변화|개선|호전|감소|반응|変化|改善|減少|反応|達成|(?<![a-z])(?:locf|nri)(?![a-z])"
    r"|salt\s?(?:≤|<=|<|le |lt |=<)\s?\d"
)
#: A limit of a value: "≤20", "> 4".
_LIMIT = re.compile(r"(?:[≤<>≥]=?|=<)\s?\d+(?:\.\d+)?")
#: A limit of a time, which is no visit: "> 4 y", "more than 6 months", "4년 이상", "4年以上".
_TIME = r"(?:years?|yrs?|y|months?|mos?|m|weeks?|wks?|w|days?|d|년|개월|달|주|か月|ヶ月|年|週)"
_LIMIT_OF_TIME = re.compile(
    rf"(?:[≤<>≥]=?|=<|(?:more|longer|less|fewer|shorter) than|over|under|at least|at most)\s?\d+(?:\.\d+)?\s?{_TIME}(?![a-z0-9]| \d)"
    rf"|\d+(?:\.\d+)?\s?{_TIME}\s?(?:이상(?! ?(?:반응|사례|소견))|이하|초과|미만|以上|以下|超|未満)"
)


def says_worked_out(folded: str) -> bool:
    """Whether a header (folded) says that its column was worked out from SALT: a change, a response, or a limit of SALT. A limit of
    something else, or of a time that the disease has lasted, was not.

    >>> [says_worked_out(name) for name in ("change w12", "salt ≤20 w36", "≤20 week 36", "current episode >4y", "age ≥40")]
    [True, True, True, False, False]
    """
    if DERIVED.search(folded):
        return True
    if not _LIMIT.search(folded) or says_limit_of_time(folded):
        return False
    rest = re.sub("[週주차月]|개월", " ", FILLER.sub(" ", _LIMIT.sub(" ", folded)))
    return bool(SALT.search(folded)) or not re.search(r"[a-z]{3,}|[^\x00-\x7f]{2,}", rest)


def says_limit_of_time(folded: str) -> bool:
    """Whether a header (folded) names a limit of a time, "current episode > 4 y", and so no visit."""
    return bool(_LIMIT_OF_TIME.search(folded)) and not SALT.search(folded)


#: Words that may stand beside a visit without naming another measure.
FILLER = re.compile(
    r"(?<![a-z])(?:scores?|basal[ei]?|baseline|total|tot|sum|overall|values?|at|the|of|visits?|percent|pct|aval|results?|measure(?:ment|d)?|points?|"
    r"observed|obs|raw|in|on|after|post|from|since|by|for|mean|pt|patient|scalp|hair loss|tx|treatment|therapy|dose|dosing|start|"
    r"jak ?i?|follow ?up|f ?u|and|wks?|weeks?|months?|mo|days?|years?|arm|eval(?:uation)?|"
    r"assess(?:ment|ed)?|time ?point|num(?:eric)?|skoru?|wert|punkte|punteggio|puntuaci[oó]n|puntaje|escore|valore?|valeur"
    r"|nach|ap[oó]s|depois|despu[eé]s|apr[eè]s|dopo|d[eao]s?|del|der)(?![a-z])|%"
    r"|(?<![a-z0-9])(?:\d+(?:st|nd|rd|th)|first|second|third|fourth|fifth|last|final)"
    r" (?:f ?u|follow ?up|visit|assessment|review)(?![a-z])|(?<![a-z0-9])(?:v|vis|visit) ?\d{1,2}(?![a-z0-9])"
    r"|(?:치료|투여|투약|복용|복약|약물|사용|시행|방문|평가|측정|검사|경과|내원|추적)\s?(?:시작|개시)?"
    r"|(?:投与|治療|内服|服用|導入|投薬|来院|受診|評価|測定|経過)\s?(?:開始)?"
    r"|部位別|부위별|(?<![a-z])(?:by region|regional)(?![a-z])"
    r"|점수|총점|총|합계|값|치|후|시|차|째|의|에서|スコア|点数|総|合計|値|点|後|時|目|の|開始"
)


#: Scalp regions of SALT as roles.
REGIONS = (
    ("salt_top", words("top", "vertex", "t", "crown", "parietal", "정수리", "두정부?", "頭頂部?", "頂部")),
    ("salt_back", words("back", "b", "occiput", "occipital", "posterior", "rear", "뒤통수", "후두부?", "後頭部?", "뒤")),
    ("salt_left", words("left", "lt", "l", "왼쪽", "좌측?두?부?", "左側?頭?部?")),
    ("salt_right", words("right", "rt", "r", "오른쪽", "우측?두?부?", "右側?頭?部?")),
)


#: Free text that no analysis uses and that may say anything.
REMARKS = words(
    "remarks?",
    "comments?",
    "notes?",
    "memo",
    "free ?text",
    *(
        "(?:be|an)merkung(?:en)?",
        "kommentare?",
        "observa(?:tions?|ciones|coes|zioni)",
        r"observa[cç][oõ]es",
        "remarques?",
        "notas?",
        "notiz(?:en)?",
    ),
    "description",
    "비고",
    "메모",
    "특이\\s?사항",
    "備考",
    "コメント",
    "特記事項",
    "メモ",
)


#: A column that says that the data are made.
SYNTHETIC = re.compile(r"^(?:is )?(?:synthetic|simulated|fake|dummy)(?: data)?$|^합성$|^合成$")


#: First cells of rows that sum up the rows above.
SUMMARY = re.compile(
    r"^(?:grand )?(?:total|sub ?total|sum|mean|average|avg|median|sd|s\.d\.|std|std\.? ?dev\.?|stdev|standard deviation|"
    r"mean ?(?:±|\+/-|\(|and|/) ?sd\)?|n ?= ?\d+.*|min(?:imum)?|max(?:imum)?|count|iqr|range|p[- ]?value|"
    r"salt\s?(?:50|75|90|95|100)|salt\s?(?:≤|<=|<)\s?\d+|"
    r"합계|총계|소계|총합|평균|평균값|표준편차|중앙값|최소값?|최대값?|최솟값|최댓값|計|合計|総計|小計|平均|平均値|標準偏差|中央値|最小値?|最大値?)"
    r"\s*[:：=]?$",
    re.IGNORECASE,
)
