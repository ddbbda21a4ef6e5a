"""The model plan: round trips, broken entries that say so, the prespecified set, and what a cohort lacks."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aadash.candidates import candidates, default_reference, four_years, many_numbers, title, unit
from aadash.errors import PlanError
from aadash.filters import BASELINE
from aadash.model_plan import CRITERIA, ESTIMATORS, MISSING_PREDICTORS, OUTCOMES, ModelPlan, Predictor
from tests.making import cohort_of, cohorts

finite = st.floats(allow_nan=False, allow_infinity=False)
positive = st.floats(min_value=1e-6, max_value=1e6)
predictors = st.builds(Predictor, st.text(max_size=8), st.none() | st.text(max_size=5), st.none() | finite, positive)
models = st.builds(
    ModelPlan,
    outcome=st.sampled_from(sorted(OUTCOMES)),
    predictors=st.lists(predictors, max_size=4, unique_by=lambda p: p.column).map(tuple),
    estimator=st.sampled_from(sorted(ESTIMATORS)),
    missing=st.sampled_from(sorted(MISSING_PREDICTORS)),
    imputations=st.integers(2, 200),
    criterion=st.sampled_from(sorted(CRITERIA)),
    resamples=st.integers(20, 5000),
    seed=st.integers(0, 2**32 - 1),
)

COHORT = cohort_of(
    [[100.0, 10.0], [60.0, 50.0], [97.0, 90.0]],
    sex=["m", "f", "f"],
    kind=["b", "a", None],
    age=[30, 40, 50],
    months=[10.0, 60.0, None],
    same=["x", "x", "x"],
    event=["acne", None, "none"],
    roles={"sex": "sex", "age": "age", "duration": "months", "subtype": "kind", "adverse_event": "event"},
)


@given(models)
def test_json_gives_back_the_same_model(model: ModelPlan) -> None:
    assert ModelPlan.from_json(model.to_json()) == (model, [])
    assert ModelPlan.from_dict(model.to_dict()) == (model, [])


def test_the_text_holds_only_what_was_chosen() -> None:
    assert ModelPlan().to_json() == "{}"
    model = ModelPlan(outcome="salt", predictors=(Predictor("sex"), Predictor("age", per=10.0), Predictor("d", cut=4.0)))
    assert model.to_json() == (
        '{"outcome":"salt","predictors":[{"column":"sex"},{"column":"age","per":10.0},{"column":"d","cut":4.0}]}'
    )
    assert hash(model) == hash(ModelPlan.from_json(model.to_json())[0])
    with pytest.raises(FrozenInstanceError):
        model.outcome = "response"  # type: ignore[misc]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([f.name for f in fields(ModelPlan)]) | st.text(max_size=8), json_values, max_size=5))
def test_any_entries_give_a_model_and_a_note_for_each_that_was_not_used(data: dict) -> None:
    model, notes = ModelPlan.from_dict(data)
    used = 0
    for key, raw in data.items():
        alone, said = ModelPlan.from_dict({key: raw})
        used += not said
        if key in {f.name for f in fields(ModelPlan)}:
            assert getattr(model, key) == getattr(alone, key)
            if said:
                assert getattr(model, key) == getattr(ModelPlan(), key)
    assert len(notes) == len(data) - used


@pytest.mark.parametrize("text", ["", "[1]", "nonsense", "{" * 5000])
def test_text_that_is_no_model(text: str) -> None:
    with pytest.raises(PlanError, match="The model is not"):
        ModelPlan.from_json(text)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"predictors": "sex"}, "a list of predictors"),
        ({"predictors": [{"cut": 4}]}, "an object with 'column'"),
        ({"predictors": [{"column": "a", "cut": "nan"}]}, "an object with 'column'"),
        ({"predictors": [{"column": "a", "per": 0}]}, "above 0"),
        ({"predictors": ["a", "a"]}, "each column once"),
        ({"imputations": 1}, "from 2 to 200"),
        ({"seed": 1.5}, "whole number"),
        ({"outcome": "cure"}, "one of response"),
    ],
)
def test_broken_entries_say_what_is_expected(data: dict, words: str) -> None:
    model, notes = ModelPlan.from_dict(data)
    assert model == ModelPlan() and len(notes) == 1 and words in notes[0]


def test_prespecified_takes_the_tohoku_predictors_that_are_there() -> None:
    assert ModelPlan.prespecified(COHORT).predictors == (
        Predictor("subtype"),
        Predictor("sex"),
        Predictor("age", per=10.0),
        Predictor("duration", cut=48.0),
        Predictor(BASELINE, cut=95.0),
    )
    assert ModelPlan.prespecified(cohort_of([[50.0, 1.0]])).predictors == (Predictor(BASELINE, cut=95.0),)


def test_four_years_in_the_unit_of_the_name() -> None:
    assert [four_years(n) for n in ("disease_duration_years", "Duration (months)", "dur_mo", "AA Duration (y)", "duration")] == [
        4,
        48,
        None,
        4,
        None,
    ]
    assert [unit(COHORT, c) for c in ("duration", "age", "sex")] == ["months", "years", ""]


@given(cohorts())
def test_what_is_prespecified_fits_its_cohort(cohort) -> None:  # type: ignore[no-untyped-def]
    model = ModelPlan.prespecified(cohort)
    assert model.resolved_for(cohort) == (model, [])


def test_fitting_takes_out_what_is_not_there_and_says_so() -> None:
    model = ModelPlan(
        predictors=(
            Predictor("sex", reference="x"),
            Predictor("sex2"),
            Predictor("kind", cut=3.0),
            Predictor("age", reference="30"),
            Predictor("duration", reference="<=", cut=48.0),
        )
    )
    fitted, notes = model.resolved_for(COHORT)
    assert fitted.predictors == (
        Predictor("sex"),
        Predictor("kind"),
        Predictor("age"),
        Predictor("duration", reference="<=", cut=48.0),
    )
    assert len(notes) == 4 and all(any(name in note for note in notes) for name in ("'sex'", "'sex2'", "'kind'", "'age'"))


def test_reference_reads_as_without() -> None:
    assert default_reference(["yes", "no"]) == "no"
    assert default_reference(["Female", "Male"]) == "Male"
    assert default_reference(["b", "a"]) == "b"


def test_candidates_vary_are_known_before_the_first_dose_and_have_names() -> None:
    assert candidates(COHORT) == {
        "subtype": "AA subtype",
        "sex": "Sex",
        "age": "Age",
        "duration": "Disease duration",
        BASELINE: "Baseline SALT",
    }
    assert title(COHORT, "months") == "Disease duration"
    many = cohort_of([[50.0, 1.0]] * 14, code=[f"c{i}" for i in range(14)], a_b=list(range(14)))
    assert candidates(many) == {"a_b": "a b"}


def test_what_was_known_only_after_the_first_dose_is_no_predictor() -> None:
    cohort = cohort_of(
        [[50.0, 10.0], [60.0, 9.0]],
        sex=["f", "m"],
        brows=[0, 3],
        LASTVAL=[10.0, 9.0],
        roles={"sex": "sex", "eyebrow": "brows"},
        after_baseline=("LASTVAL", "brows"),
    )
    assert set(candidates(cohort)) == {"sex", "baseline_salt"}
    assert {p.column for p in ModelPlan.prespecified(cohort).predictors} == {"sex", "baseline_salt"}
    asked = ModelPlan(predictors=(Predictor("sex"), Predictor("LASTVAL")))
    kept, notes = asked.resolved_for(cohort)
    assert kept.predictors == (Predictor("sex"),)
    assert notes == ["The column 'LASTVAL' was known only after the first dose; the predictor is left out."]


def test_numbers_that_are_names_have_levels_in_a_model() -> None:
    n = 30
    one = cohort_of(
        [[60.0, 20.0]] * n, [0, 12], Site=[1, 2, 3] * 10, hospital_no=list(range(n)), salt_reader_2=[float(i) for i in range(n)]
    )
    assert not many_numbers(one, "Site") and {"hospital_no", "salt_reader_2"}.isdisjoint(candidates(one)) and "Site" in candidates(one)


@pytest.mark.parametrize(
    ("name", "told", "cut", "here"),
    [
        ("duration_years", "months", 60.0, 5.0),
        ("duration_months", "years", 5.0, 60.0),
        ("duration_years", "years", 60.0, 60.0),
        ("duration", "months", 60.0, 60.0),
    ],
)
def test_a_cut_of_ones_own_is_one_time_in_every_unit(name: str, told: str, cut: float, here: float) -> None:
    """A cut of 60 months, kept while a file in years was opened, cut the duration at 60 years."""
    old = f"duration_{told}"
    first = cohort_of([[80, 40]] * 4, **{old: [10.0, 30.0, 50.0, 70.0]}, roles={"duration": old})
    chosen = ModelPlan(predictors=(Predictor("duration", cut=cut, reference="<="),)).in_units_of(first)
    back, _ = ModelPlan.from_json(chosen.to_json())  # through a link
    other = cohort_of([[80, 40]] * 4, **{name: [1.0, 3.0, 50.0, 80.0]}, roles={"duration": name})
    plan, notes = back.resolved_for(other)
    assert plan.predictors[0].cut == pytest.approx(here) and plan.predictors[0].reference == "<="
    assert notes == ([f"The cut of {cut:g} {told} is {here:g} {name.removeprefix('duration_')} in this file."] if cut != here else [])
    again, _ = plan.resolved_for(first)
    assert again.predictors[0].cut == pytest.approx(cut)


def test_a_cut_of_which_no_unit_is_known_is_doubted_where_nobody_is_above_it() -> None:
    cohort = cohort_of([[80, 40]] * 4, duration_years=[1.0, 3.0, 5.0, 8.0], roles={"duration": "duration_years"})
    plan, notes = ModelPlan(predictors=(Predictor("duration", cut=60.0),)).resolved_for(cohort)
    assert plan.predictors[0].cut == 60
    assert notes == ["Nobody in this file has Disease duration above 60 years; the cut may be from a file in another unit."]


@pytest.mark.parametrize(
    ("name", "brought", "cut"), [("duration_years", 48.0, 4.0), ("duration_months", 4.0, 48.0), ("duration_years", 4.0, 4.0)]
)
def test_four_years_stay_four_years_in_a_file_of_another_unit(name: str, brought: float, cut: float) -> None:
    """A model of a file in months, kept while one in years was opened, cut the duration at 48 years."""
    cohort = cohort_of([[80, 40]] * 4, **{name: [1.0, 3.0, 50.0, 60.0]}, roles={"duration": name})
    plan, notes = ModelPlan(predictors=(Predictor("duration", cut=brought),)).resolved_for(cohort)
    assert plan.predictors[0].cut == cut and bool(notes) == (brought != cut)
    own, silent = ModelPlan(predictors=(Predictor("duration", cut=10.0),)).resolved_for(cohort)
    assert own.predictors[0].cut == 10 and not silent
