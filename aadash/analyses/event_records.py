"""The adverse events of an included cohort, ready to count: who is at risk, for how long, and what happened to whom."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from aadash.cohort import Cohort
from aadash.disposition import EUROPEAN_STOP
from aadash.events import is_death, says_fatal, says_outcome
from aadash.filters import column_values, level_text
from aadash.levels import YES
from aadash.listed import terms_in
from aadash.roles import plain_words

YEAR_IN_WEEKS = 365.25 / 7
#: Which events count: those that began on treatment, or every one that the file lists.
SCOPES = {"emergent": "Events that began after the first dose", "all": "Every event in the file"}
#: What regulators ask about with a JAK inhibitor (EMA/PRAC 2022, FDA boxed warning 2021): how it is spelled in files.
OF_INTEREST = {
    "Serious infection": None,
    "Herpes zoster": r"zoster|shingles|대상포진|帯状疱疹",
    "Tuberculosis": r"tubercul|\btb\b|결핵|結核",
    "Malignancy": r"malignan|cancer|carcinom|lymphom|melanoma|leuk(?:a)?emia|neoplasm|sarcoma|myeloma"
    r"|암(?:$|[\s(,])|악성|백혈병|림프종|육종|골수종|がん|癌|悪性|白血病|リンパ腫|肉腫|骨髄腫",
    "Venous thromboembolism": r"thrombo(?!cyt)|embol|\b(?:dvt|vte)\b|혈전|색전|血栓|塞栓",
    "Major cardiovascular event": r"myocardial infarct|heart attack|(?<!heat )(?<!sun )stroke|cerebral infarct"
    r"|cerebrovascular accident|cardiac death|심근경색|뇌졸중|뇌경색|뇌출혈|心筋梗塞|脳卒中|脳梗塞|脳出血",
}
#: What the dictionary of adverse events files under infections, as clinics write it; folliculitis and other diseases of the skin are
#: left to the body system of the list.
_INFECTION = re.compile(
    r"infect|viral|virus|bacter|pneumon|sepsis|(?<!a)septic|cellulit|erysipel|abscess|zoster|shingles|herpes|varicella|tubercul|\btb\b"
    r"|\b(?:urti?|uri|lrti|uti|flu)\b|common cold|influenza|covid|bronchitis|pharyngitis|tonsillitis|sinusitis|\botitis|pyelonephritis"
    r"|\bcystitis|appendicitis|diverticulitis|peritonitis|meningitis|encephalitis|endocarditis|osteomyelitis|gastroenteritis|candid"
    r"|감염|폐렴|패혈|봉와직염|연조직염|농양|포진|헤르페스|수두|결핵|감기|독감|인플루엔자|코로나|기관지염|인두염|편도염|부비동염|중이염|신우신염"
    r"|방광염|충수염|게실염|복막염|수막염|장염|칸디다"
    r"|感染|肺炎|敗血|蜂窩織炎|蜂巣炎|丹毒|膿瘍|疱疹|ヘルペス|水痘|結核|感冒|風邪|かぜ|インフルエンザ|コロナ|気管支炎|咽頭炎|扁桃炎|副鼻腔炎"
    r"|中耳炎|腎盂腎炎|膀胱炎|虫垂炎|憩室炎|腹膜炎|髄膜炎|胃腸炎|カンジダ"
)
#: Levels of a column ("reason of stopping") that name an adverse event.
_EVENT_LEVEL = re.compile(r"adverse|side effect|\bae\b|toxicity|intoleran|부작용|이상 ?(?:반응|사례)|有害事象|副作用")
_STOPPED = re.compile(rf"(?<!not )(?<!not be)(?:discontin|withdr[ae]w|stop)|중단|중지|中止|{EUROPEAN_STOP}")
_HELD = re.compile(r"temporar|interrupt|paus|held\b|hold\b|일시|잠시|一時|一旦")
_NOT_STOPPED = re.compile(r"중[단지] ?(?:안 ?함|하지 ?않|없)|中止(?:せず|なし|し(?:てい)?ない)")
_LOWERED = re.compile(r"(?<!not )(?:reduc|lower|decreas)|step ?down|taper|감량|減量")
_UNTREATED = re.compile(r"screen\w*[ _-]?fail|not[ _-](?:treated|assigned|random)")
_SAFETY_FLAG = ("saffl", "safety population", "safety flag")


@dataclass(frozen=True, eq=False)
class Events:
    """Events of the patients at risk.

    ``frame`` has one row per event: ``who`` (position of the patient), ``term``, ``system_organ_class``, ``grade``, ``serious``,
    ``related``, ``stopped``, ``action``, ``outcome``, ``fatal``, ``onset_week``. ``at_risk`` (patients,) says who was treated;
    ``weeks`` (patients,) how long each was followed, to the last visit or a later event, NaN where it is not known. ``left_out``
    counts events before the first dose that are not in ``frame``; ``undated`` those of which this is not known; ``twice`` those
    that a column of the file names beside the list. ``from_list`` is False where the file has one cell per patient and no list. An
    event of which the file says only that there was one ("yes") has the ``term`` "".
    """

    frame: pd.DataFrame
    at_risk: np.ndarray
    weeks: np.ndarray
    left_out: int
    undated: int
    twice: int
    from_list: bool


def says_stopped(action: str) -> bool:
    """Whether an action says that the drug was stopped for good: an interruption is none.

    >>> [says_stopped(a) for a in ("DRUG WITHDRAWN", "drug interrupted", "중단", "일시중지", "not stopped", "suspendido")]
    [True, False, True, False, False, True]
    """
    plain = action.lower()
    return bool(_STOPPED.search(plain)) and not _HELD.search(plain) and not _NOT_STOPPED.search(plain)


def says_lowered(action: str) -> bool:
    """Whether an action says that the dose was lowered."""
    return bool(_LOWERED.search(action.lower()))


def has_events(cohort: Cohort) -> bool:
    """True when the file says anything about adverse events."""
    return bool(len(cohort.events)) or "adverse_event" in cohort.roles


def event_like(cohort: Cohort) -> list[str]:
    """Columns that look like adverse events where the file has no list: yes or no under the name of one ("Acne"), or a level that
    says so (a reason of stopping)."""
    taken, out = set(cohort.roles.values()), []
    for column in map(str, cohort.patients.columns):
        words, series = plain_words(column), cohort.fact(column)
        if column in taken or not 1 <= series.nunique() <= 12 or re.search(r"\b(?:prior|previous|past|history|baseline)\b", words):
            continue
        levels = {level_text(v).strip().lower() for v in series.dropna().unique()}
        if cohort.reads_as_event(column) or any(map(_EVENT_LEVEL.search, levels)):
            out.append(column)
    return out


def records(cohort: Cohort, scope: str = "emergent") -> Events:
    """The events of ``cohort`` that count under ``scope`` (one of :data:`SCOPES`)."""
    if scope not in SCOPES:
        raise ValueError(f"scope is {scope!r}, expected one of {', '.join(SCOPES)}")
    listed = cohort.events
    frame = _from_list(cohort, listed) if len(listed) else _from_column(cohort)
    at_risk = treated(cohort)
    frame = frame[at_risk[frame["who"].to_numpy(dtype=int)]].reset_index(drop=True)
    once = _once(frame)
    twice, frame = int((~once).sum()), frame[once].reset_index(drop=True)
    emergent = frame.pop("emergent")
    left, undated = 0, 0
    if scope == "emergent":
        keep = np.array([e is not False for e in emergent], dtype=bool)
        left, undated = int((~keep).sum()), sum(e is None for e in emergent)
        frame = frame[keep].reset_index(drop=True)
    frame["fatal"] = [
        says_fatal(o) or is_death(t) or g == 5 for o, t, g in zip(frame["outcome"], frame["term"], frame["grade"], strict=True)
    ]
    return Events(_same_spelling(frame), at_risk, _followed(cohort, frame), left, undated, twice, bool(len(listed)))


def treated(cohort: Cohort) -> np.ndarray:
    """Boolean (patients,): False for screen failures and for patients outside the safety population, where the file says so."""
    out = np.ones(len(cohort), dtype=bool)
    for column in map(str, cohort.patients.columns):
        series = column_values(cohort, column)
        if plain_words(column) in _SAFETY_FLAG:
            out &= ~series.map(lambda v: not pd.isna(v) and level_text(v).strip().lower() in ("n", "no", "0")).to_numpy(dtype=bool)
        elif series.nunique() <= 12 and not pd.api.types.is_numeric_dtype(series):
            out &= ~series.map(lambda v: not pd.isna(v) and bool(_UNTREATED.search(level_text(v).lower()))).to_numpy(dtype=bool)
    return out


def untold(frame: pd.DataFrame, variable: str, name: str | None) -> np.ndarray:
    """Boolean (events,): those of which the file does not say whether they are ``variable`` ("serious", "related", "stopped",
    "severe", or of interest by being serious), so that none told is not none."""
    if variable in ("serious", "related", "stopped"):
        return np.array([v is None for v in frame[variable]], dtype=bool)
    if variable == "fatal":
        return np.array([not says_outcome(o) for o in frame["outcome"]], dtype=bool)
    if variable == "severe":
        return frame["grade"].isna().to_numpy(dtype=bool)
    if variable == "of_interest" and name is not None:
        unsaid = np.array([v is None for v in frame["serious"]], dtype=bool) if OF_INTEREST[name] is None else False
        return (unsaid & _infections(frame) & ~frame["fatal"].to_numpy(dtype=bool)) | unnamed(frame)
    return np.zeros(len(frame), dtype=bool)


def unnamed(frame: pd.DataFrame) -> np.ndarray:
    """Boolean (events,): those of which the file says only that there was one."""
    return (frame["term"] == "").to_numpy(dtype=bool)


def _infections(frame: pd.DataFrame) -> np.ndarray:
    text = [f"{t} {c or ''}".lower() for t, c in zip(frame["term"], frame["system_organ_class"], strict=True)]
    return np.array([bool(_INFECTION.search(t)) for t in text], dtype=bool)


def of_interest(frame: pd.DataFrame, name: str) -> np.ndarray:
    """Boolean (events,): those that belong to ``name``, one of :data:`OF_INTEREST`."""
    pattern = OF_INTEREST[name]
    if pattern is None:
        marked = np.array([v is True for v in frame["serious"]], dtype=bool)
        return (marked | frame["fatal"].to_numpy(dtype=bool)) & _infections(frame)  # what ends in death is serious (ICH E2A)
    return np.array([bool(re.search(pattern, t.lower())) for t in frame["term"]], dtype=bool)


def _true(value: object) -> bool | None:
    return None if value is None or pd.isna(value) else bool(value)  # type: ignore[call-overload]


def _from_list(cohort: Cohort, listed: pd.DataFrame) -> pd.DataFrame:
    position = {code: i for i, code in enumerate(cohort.salt.index)}
    days = listed["onset_day"].to_numpy(dtype=float)
    weeks = np.where(np.isnan(listed["onset_week"].to_numpy(dtype=float)), days / 7, listed["onset_week"].to_numpy(dtype=float))
    emergent = [_true(v) for v in listed["treatment_emergent"]]
    emergent = [(None if np.isnan(w) else bool(w >= 0)) if e is None else e for e, w in zip(emergent, weeks, strict=True)]
    action = [None if pd.isna(v) else str(v) for v in listed["action"]]
    frame = pd.DataFrame(
        {
            "who": [position[p] for p in listed["patient"]],
            "term": [str(t).strip() for t in listed["term"]],
            "system_organ_class": [None if pd.isna(v) else str(v).strip() for v in listed["system_organ_class"]],
            "grade": listed["grade"].to_numpy(dtype=float),
            "serious": [_true(v) for v in listed["serious"]],
            "related": [_true(v) for v in listed["related"]],
            "stopped": [None if a is None else says_stopped(a) for a in action],
            "action": action,
            "outcome": [None if pd.isna(v) else str(v).strip() for v in listed["outcome"]],
            "onset_week": weeks,
            "emergent": emergent,
        }
    )
    for name in ("system_organ_class", "serious", "related", "stopped", "action", "outcome", "emergent"):
        frame[name] = pd.Series([None if pd.isna(v) else v for v in frame[name]], index=frame.index, dtype=object)
    return frame


def _from_column(cohort: Cohort) -> pd.DataFrame:
    cells = [terms_in(v) or () for v in cohort.fact(cohort.roles["adverse_event"])]
    pairs = [(i, "" if term.lower() in YES else term) for i, cell in enumerate(cells) for term in cell]
    frame = pd.DataFrame({"who": [i for i, _ in pairs], "term": [t for _, t in pairs]}).astype({"who": int, "term": object})
    for name in ("system_organ_class", "serious", "related", "stopped", "action", "outcome", "emergent"):
        frame[name] = pd.Series([None] * len(frame), dtype=object)
    for name in ("grade", "onset_week"):
        frame[name] = np.full(len(frame), np.nan)
    return frame


def _once(frame: pd.DataFrame) -> np.ndarray:
    """False for an event of which nothing but the term is known while the same patient has the same term with a date, a grade or
    an action: the file names it in a column and in a list."""
    told = frame[["system_organ_class", "grade", "serious", "action", "outcome", "onset_week"]].notna().any(axis=1).to_numpy()
    keys = list(zip(frame["who"], frame["term"].str.lower(), strict=True))
    known = {key for key, t in zip(keys, told, strict=True) if t}
    return np.array([t or key not in known for key, t in zip(keys, told, strict=True)], dtype=bool)


def _same_spelling(frame: pd.DataFrame) -> pd.DataFrame:
    """Terms, classes and outcomes that differ in case only are one; the commonest spelling is shown."""
    for column in ("term", "system_organ_class", "outcome"):
        texts = frame[column]
        best = texts.dropna().groupby(texts.dropna().str.lower()).agg(lambda v: str(v.value_counts().sort_index().idxmax()))
        frame[column] = pd.Series([None if pd.isna(t) else best[t.lower()] for t in texts], index=frame.index, dtype=object)
    return frame


def _followed(cohort: Cohort, frame: pd.DataFrame) -> np.ndarray:
    """Weeks to the last visit that has a score, of whatever measure, or to a later event of the patient: an event that is counted lies
    within the time that it is divided by. NaN for a patient with neither."""
    out = np.full(len(cohort), np.nan)
    for scores in (cohort.salt, *(recorded for _, recorded in cohort.measures.values())):
        later = scores[[w for w in scores.columns if int(w) > 0]]
        if later.shape[1]:
            weeks = np.where(later.notna().to_numpy(), np.array(later.columns, dtype=float), -np.inf).max(axis=1)
            out = np.fmax(out, np.where(np.isfinite(weeks), weeks, np.nan))
    begun = frame[frame["onset_week"] > 0].groupby("who")["onset_week"].max()
    who = begun.index.to_numpy(dtype=int)
    out[who] = np.fmax(out[who], begun.to_numpy(dtype=float))
    return out
