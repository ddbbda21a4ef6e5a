"""Sums of another measure than SALT, split by SALT: the cut of the one is not said of the other."""

from __future__ import annotations

from aadash import read_cohort
from aadash.analyses import REGISTRY
from aadash.plan import AnalysisPlan
from aadash.summaries import answers, from_json, summarise, to_json

FILE = "id,sex,SALT_0,AA-IGA_0,SALT_12,AA-IGA_12\n" + "\n".join(
    f"P{i},{'FM'[i % 2]},{50 + i},{2 + i % 3},{50 - 2 * i},{(i % 5)}" for i in range(20)
)


def test_a_cut_beyond_the_scale_is_not_said() -> None:
    """AA-IGA runs from 0 to 4; 19 of the 20 begin above SALT 50, and nobody can begin above an AA-IGA of 50."""
    cohort = read_cohort(FILE.encode(), name="iga.csv")
    plan = AnalysisPlan(measure="AA-IGA", stratifier="severity", endpoint="AA-IGA <=1+2")
    sums = from_json(to_json(summarise(cohort, plan, minimum=1)))
    assert "baseline SALT above 50 in 19/20" in REGISTRY["baseline"].function(cohort, plan).sentence
    found = answers(sums, plan).results["baseline"]
    assert "20 patients" in found.sentence and "above 50" not in found.sentence
    assert "severity_band" not in set(found.table["variable"])
