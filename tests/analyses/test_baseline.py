"""Table 1: the Korean paper's counts, hand-made cohorts, and what does not belong there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import aadash
from aadash import analyses
from aadash.analyses.baseline import baseline
from aadash.analyses.baseline_columns import facts_of
from aadash.cohort import Cohort
from aadash.document import Choices, Part, walk
from aadash.filters import Filter
from aadash.listed import terms_in
from aadash.measures import KNOWN
from aadash.plan import AnalysisPlan
from aadash.report.published_tables import PRINTED, beside_the_korean_paper
from aadash.report.tables import printable
from aadash.report.tables.baseline import table_one
from aadash.views import VIEWS, context_for
from tests.making import NAN, asking, cohort_of

SPLIT, ALONE = AnalysisPlan(stratifier="sex"), AnalysisPlan(stratifier="none")


def page(cohort: Cohort, plan: AnalysisPlan) -> list[Part]:
    return list(walk(VIEWS["baseline"].content(context_for(cohort, plan, asking()))))


@pytest.fixture(scope="module")
def korea() -> Cohort:
    return aadash.read_cohort("sample_data/korea_2025.csv")


def test_every_count_of_the_printed_table_is_met(korea: Cohort) -> None:
    own = beside_the_korean_paper(baseline(korea, AnalysisPlan()))
    assert len(own) == len(PRINTED) == 23
    for line, (_, k, *_rest) in zip(own.to_dict("records"), PRINTED, strict=True):
        assert line["This cohort"].split("/")[0] == str(k), line


@pytest.mark.parametrize(
    ("sex", "subtype", "atopy"),
    [
        ({"f": "여", "m": "남"}, {"p": "단발형", "t": "전두탈모증", "u": "전신탈모증"}, "아토피"),
        ({"f": "女", "m": "男"}, {"p": "円形脱毛症", "t": "全頭型", "u": "汎発型"}, "アトピー"),
        ({"f": "F", "m": "M"}, {"p": "AA", "t": "AT", "u": "AU"}, "Atopic dermatitis"),
    ],
)
def test_a_file_in_its_own_words_stands_beside_the_paper(sex: dict[str, str], subtype: dict[str, str], atopy: str) -> None:
    """Counted by hand: 3 women, 1 man; 1 patchy, 2 totalis, 1 universalis, nobody diffuse; 1 of 4 atopic. Nails are not recorded."""
    facts = {"a": [sex[k] for k in "fffm"], "b": [subtype[k] for k in "pttu"], atopy: ["yes", "no", "no", "no"]}
    cohort = cohort_of([[80, 40]] * 4, **facts, roles={"sex": "a", "subtype": "b", "atopic_dermatitis": atopy})
    own = beside_the_korean_paper(baseline(cohort, AnalysisPlan())).set_index("Characteristic")["This cohort"]
    wanted = {
        "Female": 3,
        "Male": 1,
        "Patchy": 1,
        "Alopecia totalis": 2,
        "Alopecia universalis": 1,
        "Diffuse": 0,
        "Atopic dermatitis": 1,
    }
    assert {k: own[k].split(" ")[0] for k in wanted} == {k: f"{n}/4" for k, n in wanted.items()}
    assert own["Nail involvement"] == "–"


def test_nobody_has_a_subtype_only_where_every_level_is_understood() -> None:
    facts = {"s": ["localised", "localised", "AT", "AU"], "アトピー素因": ["有", "無", "無", "無"]}
    cohort = cohort_of([[80, 40]] * 4, **facts, roles={"subtype": "s"})
    own = beside_the_korean_paper(baseline(cohort, AnalysisPlan())).set_index("Characteristic")["This cohort"]
    assert own["Patchy"] == own["Diffuse"] == "–" and own["Alopecia totalis"].startswith("1/4")
    assert own["Atopic dermatitis"] == "–", "a disposition is not the disease"


def test_the_papers_percentages_are_of_119_and_not_of_117() -> None:
    """Cut off after one decimal, as the paper does: all but the two rows of SALT (k/117), men, and 1 of either."""
    fits = {n: {title for title, k, shown, *_ in PRINTED if int(1000 * k / n) == round(10 * float(shown))} for n in (117, 119)}
    salt, lupus = {"Initial SALT above 50", "Initial SALT at most 50"}, {"Systemic lupus erythematosus"}
    assert fits[117] == salt | lupus  # 1/117 = 0.85, 1/119 = 0.84
    assert fits[119] == {title for title, *_ in PRINTED} - salt - {"Male"}


def test_means_and_range_are_the_papers(korea: Cohort) -> None:
    shown = printable(baseline(korea, AnalysisPlan(stratifier="none"))).set_index("Characteristic")["All patients (n = 117)"]
    assert shown["Age at onset (years), mean (SD), range"] == "27.4 (10.3), 5 to 54"  # printed 27.38 ± 10.32, 5–54
    assert shown["Baseline SALT, mean (SD), range"].startswith("65.2 (35.1), ")  # 65.23 (35.13)
    assert shown["patchy"] == "25/104 (24.0 %)"  # 13 are not stated


def test_numbers_missing_counts_and_bands_by_hand() -> None:
    cohort = cohort_of(
        [[10, 5], [20, 5], [20.5, 5], [49.9, 5], [50, 5], [94.9, 5], [95, 5], [NAN, 5]],
        age=[20.0, 30, 40, 50, 60, 70, NAN, NAN],
        sex=["f", "f", "f", "f", "m", "m", "m", "m"],
        vitiligo=["yes", "no", None, "no", "Yes", "no", "no", "no"],
        roles={"sex": "sex", "age": "age"},
    )
    r = baseline(cohort, SPLIT)
    age = r.rows(variable="age").iloc[0]
    assert (age["n"], age["n_missing"], age["mean"], age["minimum"], age["maximum"]) == (6, 2, 45.0, 20.0, 70.0)
    assert age["median"] == 45.0 and age["sd"] == pytest.approx(np.sqrt(350.0))
    everyone = r.table[r.table["group1_level"] == r.table["group1_level"].iloc[0]]
    bands = everyone[everyone["variable"] == "trial_band"]
    assert bands["k"].tolist() == [2, 2, 2, 1] and bands["n"].tolist() == [7] * 4
    assert everyone[everyone["variable"] == "severity_band"]["k"].tolist() == [2, 5]
    vitiligo = everyone[everyone["variable"] == "vitiligo"].iloc[0]
    assert (vitiligo["k"], vitiligo["n"], vitiligo["n_missing"]) == (2, 7, 1)
    women = r.rows(variable="vitiligo").iloc[1]
    assert (women["k"], women["n"], women["n_missing"]) == (1, 3, 1)
    # men 1/4, women 1/3: |p - q| / sqrt(mean of p(1-p))
    assert vitiligo["smd"] == pytest.approx((1 / 3 - 1 / 4) / np.sqrt((2 / 9 + 3 / 16) / 2))


def test_what_makes_the_strata_is_neither_compared_nor_tested(korea: Cohort) -> None:
    by_sex = baseline(korea, SPLIT, p_values=True)
    assert by_sex.rows(variable="sex")["smd"].isna().all() and by_sex.rows(variable="sex")["p"].isna().all()
    severity = baseline(korea, AnalysisPlan(), p_values=True)
    for name in ("baseline_salt", "severity_band", "trial_band"):
        assert severity.rows(variable=name)["p"].isna().all()


def test_p_values_only_when_asked_with_the_test_named(korea: Cohort) -> None:
    assert "p" not in baseline(korea, SPLIT).table
    asked = baseline(korea, SPLIT, p_values=True)
    assert any(c.code == "baseline-p" for c in asked.caveats)
    shown = table_one(asked).set_index("Characteristic")
    # R: chisq.test(matrix(c(8, 55, 18, 36), 2), correct = FALSE) 0.0074; fisher.test(matrix(c(2, 61, 0, 54), 2)) 0.499
    assert (shown.loc["Methotrexate", "p"], shown.loc["Methotrexate", "Test"]) == ("0.007", "Chi-squared")
    assert (shown.loc["Vitiligo", "p"], shown.loc["Vitiligo", "Test"]) == ("0.499", "Fisher's exact")


def test_columns_are_grouped_whatever_the_language() -> None:
    cohort = cohort_of(
        [[80, 5], [60, 5], [40, 5]],
        **{
            "갑상선 질환": ["유", "무", "무"],
            "이전 치료_스테로이드": ["예", "예", "아니오"],
            "爪病変": ["あり", "なし", "なし"],
            "既往治療": ["ステロイドパルス、局所免疫療法", "なし", "ステロイドパルス"],
            "comorbidities": ["Atopic dermatitis; vitiligo", "none", "atopic dermatitis"],
            "past history comorbid": ["Asthma (mild, since 2010), eczema", "none", "eczema"],
            "MTX": [1, 0, 0],
            "nail_grade": [0, 2, 1],
            "week 36 response": ["yes", "no", "no"],
            "remarks": [f"text {i}" for i in range(3)],
        },
    )
    facts, left = facts_of(cohort)
    told = {f.title: (f.section, f.kind) for f in facts}
    assert told["갑상선 질환"] == ("Comorbidities", "yes")
    assert told["이전 치료_스테로이드"] == ("Previous treatment", "yes")
    assert told["爪病変"] == ("Other sites", "yes")
    assert told["ステロイドパルス"] == ("Previous treatment", "yes")
    assert told["Atopic dermatitis"] == ("Comorbidities", "yes")
    assert {"Asthma (mild, since 2010)", "Eczema"} <= set(told), "what stands in brackets is said of one disease"
    assert told["MTX"] == ("Previous treatment", "yes")
    assert told["Nail grade"] == ("Other sites", "categories")
    assert list(left) == ["week 36 response"]
    atopy = next(f for f in facts if f.title == "Atopic dermatitis")
    assert atopy.values.tolist() == [True, False, True]


def test_a_column_of_many_texts_is_named_and_left_out() -> None:
    r = baseline(cohort_of([[80, 5]] * 14, remarks=[f"text {i}" for i in range(14)]), AnalysisPlan())
    assert "remarks" not in set(r.table["variable"])
    assert any("remarks" in c.text for c in r.caveats if c.code == "not-in-table")


@pytest.mark.parametrize("rows", [[[NAN, 3]], [[0, 0]], [[50, 20]] * 3])
def test_degenerate_cohorts_do_not_break_the_printed_table(rows: list) -> None:
    try:
        r = baseline(cohort_of(rows), AnalysisPlan(), p_values=True)
    except aadash.errors.NotComputable:
        return
    shown = table_one(r, {"baseline_salt"}, True)
    assert "nan" not in shown.to_csv().lower()


def test_participants_are_left_out_filter_by_filter() -> None:
    """Six in the file; the first filter leaves out two, the second one of the four that remain (not again one of the two)."""
    cohort = cohort_of([[80, 10]] * 6, sex=["f", "f", "f", "f", "m", "m"], age=[20, 30, 40, 50, 60, 20], roles={"sex": "sex"})
    plan = AnalysisPlan(stratifier="none", filters=(Filter("sex", ("f",)), Filter("age", low=25)))
    t = analyses.participants(cohort, plan).table
    assert t[t["variable"].isin(["in_file", "left_out", "included"])]["n"].tolist() == [6, 2, 1, 3]


def test_codes_are_counted_and_have_no_mean() -> None:
    """Numbers that are names: a sex of 1 and 2 has no mean of 1.4. Ages and counts of 1 and 2 stay numbers."""
    columns = {
        "Gender": [1, 2, 2],
        "Site": [1, 2, 3],
        "Thyroid": [1, 2, 1],
        "dose": [2, 4, 4],
        "n of episodes": [1, 2, 2],
        "BMI": [21, 22, 21],
    }
    cohort = cohort_of([[80, 5], [70, 60], [60, 5]], **columns, roles={"sex": "Gender", "dose": "dose"})
    kinds = {f.name: f.kind for f in facts_of(cohort)[0]}
    counted = dict.fromkeys(("Gender", "Site", "Thyroid", "dose"), "categories")
    assert kinds == counted | dict.fromkeys(("n of episodes", "BMI"), "number")
    assert baseline(cohort, AnalysisPlan()).sentence.startswith("3 patients (sex 1: 1, sex 2: 2)")


def test_the_split_is_no_row_of_its_own_columns(korea: Cohort) -> None:
    by_sex = printable(baseline(korea, SPLIT))["Characteristic"].tolist()
    assert "Sex" not in by_sex and "SALT at the cut of 50" in by_sex
    by_severity = printable(baseline(korea, AnalysisPlan()))["Characteristic"].tolist()
    assert "Sex" in by_severity and "SALT at the cut of 50" not in by_severity and "SALT as trials group it" in by_severity
    assert {"Sex", "SALT at the cut of 50"} <= set(printable(baseline(korea, AnalysisPlan(stratifier="none")))["Characteristic"])
    by_type = baseline(korea, AnalysisPlan(stratifier="subtype"))
    assert any(
        c.code == "no-stratum" and c.text.startswith("13 patients of 117") for c in by_type.caveats
    )  # where its blanks are said


def test_complaints_and_numbers_of_hospitals_in_table_one() -> None:
    n = 30
    cohort = cohort_of(
        [[60, 20]] * n,
        [0, 12],
        Acne=["yes", "no"] * 15,
        prior_acne=["yes", "no"] * 15,
        hospital_no=list(range(n)),
        site=[1, 2, 3] * 10,
    )
    facts, left = facts_of(cohort)
    assert {f.name: (f.kind, f.section) for f in facts if f.name in ("prior_acne", "site")} == {
        "prior_acne": ("yes", "Comorbidities"),
        "site": ("categories", "Other characteristics"),
    }
    assert left["hospital_no"] == "30 different numbers" and left["Acne"].startswith("by name something that came on treatment")


def test_brows_of_a_file_with_one_row_per_visit_stand_once() -> None:
    """The same values stood as a mean under “Other measures” and as grades under “Other sites”, and counted as two imbalances."""
    long = "ID,week,SALT,eyebrow ClinRO\n" + "".join(
        f"P{i},{w},{90 - 5 * i - w},{(i + w // 12) % 4}\n" for i in range(8) for w in (0, 12)
    )
    shown = printable(baseline(aadash.read_cohort(long), AnalysisPlan()))["Characteristic"].tolist()
    assert [str(c) for c in shown if "ClinRO" in c] == ["Eyebrow ClinRO"] and shown.index("Eyebrow ClinRO") < shown.index("3")
    wide = "ID,SALT_W0,SALT_W12,eyebrow_W0,eyebrow_W12\n" + "".join(f"P{i},{90 - i},{40 - i},{i % 4},{i % 3}\n" for i in range(8))
    shown = printable(baseline(aadash.read_cohort(wide), AnalysisPlan()))["Characteristic"].tolist()
    assert [str(c) for c in shown if "ClinRO" in c] == ["Baseline Eyebrow ClinRO"]


def test_no_standardised_difference_is_told_where_a_stratum_has_one_patient() -> None:
    rows = [[80.0 + i, 40.0] for i in range(7)]
    cohort = cohort_of(rows, [0, 24], sex=["F"] * 6 + ["M"], age=[30, 41, 52, 28, 61, 39, 47], roles={"sex": "sex", "age": "age"})
    told = {c.code: c.text for c in baseline(cohort, AnalysisPlan(stratifier="sex")).caveats}
    assert "so there is none of Age (years) and Baseline SALT" in told["left-out"]


def test_what_is_the_same_in_all_has_no_spread() -> None:
    """“mean age 40.0 years (SD 0.0), mean baseline SALT 60.0 (SD 0.0)” was said of four."""
    said = baseline(cohort_of([[60, 5]] * 4, age=[40.0] * 4, roles={"age": "age"}), AnalysisPlan(stratifier="none")).sentence
    assert "all 40.0 years old; baseline SALT 60.0 in all" in said and "SD" not in said


@pytest.mark.parametrize(
    "column",
    [
        "Vortherapie",
        "traitement antérieur",
        "tratamiento previo",
        "Prior Tx",
        "Prev. treatments",
        "past_meds",
        "Previous systemic therapy",
        "prior drugs",
    ],
)
def test_a_list_of_earlier_treatments_is_counted_by_treatment_whatever_it_is_called(column: str) -> None:
    """“MTX, PSL” of “Prior Tx” was a treatment of its own beside “MTX” and “PSL”."""
    cells = ["MTX, PSL", "MTX", "CsA + PSL", "none", None, "psl"]
    r = baseline(cohort_of([[80, 40]] * 6, **{column: cells}), AnalysisPlan(stratifier="none"))
    told = r.table[r.table["variable"].str.startswith(f"{column}: ")].set_index("variable")
    assert {v.split(": ")[1]: (k, n) for v, k, n in zip(told.index, told["k"], told["n"], strict=True)} == {
        "PSL": (3, 5), "MTX": (2, 5), "CsA": (1, 5),
    }  # fmt: skip


def test_a_dose_that_tells_of_changes_is_no_baseline_fact() -> None:
    cohort = cohort_of([[80.0, 10.0]] * 4, [0, 12], dose=["2 mg", "2mg→4mg", "4 mg", "4 mg"], roles={"dose": "dose"})
    assert "dose" not in cohort.baseline_columns
    told = next(c.text for c in baseline(cohort, AnalysisPlan(stratifier="none")).caveats if c.code == "not-in-table")
    assert "“dose”: it tells of changes after the first dose" in told
    assert "after-baseline" in {c.code for c in analyses.responders(cohort, AnalysisPlan(stratifier="dose")).caveats}


def test_beside_the_korean_paper_stand_files_in_korean_and_only_what_is_the_same() -> None:
    cohort = cohort_of(
        [[80.0, 10.0]] * 4,
        [0, 12],
        아형=["다발성", "단발성", "전두", "전신"],
        이전치료=["경구스테로이드, DPCP", "사이클로스포린", "-", "스테로이드 국소주사"],
        prior_topical_minoxidil=["yes", "no", "no", "yes"],
        roles={"subtype": "아형"},
    )
    own = beside_the_korean_paper(baseline(cohort, AnalysisPlan(stratifier="none"))).set_index("Characteristic")["This cohort"]
    assert own["Patchy"] == "2/4 (50.0 %)" and own["Alopecia totalis"] == "1/4 (25.0 %)"
    for name in ("Oral steroid", "Cyclosporine", "Intralesional steroid injection", "DPCP"):
        assert own[name].startswith("1/"), name
    assert own["Oral minoxidil"] == "–"


@pytest.mark.parametrize(
    "between",
    [
        *(
            "→",
            " → ",
            " -> ",
            "->",
            " => ",
            "⇒",
            " > ",
            ">",
            " then ",
            ", then ",
            " and then ",
            " followed by ",
            "/",
            " / ",
            "+",
            " + ",
        ),
        *(";", "；", "、", " & ", "&", " plus ", " puis ", " dann ", " luego ", " et ", " 및 ", " 이후 ", "次いで", "\n", "，"),
    ],
)
def test_two_treatments_in_a_cell_are_two_whatever_stands_between(between: str) -> None:
    """“MTX→CsA” and “MTX then CsA” were one treatment each."""
    assert terms_in(f"MTX{between}CsA") == ["MTX", "CsA"]


@pytest.mark.parametrize(
    "cell",
    ["MTX 15 mg → 20 mg", "IVMP >3 courses", "MTX (2019→2021, then stopped)", "CD4+ T cell depletion", "strengthen", "Vitamin D3"],
)
def test_one_treatment_stays_one(cell: str) -> None:
    assert terms_in(cell) == [cell]


def test_numbered_treatments_are_told_apart() -> None:
    assert terms_in("1) MTX 2) CsA") == terms_in("① MTX ② CsA") == terms_in("1. MTX, 2. CsA") == ["MTX", "CsA"]
    assert terms_in("naive") == terms_in("미치료") == terms_in("未治療") == []


@pytest.mark.parametrize(("no", "yes"), [("none", "tofa"), ("없음", "토파시티닙"), ("なし", "トファシチニブ"), ("No", "mother")])
def test_none_beside_one_other_level_is_who_has_it(no: str, yes: str) -> None:
    """“prior JAKi” of none and tofa was two rows of Table 1, the second of them the first one's complement."""
    cells = [no, yes, no, None, yes]
    told = printable(baseline(cohort_of([[80, 40]] * 5, **{"prior JAKi": cells}), AnalysisPlan(stratifier="none")))
    rows = told.set_index("Characteristic").iloc[:, 0]
    assert rows[f"JAKi: {yes}"].startswith("2/4 (50.0") and no not in rows.index


