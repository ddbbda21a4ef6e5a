"""A score whose better end nobody said is answered with that doubt, from the file to the figure."""

from __future__ import annotations

from aadash.analyses.registry import answers
from aadash.charts import chart
from aadash.intake import ColumnMapping, MeasureScale, Reading, read
from aadash.plan import AnalysisPlan

FILE = "ID,SALT_W0,SALT_W12,Wellbeing W0,Wellbeing W12\n" + "".join(
    f"P{i},{80 + i},{20 + 2 * i},{40 + i},{70 + i * i}\n" for i in range(5)
)
PLAN = AnalysisPlan(measure="Wellbeing")


def reading(**said: MeasureScale) -> Reading:
    return read(FILE, mapping=ColumnMapping(measures=said))


def test_a_direction_that_nobody_said_is_told_by_the_file_and_by_each_answer() -> None:
    found = reading()
    (note,) = (p for p in found.problems if p.code == "direction_assumed")
    assert "Wellbeing" in note.message and note.column.startswith("Wellbeing")
    results = answers(found.cohort, PLAN, ("core", "further", "subgroups")).results
    doubted = {name.split(":")[0] for name, r in results.items() if any(c.code == "direction-assumed" for c in r.caveats)}
    assert {"salt_over_time", "responders", "change_from_baseline", "two_measures"} <= doubted
    assert not doubted & {"baseline", "participants"}
    assert "Better is taken to be" in chart(results["two_measures"], "scatter").caption


def test_it_is_told_of_the_second_measure_too() -> None:
    two = answers(reading().cohort, AnalysisPlan(), ("further",)).results["two_measures"]
    assert [c.text for c in two.caveats if c.code == "direction-assumed" and "Wellbeing" in c.text]


def test_what_was_said_is_no_longer_doubted() -> None:
    found = reading(Wellbeing=MeasureScale(0, 100, "higher"))
    assert not any(p.code == "direction_assumed" for p in found.problems)
    results = answers(found.cohort, PLAN, ("core", "further")).results
    assert not any(c.code == "direction-assumed" for r in results.values() for c in r.caveats)
    assert "Better is right and down." in chart(results["two_measures"], "scatter").caption
