"""Words of adverse events: headers of their fields, cells that say there was none, grades."""

from __future__ import annotations

import re
import unicodedata

from aadash.intake.numbers import PLAIN, READ, read_number
from aadash.intake.recognise.vocabulary import words
from aadash.intake.tabulate.table import Column
from aadash.intake.text import fold


def _listed(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.replace("\n", "|").split("|") if part.strip())


_TERMS = (
    words("aedecod", "preferred term", "pt name", "pt term"),
    words(
        *("aeterm", "ae ?terms?", "ae ?names?", "aes?", "adverse ?(?:events?|reactions?|effects?)(?: (?:terms?|names?))?"),
        *("side ?effects?", "event(?:s| terms?| names?)?", "terms?", "teae", "reactions?", "symptoms?"),
        *(
            "ue",
            "uaw",
            "ea",
            "nebenwirkung(?:en)?",
            "unerwünschtes? ?(?:ereignis(?:se)?|wirkung(?:en)?)",
            "eventos? adversos?",
            "efectos? (?:adversos?)",
        ),
        *(
            "efeitos? (?:adversos?|colaterais)",
            "effets? (?:ind[ée]sirables?)",
            "eventi? (?:avversi?)",
            "ereignis",
            "termo",
            "t[eé]rmino",
        ),
        *("이상\\s?(?:반응|사례)\\s?명?", "부작용\\s?명?", "증상", "사례명", "有害事象名?", "副作用名?", "事象名?", "症状"),
    ),
)
#: Field of an events frame → patterns of headers, the likeliest first; "onset" and "end" are dates, days, weeks or visits.
FIELDS: tuple[tuple[str, tuple[re.Pattern[str], ...]], ...] = (
    (
        "treatment_emergent",
        (words("trtemfl", "treatment emergent(?: flag)?", "teae(?: flag)?", "te flag", "aetrtem", "치료 ?후 ?발현"),),
    ),
    (
        "serious",
        (
            words(
                "aeser",
                "serious(?:ness)?",
                "sae",
                "sue",
                "schwerwiegend",
                "grave",
                "s[eé]rio",
                "seri[oó]so?",
                "중대성?",
                "중대한",
                "重篤性?",
                "重篤",
            ),
        ),
    ),
    (
        "related",
        (
            words(
                *("aerel", "aereln", "related(?:ness)?", "relationship", "relation", "causality"),
                *("zusammenhang", "kausalit[aä]t", "rela[cç][aã]o(?: causal)?", "relacionad[oa]", "causalidad[e]?", "imputabilit[eé]"),
                *("관련성", "인과(?:관계|성)?", "因果関係", "関連性?"),
            ),
        ),
    ),
    (
        "action",
        (
            words(
                "aeacn",
                "action(?: taken)?",
                "ma(?:ss|ß)nahme",
                "conduta",
                "acci[oó]n",
                "a[cç][aã]o(?: tomada)?",
                "azione",
                "조치",
                "처치",
                "処置",
                "措置",
            ),
        ),
    ),
    (
        "grade",
        (
            words(
                *("aetoxgr", "aetoxgrn", "aesev", "aesevn", "(?:ae )?grade", "ctcae(?: grade)?", "(?:ae )?severity", "intensity"),
                *(
                    "schweregrad",
                    "ctcae grad",
                    "grad",
                    "grau",
                    "gravidade",
                    "intensidade",
                    "gravedad",
                    "grado",
                    "intensit[eé]",
                    "gravit[eéà]",
                ),
                *("toxicity grade", "등급", "중증도", "정도", "グレード", "重症度", "程度"),
            ),
        ),
    ),
    (
        "system_organ_class",
        (
            words(
                *("aebodsys", "aesoc", "soc", "body system", "system organ class", "organ class"),
                *("기관계(?:대분류)?", "器官別大分類"),
            ),
        ),
    ),
    (
        "onset",
        (
            words(
                *("astdy", "aestdy", "astdt", "aestdtc", "(?:onset|start|event|ae|begin)(?: (?:date|day|week|month|visit))"),
                *("date of onset", "onset", "date", "visit", "week", "day", "start"),
                *(
                    "beginn(?: (?:datum|woche|tag|monat))?",
                    "in[ií]cio(?: (?:semana|m[eê]s|d[ií]a))?",
                    "semana",
                    "woche",
                    "data(?: de in[ií]cio)?",
                    "fecha(?: de inicio)?",
                    "d[ée]but",
                    "inizio",
                ),
                *(r"발생\s?(?:일자?|시점|시기|주)?", "시작일", "발현일", "방문", "発現(?:日|時期|週)?", "発生日", "開始日"),
            ),
        ),
    ),
    (
        "fatal",
        (
            words(
                "aesdth", "fatal(?:ity)?(?: event)?", "(?:resulted in |led to )?death", "died", r"사망(?:\s?여부)?", "死亡(?:の有無)?"
            ),
        ),
    ),
    (
        "resolved",
        (words("(?:ae |event )?(?:resolved|recovered)", r"(?:회복|소실|호전)\s?여부", "(?:回復|軽快|消失)の有無"),),
    ),
    (
        "outcome",
        (
            words(
                *("aeout", "(?:ae |event |adverse event |final )?outcomes?(?: of (?:the )?(?:ae|event|adverse event))?"),
                *("ausgang", "desfecho", "desenlace", "[ée]volution", "esito"),
                *(r"(?:최종\s?)?결과", "경과", "전귀", "転帰(?!日)", "最終転帰"),
            ),
        ),
    ),
    (
        "end",
        (
            words(
                *("aendy", "aeendy", "aendt", "aeendtc", "(?:end|stop|resolution|recovery)(?: (?:date|day|week))?"),
                *("ende(?: datum)?", "fim", "t[eé]rmino", "fin", "fine"),
                *("종료일?", "회복일", "소실일", "終了日", "回復日", "消失日", "転帰日"),
            ),
        ),
    ),
    ("term", _TERMS),
)
#: Names of sheets and files that list events.
SHEET = re.compile(
    r"(?<![a-z])(?:t?aes?|adae|adverse|safety|side ?effects?|events?|uaw?e?|eas?)(?![a-z])"
    r"|nebenwirk|unerw(?:ü|ue)nscht|advers|indésirables|avversi|이상 ?반응|부작용|안전성|有害事象|副作用|安全性",
    re.IGNORECASE,
)
#: Cells that say that there was no event.
NONE = _listed(
    """none|no|nil|nill|na|n/a|not any|no ae|no aes|no event|no events|no adverse event|no adverse events|nothing|negative|absent
-|--|–|—|0|x|×|✕|✗|.|/|없음|없슴|없다|무|해당없음|해당 없음|특이사항 없음|특이사항없음|이상 없음|이상없음|아니오
なし|無し|無|無い|特になし|特記なし|該当なし|ない|ナシ|異常なし"""
)
#: "keine", "sin EA", "no adverse events reported": the same in a phrase, in European languages.
_NO_EVENT = re.compile(
    r"(?:no|not|non|none|nil|ausentes?|entfällt|without|denie[sd]|keine?|nein|ohne|sin|ning[uú]n[oa]?|nieg[ao]|sem|nenhum[a]?|não|nega|aucune?|n[ée]ant|rien"
    r"|pas d|nessun[oa]?|yok|hay[ıi]r)"
    r"(?: (?:any|reported|observed|noted|recorded|known|relevant\w*|specific|new|ea|eas|aes?|ra|nw|uaw|ei"
    r"|events?|eventos?|evento|eventi"
    r"|ereignisse?|adver\w+|unerwünschte\w*|side|effects?|effets?|efectos?|efeitos?|effetti|secundarios|secondaires|collaterali"
    r"|indésirables?|nebenwirkung(?:en)?|yan|etki(?:si)?|complaints?|issues?))*"
)
YES = _listed(
    """y|yes|true|1|serious|related|probable|possible|definite|probably|possibly|certain|likely|definitely
possibly related|probably related|definitely related|certainly related|likely related|suspected|reasonable possibility
ja|si|sí|oui|sim|evet|o|○|〇|◯|v|✓|✔|+
예|유|있음|중대|관련있음|관련성있음|확실|확실함|상당히확실|상당히확실함|가능|가능함|가능성있음
はい|有|あり|重篤|関連あり|因果関係あり|多分関連あり|おそらく関連あり|関連するかもしれない|可能性あり|否定できない"""
)
NO = _listed(
    """nein|non|não|hayır
n|no|false|0|non-serious|not serious|not related|unrelated|unlikely|none|remote
probably not related|unlikely related|unlikely to be related|not suspected|no reasonable possibility
아니오|무|없음|비중대|관련없음|관련성없음|가능성적음|가능성낮음|관련성적음|명백히관련없음
いいえ|無|なし|非重篤|関連なし|因果関係なし|おそらく関連なし|多分関連なし"""
)
_GRADES = {
    1: "mild|leicht|leve|léger|légère|lieve|경증|경도|약함|軽度|軽症",
    2: "moderate|mittel|mittelschwer|mäßig|moderado|moderada|modéré|modérée|moderato|중등증|중등도|中等度|中等症",
    3: "severe|schwer|grave|sévère|severo|severa|중증|고도|심함|高度|重度|重症",
    4: "life threatening|life-threatening|lebensbedrohlich",
    5: "death|fatal|사망|死亡",
}
#: Word → grade, as CTCAE numbers severity.
GRADES = {word: number for number, listed in _GRADES.items() for word in listed.split("|")}


def says_none(text: str) -> bool:
    """Whether a cell says that there was no event.

    >>> [says_none(t) for t in ("none", "없음", "keine", "sin EA", "no adverse events reported", "no response", "Nesselsucht")]
    [True, True, True, True, True, False, False]
    """
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    return plain in NONE or plain.strip(" .·-–") in NONE or bool(_NO_EVENT.fullmatch(fold(plain)))


def is_list_of_terms(column: Column) -> bool:
    """A column of adverse events that names them, rather than saying yes or no."""
    named = [v for v in column.filled if not says_none(v) and v.lower() not in YES and v.lower() not in NO]
    return bool(named) and sum(read_number(v)[1] in (PLAIN, READ) for v in named) <= 0.5 * len(named)
