"""The pages about a session, as values: the cohort in use, the account of its file, the questions asked, the plans kept.

No browser: a test reads their parts, and a document prints them.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from aadash import AnalysisPlan
from aadash.app.session.samples import load_sample
from aadash.axes import change_domain
from aadash.document import Answer, Doubts, Figure, Fold, Grid, KeyNumbers, Panel, Part, Row, Table, Text, Unavailable, walk
from aadash.filters import Filter
from aadash.intake import Decisions, read
from aadash.ledger import Ledger, LedgerEntry
from aadash.report.compose import write
from aadash.report.tables import printable
from aadash.report.webpage import PageWriter
from aadash.scenarios import Scenario
from aadash.views import VIEWS, Held, context_for
from aadash.views.file_account import ACTIONS, button, listed, log_of, refusal, told
from aadash.views.scenarios import mark
from tests.making import asking

ASK = asking()
KOREA = load_sample("korea_2025").cohort
WOMEN = AnalysisPlan(filters=(Filter("sex", ("female",)),))
FILE = b"code,sex,age,salt_w0,salt_w4,salt_w12\n0007,F,30,0,100,10\n0008,M,,60,sixty,50\n0009,F,50,90,80,0\n0010,M,41,30,20,\n"


def of(name: str, held: Held, plan: AnalysisPlan | None = None, **chosen: object) -> list[Part]:
    context = context_for(KOREA, plan or AnalysisPlan(), ASK, held=held, **chosen)
    return list(VIEWS[name].content(context))


def of_file(view: str, decide: str = "") -> list[Part]:
    """The page on the quality of :data:`FILE`, its bad value decided about."""
    decisions = Decisions()
    for problem in read(FILE, name="clinic.csv").open_problems:
        decisions = decisions.decide(problem, decide or "set missing")
    reading = read(FILE, name="clinic.csv", decisions=decisions)
    assert reading.cohort is not None
    held = Held(reading, decisions)
    return list(VIEWS["data_quality"].content(context_for(reading.cohort, AnalysisPlan(), ASK, held=held, **{"view.quality": view})))


def printed(parts: Sequence[Part]) -> str:
    writer = PageWriter()
    write(parts, writer)
    return writer.finish().decode().replace("\u00a0", " ")


def tiles(parts: Sequence[Part]) -> dict[str, tuple[str, str]]:
    (strip,) = [p for p in parts if isinstance(p, KeyNumbers)]
    return {n.label: (n.value, n.under) for n in strip.items}


def texts(parts: Sequence[Part]) -> str:
    return "\n".join(f"{p.text} {p.then}" for p in walk(parts) if isinstance(p, Text))


def test_the_quality_of_a_file_is_counted_by_hand() -> None:
    """Four patients at three visits: one visit blank and one not a number; one age missing."""
    parts = of_file("How complete")
    assert tiles(parts) == {
        "Seen at every visit": ("2/4 (50.0 %)", "patients"),
        "SALT recorded": ("83.3 %", "of 12 visits"),
        "Baseline facts known": ("87.5 %", "of 8 values in 2 columns"),
        "Odd values and doubts": ("3", "1 line in the log"),
    }
    (table,) = [p for p in parts if isinstance(p, Table)]
    assert printable(table.result, None, **table.options).to_numpy().tolist() == [
        ["2/4 (50.0 %)", "●", "●", "●"],
        ["1/4 (25.0 %)", "●", "–", "●"],
        ["1/4 (25.0 %)", "●", "●", "–"],
    ]


def test_baseline_facts_are_from_before_the_first_dose() -> None:
    """An empty cell of adverse events or of the reason for stopping is no unknown baseline fact: sex is known of both patients."""
    file = b"code,sex,AE,reason for stopping,salt_w0,salt_w12\n1,F,acne,,80,40\n2,M,,,60,30\n"
    reading = read(file, name="clinic.csv")
    assert reading.cohort is not None
    parts = list(VIEWS["data_quality"].content(context_for(reading.cohort, AnalysisPlan(), ASK, held=Held(reading, Decisions()))))
    assert tiles(parts)["Baseline facts known"] == ("100.0 %", "of 2 values in 1 column")
    assert "Every baseline fact is known of everyone." in printed(parts)


def test_what_is_odd_stands_with_its_rows_and_what_was_decided() -> None:
    parts = of_file("What is odd")
    said = texts(parts)
    assert "'sixty' where a number belongs (row 3). Set missing." in said and "rises from 0 to 100" in said
    rows = [p.content()[0] for p in parts if isinstance(p, Fold)]
    first = rows[0]
    assert isinstance(first, Grid) and first.frame.loc[3, "salt_w4"] == "sixty" and first.frame.loc[3, "Decided"] == "set missing"
    assert "Leave the patients out" not in said
    assert "Patients left out." in texts(of_file("What is odd", "exclude"))


def test_of_a_line_that_is_no_patient_the_row_is_left_out() -> None:
    """The last line is the mean of the lines above, by hand: 300/5 and 200/5."""
    file = b"code,salt_w0,salt_w12\nP01,80,50\nP02,60,40\nP03,40,30\nP04,100,70\nP05,20,10\n,60,40\n"
    (asked,) = [p for p in read(file, name="clinic.csv").problems if p.code == "summary_row"]
    reading = read(file, name="clinic.csv", decisions=Decisions().decide(asked, "exclude"))
    said = texts(listed(reading, Decisions().decide(asked, "exclude"), reading.problems, "x"))
    assert "Rows left out." in said and "atients left out." not in said
    assert button(asked, "exclude") == "Leave the rows out" and button(asked, "keep") == "Keep"


def test_a_message_calls_what_can_be_decided_as_the_buttons_do() -> None:
    """Of a file whose codes stand twice no word of a file of decisions is left, and the buttons are named."""
    for file in (b"ID,SALT_W0,SALT_W12\n1,80,40\n2,90,50\n2,90,60\n", b"ID,Week,SALT\n1,0,80\n2,0,90\n2,12,50\n2,12,60\n"):
        reading = read(file, name="clinic.csv")
        (asked,) = [p for p in reading.problems if p.level == "error"]
        for said in (told(asked), refusal(reading)):
            assert not any(f'"{word}"' in said for word in ACTIONS)
            assert "“Leave the patients out”" in said and "“They are two people”" in said


def test_a_line_of_the_log_leads_to_its_rows() -> None:
    (log,) = [p for p in of_file("What was changed") if isinstance(p, Grid)]
    assert log.then is not None and log.frame["In the file"].tolist() == ["sixty"]
    (rows,) = log.then(0)
    assert isinstance(rows, Grid) and rows.frame.index.tolist() == [3]
    (lost,) = log.then(7)
    assert isinstance(lost, Text), "a line that is not there any more"


def test_a_document_prints_the_quality_of_a_file() -> None:
    assert "sixty" in printed(of_file("What is odd")) and "sixty" in printed(of_file("What was changed"))
    assert "2/4 (50.0 %)" in printed(of_file("How complete"))


def entry(i: int, p: float, prespecified_at: str = "") -> LedgerEntry:
    return LedgerEntry(
        KOREA.fingerprint[:12], str(i), "SALT75", f"question {i}", "test", 36, "none", "Observed", 10, 0.0, p, "2026", prespecified_at
    )


def test_the_ledger_counts_what_was_asked_of_this_cohort() -> None:
    """Holm by hand: 4 × 0.001 = 0.004, 3 × 0.02 = 0.06, so one is left; Benjamini–Hochberg: 0.02 × 4 / 2 = 0.04, so two."""
    ledger = Ledger((entry(0, 0.001), entry(1, 0.02, "2025"), entry(2, 0.3), entry(3, 0.9)))
    parts = of("ledger", Held(ledger=ledger))
    assert {label: value for label, (value, _) in tiles(parts).items()} == {
        "Questions asked": "4",
        "p ≤ 0.05": "2",
        "Left after Holm": "1",
        "Prespecified": "1",
    }
    assert tiles(parts)["p ≤ 0.05"][1] == "0.2 by chance alone" and tiles(parts)["Left after Holm"][1].startswith("2 after")
    (table,) = [p for p in parts if isinstance(p, Table)]
    assert printable(table.result)["Question"].tolist() == [f"question {i}" for i in (3, 2, 1, 0)]
    assert "question 3" in printed(parts)
    assert not table.result.tests(), "the account of the questions asks no new one"


def test_the_ledger_of_another_cohort_is_empty() -> None:
    parts = of("ledger", Held())
    assert "No question" in texts(parts) and not [p for p in parts if isinstance(p, Table | Figure)]


def test_what_was_seen_already_is_said_before_it_is_prespecified() -> None:
    from aadash import analyses
    from aadash.analyses.ledger_entries import entries

    plan = AnalysisPlan(stratifier="sex", week=36)
    seen = entries(analyses.responders_between(KOREA, plan), None, KOREA.fingerprint, "2026")
    held = Held(ledger=Ledger(tuple(seen)))
    assert "already been shown" in texts(of("ledger", held, plan))
    assert "already been shown" not in texts(of("ledger", held, plan, **{"view.prespecify": "Change in SALT"}))


HELD = Held(scenarios=(Scenario("all", AnalysisPlan(), "1"), Scenario("women", WOMEN, "2"), Scenario("late", AnalysisPlan(), "3")))


@pytest.mark.parametrize(("shown", "kind"), [("Mean", "means"), ("Percent change", "means"), ("Responders", "weeks")])
def test_plans_stand_side_by_side_on_one_scale(shown: str, kind: str) -> None:
    parts = of("scenarios", HELD, **{"view.scenarios": shown})
    figures = [p for p in walk(parts) if isinstance(p, Figure)]
    assert [f.title for f in figures] == ["all", "women", "late"] and {f.kind for f in figures} == {kind}
    assert len({f.name for f in figures}) == 3 and figures[1].result.plan == WOMEN
    assert all(bool(f.keys) == (shown == "Responders") for f in figures), "bars carry no names"
    if shown == "Percent change":
        assert {f.options["whole"] for f in figures} == {change_domain(*(f.result for f in figures))}
    assert [type(p) for p in parts if isinstance(p, Answer | Table | Doubts)] == [Answer, Table, Doubts]
    assert "women" in printed(parts)


def test_a_scenario_that_is_not_marked_is_left_out() -> None:
    parts = of("scenarios", HELD, **{mark(HELD.scenarios[2]): False})
    (table,) = [p for p in parts if isinstance(p, Table)]
    assert set(printable(table.result)["Scenario"]) == {"all", "women"}
    alone = of("scenarios", HELD, **{mark(one): False for one in HELD.scenarios[1:]})
    assert "Mark two" in texts(alone) and not [p for p in alone if isinstance(p, Table | Row)]


def test_a_plan_that_cannot_be_carried_out_says_so_in_its_place() -> None:
    nobody = AnalysisPlan(filters=(Filter("sex", ("nobody",)),))
    held = Held(scenarios=(HELD.scenarios[0], Scenario("nobody", nobody, "4")))
    said = texts(of("scenarios", held))
    assert "nobody: " in said and [p for p in of("scenarios", held) if isinstance(p, Table | Unavailable)]


def test_the_cohort_in_use_says_what_it_holds() -> None:
    parts = of("cohort", Held())
    assert {label: value for label, (value, _) in tiles(parts).items()} == {
        "Patients": "117",
        "Visits": "6",
        "Weeks": "0–36",
        "SALT recorded": "100.0 %",
    }
    (rows,) = [p for p in parts if isinstance(p, Grid)]
    assert len(rows.frame) == 117 and "Week 36" in rows.frame and "sex" in rows.frame
    assert "K001" in printed(parts)


def test_controls_are_named_by_the_module_that_draws_them() -> None:
    """A panel's name begins with its page, where the app looks for it."""
    from importlib import import_module

    from aadash.app.parts.draw import PANELS

    names = {p.name for name in VIEWS for p in walk(of(name, HELD)) if isinstance(p, Panel)}
    names |= {p.name for view in VIEWS.values() for p in view.without if isinstance(p, Panel)}
    assert len(names) > 10
    for name in names:
        import_module(f"aadash.app.panels.{name.split('.')[0]}")
        assert name in PANELS


def test_a_column_that_is_not_used_is_no_cell_that_is_used() -> None:
    """Free text is left out without a line in the log."""
    rows = "".join(f"P{i},{60 + i},{20 + i},came late and was told to come again soon {i}\n" for i in range(12))
    left = log_of(read(("Code,SALT_W0,SALT_W12,Notes\n" + rows).encode(), name="clinic.csv"), "log")
    assert isinstance(left, Text) and left.text.endswith("every cell that is used stands as it is. Not used: “Notes”.")
    plain = "".join(f"P{i},{60 + i},{20 + i}\n" for i in range(12))
    whole = log_of(read(("Code,SALT_W0,SALT_W12\n" + plain).encode(), name="clinic.csv"), "log")
    assert isinstance(whole, Text) and whole.text.endswith("every cell is used as it stands.")