@pytest.mark.parametrize("name", ["既往歴", "基礎疾患", "과거력", "Past medical history", "PMH", "Underlying diseases"])
def test_a_history_that_lists_diseases_counts_each(name: str) -> None:
    """“atopic dermatitis, asthma” was a level beside “atopic dermatitis”, so that 2 of 4 had it where 3 did."""
    cells = ["atopic dermatitis", "atopic dermatitis, asthma", "none", "atopic dermatitis、asthma"]
    result = baseline(cohort_of([[80, 40]] * 4, **{name: cells}), AnalysisPlan(stratifier="none"))
    rows = printable(result).set_index("Characteristic").iloc[:, 0]
    assert rows["Atopic dermatitis"] == "3 (75.0 %)" and rows["Asthma"] == "2 (50.0 %)"
    assert {f.section for f in result.details.facts.values() if f.name.startswith(name)} == {"Comorbidities"}


def test_nothing_is_said_of_p_values_where_nothing_is_split(korea: Cohort) -> None:
    """The method told which tests were made, and a doubt how to read them, beside a table without any."""
    one = baseline(korea, AnalysisPlan(stratifier="none"), p_values=True)
    assert "p-value" not in one.method and "p" not in one.table and not any(c.code == "baseline-p" for c in one.caveats)
    assert "p-values: Welch's" in baseline(korea, SPLIT, p_values=True).method
    whole, split = ({k.key for p in page(korea, plan) if isinstance(p, Choices) for k in p.items} for plan in (ALONE, SPLIT))
    assert "baseline.p_values" in split - whole


