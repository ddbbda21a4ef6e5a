"""What was known only after the first dose: the names of columns, and the words of their cells, that tell of it."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from aadash.disposition import EUROPEAN_STOP, left_by, tells_of
from aadash.levels import MAX_LEVELS, NO, YES, level_text
from aadash.roles import plain_words

#: A column of these is known after the first dose only: it describes an outcome, not a baseline.
_AFTER = re.compile(
    r"adverse|\bt?e?aes?\d*\b|side effect|respon|discontinu|drop ?out|withdr|follow ?up|outcome|improve"
    r"|dose (?:change|increase|decrease|reduc|escalat)|titrat|\btaper|\bstop(?:ped|ping)?\b|rescue|step ?(?:up|down)\b|switch"
    r"|(?:treatment|medication|drug|therapy) (?:chang|modif|duration)|duration of (?:treatment|therapy|drug|exposure)|exposure"
    r"|last (?:visit|contact|seen|observation|dose)|lost to|complet(?:ed|ion|er)\b|end of (?:study|treatment|trial|follow)|^reason$"
    r"|(?:treatment|therapy|drug|medication|dosing) end|\beot\b|\badded\b|add on\b"
    r"|during (?:the )?(?:treatment|study|trial|therapy|follow)"
    r"|(?:after|since) (?:the )?(?:start|baseline|first dose|initiation|treatment)|time to (?:relapse|recurrence)"
    r"|re ?grow|complian|adheren|(?:number|count) of visits|visits (?:made|attended|missed)|missed visits"
    r"|(?:치료|투여|복용) ?중 ?(?:추가|발생|임신)|순응도|발모|(?:治療|投与)中[のに]?(?:追加|発現|妊娠)|アドヒアランス|服薬遵守|発毛"
    r"|\b(?:week|wk|w) ?0*[1-9]\d{0,2}\b|[1-9]\d{0,2} ?(?:주차?|週目?)$"
    r"|\bdied\b|\bdead\b|\bdeath\b|\bdeceased\b|사망|死亡|^(?:사유|이유|理由)$|탈락|추적 ?소실|追跡不能|최종 ?방문|最終来院"
    r"|\bd ?/ ?c\b|^(?:eo[st]stt|dc[st]reas(?:p|cd)?|(?:te)?ae(?:ser|rel|sev|out|acn|toxgr|term|decod)|t?e?sae)$"  # those of CDISC too
    rf"|{EUROPEAN_STOP}|nebenwirkung|dosis(?:[äa]nderung|reduktion)|effets? (?:ind[ée]sirable|secondaire)"
    r"|effetti? (?:collateral|avvers)|efectos? (?:adversos?|secundarios?)|efeitos? (?:adversos?|colatera)|yan etki"
    r"|부작용|이상 ?반응|중단|중지|투여 ?종료|치료 ?종료|반응|증량|감량|용량 ?변경|구제|치료 ?기간|투여 ?기간"
    r"|有害事象|副作用|中止|休薬|投与終了|治療終了|脱落|転帰|増量|減量|用量変更|レスキュー|治療期間|投与期間"
)
#: What was before the first dose, whatever else its name speaks of: "response to prior treatment".
_BEFORE = re.compile(r"\b(?:prior|previous|prev|past|history|before)\b|이전|과거|既往|前治療|過去")
#: Names of what a patient may come to have on treatment: complaints, and findings of a laboratory.
_EVENTS = re.compile(
    r"\b(?:acne|folliculitis|headache|nausea|diarrh?o?ea|fatigue|zoster|shingles|herpes|urti|uri|nasopharyngitis|infections?|pneumonia|cp?k"
    r"|lft|abnormal|elevated|increased?|thrombosis|cytop[ae]nia)\b|여드름|두통|모낭염|대상포진|감염|상승|ざ瘡|頭痛|毛包炎|帯状疱疹|感染|上昇"
)
#: What speaks of the time before: "baseline infection" is no event.
_EARLIER = re.compile(
    r"\b(?:prior|previous|prev|past|history|before|baseline|comorbid\w*|family)\b|이전|과거|기저|가족력|既往|過去|治療前|家族歴"
)
#: Findings that are asked about before the first dose because they go with the disease.
_WITH_THE_DISEASE = re.compile(r"thyroid|tsh|\bige\b|\bana\b|antibod|ferritin|vitamin|갑상선|甲状腺")
#: A week after the first dose that a cell names: "mild at week 8", "lack of efficacy, wk 30", "12주차", "24週".
_WEEK = re.compile(
    r"(?:\b(?:at|in|on|from)\s+)?(?:\b(?:weeks?|wks?|w|woche|semaine|semana|settimana|hafta)\.?\s?([1-9]\d{0,2})\b|(?<!\d)([1-9]\d{0,2})\s?(?:주차|주째|주에|週目|週時|週で|週に))",
    re.IGNORECASE,
)
#: How bad an event was, as files say it.
_GRADES = frozenset(("mild", "moderate", "severe", "경증", "중등도", "중증", "軽度", "中等度", "重度"))
#: Arrows, and words, that stand between what was given first and what came after it.
ARROW = r"→|⇒|➡️?|➔|➜|▶|►|⟶|[-=~]+>|(?<=[^\W\d)])\s*>(?=\s*[^\W\d])"
THEN = (
    r"\b(?:and )?then\b|\bfollowed by\b|\b(?:switched|changed) to\b|\b(?:puis|dann|danach|luego|después|poi|depois)\b"
    r"|\s(?:이후|그 ?후|다음)\s|次いで|その後|のち"
)
_CHANGE = re.compile(rf"{ARROW}|{THEN}|(?<=mg) to (?=\d)|증량|감량|변경|増量|減量|変更")
#: A column of what chance or the protocol gave each patient, and a cell of one who was given placebo first and the drug later: that
#: the treatment would change was known at baseline.
_ALLOCATED = re.compile(r"\b(?:act )?arm(?:cd)?\b|^trt(?:0[12][ap]n?|seqp?)$|sequence|allocat|assigned|randomi[sz]|배정|割付|割り付け")
_LATER_TREATED = re.compile(
    r"(?:matching |oral )?(?:placebo|pbo|plb|sham|vehicle|위약|플라세보|プラセボ|偽薬)(?:군|群)?"
    r" ?(?:[→⇒➔➜▶/>–-]|=>|->|\bthen\b|\bto\b(?! match)|followed by|cross(?:ed)?[ -]?over(?: to)?|switch\w*(?: to)?) ?[^\s>]"
)


def known_later(column: str) -> bool:
    """True where a column's name speaks of what is known only after the first dose.

    >>> [known_later(c) for c in ("Stop week", "last contact month", "Response to DPCP", "prior response to DPCP", "Age")]
    [True, True, True, False, False]
    """
    return bool(_AFTER.search(plain_words(column)) or tells_of(column)) and not known_before(column)


#: A visit that a name gives in weeks, months or years: "month 12", "W12", "12개월", "6M".
_TIME = re.compile(
    r"(?<![a-z0-9])(?:weeks?|wk|w|months?|mo|m|years?|y) ?0*[1-9]\d{0,2}(?!\d)"
    r"|(?<!\d)0*[1-9]\d{0,2} ?(?:weeks?|wk|w|months?|mo|m|years?|y)(?![a-z])"
    r"|(?<!\d)[1-9]\d{0,2} ?(?:주|개월|년|週|か月|ヶ月|カ月|年)"
)


def names_a_later_time(column: str) -> bool:
    """True where the name of a score gives a visit after baseline.

    >>> [names_a_later_time(c) for c in ("SALT month 12 (reader 2)", "SALT W12 rater B", "SALT 12개월", "SALT rater 2", "SALT W0 B")]
    [True, True, True, False, False]
    """
    return bool(_TIME.search(plain_words(column)))


def known_before(column: str) -> bool:
    """True where a column's name speaks of what was before the first dose.

    >>> [known_before(c) for c in ("prior rescue", "PriorJAK", "이전 중단", "Rescue treatment")]
    [True, True, True, False]
    """
    return bool(_BEFORE.search(plain_words(column)))


def speaks_of_event(words: str) -> bool:
    """True where a column's name in plain words is that of an adverse event, before the first dose or after."""
    return bool(_EVENTS.search(words))


