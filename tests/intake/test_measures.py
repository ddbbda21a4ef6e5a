"""Other scores in files with one row per visit become measures, each with its own visits."""

from __future__ import annotations

import pytest

from aadash.intake import read


def test_columns_beside_salt() -> None:
    cells = [(i, w, 80 - w - i, "" if w == 12 else 20 - w // 3 - i, 3 - w // 12) for i in range(5) for w in (0, 12, 24)]
    rows = "".join(f"P{i},F,W{w},{salt},{dlqi},{brow}\n" for i, w, salt, dlqi, brow in cells)
    cohort = read("ID,Sex,Visit,SALT,DLQI,Eyebrow\n" + rows).cohort
    assert cohort is not None and set(cohort.measures) == {"Eyebrow ClinRO", "DLQI"}
    dlqi = cohort.measures["DLQI"][1]
    assert list(dlqi.columns) == [0, 24] and dlqi[24].tolist() == [12.0 - i for i in range(5)]
    assert "DLQI" not in cohort.patients
    assert cohort.measures["Eyebrow ClinRO"][1].loc["P0"].tolist() == [3.0, 2.0, 1.0]


def test_parameters_beside_salt() -> None:
    cells = [(i, w) for i in range(4) for w in (0, 12)]
    rows = "".join(
        f"P{i},Week {w},SALT,{80 - w - i}\nP{i},Week {w},DLQI,{20 - w - i}\nP{i},Week {w},Itch VAS,{5 - i}\n" for i, w in cells
    )
    reading = read("USUBJID,AVISIT,PARAM,AVAL\n" + rows.replace("Week 0", "Baseline"))
    assert reading.cohort is not None
    assert reading.cohort.salt[12].tolist() == [68.0 - i for i in range(4)]
    assert reading.cohort.measures["DLQI"][1][12].tolist() == [8.0 - i for i in range(4)]
    assert reading.cohort.measures["Itch VAS"][1][0].tolist() == [5.0 - i for i in range(4)]


@pytest.mark.parametrize(("header", "score"), [("EASI score", "EASI"), ("EASI", "EASI"), ("DLQI total", "DLQI"), ("PASI", "PASI")])
def test_another_score_alone_is_named_as_what_it_is(header: str, score: str) -> None:
    rows = "".join(f"P{i},Baseline,{22 - i}\nP{i},Week 4,{12 - i}\n" for i in range(5))
    reading = read(f"ID,Visit,{header}\n{rows}")
    assert reading.draft is not None and reading.draft.score == score
    assert any(p.code == "score" and p.level == "warning" for p in reading.problems)


def test_a_measure_outside_its_range_is_asked() -> None:
    rows = "".join(f"P{i},{80 + i},{20 + i},{10 + i},{45 if i == 2 else i}\n" for i in range(5))
    text = f"ID,SALT_W0,SALT_W12,DLQI W0,DLQI W12\n{rows}"
    reading = read(text)
    assert [(p.code, p.column) for p in reading.open_problems] == [("measure_range", "DLQI W0")]
    assert reading.draft is not None
    assert reading.draft.measures["DLQI"][1].loc["P2"].isna().tolist() == [False, True]


def test_a_visual_analogue_scale_in_millimetres() -> None:
    text = "ID,SALT_W0,SALT_W12,VAS W0,VAS W12\n" + "".join(f"P{i},{80 + i},{20 + i},{70 + i},{30 + i}\n" for i in range(5))
    cohort = read(text).cohort
    assert cohort is not None and cohort.measures["VAS"][0].high == 100.0
