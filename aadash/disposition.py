"""What became of a patient: the names of columns, and the words of their cells, that tell who stopped, completed or died."""

from __future__ import annotations

import re

import pandas as pd

from aadash.levels import NO, YES, level_text
from aadash.roles import plain_words

#: What a treatment's end is called in German, French, Spanish, Portuguese, Italian and Turkish.
EUROPEAN_STOP = (
    r"abbruch|abgebrochen|absetz|abgesetzt|therapieende|\barr[êe]t|interrompu|interruption|perdu de vue|abandon|suspens[iãao]"
    r"|suspendid|interrup[cç]|interruzion|sospes|sospension|b[ıi]rakma|kesilme"
)
#: What may be given beside the drug for alopecia areata, as names of columns have it.
_MORE = (
    r"steroids?|corticosteroids?|prednis\w*|ivmp|ilk|ilcs|intralesional\w*|triamcinolone|minoxidil|dpcp|sadbe|immunotherapy|mtx"
    r"|methotrexate|c[yi]c?losporine?|phototherapy|puva|excimer"
)
_DURING = r"during (?:the )?(?:treatment|study|trial|therapy|follow)"
#: Kind of what happens beside the disease → words of a column's name that tells of it. English, Korean, Japanese.
INTERCURRENT: dict[str, re.Pattern[str]] = {
    "stopping": re.compile(
        r"discontinu|withdraw|stopp|\bstop\b|drop(?:ped)? ?out|last dose|end of treatment|lost to follow|\bltfu\b"
        rf"|(?:treatment|therapy|drug|medication|dosing) end|\beot\b|\bd ?/ ?c\b|^dc[st]reas(?:p|cd)?$|{EUROPEAN_STOP}"
        r"|중단|중지|탈락|추적 ?소실|투여 ?종료|치료 ?종료|中止|脱落|追跡不能|投与終了|治療終了"
    ),
    "switch": re.compile(
        r"(?<!dose )\bswitch(?:ed|ing)?\b(?!.*\bdose)|(?:drug|inhibitor|jaki?) (?:was )?chang"
        r"|chang(?:ed?|ing) (?:of|to) (?:the )?(?:another|other|drug|jak)"
        r"|(?:약물|약제|치료제|억제제) ?(?:변경|교체|전환)|(?:薬|薬剤|治療薬|阻害薬)の?(?:変更|切り?替え?|スイッチ)"
    ),
    "rescue": re.compile(
        rf"rescue|add on|concomitant (?:{_MORE})|\badd(?:ed|itional)\b.{{0,12}}\b(?:{_MORE}|treatment|therapy)"
        rf"|\b(?:{_MORE})\b.{{0,20}}\b(?:added|{_DURING})|\b(?:treatment|therapy) added"
        r"|구제|추가 ?(?:치료|스테로이드)|스테로이드 ?추가|レスキュー|追加(?:治療|ステロイド)|ステロイドの?追加"
    ),
    "dose step-down": re.compile(r"step ?down|dose reduc|reduced dose|taper|감량|減量"),
    "death": re.compile(r"\b(?:death|died|dead|deceased|mortality)\b|사망|死亡"),
}
#: An interruption, after which the drug was taken again.
_INTERRUPTED = re.compile(r"temporar|interrupt|\b(?:held|hold|paused?)\b|일시|一時|休薬")
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


def tells_of(column: str) -> tuple[str, ...]:
    """The kinds of :data:`INTERCURRENT` of which a column's name speaks.

    >>> tells_of("Stop date"), tells_of("StopDate"), tells_of("Age")
    (('stopping',), ('stopping',), ())
    """
    words = plain_words(column)
    held = _INTERRUPTED.search(words) is not None
    return tuple(kind for kind, pattern in INTERCURRENT.items() if pattern.search(words) and not (held and kind == "stopping"))


def says_stayed(text: str) -> bool:
    """True for a cell (in small letters) that says that somebody goes on: "ongoing", "continues", "継続中"; not "discontinued".

    >>> [says_stayed(t) for t in ("ongoing", "still on drug", "discontinued at week 8", "계속 복용")]
    [True, True, False, True]
    """
    return bool(_STAYED.search(text)) and not _LEFT.search(text)


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
