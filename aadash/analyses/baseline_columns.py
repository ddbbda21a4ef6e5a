"""What each column of the file is to Table 1: its section, its title, and whether it is a number, a yes/no or a list."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from aadash.cohort import Cohort
from aadash.filters import is_coded, is_numeric, level_text
from aadash.formatting import digits_of_span
from aadash.laboratory import limit_of
from aadash.later import later_by, speaks_of_event, tells_of_change
from aadash.levels import NO, YES, readable
from aadash.listed import EARLIER, LISTS, says_none, terms_of
from aadash.roles import AFTER_BASELINE, GIVEN_FIRST, plain_words
from aadash.strata import MAX_LEVELS, ordered

#: Sections in the order of the printed table.
SECTIONS = (
    "Demographics",
    "Disease",
    "Severity of scalp hair loss",
    "Severity",
    "Other measures",
    "Other sites",
    "Comorbidities",
    "Previous treatment",
    "Treatment",
    "Other characteristics",
)
_ROLE_SECTIONS = {
    "sex": "Demographics",
    "age": "Demographics",
    "subtype": "Disease",
    "age_at_onset": "Disease",
    "duration": "Disease",
    "atopic_dermatitis": "Comorbidities",
    "ivmp": "Previous treatment",
    "eyebrow": "Other sites",
    "eyelash": "Other sites",
    "drug": "Treatment",
    "dose": "Treatment",
    "centre": "Other characteristics",
}
#: Words of a column's name, the first section that matches; English, Korean and Japanese.
_WORDS: tuple[tuple[str, str], ...] = (
    (
        "Previous treatment",
        r"\b(?:prior|prev|previous|past)\b|treatment history|steroid|methotrexate|\bmtx\b|cyclosporin|ciclosporin|\bcsa\b"
        r"|minoxidil|dpcp|diphencyprone|diphenylcyclopropenone|sadbe|squaric|immunotherapy|\bivmp\b|\bilsi?\b|pulse|azathioprine"
        r"|phototherapy|puva|excimer"
        rf"|{EARLIER}|이전 ?치료|과거 ?치료|치료력|스테로이드|미녹시딜|면역 ?치료|사이클로스포린|메토트렉세이트"
        r"|既往治療|前治療|治療歴|ステロイド|パルス|ミノキシジル|局所免疫",
    ),
    (
        "Comorbidities",
        r"comorbid|concomitant disease|atop[iy]|\bad\b|eczema|asthma|rhinitis|allerg|thyroid|hashimoto|graves|vitiligo|lupus|\bsle\b"
        r"|ulcerative colitis|crohn|\bibd\b|psoria|rheumatoid|diabet|hypertens|dyslipid|hyperlipid|depress|anxi|autoimmun|ana?emia"
        r"|동반 ?질환|기저 ?질환|아토피|갑상선|백반증|루푸스|천식|비염|당뇨|고혈압|건선"
        r"|合併症|併存|既往歴|アトピー|甲状腺|白斑|喘息|糖尿病|高血圧|乾癬",
    ),
    (
        "Other sites",
        r"extra ?scalp|body hair|eyebrow|eyelash|\b(?:eb|el)\b|clinro|beard|nail|눈썹|속눈썹|손톱|조갑|수염|체모"
        r"|眉|睫毛|まつ毛|まつげ|爪|髭|体毛",
    ),
    (
        "Disease",
        r"onset|duration|subtype|\bepisode|family history|familial|aa type|pattern|relapse|recurren|발병|유병|병형|아형|가족력|재발"
        r"|発症|罹病|病型|家族歴|再発|病悩",
    ),
    (
        "Demographics",
        r"\bage\b|\bsex\b|gender|weight|height|\bbmi\b|body mass|race|ethnic|smok|alcohol|pregnan|나이|연령|성별|체중|신장|흡연|음주"
        r"|年齢|性別|体重|身長|喫煙|飲酒",
    ),
    ("Treatment", r"\bdrug\b|\bdose\b|\barm\b|약물|용량|薬剤|用量"),
)
#: Flags of a trial's populations, as CDISC calls them.
_POPULATION = re.compile(r"(?:itt|m?itt|fas|saf|pprot|pp|rand|enrl|eff|compl?)fl")
#: Sections of what a patient has or has had, where “none” says that it is not so.
_HELD = ("Comorbidities", "Previous treatment")
_ORDINAL = re.compile(r"clinro|\biga\b|grade|score|stage|eyebrow|eyelash|nail|눈썹|眉|睫毛|爪|등급|グレード")
_UNIT = re.compile(r" (years?|yrs?|months?|mo|weeks?|days?|kg|cm|mg)$")
_UNITS = {"yr": "years", "yrs": "years", "year": "years", "month": "months", "mo": "months", "week": "weeks", "day": "days"}


@dataclass(frozen=True, eq=False)
class Fact:
    """One characteristic of Table 1.

    ``kind`` is "number", "yes" (one row: who has it) or "categories". ``values`` is a float array (numbers) or an object array of
    texts, None where nothing is recorded; of a "yes" they are True, False and None. ``levels`` are the categories in order. Of a
    cohort that is counted ``values`` are those that there are, and ``counts`` (values, levels and at last without one) who has them.
    """

    name: str
    title: str
    section: str
    kind: str
    values: np.ndarray
    levels: tuple[str, ...] = ()
    role: str = ""
    counts: np.ndarray | None = None
    span: float = 0.0

    @cached_property
    def digits(self) -> int:
        """Decimals of a mean of it, by what its values can lie within (``span``, a score's range) or do."""
        known = self.values[self.seen]
        return digits_of_span(self.span or (float(known.max() - known.min()) if len(known) else 0.0))

    @cached_property
    def seen(self) -> np.ndarray:
        """Booleans: where a value is recorded."""
        if self.kind == "number":
            return ~np.isnan(self.values)
        return np.array([v is not None for v in self.values], dtype=bool)


def facts_of(cohort: Cohort) -> tuple[list[Fact], dict[str, str]]:
    """Every column that can stand in Table 1, in the order of print, and the columns that cannot with the reason."""
    roles, given = {column: role for role, column in cohort.roles.items()}, getattr(cohort, "given_counts", None)
    out: list[Fact] = []
    left: dict[str, str] = {}
    for column in map(str, cohort.patients.columns):
        if column in cohort.after_baseline or roles.get(column) in AFTER_BASELINE:
            continue
        role = roles.get(column, "")
        words = plain_words(column)
        series = cohort.fact(column)
        counts = given.facts(str(column)) if given is not None else None
        if cohort.reads_as_event(column):
            left[column] = "by name something that came on treatment (call it “prior …” in the file if it was there before)"
        elif is_after_baseline(cohort, column):
            if role in GIVEN_FIRST and tells_of_change(column, series):
                left[column] = "it tells of changes after the first dose"
            elif later_by(column, series) == "weeks":
                left[column] = "it names weeks since the first dose"
            else:
                left[column] = "by name known only after the first dose"
        elif _POPULATION.fullmatch(words):
            left[column] = "who is of a population of the trial"
        elif limit_of(column) is not None:
            left[column] = "a limit of a laboratory's normal range"
        elif not series.notna().any():
            left[column] = "nothing recorded in it"
        elif not role and LISTS.search(words) and not is_numeric(series) and not _is_yes_no(series):
            out.extend(replace(one, counts=counts) for one in _terms(cohort, column, words, counts))
        else:
            fact = _fact(cohort.key_of(column), role, words, series)
            if fact is None:
                left[column] = f"{series.nunique()} different {'numbers' if is_numeric(series) else 'texts'}"
            else:
                out.append(replace(fact, counts=counts))
    rank = {role: i for i, role in enumerate(("sex", "age", "subtype", "age_at_onset", "duration"))}
    return sorted(out, key=lambda f: (SECTIONS.index(f.section), rank.get(f.role, len(rank)))), left


def is_after_baseline(cohort: Cohort, column: str) -> bool:
    """True for a column (or role) that describes what happened after the first dose: no baseline fact of the cohort."""
    name = cohort.role(column)
    return name is not None and name not in cohort.baseline_columns


def _section(role: str, words: str) -> str:
    if role:
        return _ROLE_SECTIONS.get(role, "Other characteristics")
    if speaks_of_event(words):
        return "Comorbidities"  # "prior acne" is no treatment
    return next((section for section, pattern in _WORDS if re.search(pattern, words)), "Other characteristics")


def _title(column: str, section: str) -> str:
    """The column's own name made readable: "Disease duration (months)", "Oral steroid"."""
    if not column.isascii():
        return column
    text = re.sub(r"[\s_]+", " ", column).strip()
    if section == "Previous treatment":
        text = re.sub(r"(?i)^(?:prior|previous|past|prev) | history$", "", text)
    unit = _UNIT.search(text.lower())
    if unit:
        name = _UNITS.get(unit[1], unit[1])
        text = f"{text[: unit.start()]} ({name})"
    text = readable(text)
    return text[:1].upper() + text[1:]


def _is_yes_no(series: pd.Series) -> bool:
    seen = {level_text(v).strip().lower() for v in series.dropna().unique()}
    return bool(seen) and seen <= YES | NO and len(seen) <= 2


def _fact(column: str, role: str, words: str, series: pd.Series) -> Fact | None:
    section = _section(role, words)
    title = {"age": "Age (years)", "sex": "Sex", "subtype": "AA subtype", "age_at_onset": "Age at onset (years)"}.get(
        role, _title(column, section)
    )
    named = (
        is_numeric(series) and len(series.dropna().unique()) > 1 and is_coded(column, role, series)
    )  # ethnicity 0 and 1 are two names, no yes
    if role not in ("sex", "subtype") and _is_yes_no(series) and not named:
        yes = _each(series, lambda v: level_text(v).strip().lower() in YES)
        return Fact(column, title, section, "yes", yes, ("yes",), role)
    if is_numeric(series):
        numbers = series.to_numpy(dtype=float, na_value=np.nan)
        seen = np.unique(numbers[~np.isnan(numbers)])
        few = len(seen) <= 6 and bool((seen == np.round(seen)).all())
        grades = few and (role in ("eyebrow", "eyelash") or bool(_ORDINAL.search(words)))
        coded = is_coded(column, role, series)
        if coded and len(seen) > MAX_LEVELS:
            return None
        if not grades and not coded:
            return Fact(column, title, section, "number", numbers, (), role)
        texts = [None if np.isnan(v) else f"{v:g}" for v in numbers]
        return Fact(column, title, section, "categories", np.array(texts, dtype=object), tuple(f"{v:g}" for v in seen), role)
    levels = ordered({level_text(v) for v in series.dropna().unique()}, role, series)
    held = [level for level in levels if not says_none(level)]
    if section in _HELD and len(levels) == 2 and len(held) == 1:  # "none" or "tofacitinib": who has it. Elsewhere "none" is a name
        yes = _each(series, lambda v: level_text(v) == held[0])
        return Fact(column, f"{title}: {held[0]}", section, "yes", yes, ("yes",), role)
    if len(levels) > MAX_LEVELS:
        return None
    return Fact(column, title, section, "categories", _each(series, level_text), tuple(levels), role)


def _each(series: pd.Series, make: Callable[[object], object]) -> np.ndarray:
    """``make`` of every value, None for an empty cell; each different value is asked once."""
    codes, values = pd.factorize(series)
    made = np.empty(len(values) + 1, dtype=object)
    made[:-1] = [make(v) for v in values]
    return made[codes]


def _terms(cohort: Cohort, column: str, words: str, counts: np.ndarray | None) -> list[Fact]:
    """A yes/no for each term of a column of lists, the commonest first."""
    treated = re.search(rf"treat|therap|medication|\b(?:tx|rx|meds?|drugs?)\b|치료|治療|{EARLIER}", words)
    section = "Previous treatment" if treated else "Comorbidities"
    terms = terms_of(cohort, column)
    often = terms.often(None if counts is None else counts.sum(axis=1))
    named = [(key, terms.shown[key]) for key in often]
    return [Fact(f"{column}: {text}", text[:1].upper() + text[1:], section, "yes", terms.who(key), ("yes",)) for key, text in named]