def week_named(text: str) -> float:
    """The week since the first dose that a cell names, the first of several; NaN where it names none or says that it was before.

    >>> [week_named(t) for t in ("mild at week 8", "wk 30, lack of efficacy", "12주차", "8 weeks", "week 3 before start")]
    [8.0, 30.0, 12.0, nan, nan]
    """
    found = _WEEK.search(text)
    if found is None or _EARLIER.search(plain_words(text)):
        return float("nan")
    return float(found[1] or found[2])


def names_an_event(column: str, levels: Iterable[str]) -> bool:
    """True for a yes or no, or a grade (``levels``, those that there are), under the name of an adverse event or a laboratory
    finding: what a patient came to have on treatment, unless the name says that it was before.

    >>> names_an_event("Acne", ["yes", "no"]), names_an_event("Acne", ["vulgaris"]), names_an_event("prior acne", ["yes"])
    (True, False, False)
    >>> names_an_event("Acne", ["no", "mild at week 8"])
    True
    """
    words = plain_words(column)
    if not speaks_of_event(words) or _EARLIER.search(words) or _WITH_THE_DISEASE.search(words):
        return False
    seen = {_WEEK.sub("", level).strip(" ,;:()").lower() for level in levels}
    return bool(seen) and seen <= YES | NO | _GRADES


