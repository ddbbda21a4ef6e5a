"""Laboratory values: what is recognised, the change, the shift, the limits; against numbers counted by hand."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest

import aadash
from aadash import analyses
from aadash.charts import chart
from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.intake import read
from aadash.laboratory import TESTS, lab_test, limit_of
from aadash.levels import ALL
from aadash.plan import AnalysisPlan
from aadash.report.study import write_study, writer_for
from aadash.report.tables import blocks, printable
from aadash.views import context_for
from aadash.views.study import Choices
from tests.making import asking

NONE = AnalysisPlan(stratifier="none")
# Six patients, AST at baseline, weeks 12 and 24; the limit is 40 unless the file says otherwise.
WIDE = """id,sex,salt_w0,salt_w12,salt_w24,AST (U/L) baseline,AST W12,AST_w24,Hb_w0,Hb_w24
1,F,80,40,10,20,35,30,12.5,11.9
2,M,60,60,50,30,55,35,12.5,12.8
3,F,90,20,0,38,41,60,13.0,13.1
4,M,30,10,0,45,50,39,14.0,12.9
5,F,70,50,30,22,,,15.0,17.0
6,M,75,40,20,,30,31,15.0,15.0
"""


def cohort_of(text: str = WIDE) -> Cohort:
    return aadash.read_cohort(text.encode(), name="labs.csv")


def one(cohort: Cohort, test: str, kind: str, plan: AnalysisPlan = NONE, **keys: object) -> pd.Series:
    t = analyses.laboratory(cohort, plan).rows(variable=test, variable_level=kind, group1_level=ALL, **keys)
    assert len(t) == 1
    return t.iloc[0]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hb (g/dL)", "Hemoglobin"), ("HGB", "Hemoglobin"), ("혈색소", "Hemoglobin"), ("ヘモグロビン", "Hemoglobin"),
        ("WBC count", "White cells"),
        ("백혈구", "White cells"), ("ANC", "Neutrophils"), ("好中球", "Neutrophils"), ("GOT", "AST"), ("AST(GOT)", "AST"),
        ("SGPT", "ALT"),
        ("CPK (U/L)", "CK"), ("CK", "CK"), ("serum creatinine", "Creatinine"), ("Cr", "Creatinine"), ("LDL-C", "LDL cholesterol"),
        ("HDL cholesterol (mg/dL)", "HDL cholesterol"), ("T-Chol", "Total cholesterol"), ("총콜레스테롤", "Total cholesterol"),
        ("TG", "Triglycerides"), ("中性脂肪", "Triglycerides"), ("WBC (10^3/µL)", "White cells"),
        ("PLT", "Platelets"), ("Platelet count", "Platelets"), ("Plt (x10^3/uL)", "Platelets"), ("PLT (10*3/uL)", "Platelets"),
        ("Platelets (10^9/L)", "Platelets"), ("혈소판", "Platelets"), ("혈소판 수 (천/㎕)", "Platelets"),
        ("血小板数(万/μL)", "Platelets"),
        ("血小板", "Platelets"), ("PLT (10⁴/µL)", "Platelets"), ("Thrombozyten", "Platelets"), ("platelets (k/ul)", "Platelets"),
        ("白血球数", "White cells"), ("백혈구 수 (/mm³)", "White cells"), ("WBC (10e3/uL)", "White cells"),
        ("血液検査 血小板数(万/μL)", "Platelets"), ("혈액검사 혈소판", "Platelets"), ("Labs: AST (U/L)", "AST"),
        ("CBC - WBC", "White cells"),
        ("Blood tests Hb", "Hemoglobin"), ("검사", None), ("Labs", None), ("blood type", None), ("liver biopsy", None),
        ("plateau", None), ("platelet-rich plasma", None), ("PRP", None), ("platelet volume", None), ("platelet transfusion", None),
        ("atopy", None), ("SALT", None), ("castle", None), ("crown", None), ("body weight", None),
    ],
)  # fmt: skip
def test_names_of_tests(text: str, name: str | None) -> None:
    found = lab_test(text)
    assert (found.name if found else None) == name


def test_ends_of_the_normal_range_are_known_by_their_headers() -> None:
    for header, expected in {
        "AST ULN": ("AST", "high"), "ULN of ALT": ("ALT", "high"), "Hb LLN (g/dL)": ("Hemoglobin", "low"),
        "Hb 정상하한": ("Hemoglobin", "low"),
        "CK 基準値上限": ("CK", "high"), "WBC lower limit of normal": ("White cells", "low"), "AST": None,
        "ULN": None, "age upper limit": None,
    }.items():  # fmt: skip
        found = limit_of(header)
        assert (found and (found[0].name, found[1])) == expected, header


@pytest.mark.parametrize(("test", "values", "unit"), [
    ("Hemoglobin", [12.0, 15.0], "g/dL"), ("Hemoglobin", [120.0, 150.0], "g/L"), ("White cells", [4.2, 9.0], "10⁹/L"),
    ("White cells", [4200.0, 9000.0], "/µL"), ("Creatinine", [0.6, 1.2], "mg/dL"), ("Creatinine", [55.0, 90.0], "µmol/L"),
    ("LDL cholesterol", [2.5, 4.0], "mmol/L"), ("Triglycerides", [80.0, 300.0], "mg/dL"), ("Neutrophils", [45.0, 70.0], "%"),
    ("Platelets", [180.0, 310.0], "10⁹/L"), ("Platelets", [180_000.0, 310_000.0], "/µL"), ("Platelets", [18.0, 31.0], "10⁴/µL"),
])  # fmt: skip
def test_units_are_told_by_size(test: str, values: list[float], unit: str) -> None:
    lab = next(t for t in TESTS if t.name == test)
    assert lab.unit_of(np.array(values)).name == unit


def test_change_and_shift_by_hand() -> None:
    """AST at week 12: patients 1 to 4 have both values; changes 15, 25, 3, 5: mean 12. R: t.test(c(15, 25, 3, 5))$conf.int."""
    cohort = cohort_of()
    r = one(cohort, "AST", "change", week=12)
    assert (r["n"], r["baseline"], r["later"], r["change"]) == (4, 33.25, 45.25, 12.0)
    assert (r["sd"], r["ci_low"], r["ci_high"]) == pytest.approx((10.1324561, -4.122998743, 28.122998743), abs=1e-7)
    # from the baseline to the last value: 20→30, 30→35, 38→60, 45→39 (patient 5 has no later, patient 6 no earlier value)
    shifts = {f"{a} > {b}": one(cohort, "AST", f"{a} > {b}")["k"] for a in ("normal", "high") for b in ("normal", "high")}
    assert shifts == {"normal > normal": 2, "normal > high": 1, "high > normal": 1, "high > high": 0}
    new = one(cohort, "AST", "new high")
    assert (new["k"], new["n"], new["limit_high"]) == (
        2,
        3,
        40.0,
    )  # patients 2 (55) and 3 (41, 60) of 1, 2, 3
    assert analyses.laboratory(cohort, NONE).rows(variable="AST", variable_level="new low").empty, "AST has no lower limit"


def test_limits_are_those_of_the_sex_and_of_the_file() -> None:
    cohort = cohort_of()
    # Hb: women 12–16, men 13–18. Patient 1 (F) 12.5 → 11.9 newly low, 4 (M) 14 → 12.9 newly low, 5 (F) 15 → 17
    # newly high; 2 (M) was low before.
    low, high = one(cohort, "Hemoglobin", "new low"), one(cohort, "Hemoglobin", "new high")
    assert (low["k"], low["n"], high["k"], high["n"]) == (2, 5, 1, 6)
    assert np.isnan(low["limit_low"]), "differs by sex"
    caveats = {c.code: c.text for c in analyses.laboratory(cohort, NONE).caveats}
    assert "AST and Hemoglobin" in caveats["laboratory-limits"] or "Hemoglobin and AST" in caveats["laboratory-limits"]
    lines = WIDE.splitlines()
    text = "\n".join([lines[0] + ",AST ULN", *(line + ",50" for line in lines[1:])])
    cohort = cohort_of(text)
    assert (
        one(cohort, "AST", "new high")["k"] == 2 and one(cohort, "AST", "new high")["n"] == 4
    )  # 55; 60; patient 4 (45) is normal now
    result = analyses.laboratory(cohort, NONE)
    assert "Limits of normal from the file: AST." in result.method and "AST ULN" not in str(
        analyses.baseline(cohort, NONE).table["variable"].tolist()
    )


def test_a_list_of_results_is_read_beside_the_patients() -> None:
    wide = pd.read_csv(io.StringIO(WIDE))
    rows = [
        (r["id"], week, "GOT", r[column], 0, 50)
        for r in wide.to_dict("records")
        for week, column in ((0, "AST (U/L) baseline"), (12, "AST W12"), (24, "AST_w24"))
        if r[column] == r[column]
    ]
    listed = pd.DataFrame(
        [*rows, (1, 0, "Vitamin D", 20, 0, 50)], columns=["id", "week", "test", "result", "lower limit", "upper limit"]
    )
    book = io.BytesIO()
    with pd.ExcelWriter(book) as writer:
        wide[["id", "sex", "salt_w0", "salt_w12", "salt_w24"]].to_excel(writer, sheet_name="patients", index=False)
        listed.to_excel(writer, sheet_name="labs", index=False)
    reading = read(book.getvalue(), name="book.xlsx")
    cohort = reading.accepted()
    assert not reading.open_problems and any("Vitamin D" in p.message for p in reading.problems)
    pd.testing.assert_frame_equal(
        cohort.measures["AST"][1].astype(float),
        cohort_of().measures["AST"][1].astype(float),
        check_names=False,
        check_column_type=False,
    )
    assert one(cohort, "AST", "new high")["limit_high"] == 50


def test_dates_of_a_list_count_from_the_first_dose() -> None:
    patients = "id,first dose,salt_w0,salt_w12\n1,2024-01-10,80,20\n2,2024-02-01,60,30\n3,2024-02-01,70,30\n"
    labs = (
        "id,test,date,result\n1,ALT,2024-01-02,20\n1,ALT,2024-01-10,22\n1,ALT,2024-04-03,80\n2,ALT,2024-01-30,30\n2,ALT,2024-04-25,31\n"
        "3,ALT,2024-02-01,10\n3,ALT,2024-04-26,12\n"
    )
    cohort = aadash.read_cohort([("patients.csv", patients.encode()), ("labs.csv", labs.encode())])
    frame = cohort.measures["ALT"][1]
    assert list(frame.columns) == [0, 12] and frame.to_numpy().tolist() == [[22.0, 80.0], [30.0, 31.0], [10.0, 12.0]]


def test_nothing_to_follow_is_said() -> None:
    korea = aadash.read_cohort("sample_data/korea_2025.csv")
    with pytest.raises(NotComputable, match="laboratory"):
        analyses.laboratory(korea, NONE)


def test_it_is_printed_drawn_and_in_the_report() -> None:
    cohort = cohort_of()
    result = analyses.laboratory(cohort, AnalysisPlan(stratifier="sex"))
    titles = [title for title, _ in blocks(result)]
    assert titles == ["Change from baseline", "From baseline to the last value", "Newly outside the limits of normal"]
    shown = {title: printable(result, rows) for title, rows in blocks(result)}
    shift = shown[titles[1]]
    mine = shift[(shift["Test"] == "AST (U/L)") & (shift["Stratum"] == "All patients")]
    assert mine[["At baseline", "Last value normal", "Last value high"]].to_numpy().tolist() == [
        ["Normal", "2", "1"],
        ["High", "1", "0"],
    ]
    assert "> 40 U/L" in shown[titles[2]]["Limit"].tolist()
    drawn = chart(result, "new").data["events"]
    assert set(drawn["term"]) == {"Hemoglobin: low", "Hemoglobin: high", "AST: high"}
    page = write_study(context_for(cohort, NONE, asking()), Choices(("adverse_events",)), writer_for("html"))[0].decode()
    assert "Laboratory values" in page and "Newly outside the limits of normal" in page


def test_a_test_is_printed_with_the_same_decimals_throughout() -> None:
    """Strata around 95 and around 150 U/L: one had one decimal, the other none."""
    ck = "id,sex,salt_w0,salt_w12,CK_w0,CK_w12\n" + "".join(
        f"{i},{'FM'[i % 2]},80,40,{95 + 55 * (i % 2)},{110 + i}\n" for i in range(8)
    )
    result = analyses.laboratory(cohort_of(ck), AnalysisPlan(stratifier="sex"))
    table = printable(result, next(rows for title, rows in blocks(result) if title == "Change from baseline"))
    assert table["Baseline"].tolist() == ["123", "95", "150"] and not any("." in cell for cell in table["Change (SD)"])


def test_limits_of_lipids_are_not_those_of_nineteen_in_twenty() -> None:
    """ATP III's 130 mg/dL of LDL is a threshold of risk (doi:10.1001/jama.285.19.2486), not the range of healthy people."""
    rows = "".join(f"{i},80,40,{100 + i},{90 + i},{120 + 5 * i},{118 + 6 * i}\n" for i in range(8))
    result = analyses.laboratory(cohort_of("id,salt_w0,salt_w12,CK_w0,CK_w12,LDL_w0,LDL_w12\n" + rows), NONE)
    said = next(c.text for c in result.caveats if c.code == "laboratory-many")
    assert said.startswith("The limits of LDL cholesterol are thresholds of risk") and "other tests" in said and "2 tests" not in said


def test_the_test_that_is_analysed_is_still_a_test_of_safety() -> None:
    """With CK as the measure the page of safety had LDL alone, and “AAdash does not know CK by name”."""
    rows = "".join(f"{i},80,40,{100 + i},{90 + i},{120 + 5 * i},{118 + 6 * i}\n" for i in range(8))
    cohort = cohort_of("id,salt_w0,salt_w12,CK_w0,CK_w12,LDL_w0,LDL_w12\n" + rows)
    plain, other = analyses.laboratory(cohort, NONE), analyses.laboratory(cohort, NONE.replace(measure="CK"))
    assert other.sentence == plain.sentence and other.table["variable"].tolist() == plain.table["variable"].tolist()