def test_grades_are_counted_and_their_mean_is_an_option() -> None:
    """AA-IGA and ClinRO stood there as mean (SD), which another page doubts."""
    grades = [[4.0, 1.0], [4.0, 0.0], [3.0, 2.0], [NAN, 1.0]]
    frames = {
        name: (KNOWN[name], pd.DataFrame(rows, index=[f"p{i}" for i in range(4)], columns=[0, 12]))
        for name, rows in (("AA-IGA", grades), ("DLQI", [[12.0, 3.0]] * 4))
    }
    cohort = cohort_of([[90.0, 10.0], [97.0, 0.0], [60.0, 30.0], [55.0, 15.0]], [0, 12], measures=frames)
    plain = baseline(cohort, ALONE)
    shown = table_one(plain)
    at = list(shown["Characteristic"]).index("Baseline AA-IGA")
    column = shown.columns[1]
    assert list(shown["Characteristic"][at + 1 : at + 6]) == ["0", "1", "2", "3", "4"]
    assert [text.split(" ")[0] for text in shown[column][at + 1 : at + 6]] == ["0/3", "0/3", "0/3", "1/3", "2/3"]
    assert "Baseline DLQI, mean (SD), range" in set(shown["Characteristic"]) and plain.details.graded == ("AA-IGA",)
    assert "number of patients with each" in plain.method
    asked = baseline(cohort, ALONE, grades_as_numbers=True)
    assert "Baseline AA-IGA, mean (SD), range" in set(table_one(asked)["Characteristic"]) and "grade" not in asked.method
    assert "Baseline AA-IGA, median [quartiles]" in set(table_one(asked, ["baseline AA-IGA"])["Characteristic"])
    halves = {"AA-IGA": (KNOWN["AA-IGA"], frames["AA-IGA"][1] / 2)}
    assert baseline(cohort_of([[90.0, 10.0]] * 4, [0, 12], measures=halves), ALONE).details.graded == ()


def test_codes_of_nought_and_one_under_the_name_of_a_kind_are_two_names() -> None:
    """“Ethnicity 19 (47.5 %)” of a file in which ethnicity is 0 or 1; a disease of 0 or 1 is who has it."""
    cohort = cohort_of([[80.0, 40.0]] * 4, [0, 12], ethnicity=[0, 1, 1, 1], asthma=[0, 1, 1, 1])
    told = baseline(cohort, AnalysisPlan(stratifier="none")).table
    counted = {(r["variable"], r["variable_level"]): r["k"] for r in told.to_dict("records")}
    assert (counted["ethnicity", "0"], counted["ethnicity", "1"]) == (1, 3)
    assert [k for (name, _), k in counted.items() if name == "asthma"] == [3]
