"""Table 1 of the Korean paper beside a cohort's own, and why its percentages do not fit its counts.

Lee JW et al., Clinical Efficacy and Safety of Baricitinib in Patients With Alopecia Areata in Korea, Ann Dermatol 2025.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from aadash.formatting import count, number
from aadash.result import Result
from aadash.subtypes import sex_among, subtype_among

#: Patients whom the paper reports, and those over whom most of its percentages were worked out.
REPORTED, DIVIDED_BY = 117, 119
#: The cut of its groups of severity.
CUT = 50
#: Printed line, printed count, printed percentage (text, as printed), name or role of its column, its category.
PRINTED: tuple[tuple[str, int, str, str, str], ...] = (
    ("Male", 54, "47.0", "^sex$", "male"),
    ("Female", 63, "52.9", "^sex$", "female"),
    ("Atopic dermatitis", 43, "36.1", r"atopi|아토피(?! ?소인)|アトピー(?!素因)", "yes"),
    ("Thyroid dysfunction", 11, "9.2", r"thyroid|갑상선|甲状腺", "yes"),
    ("Ulcerative colitis", 2, "1.6", r"ulcerative.colitis|^colitis|궤양성 ?대장염|潰瘍性大腸炎", "yes"),
    ("Vitiligo", 2, "1.6", r"vitiligo|백반증?|白斑", "yes"),
    ("Systemic lupus erythematosus", 1, "0.8", r"lupus|\bsle\b|루푸스|エリテマトーデス", "yes"),
    (
        "Topical steroid",
        105,
        "88.2",
        r"topical.(?:cortico)?steroid|(?:국소|외용|도포) ?스테로이드(?! ?주사)"
        r"|스테로이드 ?(?:외용|도포|연고)|ステロイド(?:外用|軟膏)|外用ステロイド",
        "yes",
    ),
    (
        "Intralesional steroid injection",
        90,
        "75.6",
        r"intralesional|\bili\b|\bilk\b|\bils\b|병변 ?내|국소 ?주사|스테로이드 ?주사|局所注射|局注",
        "yes",
    ),
    (
        "Oral steroid",
        40,
        "33.6",
        r"oral.(?:cortico)?steroid|경구 ?스테로이드|스테로이드 ?(?:경구|복용)|ステロイド内服|経口ステロイド",
        "yes",
    ),
    (
        "Oral minoxidil",
        58,
        "48.7",
        r"(?:oral|po|low.dose).minoxidil|minoxidil.*(?:oral|\bpo\b|\bmg)|경구 ?미녹시딜|ミノキシジル内服|経口ミノキシジル",
        "yes",
    ),
    ("Cyclosporine", 63, "52.9", r"c[yi]closporin|\bcsa\b|\bcya\b|[사시]이?클로스포린|シクロスポリン", "yes"),
    ("Methotrexate", 26, "21.8", r"methotrexate|\bmtx\b|메토트렉세이트|メトトレキサート", "yes"),
    ("DPCP", 74, "62.1", r"dpcp|diphen|디펜|디피시피|ジフェニル", "yes"),
    ("Patchy", 25, "21.0", "^subtype$", "patchy"),
    ("Diffuse", 4, "3.3", "^subtype$", "diffuse"),
    ("Ophiasis", 11, "9.2", "^subtype$", "ophiasis"),
    ("Alopecia totalis", 22, "18.4", "^subtype$", "totalis"),
    ("Alopecia universalis", 42, "35.2", "^subtype$", "universalis"),
    ("Extrascalp involvement", 63, "52.9", r"extra.?scalp|두피 ?외|頭部以外|頭髪以外", "yes"),
    ("Nail involvement", 15, "12.6", r"\bnail|nail.?involvement|손발톱|손톱|조갑|爪", "yes"),
    ("Initial SALT above 50", 83, "70.9", r"^severity_band$", r">"),
    ("Initial SALT at most 50", 34, "29.0", r"^severity_band$", r"≤"),
)
#: Subtypes that the paper does not tell apart.
_COUNTED_AS = {"patchy": ("patchy", "multilocularis")}
WHY = (
    f"The paper's Table 1 counts {REPORTED} patients, but most of its percentages are shares of {DIVIDED_BY}: 43 patients with "
    "atopic dermatitis are printed as 36.1 %, which is 43 of 119; of 117 they are 36.8 %. Only the two rows of the initial SALT "
    "are shares of 117. Men are printed as 47.0 % although 54 of 117 is 46.2 % (56 of 119 is 47.0 %). Percentages here are of the "
    "patients in whom the characteristic is recorded."
)


def beside_the_korean_paper(result: Result) -> pd.DataFrame:
    """The result of ``baseline`` beside the printed Table 1: Characteristic, This cohort, Printed, Printed count of 117, of 119."""
    everyone = result.table[result.table["group1_level"] == result.table["group1_level"].iloc[0]]
    rows = []
    for title, k, printed, name, category in PRINTED:
        of = {n: number(100 * k / n, 1) for n in (REPORTED, DIVIDED_BY)}
        rows.append(
            {
                "Characteristic": title,
                "This cohort": "–"
                if "severity" in name and result.plan.severity_cut != CUT
                else _own(everyone, result.details.facts, name, category),
                "Printed": f"{k} ({printed} %)",
                f"Percent of {REPORTED}": f"{of[REPORTED]} %",
                f"Percent of {DIVIDED_BY}": f"{of[DIVIDED_BY]} %",
            }
        )
    return pd.DataFrame(rows)


def _own(everyone: pd.DataFrame, facts: Mapping[str, Any], name: str, category: str) -> str:
    """Of the cohort's own Table 1; "–" where no column holds it. Sexes and subtypes are written in the words of the file."""
    for variable, rows in everyone.groupby("variable", sort=False):
        levels = [level for level in rows["variable_level"] if isinstance(level, str)]
        role = facts[str(variable)].role
        if not levels or not any(re.search(name, called) for called in (str(variable).lower(), role)):
            continue
        among = {"^sex$": sex_among, "^subtype$": subtype_among}.get(name)
        met = [
            among(v, levels) in _COUNTED_AS.get(category, (category,)) if among else bool(re.search(category, v.lower()))
            for v in levels
        ]
        if any(met) or (among and all(among(v, levels) for v in levels)):  # nobody has it only where every level is understood
            own = rows[[isinstance(level, str) for level in rows["variable_level"]]]
            return count(own.loc[met, "k"].sum(), own["n"].iloc[0])
    return "–"
