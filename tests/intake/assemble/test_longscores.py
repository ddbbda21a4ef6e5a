"""Other scores in files with one row per visit become measures, each with its own visits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aadash.errors import IntakeError
from aadash.intake import ColumnMapping, MeasureScale, read
from aadash.measure import Measure
from aadash.measures import KNOWN


def test_columns_beside_salt() -> None:
    cells = [(i, w, 80 - w - i, "" if w == 12 else 20 - w // 3 - i, 3 - w // 12) for i in range(5) for w in (0, 12, 24)]
    rows = "".join(f"P{i},F,W{w},{salt},{dlqi},{brow}\n" for i, w, salt, dlqi, brow in cells)
    cohort = read("ID,Sex,Visit,SALT,DLQI,Eyebrow\n" + rows).cohort
    assert cohort is not None and set(cohort.measures) == {"Eyebrow ClinRO", "DLQI"}
    dlqi = cohort.measures["DLQI"][1]
    assert list(dlqi.columns) == [0, 24] and dlqi[24].tolist() == [12.0 - i for i in range(5)]
    assert "DLQI" not in cohort.patients
    assert cohort.measures["Eyebrow ClinRO"][1].loc["P0"].tolist() == [3.0, 2.0, 1.0]


def test_a_score_whose_baseline_is_a_fact_too_is_not_said_to_be_none() -> None:
    """“Not as a baseline fact” stood over “its value at baseline is used” of the same column."""
    rows = "".join(f"P{i},W{w},{80 - w - i},{20 - w - i},{3 - w // 4}\n" for i in range(5) for w in (0, 4, 8))
    reading = read("ID,Visit,SALT,DLQI,Eyebrow\n" + rows)
    told = [p.message for p in reading.problems]
    brow = [m for m in told if "Eyebrow" in m]
    assert any("its value at baseline is used" in m for m in brow)
    assert any("kept as a measure of its own." in m for m in brow) and not any("not as a baseline fact" in m for m in brow)
    assert any("DLQI" in m and "its own, not as a baseline fact." in m for m in told)


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


@pytest.mark.parametrize(
    ("columns", "score", "domain"),
    [
        ("PASI_W0,PASI_W12", "PASI", (0, 72)),
        ("baseline PASI,12w PASI", "PASI", (0, 72)),
        ("Itch VAS W0,Itch VAS W12", "Itch VAS", (0, 10)),
        ("BDI_W0,BDI_W12", "BDI", (0, 100)),
    ],
)
def test_columns_of_another_score_are_never_read_as_salt(columns: str, score: str, domain: tuple[float, float]) -> None:
    rows = "".join(f"P{i},{9 - i},{4 - i / 2}\n" for i in range(5))
    reading = read(f"ID,{columns}\n{rows}")
    assert reading.cohort is not None and not reading.cohort.measures
    assert (reading.cohort.score, reading.cohort.measure.domain) == (score, domain)
    assert any(p.code == "score" for p in reading.problems)


DENSITY = "ID,Sex,Density_W0,Density_W12,Pain_W0,Pain_W12\n" + "".join(
    f"P{i},f,{90 + i},{150 + 20 * i},{8 - i},{4 - i}\n" for i in range(4)
)


def test_a_measure_that_nobody_knows_takes_the_range_that_the_user_sets() -> None:
    before = read(DENSITY)
    assert before.draft is not None and (before.draft.score, before.draft.measure.domain) == ("Density", (0, 100))
    assert {p.code for p in before.open_problems} == {"out_of_range"}  # 150 hairs are no score from 0 to 100
    mapping = ColumnMapping(
        score="Hair density",
        measures={
            "Hair density": MeasureScale(0, 400, "higher", "hairs/cm²"),
            "Pain VAS": MeasureScale(0, 20, name="Pain at night"),
        },
    )
    for said in (mapping, ColumnMapping.from_json(mapping.to_json())):
        reading = read(DENSITY, mapping=said)
        assert reading.cohort is not None and not reading.open_problems
        assert reading.cohort.measure == Measure("Hair density", 0, 400, "higher", "hairs/cm²")
        assert reading.cohort.salt[12].tolist() == [150, 170, 190, 210]
        measure, frame = reading.cohort.measures["Pain at night"]
        assert set(reading.cohort.measures) == {"Pain at night"} and frame[12].tolist() == [4, 3, 2, 1]
        assert (measure.name, measure.high, measure.endpoints) == ("Pain at night", 20, Measure.endpoints)
    again = read(DENSITY, mapping=reading.mapping)  # what the screen saves is read as it was
    assert again.cohort is not None and again.cohort.fingerprint == reading.cohort.fingerprint


def test_a_known_measure_keeps_its_cut_while_its_range_stays() -> None:
    dlqi = KNOWN["DLQI"]
    assert MeasureScale(0, 30, unit="steps").of(dlqi) == replace(dlqi, unit="steps")
    assert MeasureScale(0, 60).of(dlqi).cut is None and MeasureScale(0, 30, "higher").of(dlqi).endpoints == Measure.endpoints


def test_two_measures_never_share_a_name() -> None:
    reading = read(DENSITY, mapping=ColumnMapping(measures={"Pain VAS": MeasureScale(0, 10, name="Density")}))
    assert reading.draft is not None and set(reading.draft.measures) == {"Pain VAS"}
    assert any("cannot both be called Density" in p.message for p in reading.problems)


@pytest.mark.parametrize(
    "broken", ['{"low": 5, "high": 5}', '{"low": 0, "high": 9, "better": "down"}', '{"low": 0, "high": 1e999}', '"x"']
)
def test_a_broken_range_in_a_saved_mapping_is_refused(broken: str) -> None:
    with pytest.raises(IntakeError):
        ColumnMapping.from_json(f'{{"aadash_mapping": 1, "measures": {{"Density": {broken}}}}}')
