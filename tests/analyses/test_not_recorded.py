"""A score that is missing at a visit which took place is said to be missing, not the visit."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from aadash import AnalysisPlan, analyses, read_cohort
from aadash.analyses.not_recorded import reason_without
from aadash.charts import chart
from aadash.cohort import Cohort
from aadash.document import Figure, KeyNumbers, Text, walk
from aadash.errors import AadashError
from aadash.lessons import LESSONS
from aadash.measures import KNOWN
from aadash.report.tables import printable
from aadash.result import Result
from aadash.views import VIEWS, context_for, headlines
from aadash.views.prose import plan_note
from tests.making import NAN, asking, cohort_of

PAGES = ("missing_visits", "baseline", "data_quality")
PLAN = AnalysisPlan(stratifier="sex", measure="DLQI", week=24)


def clinic(missing: float = 0.3) -> Cohort:
    """Everybody came to every visit and has a SALT of it; the DLQI was often not asked."""
    rng = np.random.default_rng(3)
    salt = np.clip(np.round(rng.normal(70, 15, (40, 4)) - 12 * np.arange(4)), 1, 100)
    dlqi = np.clip(np.round(rng.normal(14, 5, (40, 4)) - 2 * np.arange(4)), 1, 30)
    dlqi[:, 1:][rng.random((40, 3)) < missing] = NAN
    base = cohort_of(salt.tolist(), [0, 8, 12, 24], sex=["f", "m"] * 20, roles={"sex": "sex"})
    frame = pd.DataFrame(dlqi, index=base.salt.index, columns=[0, 8, 12, 24])
    return Cohort(base.patients, base.salt, "clinic", {"sex": "sex"}, measures={"DLQI": (KNOWN["DLQI"], frame)})


def _said(cohort: Cohort, plan: AnalysisPlan, page: str) -> list[str]:
    """The words of a page: heads, tiles, captions, heads of tables, sentences, doubts."""
    out: list[str] = []
    for part in walk(VIEWS[page].content(context_for(cohort, plan, asking())), folds=True):
        out.append(str(getattr(part, "title", "")))
        out.append(str(getattr(part, "label", "")))
        if isinstance(part, Text):
            out.append(part.text)
        if isinstance(part, KeyNumbers):
            out += [text for one in part.items for text in (one.label, one.under)]
        if isinstance(part, Figure):
            made = chart(part.result, part.kind, **part.options)
            out += [made.alt, made.caption, str(made.spec), *(str(v) for f in made.data.values() for c in f for v in f[c])]
        result = getattr(part, "result", None)
        if isinstance(result, Result):
            out += [result.sentence, result.accounting.sentence(), *([] if result.analysis == "estimand" else [result.method])]
            out += [text for c in result.caveats for text in (c.text, c.advice)]
            out += [str(head) for head in printable(result, getattr(part, "rows", None)).columns] if hasattr(part, "rows") else []
    return [text for text in out if text]


@pytest.mark.parametrize("page", PAGES)
def test_nobody_who_came_is_said_not_to_have_been_seen(page: str) -> None:
    """“Patients not seen, by week”, “Visits made 70 %”, “week 24: 26 seen” stood over patients who came to every visit."""
    wrong = (
        "not seen",
        "seen at",
        "Seen",
        "seen later",
        " seen",
        "not made",
        "visits made",
        "Visits made",
        "did not come",
        "who left",
    )
    texts = _said(clinic(), PLAN, page)
    assert not [t for t in texts for w in wrong if w in re.sub("(what was|had been|what is|have been) seen", "", t)]
    assert any("DLQI" in t for t in texts)


def test_of_salt_it_is_visits_that_were_made() -> None:
    salt = " ".join(_said(clinic(), PLAN.replace(measure=None), "baseline"))
    assert "Who was seen when" in salt and ": 20 seen" in salt and "with SALT" not in salt


def test_the_numbers_are_those_of_the_score() -> None:
    cohort = clinic()
    seen = ~np.isnan(cohort.analysing("DLQI").values)
    found = analyses.missingness(cohort, PLAN)
    parts = VIEWS["missing_visits"].content(context_for(cohort, PLAN, asking()))
    tiles = next(p.items for p in parts if isinstance(p, KeyNumbers))
    assert [(k.label, k.under) for k in tiles] == [
        ("DLQI recorded", f"{seen.sum()}/{seen.size}"),
        ("DLQI at every visit", f"{seen.all(axis=1).sum()}/40"),
        ("DLQI at week 24", f"{seen[:, -1].sum()}/40"),
    ]
    assert found.question == "Of whom is DLQI missing, and were they doing worse?"
    assert found.apart and not analyses.missingness(cohort, PLAN.replace(measure=None)).apart


@pytest.mark.parametrize("rule", ["observed", "complete", "nri", "locf", "mixed"])
def test_no_answer_counts_visits_that_were_made_as_missed(rule: str) -> None:
    cohort = clinic()
    for name in ("time_to_response", "sustained_response", "salt_over_time", "mixed_anova", "responders_between", "between_strata"):
        try:
            result = getattr(analyses, name)(cohort, PLAN.replace(missing=rule))
        except AadashError:
            continue
        said = " ".join([result.accounting.sentence(), *(c.text for c in result.caveats), *(c.advice for c in result.caveats)])
        for wrong in ("no visit", "missing visits of", "missing visits at", "a missing visit", "lose patients", "were not seen"):
            assert wrong not in said, f"{name}, {rule}: {said}"


@pytest.mark.parametrize(
    ("of_visits", "of_score"),
    [
        ("with no visit at all", "without any DLQI"),
        ("without any visit", "without any DLQI"),
        ("with no visit after baseline", "without DLQI after baseline"),
        ("with no visit after baseline up to week 24", "without DLQI after baseline up to week 24"),
        ("with no visit at week 24", "without DLQI at week 24"),
        ("seen at week 24 but not at every visit", "with DLQI at week 24 but not at every visit"),
        ("with a missing visit", "without DLQI at one of the visits"),
        ("without a baseline DLQI", "without a baseline DLQI"),
    ],
)
def test_a_reason_of_visits_is_one_of_the_score(of_visits: str, of_score: str) -> None:
    assert reason_without(of_visits, "DLQI") == of_score


def salt_unrecorded() -> Cohort:
    """By hand: 40 who came to week 24 and answered the DLQI; ten have no SALT of it, and ten of them do not come."""
    salt = [[90.0, 70.0, 60.0]] * 10 + [[80.0, 60.0, 10.0]] * 10 + [[90.0, 60.0, NAN]] * 20
    base = cohort_of(salt, [0, 12, 24], sex=["f", "m"] * 20, roles={"sex": "sex"})
    dlqi = pd.DataFrame([[15.0, 12.0, 9.0]] * 30 + [[15.0, 12.0, NAN]] * 10, index=base.salt.index, columns=[0, 12, 24])
    return Cohort(base.patients, base.salt, "clinic", {"sex": "sex"}, measures={"DLQI": (KNOWN["DLQI"], dlqi)})


def test_who_came_without_the_score_has_not_left() -> None:
    """“35.2 % have responded before leaving and 20.4 % have left first” was said where everybody came to the last visit and only the
    SALT was not recorded of some. By hand: ten of 40 respond at week 24, ten are gone after week 12, ten came."""
    cohort, plan = salt_unrecorded(), AnalysisPlan(stratifier="none", endpoint="SALT<=20", week=24)
    found = analyses.competing_discontinuation(cohort, plan)
    summary = found.rows(variable_level="summary").iloc[0]
    assert (summary["k"], summary["left_k"], summary["n"]) == (10, 10, 40)
    everyone = Cohort(
        cohort.patients, cohort.salt, "clinic", {}, measures={"DLQI": (KNOWN["DLQI"], cohort.measures["DLQI"][1].fillna(9.0))}
    )
    with pytest.raises(AadashError, match="Nobody left before responding"):
        analyses.competing_discontinuation(everyone, plan)


def test_pages_of_courses_and_plans_say_that_the_score_is_missing() -> None:
    """“Not seen” 13, “of those seen”, “Of 41 patients seen at week 24” and “if 76 % come to week 24 as here” spoke of who came."""
    cohort, plan = salt_unrecorded(), AnalysisPlan(stratifier="none", endpoint="SALT<=20", week=24)
    course = analyses.salt_over_time(cohort, plan)
    shown = printable(course, course.rows(variable="salt"))
    assert [*shown["Without SALT"]] == [0, 0, 20] and "Not seen" not in shown
    assert headlines.course(course, 24) == "By week 24, mean SALT of those with SALT goes from 87.5 to 35.0"
    flow = analyses.severity_flow(cohort, plan)
    assert flow.sentence.startswith("Of 20 patients with SALT at baseline and at week 24, 10/20")
    assert not re.search("seen|missed", " ".join([flow.method, *(chart(flow, kind).caption for kind in ("flow", "bands"))]))
    assert "enrolled if 50 % have SALT recorded at week 24 as here" in analyses.planning(cohort, plan).sentence


def test_who_has_another_score_at_a_later_visit_has_not_left() -> None:
    """Of 14 without CK at week 24, 12 have SALT at weeks 36 and 52: “the last CK of those who left”."""
    rows = [f"P{i},90,50,40,{30 + i},100,{90 + i},{'' if i % 2 else 80 + i}" for i in range(12)]
    cohort = read_cohort(("ID,SALT W0,SALT W12,SALT W36,SALT W52,CK W0,CK W12,CK W24\n" + "\n".join(rows)).encode(), name="r.csv")
    plan = AnalysisPlan(stratifier="none", measure="CK")
    result = analyses.missingness(cohort, plan)
    assert result.apart and "left" not in result.sentence


@pytest.mark.parametrize("rule", ["observed", "complete", "nri", "locf", "mixed"])
def test_methods_and_captions_hold_where_only_the_score_is_missing(rule: str) -> None:
    """“Censored at their last visit after baseline”, “a line per patient to the last visit made”, “of the visits made” and “at most 40
    seen at a visit” were said of patients who came to every visit and of whom the DLQI is missing."""
    cohort, plan = clinic(), PLAN.replace(missing=rule)
    asked = ("time_to_response", "sustained_response", "course_types", "salt_over_time", "change_from_baseline", "between_strata")
    for name in (*asked, "mixed_anova", "planning"):
        try:
            result = getattr(analyses, name)(cohort, plan)
        except AadashError:
            continue
        said = [result.method, result.sentence, plan_note(result, 40), *(text for c in result.caveats for text in (c.text, c.advice))]
        said += [chart(result, "swimmer").caption] if name == "sustained_response" else []
        wrong = "visits? (that was |that were |they |not )?made|last visit|with every visit|every visit that|not seen|seen (then|at)"
        assert not [t for t in said if re.search(wrong, t)], f"{name}, {rule}"


def test_the_missing_page_and_its_lesson_ask_for_scores() -> None:
    """“Who was not seen” headed a page of patients who all came."""
    assert VIEWS["missing_visits"].question == "Whose scores are missing, and were they doing worse?"
    told = LESSONS["missing"].make(context_for(clinic(), PLAN, asking()))
    assert "patients with a score" in told.question and "seen" not in told.question
