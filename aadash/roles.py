"""What a column of baseline facts can be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pandas as pd

from aadash.levels import MAX_LEVELS, NO, YES, level_text

#: Roles that a column of the patients frame can play, in the order in which they are shown.
#: ``subtype`` and ``sex`` are stratifiers by name; the others are known to tables and to predictors.
ROLES = (
    "sex",
    "subtype",
    "age",
    "age_at_onset",
    "duration",
    "atopic_dermatitis",
    "ivmp",
    "eyebrow",
    "eyelash",
    "adverse_event",
    "drug",
    "dose",
    "centre",
)


#: Roles of what happened after the first dose. Such a column is no baseline fact, whoever asks.
AFTER_BASELINE = ("adverse_event",)

#: What a treatment's end is called in German, French, Spanish, Portuguese, Italian and Turkish.
EUROPEAN_STOP = (
    r"abbruch|abgebrochen|absetz|abgesetzt|therapieende|\barr[êe]t|interrompu|interruption|perdu de vue|abandon|suspens[iãao]"
    r"|suspendid|interrup[cç]|interruzion|sospes|sospension|b[ıi]rakma|kesilme"
)
#: A column of these is known after the first dose only: it describes an outcome, not a baseline.
_AFTER = re.compile(
    r"adverse|\bt?e?aes?\d*\b|side effect|respon|discontinu|drop ?out|withdr|follow ?up|outcome|improve"
    r"|dose (?:change|increase|decrease|reduc|escalat)|titrat|\btaper|\bstop(?:ped|ping)?\b|rescue|step ?(?:up|down)\b|switch"
    r"|(?:treatment|medication|drug|therapy) (?:chang|modif|duration)|duration of (?:treatment|therapy|drug|exposure)|exposure"
    r"|last (?:visit|contact|seen|observation|dose)|lost to|complet(?:ed|ion|er)\b|end of (?:study|treatment|trial|follow)|^reason$"
    r"|(?:treatment|therapy|drug|medication|dosing) end|\beot\b"
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


#: Kind of what happens beside the disease → words of a column's name that tells of it. English, Korean, Japanese.
INTERCURRENT: dict[str, re.Pattern[str]] = {
    "stopping": re.compile(
        r"discontinu|withdraw|stopp|\bstop\b|drop(?:ped)? ?out|last dose|end of treatment|lost to follow|\bltfu\b"
        rf"|(?:treatment|therapy|drug|medication|dosing) end|\beot\b|\bd ?/ ?c\b|^dc[st]reas(?:p|cd)?$|{EUROPEAN_STOP}"
        r"|중단|중지|탈락|추적 ?소실|투여 ?종료|치료 ?종료|中止|脱落|追跡不能|投与終了|治療終了"
    ),
    "rescue": re.compile(r"rescue|added steroid|add on|concomitant (?:steroid|ivmp|ilk)|구제|추가 ?치료|レスキュー|追加治療"),
    "dose step-down": re.compile(r"step ?down|dose reduc|reduced dose|taper|감량|減量"),
    "death": re.compile(r"\b(?:death|died|dead|deceased|mortality)\b|사망|死亡"),
}


#: An interruption, after which the drug was taken again.
_INTERRUPTED = re.compile(r"temporar|interrupt|\b(?:held|hold|paused?)\b|일시|一時|休薬")


def tells_of(column: str) -> tuple[str, ...]:
    """The kinds of :data:`INTERCURRENT` of which a column's name speaks.

    >>> tells_of("Stop date"), tells_of("StopDate"), tells_of("Age")
    (('stopping',), ('stopping',), ())
    """
    words = plain_words(column)
    held = _INTERRUPTED.search(words) is not None
    return tuple(kind for kind, pattern in INTERCURRENT.items() if pattern.search(words) and not (held and kind == "stopping"))


def known_later(column: str) -> bool:
    """True where a column's name speaks of what is known only after the first dose.

    >>> [known_later(c) for c in ("Stop week", "last contact month", "Response to DPCP", "prior response to DPCP", "Age")]
    [True, True, True, False, False]
    """
    return bool(_AFTER.search(plain_words(column))) and not known_before(column)


def known_before(column: str) -> bool:
    """True where a column's name speaks of what was before the first dose.

    >>> [known_before(c) for c in ("prior rescue", "PriorJAK", "이전 중단", "Rescue treatment")]
    [True, True, True, False]
    """
    return bool(_BEFORE.search(plain_words(column)))


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


def week_named(text: str) -> float:
    """The week since the first dose that a cell names, the first of several; NaN where it names none or says that it was before.

    >>> [week_named(t) for t in ("mild at week 8", "wk 30, lack of efficacy", "12주차", "8 weeks", "week 3 before start")]
    [8.0, 30.0, 12.0, nan, nan]
    """
    found = _WEEK.search(text)
    if found is None or _EARLIER.search(plain_words(text)):
        return float("nan")
    return float(found[1] or found[2])


def says_stayed(text: str) -> bool:
    """True for a cell (in small letters) that says that somebody goes on: "ongoing", "continues", "継続中"; not "discontinued".

    >>> [says_stayed(t) for t in ("ongoing", "still on drug", "discontinued at week 8", "계속 복용")]
    [True, True, False, True]
    """
    return bool(_STAYED.search(text)) and not _LEFT.search(text)


#: How bad an event was, as files say it.
_GRADES = frozenset(("mild", "moderate", "severe", "경증", "중등도", "중증", "軽度", "中等度", "重度"))


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


#: Names of a column that says whether somebody went on to the end, and of one that says what became of him.
_COMPLETED = re.compile(
    r"^(?:(?:study|trial|treatment|therapy|protocol) )?complet(?:ed|er|ion)"
    r"(?: (?:the )?(?:study|trial|treatment|therapy|protocol|yn|y/n))? ?[?？]?$"
    r"|^(?:(?:연구|치료|시험) ?)?완료(?: ?여부)?[?？]?$|^(?:治療|試験|研究)?(?:完了|完遂)(?:有無|の有無)?[?？]?$"
)
_STATUS = re.compile(
    r"^(?:(?:final|current|patient|subject|study|trial|treatment|therapy|end of (?:study|treatment|trial)|completion) )*"
    r"(?:status|disposition|ds ?decod|dsterm|eo[st]stt)$|^(?:(?:연구|치료|환자|최종|현재) ?)*상태$"
    r"|^(?:治療|試験|研究|患者)?(?:状態|状況|転帰)$"
)
#: What such a column says of who left, and of who did not.
_LEFT = re.compile(
    r"withdr[ae]w|discontin|stopp|drop(?:ped)?[ -]?out|lost to|ltfu|terminated|\bdied\b|\bdeath\b|deceased|left the study"
    r"|adverse event|(?:lack|loss) of efficacy|ineffective|non-?compliance|protocol (?:violation|deviation)|pregnan|moved"
    r"|\b(?:physician|investigator|patient|subject)(?:'?s)? (?:decision|choice|request|wish)"
    r"|not completed|incomplete|중단|중지|탈락|철회|추적 ?소실|전원|이사|中止|脱落|撤回|追跡不能|転院|転居"
)
_STAYED = re.compile(
    r"complet|ongoing|on[ -]?going|continu|on (?:treatment|drug|study|therapy)|en cours|weiter|laufend|en curso|in corso|em curso"
    r"|devam|완료|진행|유지|계속|完了|完遂|継続|治療中|投与中"
)


def left_by(column: str, series: pd.Series) -> pd.Series | None:
    """Who left (booleans; a patient of whom nothing is told did not), of a column that says whether each patient completed
    ("Completed?" yes or no) or what became of him ("Status": completed, withdrawn); None for any other column."""
    words = plain_words(column)
    completed, texts = bool(_COMPLETED.search(words)), series.map(lambda v: "" if pd.isna(v) else level_text(v).strip().lower())
    told = [text for text in texts.unique() if text]
    if not told or not (completed or _STATUS.search(words)):
        return None
    left = {t for t in told if _LEFT.search(t) or (completed and t in NO)}
    stayed = {t for t in told if t not in left and (_STAYED.search(t) or (t in YES if completed else left and t == "active"))}
    return texts.isin(left) if len(left) + len(stayed) == len(told) else None


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


#: Roles of what a patient was given at first; a cell such as "2 mg → 4 mg" tells of a later change.
GIVEN_FIRST = ("dose", "drug")
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


def speaks_of_event(words: str) -> bool:
    """True where a column's name in plain words is that of an adverse event, before the first dose or after."""
    return bool(_EVENTS.search(words))


