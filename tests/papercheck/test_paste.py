"""Pasted text: every way of parting cells, three languages, and what nobody should paste."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from aadash.errors import IntakeError
from aadash.papercheck.cells import cell, p_cell, size_of
from aadash.papercheck.check import check
from aadash.papercheck.paste import paper_of_text

ROWS = [("Male", "54 (46.2%)"), ("Female", "63 (53.8%)")]
WAYS = {
    "tabs": "Sex (n = 117)\tn (%)\n" + "\n".join(f"{a}\t{b}" for a, b in ROWS),
    "commas": "Sex (n = 117),n (%)\n" + "\n".join(f"{a},{b}" for a, b in ROWS),
    "quoted": '"Sex (n = 117)","n (%)"\n' + "\n".join(f'"{a}","{b}"' for a, b in ROWS),
    "semicolons": "Sex (n = 117);n (%)\n" + "\n".join(f"{a};{b}" for a, b in ROWS),
    "bars": "| Sex (n = 117) | n (%) |\n" + "\n".join(f"| {a} | {b} |" for a, b in ROWS),
    "gaps of a PDF": "Sex (n = 117)    n (%)\n" + "\n".join(f"{a}      {b}" for a, b in ROWS),
    "one space of a PDF": "Sex (n = 117)\n" + "\n".join(f"{a} {b}" for a, b in ROWS),
    "Windows lines": "Sex (n = 117)\tn (%)\r\n" + "\r\n".join(f"{a}\t{b}" for a, b in ROWS),
}


@pytest.mark.parametrize("text", WAYS.values(), ids=WAYS)
def test_each_way_of_parting_cells(text: str) -> None:
    paper = paper_of_text(text, 117)
    assert [(i.row, i.count, i.percent.text if i.percent else "", i.n) for i in paper.items] == [
        ("Male", 54, "46.2", 117),
        ("Female", 63, "53.8", 117),
    ]
    assert not check(paper).findings


def test_korean_and_japanese_headers() -> None:
    korean = (
        "특성\t전체 (n = 117)\tA군 (n = 83)\tB군 (n = 34)\tp값\n"
        "성별, 명(%)\n남\t54 (46.2)\t41 (49.4)\t13 (38.2)\t0.311\n여\t63 (53.8)\t42 (50.6)\t21 (61.8)\n"
        "나이, 평균±표준편차\t32.3 (10.0)\t32.0 (9.9)\t33.0 (10.4)\n발병 나이, 중앙값(사분위)\t27 (19–35)\t26 (18–34)\t28 (20–36)"
    )
    paper = paper_of_text(korean)
    kinds = {(i.row, i.group): i for i in paper.items}
    assert kinds["남", "A군 (n = 83)"].count == 41 and kinds["남", "A군 (n = 83)"].n == 83
    assert kinds["나이, 평균±표준편차", "전체 (n = 117)"].sd is not None
    assert paper.design.patients == 117 and [n for _, n in paper.design.groups] == [83, 34]
    outcome = check(paper)
    assert not outcome.findings and outcome.passed["Groups against the total"] == 3
    japanese = "項目\t例数(%) n=70\n男性\t２９例 （４１．４％）\n年齢、平均±標準偏差\t38.2±14.1"
    items = paper_of_text(japanese).items
    assert items[0].count == 29 and items[0].percent is not None and items[0].percent.text == "41.4" and items[0].n == 70
    assert items[1].mean is not None and items[1].sd is not None


def test_the_cells() -> None:
    assert cell("54 (47.0)").kind == "share" and cell("54/117 (46.2 %)").n == 117 and cell("54 [47·0%]").kind == "share"
    assert cell("65.23 (35.13)").kind == "mean" and cell("65 (35)", "SALT, mean (SD)").kind == "mean"
    assert cell("27.4 (10.3), 5 to 54").high is not None and cell("27.38±10.32 (5–54)").low is not None
    assert cell("27 (5-54)", "mean (range)").kind == "range" and cell("27 [19, 35]", "median [IQR]").kind == "median"
    assert cell("1,234 (46.2)").count == 1234 and cell("52.0%").kind == "percent" and cell("–").kind == "text"
    assert cell("300 (140)").kind == "text" or cell("300 (140)").kind == "mean"  # no percentage is above 100
    assert p_cell("<0.001") is not None and p_cell("0.34") is not None and p_cell("NS") is None
    assert size_of("Group A (n = 83)") == 83 and size_of("대조군 34명") == 34 and size_of("A") is None


def test_decimal_commas() -> None:
    paper = paper_of_text("Geschlecht (n = 117)\tn (%)\nmännlich\t54 (46,2)\nweiblich\t63 (53,8)")
    assert [i.percent.text for i in paper.items if i.percent] == ["46.2", "53.8"]


def test_counts_and_percentages_in_columns_of_their_own() -> None:
    paper = paper_of_text("Characteristic\tn\t%\nn\t117\nMale\t54\t46.2\nFemale\t63\t(53.8)", 117)
    assert [(i.row, i.count, i.percent.text if i.percent else "", i.group) for i in paper.items] == [
        ("Male", 54, "46.2", ""),
        ("Female", 63, "53.8", ""),
    ]
    two = paper_of_text("Characteristic\tn\t%\tn\t%\nMale\t41\t49.4\t13\t38.2")
    assert [(i.count, i.group) for i in two.items] == [(41, "group 1"), (13, "group 2")]


def test_a_row_of_sizes_gives_the_columns_their_n() -> None:
    paper = paper_of_text("\tAll\tGroup A\tGroup B\nNo. of patients\t117\t83\t34\nMale\t54 (46.2)\t41 (49.4)\t13 (38.2)")
    assert [i.n for i in paper.items] == [117, 83, 34] and paper.design.patients == 117
    assert check(paper).passed["Groups against the total"] == 1


def test_visits_are_not_groups() -> None:
    # 60 = 40 + 20, but the same patients are counted at each visit
    paper = paper_of_text("\tWeek 12 (n = 60)\tWeek 24 (n = 40)\tWeek 36 (n = 20)\nSALT75\t30 (50.0)\t24 (60.0)\t15 (75.0)")
    assert not check(paper).findings


def test_a_plain_number_is_no_count_of_patients() -> None:
    head, sexes = "\tAll (n = 117)\tA (n = 83)\tB (n = 34)\n", "Male\t54 (46.2)\t41 (49.4)\t13 (38.2)"
    paper = paper_of_text(f"{head}Weeks of follow-up\t36\t36\t36\nVisits\t6\t6\t6\n{sexes}")
    assert not check(paper).findings


def test_a_share_of_fewer_than_all_says_of_how_many() -> None:
    found = check(paper_of_text("Sign (n = 117)\tn (%)\nEyebrow loss\t30 (55.6)")).findings
    assert len(found) == 1 and "30/54" in found[0].found and "all but 54" in found[0].explained  # 30/54 = 55.56


def test_what_is_not_understood_is_named() -> None:
    paper = paper_of_text("A (n = 10)\tn (%)\nMale\t5 (50.0)\nOther\tsee text\nScore\t++/--")
    assert len(paper.items) == 1 and "Score" in " ".join(paper.left_out)


HOSTILE = {
    "formula": "=cmd|' /C calc'!A0\t=1+1\n<script>alert(1)</script>\t54 (47.0)",
    "very large": "A (n = 999999999)\tn (%)\nB\t999999999 (100.0)\nC\t1 (0.0)",
    "zero": "A (n = 0)\tn (%)\nB\t0 (0.0)\nC\t1 (50.0)\nD\t0/0 (0.0)",
    "exponents": "A\t1e400 (1e9)\nB\tnan (inf)\nC\t-5 (-3.0)\nD\t5 (50)",
    "bidi": "\u202eA\u202c (n = 10)\t\u200b5 (50.0)\u200b\nB\t5 (50.0)",
    "brackets": "A\t" + "(" * 2000 + "5" + ")" * 2000 + "\nB\t5 (50)",
    "digits": "A\t" + "9" * 5000 + " (47.0)\nB\t5 (50)",
    "spaces": "A" + " " * 9000 + "5 (50.0)\nB\t5 (50)",
    "nothing but signs": "\t\t\t\n||||\n;;;;\n5 (50)\tx\t5 (50)",
    "null": "A\x00\t5 (50)\nB\t5 (50.0)",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_ends_in_findings_or_a_sentence(text: str) -> None:
    try:
        outcome = check(paper_of_text(text, 10, results=text, abstract=text))
    except IntakeError as error:
        assert len(error.paragraph()) > 20
    else:
        assert all(f.found and f.explained for f in outcome.findings)


def test_noise_is_never_a_traceback() -> None:
    rng = random.Random(1)
    signs = [
        *list("0123456789.,;()[]%±-–/<>=|\t\n \"'pnFtχ²"),
        "54 (47.0)",
        "F(1, 697)=36.9, p<0.001",
        "95% CI 1.0 to 2.0",
        "n = 10",
        "Table 1",
    ]
    for _ in range(300):
        text = "".join(rng.choice(signs) for _ in range(rng.randrange(1, 200)))
        try:
            check(paper_of_text(text, rng.choice([None, 0, 1, 10, 10**9]), results=text, abstract=text))
        except IntakeError:
            continue


def test_too_much_text_is_refused() -> None:
    with pytest.raises(IntakeError, match="one table at a time"):
        paper_of_text("a\t5 (50)\n" * 3000)
    with pytest.raises(IntakeError, match="No number"):
        paper_of_text("Dear colleague")


def test_tests_in_the_text() -> None:
    text = (
        "t(115)=2.00, p=0.048. t(115)=2.00, p=0.024. F(2, 50) = 3.0, p = 0.20. Difference 5.0 (95% CI 1.0 to 9.0), p=0.30. "
        "OR 3.00 (95% CI 3.50 to 9.00). χ²(1) = 3.84, p = 0.050. repeated measures ANOVA F(4, 464) = 9.9, p < 0.001."
    )
    outcome = check(paper_of_text("A (n = 117)\t5 (4.3)", results=text, visits=5))
    told = {(f.check, f.certainty) for f in outcome.findings}
    assert told == {
        ("p against its statistic and df", "open"),  # one-sided
        ("p against its statistic and df", "likely"),  # R: pf(3, 2, 50, lower.tail = FALSE) is 0.0588
        ("Interval against p", "likely"),
        ("Estimate inside its interval", "certain"),
    }
    assert outcome.passed["p against its statistic and df"] == 3
    assert outcome.passed["df against the design"] == 4


def test_an_example_of_values_has_none_below_0_where_others_fit() -> None:
    """“-34 × 1, …, 99 × 1” was the example of ages with a mean of 32.35."""
    text = "Table 1\nCharacteristic\tAll (n = 28)\nAge, mean (SD)\t32.35 (18.14)\nChange, mean (SD)\t-4.5 (3.1)"
    found = dict(check(paper_of_text(text, 28, "", Fraction(1), "", "", 2)).examples)
    (ages,) = (values for where, values in found.items() if "Age" in where)
    values = [(int(v), int(k)) for v, k in (one.split(" × ") for one in ages.split(", "))]
    n, total = sum(k for _, k in values), sum(v * k for v, k in values)
    squares = sum(v * v * k for v, k in values)
    assert n == 28 and min(v for v, _ in values) >= 0
    sd = ((squares - total**2 / n) / (n - 1)) ** 0.5
    assert -0.005 <= total / n - 32.35 < 0.01 and -0.005 <= sd - 18.14 < 0.01, "rounded, or cut off"


def test_two_groups_are_all_patients_together() -> None:
    """“An analysis of variance of 44 patients at 5 visits leaves (4, 172)”, of a table of 44 and 16 patients: (1, 58) and (4, 232)."""
    table = "\tGroup A (n = 44)\tGroup B (n = 16)\nMale\t20 (45.5)\t8 (50.0)"
    paper = paper_of_text(table, results="F(1, 697) = 4.5, p = 0.04", visits=5)
    assert (paper.design.patients, sorted(k for _, k in paper.design.groups)) == (60, [16, 44])
    said = next(f.found for f in check(paper).findings if "analysis of variance" in f.found)
    assert "60 patients in 2 groups at 5 visits leaves (1, 58) and (4, 232)" in said
    assert not [
        f for f in check(paper_of_text(table, results="F(4, 232) = 4.5, p = 0.002", visits=5)).findings if "variance" in f.found
    ]


def test_the_mean_of_the_groups_is_that_of_their_printed_means() -> None:
    """(44 × 42.5 + 16 × 38.9)/60 = 41.54, said to “give 41.6”."""
    table = "\tAll (n = 60)\tGroup A (n = 44)\tGroup B (n = 16)\nAge, mean (SD)\t41.8 (9.0)\t42.5 (9.0)\t38.9 (9.0)"
    assert any("give 41.5 for all, but 41.8 is printed" in f.found for f in check(paper_of_text(table)).findings)


def test_what_only_the_range_forbids_is_said_with_the_range() -> None:
    """12 × 0, 21 × 11 and 11 × 27 have a mean of 12.0 and an SD of 9.91: it is the range 10 to 14 that 9.9 does not go with."""
    table = "\tAll (n = 44)\nDLQI, mean (SD), range\t12.0 (9.9), 10 to 14"
    found = [f.found for f in check(paper_of_text(table, step=Fraction(1))).findings]
    assert found and not any("No 44 values recorded in whole numbers have both" in text for text in found)
