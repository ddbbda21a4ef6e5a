"""A text names a substance by its brand and in the languages of the files."""

from __future__ import annotations

import pytest

from aadash import AnalysisPlan, read_cohort
from aadash.analyses.published_rates import published_rates
from aadash.drugs import names_drug
from aadash.evidence import published, usual_drug


@pytest.mark.parametrize(
    ("text", "substance"),
    [
        ("Olumiant 4 mg", "baricitinib"),
        ("바리시티닙 2mg", "baricitinib"),
        ("オルミエント錠4mg", "baricitinib"),
        ("Litfulo", "ritlecitinib"),
        ("Leqselvi 8 mg", "deuruxolitinib"),
        ("위약", "placebo"),
    ],
)
def test_brands_and_other_scripts_name_the_substance(text: str, substance: str) -> None:
    """“70 patients here have another drug recorded (바리시티닙 2mg) than the published rates are of (baricitinib).”"""
    assert names_drug(text, substance)
    assert not any(names_drug(text, other) for other in ("tofacitinib", "upadacitinib"))


def test_a_name_within_another_is_none() -> None:
    assert names_drug("deuruxolitinib", "deuruxolitinib") and not names_drug("deuruxolitinib", "ruxolitinib")


@pytest.mark.parametrize("name", ["Olumiant 4 mg", "바리시티닙 4mg"])
def test_patients_on_the_brand_have_the_drug_of_the_rates(name: str) -> None:
    rows = "\n".join(f"P{i},{name},{60 + i},{30 - i}" for i in range(12))
    cohort = read_cohort(f"ID,Drug,SALT W0,SALT W36\n{rows}".encode(), name="r.csv")
    result = published_rates(cohort, AnalysisPlan(stratifier="none", endpoint="SALT<=20"))
    assert "other-drug" not in {c.code for c in result.caveats}


def test_the_rates_begin_with_the_drug_of_the_cohort() -> None:
    assert usual_drug(published(), "SALT<=20", ["Litfulo 50 mg"]) == "ritlecitinib"
