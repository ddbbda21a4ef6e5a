"""What hospitals sent, side by side."""

from __future__ import annotations

from aadash.plan import AnalysisPlan
from aadash.summaries import answer, pooled, summarise
from aadash.summaries.centres import beside, codes
from tests.making import NAN, cohort_of

ONE = cohort_of([[50.5, 10.0], [60.5, NAN], [NAN, 3.0]], [0, 12], sex=["f", "m", "f"])
OTHER = cohort_of([[40.0, 10.0], [40.0, 8.0]], [0, 12], sex=["F", "M"], drug=["a", "b"])


def test_by_hand() -> None:
    """50.5 and 60.5: mean 55.5, SD 7.07; three patients at two visits, two of the six not made; two of three seen at week 12."""
    sums = [summarise(c, AnalysisPlan(), centre=name, minimum=1) for c, name in ((ONE, "A"), (OTHER, "B"))]
    first, second = beside(sums).to_dict("records")
    assert first["Baseline SALT, mean (SD)"] == "55.5 (7.1)"
    assert first["Visits missed"].startswith("33")
    assert first["Seen at week 12"].startswith("2/3")
    assert second["Baseline SALT, mean (SD)"] == "40.0 (0.0)"
    assert second["Left out of its file"] == "nothing"


def test_codes_that_differ() -> None:
    sums = [summarise(c, AnalysisPlan(), centre=name, minimum=1) for c, name in ((ONE, "A"), (OTHER, "B"))]
    found = codes(sums).set_index("Column").to_dict("index")
    assert found == {"sex": {"A": "f, m", "B": "F, M"}, "drug": {"A": "not counted", "B": "a, b"}}
    women = summarise(cohort_of([[50.5, 10.0]], [0, 12], sex=["f"]), AnalysisPlan(), centre="C", minimum=1)
    assert codes([sums[0], women]).empty, "no man came to C: no difference in how sex is written"


def test_what_was_suppressed_shows_nothing() -> None:
    small = beside([summarise(ONE, AnalysisPlan(), centre="A", minimum=5)]).to_dict("records")[0]
    assert small["Baseline SALT, mean (SD)"] == small["Visits missed"] == "–"
    assert small["Left out of its file"].endswith(" things")


def test_one_hospital_is_not_to_be_compared() -> None:
    sums = [summarise(c, AnalysisPlan(), centre=name, minimum=1) for c, name in ((ONE, "A"), (OTHER, "B"))]
    plan = AnalysisPlan(stratifier="none")
    of_one, of_both = (answer(pooled(some), "salt_over_time", plan).caveats for some in (sums[:1], sums))
    assert [c.advice for c in of_one if c.code == "from-sums"] == ["A mistake in the file cannot be seen in its sums."]
    assert [c.advice.split(";")[0] for c in of_both if c.code == "from-sums"] == ["Compare centres first"]