def reads_as_event(column: str, series: pd.Series) -> bool:
    """Whether a column has the name and the few levels of an adverse event or a finding (:func:`names_an_event`)."""
    return series.nunique() <= MAX_LEVELS and names_an_event(column, map(level_text, series.dropna().unique()))


def later_by(column: str, series: pd.Series) -> str:
    """What tells that a column without a role was known only after the first dose: "event", its name and content are those of an
    adverse event or a finding (:func:`names_an_event`); "name" (:func:`known_later`, :func:`left_by`); "weeks", a cell of it names a
    week since the first dose (:func:`week_named`). "" where nothing does."""
    if reads_as_event(column, series):
        return "event"
    if known_later(column) or left_by(column, series) is not None:
        return "name"
    texts = () if pd.api.types.is_numeric_dtype(series) else series.dropna().unique()
    return "weeks" if any(week_named(text) > 0 for text in texts if isinstance(text, str)) else ""


def later_treated(text: str) -> bool:
    """True for a level of an arm that was untreated at first and got the drug later.

    >>> [later_treated(t) for t in ("Placebo then 4 mg", "PBO/bari 4 mg", "위약→4mg", "placebo to 4 mg", "Placebo", "placebo (n=4)")]
    [True, True, True, True, False, False]
    """
    return bool(_LATER_TREATED.match(text.strip().lower().replace("_", " ")))


def tells_of_change(column: str, series: pd.Series) -> bool:
    """True for texts of a dose or a drug of which one tells of a change after the first dose: "2 mg → 4 mg", "2mg 증량". In one of
    what each patient was allocated to, a change was planned.

    >>> tells_of_change("dose", pd.Series(["4 mg", "2mg→4mg"])), tells_of_change("dose", pd.Series(["4 mg", "2 mg"]))
    (True, False)
    >>> tells_of_change("ARM", pd.Series(["4 mg", "placebo then 4 mg"])), tells_of_change("drug", pd.Series(["4 mg", "placebo→4 mg"]))
    (False, False)
    """
    if pd.api.types.is_numeric_dtype(series) or _ALLOCATED.search(plain_words(column)):
        return False
    texts = [text for text in series.dropna().unique() if isinstance(text, str)]
    return any(_CHANGE.search(text.lower()) for text in texts) and not any(map(later_treated, texts))