#: Roles and names of what is told apart, not measured, with numbers as codes: sex 1 and 2 have no mean.
_CODED_ROLES = ("sex", "subtype", "drug", "dose", "centre", "atopic_dermatitis", "ivmp")
_PLACES = r"cent(?:er|re)|site|hospital|clinic|code"
_CODED = re.compile(
    rf"\b(?:{_PLACES}|sex|gender|arm|group|race|ethnic\w*|type|subtype)\b"
    "|성별|병원|기관|인종|유형|코드|性別|施設|病院|人種|病型|コード"
)
#: What is measured or counted, whatever stands beside it: a hospital's stay in days is no code.
_MEASURED = re.compile(
    r"\b(?:stays?|days?|visits?|weeks?|months?|years?|counts?|scores?|length|duration|size|area|circumference|cm|mm|kg|levels?)\b"
)
#: Names of codes however many there are: the number of a hospital is no measurement if there are forty.
_ALWAYS_CODED = re.compile(rf"\b(?:{_PLACES})\b|병원|기관|코드|施設|病院|コード")
#: Who read a score, when a second reading of it is meant.
_READER = re.compile(r"(?:rater|reader|assessor|observer|investigator|second|평가자|判定者|評価者)")


def are_codes(column: str, role: str, different: Sequence[float]) -> bool:
    """True for numbers that are names: whole ones of a role or a name of what is told apart and not measured, or 1 and 2.

    >>> are_codes("Site", "", [1, 2, 3]), are_codes("Hospital no.", "", range(40)), are_codes("Number of sites", "", [1, 2, 3])
    (True, True, False)
    >>> are_codes("Hospital stay (days)", "", range(40)), are_codes("Arm circumference", "", [20, 24, 31])
    (False, False)
    """
    words = plain_words(column)
    if words.startswith(("number of", "n of", "age")) or (not role and _MEASURED.search(words)):
        return False
    if not len(different) or any(v != round(v) for v in different):
        return False
    if role == "centre" or (not role and _ALWAYS_CODED.search(words)):
        return True
    if len(different) > (4 if role == "dose" else MAX_LEVELS):
        return False
    return role in _CODED_ROLES or (not role and (bool(_CODED.search(words)) or sorted(different) == [1, 2]))


def is_second_reading(column: str, score: str) -> bool:
    """True for a name that says that somebody else read ``score``: "salt_reader_2", "SALT W0 rater B"."""
    words = re.sub(r"[_\s]+", " ", column.lower())
    return score.lower().split()[0] in words and bool(_READER.search(words))


def plain_words(column: str) -> str:
    """A column's name in small letters, words apart."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)
    return re.sub(r"[\s_\-.()\[\]]+", " ", apart).strip().lower()
