"""Names that columns have in clinics' files, in English, Korean and Japanese: role → patterns."""

from __future__ import annotations

import re


def words(*patterns: str) -> re.Pattern[str]:
    """One pattern: whole words for Latin script, longest first; anywhere in the text for other scripts."""
    latin = sorted((p for p in patterns if p.isascii()), key=len, reverse=True)
    other = [p for p in patterns if not p.isascii()]
    parts = [r"(?<![a-z0-9])(?:" + "|".join(latin) + r")(?![a-z])"] if latin else []
    return re.compile("|".join(parts + other))


_DRUGS = r"jak ?i?|baricitinib|ritlecitinib|deuruxolitinib|upadacitinib|tofacitinib|abrocitinib"

#: Role → names, in the order in which they are tried. The first match wins.
ROLE_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "first_dose",
        words(
            r"(?:date of )?(?:the )?(?:first|1st) (?:dose|administration|treatment|dosing)(?: date)?",
            rf"(?:date of )?(?:treatment|tx|drug|dose|dosing|therapy|medication|{_DRUGS}) (?:start(?:ed)?|initiation|initiated|begin)"
            r"(?: date)?",
            r"(?:start|initiation) date",
            rf"date (?:of )?(?:(?:treatment|tx|therapy|{_DRUGS}) )?(?:start|initiation)",
            r"start of (?:treatment|therapy|drug)",
            "start(?:ed)?(?: on)?",
            "dose start",
            "trtsdt[cm]?",
            "trtsdtm",
            "rfxstdtc",
            "rfstdtc",
            "exstdtc",
            "ap01sdt",
            "(?:투여|치료|투약|복용|복약|약물)\\s?(?:시작|개시)\\s?(?:일자?|날짜)?",
            "첫\\s?(?:투여|복용|투약)\\s?일?",
            "최초\\s?투여\\s?일?",
            "(?:投与|治療|内服|服用|導入|投薬)\\s?開始\\s?(?:日|年月日)?",
            "初回投与日?",
            "開始日",
            "導入日",
        ),
    ),
    (
        "parameter",
        words(
            "paramcd",
            "param",
            "parameter",
            *("items?", "variables?", "(?:item|variable|score|scale|measure)s? names?", "항목", "項目"),
            "qstestcd",
            "qstest",
            "lbtestcd",
            "testcd",
            "measure",
            "instrument",
            "test name",
            "검사\\s?항목",
            "평가\\s?항목",
            "検査項目",
            "評価項目",
        ),
    ),
    (
        "age_at_onset",
        words(
            r"(?:age (?:at|of) )?onset age",
            r"age (?:at|of) (?:disease |aa |first )?(?:onset|diagnosis)",
            "age onset",
            "onset",
            "aa onset",
            "발병\\s?(?:시\\s?)?(?:연령|나이|당시)",
            "초발\\s?(?:연령|나이)",
            "発症時?の?年齢",
            "初発年齢",
        ),
    ),
    (
        "duration",
        words(
            r"(?:disease |current episode |episode |aa )?duration(?: of (?:disease|aa|episode|illness))?",
            "dur",
            r"disease (?:years|months)",
            r"dis dur(?:ation)?",
            "이환\\s?기간",
            "유병\\s?기간",
            "병력\\s?기간",
            "罹病期間",
            "罹患期間",
            "病悩期間",
            "経過年数",
        ),
    ),
    ("age", words("age", "ages", "aage", "alter", "나이", "연령", "만\\s?나이", "年齢", "年令")),
    ("sex", words("sex", "gender", "geschlecht", "sexe", "sexo", "female", "male", "sex code", "성별", "性別")),
    (
        "subtype",
        words(
            r"(?:aa |alopecia(?: areata)? )?(?:sub ?types?|types?|classification|pattern)",
            "aa dx",
            "diagnosis",
            "dx",
            "(?:탈모)?\\s?(?:아형|유형|분류)",
            "병형",
            "진단명?",
            "病型",
            "診断名?",
            "脱毛型",
        ),
    ),
    (
        "atopic_dermatitis",
        words("ad", "atopic(?: dermatitis| eczema)?", "atopy", "ad (?:hx|history)", "history of ad", "h o ad", "아토피", "アトピー"),
    ),
    ("ivmp", words("ivmp", "steroid pulse", "pulse(?: therapy)?", "mp pulse", r"methylpred\w*", "펄스", "パルス")),
    ("eyebrow", words("eb", "eyebrows?", "clin ?ro eb", "eb clin ?ro", "눈썹", "眉毛?")),
    ("eyelash", words("el", "eyelash(?:es)?", "clin ?ro el", "el clin ?ro", "속눈썹", "睫毛", "まつげ")),
    (
        "adverse_event",
        words(
            "ae",
            "aes",
            "adverse events?",
            "side effects?",
            "teae",
            "aedecod",
            "aeterm",
            "이상\\s?반응",
            "부작용",
            "有害事象",
            "副作用",
        ),
    ),
    ("dose", words("dose", "dosage", "dose mg", "mg", "용량", "用量", "投与量")),
    (
        "drug",
        words(
            "drug",
            "treatment",
            "treat",
            "trt",
            "trt01[ap]n?",
            "trt[ap]",
            "arm",
            "actarm",
            "armcd",
            "jaki?",
            "jak inhibitor",
            "medication",
            "tx",
            "약제",
            "약물",
            "치료제",
            "薬剤",
            "薬品",
            "治療薬",
            "治療群",
            "투여군",
            "치료군",
        ),
    ),
    (
        "centre",
        words("centre", "center", "site", "siteid", "hospital", "clinic", "institution", "기관", "센터", "병원", "施設", "病院"),
    ),
    (
        "date",
        words(
            r"(?:visit |assessment |evaluation |exam(?:ination)? |clinic |salt )?date(?: of (?:visit|assessment|evaluation|salt))?",
            "adt",
            "svstdtc",
            "qsdtc",
            "visdt",
            "visitdt",
            "visit dt",
            "dov",
            "visit day date",
            "(?:방문|내원|측정|평가|검사|진료)\\s?(?:일자?|날짜)",
            "일자",
            "날짜",
            "(?:来院|受診|評価|測定|診察|診療|検査)日",
            "日付",
            "年月日",
        ),
    ),
    (
        "week",
        words(
            "weeks?",
            "wks?",
            "avisit",
            "avisitn",
            "visits?",
            "vis",
            "visitnum",
            "visit (?:name|no|num|number|week|label|code|id)",
            r"(?:visit|fu|follow ?up|time|study|scheduled|nominal|planned) (?:in )?(?:weeks?|wks?|months?|days?)",
            r"(?:weeks?|wks?|months?|days?) (?:no|num|number|code)",
            r"time ?points?",
            "time",
            "tp",
            "redcap event name",
            "event name",
            "ady",
            "study day",
            "days?",
            r"(?:weeks?|months?|days?) (?:since|from|after|on) [a-z ]+",
            "follow ?up(?: (?:week|month|time|visit))?",
            "months?",
            "mo",
            "epoch",
            "주차?",
            "방문(?:명|시점|시기)?",
            "시점",
            "시기",
            "개월",
            "경과\\s?(?:주|개월)",
            "(?:評価|測定)時[期点]",
            "経過\\s?(?:週|月)数?",
            "週数?",
            "月数",
            "か月",
            "時点",
            "時期",
            "来院",
            "ビジット",
        ),
    ),
    (
        "salt",
        words(
            "aval",
            "avalc",
            "values?",
            "scores?",
            "results?",
            "qsstresn",
            "qsorres",
            "measurement",
            "점수",
            "측정값",
            "결과",
            "スコア",
            "値",
            "点数",
        ),
    ),
    (
        "id",
        words(
            r"(?:patient|subject|subj|pt|pat|participant|case|study|record|screening|person|px|enrol?lment|random(?:isation|ization)?)s?"
            r"(?: ?(?:id|no|num|number|code|nr|nummer))?",
            "id",
            "usubjid",
            "subjid",
            "pid",
            "ptid",
            "sid",
            "uid",
            "code",
            "no",
            "num",
            "number",
            "nr",
            r"row ?names?",
            "index",
            "unnamed 0",
            "(?:연구|임상|시험|증례|대상자)\\s?등록\\s?번호",
            "(?:환자|대상자|피험자|증례|연구|등록|시험)\\s?(?:번호|id|코드|no)?",
            "번호",
            "연번",
            "순번",
            "(?:患者|症例|被験者|登録|研究)\\s?(?:番号|id|コード|no)?",
            "番号",
            "通し番号",
            "連番",
        ),
    ),
)
#: Headers that speak of SALT itself.
SALT = re.compile(
    r"salt|severity of alopecia|(?<![a-z])s a l t(?![a-z])|탈모\s?(?:중증도|점수|면적|범위|정도)|"
    r"脱毛\s?(?:面積|範囲|率|スコア|重症度)|(?:scalp )?hair loss"
)
#: What is worked out from SALT and is not SALT: changes, improvements, responder flags.
DERIVED = re.compile(
    r"chang|(?<![a-z])p?chg(?![a-z])|delta|[δ∆]|improv|(?<![a-z])impr?(?![a-z])|differ|(?<![a-z])diff|reduc|respon|achiev"
    r"|regrow|recover|변화|개선|호전|감소|반응|変化|改善|減少|反応|達成|(?<![a-z])(?:locf|nri)(?![a-z])"
    r"|salt\s?(?:≤|<=|<|le |lt |=<)\s?\d|(?:≤|<|>|≥)\s?\d"
)
#: Words that may stand beside a visit without naming another measure.
FILLER = re.compile(
    r"(?<![a-z])(?:scores?|total|tot|sum|overall|values?|at|the|of|visits?|percent|pct|aval|results?|measure(?:ment|d)?|points?|"
    r"observed|obs|raw|in|on|after|post|from|since|by|for|mean|pt|patient|scalp|hair loss|tx|treatment|therapy|dose|dosing|start|"
    r"jak ?i?|follow ?up|f ?u|and|wks?|weeks?|months?|mo|days?|years?|arm|eval(?:uation)?|"
    r"assess(?:ment|ed)?|time ?point|num(?:eric)?)(?![a-z])|%"
    r"|(?:치료|투여|투약|복용|복약|약물|사용|시행|방문|평가|측정|검사|경과|내원|추적)\s?(?:시작|개시)?"
    r"|(?:投与|治療|内服|服用|導入|投薬|来院|受診|評価|測定|経過)\s?(?:開始)?"
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
    r"합계|총계|소계|총합|평균|평균값|표준편차|중앙값|최소값?|최대값?|최솟값|최댓값|計|合計|総計|小計|平均|平均値|標準偏差|中央値|最小値?|最大値?)"
    r"\s*[:：=]?$",
    re.IGNORECASE,
)
