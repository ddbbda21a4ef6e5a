"""A Korean and a Japanese clinic from the file to Table 1: the numbers by hand, the words of the file, the order of the types."""

from __future__ import annotations

import random
from statistics import mean

import pytest

from aadash.analyses import REGISTRY
from aadash.intake import read
from aadash.plan import AnalysisPlan
from aadash.report.tables import printable

CLINICS = {
    "ko": {
        "head": ["환자번호", "성별", "나이", "탈모 유형", "유병기간(개월)", "치료 전 SALT", "치료 후 12주 SALT", "치료 후 24주 SALT"],
        "sex": ("여", "남"),
        "types": ("단발형", "다발형", "사행성", "전두탈모", "전신탈모"),
        "encoding": "cp949",
    },
    "ja": {
        "head": ["症例番号", "性別", "年齢", "病型", "罹病期間(年)", "SALT 投与前", "SALT 12週後", "SALT 24週後"],
        "sex": ("女", "男"),
        "types": ("単発型", "多発型", "蛇行型", "全頭型", "汎発型"),
        "encoding": "cp932",
    },
}
#: Standard names of the types above, in the order of severity in which a table lists them.
ORDER = ["patchy", "patchy", "ophiasis", "totalis", "universalis"]


@pytest.mark.parametrize("language", CLINICS)
@pytest.mark.parametrize("seed", range(4))
def test_a_clinic_end_to_end(language: str, seed: int) -> None:
    clinic, r = CLINICS[language], random.Random(seed)
    types = [clinic["types"][i % 5] for i in range(20)]
    sexes = [r.choice(clinic["sex"]) for _ in types]
    ages, spans = [r.randint(18, 70) for _ in types], [r.randint(1, 20) for _ in types]
    salt = [[r.randint(51, 99), r.randint(20, 50), r.randint(0, 19)] for _ in types]
    rows = [clinic["head"]]
    rows += [
        [f"A{i:02d}", s, f"{a}", t, f"{d}", *map(str, v)]
        for i, (s, a, t, d, v) in enumerate(zip(sexes, ages, types, spans, salt, strict=True))
    ]
    data = "\r\n".join(",".join(row) for row in rows).encode(clinic["encoding"])
    reading = read(data, name="clinic.csv")
    cohort = reading.cohort
    assert cohort is not None, [p.message for p in reading.open_problems]
    assert cohort.weeks == (0, 12, 24) and set(cohort.roles) >= {"sex", "age", "subtype", "duration"}
    result = REGISTRY["baseline"].function(cohort, AnalysisPlan().resolved_for(cohort)[0])
    table = result.table
    age = table[table["variable"] == cohort.roles["age"]].iloc[0]
    assert age["mean"] == pytest.approx(mean(ages)) and age["n"] == 20
    base = table[table["variable"] == "baseline_salt"].iloc[0]
    assert base["mean"] == pytest.approx(mean(v[0] for v in salt))
    of_type = table[(table["variable"] == cohort.roles["subtype"]) & table["k"].notna()].drop_duplicates(
        "variable_level"
    )  # everyone first
    assert dict(zip(of_type["variable_level"], of_type["k"], strict=True)) == {t: types.count(t) for t in clinic["types"]}
    of_sex = table[(table["variable"] == cohort.roles["sex"]) & table["k"].notna()].drop_duplicates("variable_level")
    counted = dict(zip(of_sex["variable_level"], of_sex["k"], strict=True))
    assert all(counted[s] == sexes.count(s) for s in counted)
    listed = [ORDER[clinic["types"].index(t)] for t in of_type["variable_level"]]
    assert listed == sorted(listed, key=ORDER.index)
    text = printable(result).to_string()
    assert all(word in text for word in clinic["types"])
