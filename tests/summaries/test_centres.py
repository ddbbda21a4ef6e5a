"""What hospitals sent, side by side."""

from __future__ import annotations

import numpy as np

from aadash.analyses.intercurrent import kinds_of_all, kinds_told, label_told
from aadash.cohort import Cohort
from aadash.document import Text
from aadash.measures import KNOWN
from aadash.plan import AnalysisPlan
from aadash.summaries import answer, answers, pooled, summarise
from aadash.summaries.centres import alike, beside, codes, twice
from aadash.views.hospitals import differences
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


def test_columns_have_the_names_of_the_page_and_not_of_the_file() -> None:
    """“aa_subtype” and “prior_dpcp” stood in the table and in the sentence above it."""
    rows = [[80.0, 10.0], [90.0, 20.0]]
    here, there = (
        cohort_of(rows, [0, 12], aa_type=["AT", "AU"], prior_dpcp=dpcp, roles={"subtype": "aa_type"})
        for dpcp in (["yes", "no"], ["Y", "N"])
    )
    sums = [summarise(c, AnalysisPlan(), centre=name, minimum=1) for c, name in ((here, "A"), (there, "B"))]
    assert codes(sums)["Column"].tolist() == ["prior DPCP"]
    assert alike(sums) == ["AA subtype", "prior DPCP"]


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


def test_a_column_that_hospitals_cut_differently_is_no_column_of_the_sums() -> None:
    """A median of its own cuts ages at each hospital; crossed with a stratum that one of them has alone, it was an error."""
    rows = [[80.0 - i, 60.0 - 5 * i % 31, 40.0 - 7 * i % 37] for i in range(12)]
    ages = [20, 25, 31, 38, 40, 45, 50, 52, 58, 61, 66, 70]
    files = [
        cohort_of(part, [0, 12, 24], kind=[kind] * 6, site=site, age=age, roles={"age": "age"})
        for part, kind, site, age in (
            (rows[:6], "patchy", list("xxxyyy"), ages[:6]),
            (rows[6:], "totalis", list("zzzyyy"), ages[6:]),
        )
    ]
    plan = AnalysisPlan(stratifier="kind", endpoint="SALT50")
    both = pooled([summarise(c, plan, centre=name, minimum=1) for c, name in zip(files, "AB", strict=True)])
    found = answers(both, plan).results["subgroup_differences_response"].table
    columns = set(found["group1"])
    assert "age" not in columns
    assert "No split by age: the hospitals cut it at 34.5 and 59.5." in " ".join(both.suppressed), "not at the first one's place alone"


def test_what_sums_cannot_know_is_not_denied_of_the_files() -> None:
    """The files say who had rescue treatment, their sums do not: “No column of the file says …” was false."""
    files = [cohort_of([[80.0, 20.0 + i], [70.0, 30.0], [60.0, 50.0]], [0, 12], rescue=["yes", "no", "no"]) for i in range(2)]
    both = pooled([summarise(c, AnalysisPlan(), centre=name, minimum=1) for c, name in zip(files, "AB", strict=True)])
    told = answer(both, "estimand", AnalysisPlan())
    assert "of the file" not in told.sentence and not any(
        "The file" in c.text for c in told.caveats if c.code == "intercurrent-unknown"
    )


def test_only_what_every_hospital_counted_is_said_to_be_spelt_alike() -> None:
    """ "All columns that were counted hold the same values" stood where small groups were emptied and hardly any was counted."""
    kept, emptied = ([summarise(c, AnalysisPlan(), centre=n, minimum=m) for n, c in (("A", ONE), ("B", ONE))] for m in (1, 50))
    assert "sex" in alike(kept) and not alike(emptied)
    told, none = (
        [p.text for p in differences(1, beside(some), codes(some), [], alike(some)) if isinstance(p, Text)] for some in (kept, emptied)
    )
    assert any("“sex”" in text for text in told)
    assert none == ["No column's values were counted in every hospital."] or "do not write" in none[0]


def test_one_file_under_two_names_is_told() -> None:
    """Its patients were counted twice and nothing said so."""
    rng = np.random.default_rng(2)

    def hospital(n: int, shift: float) -> Cohort:
        rows = np.clip(np.round(rng.normal(70, 15, (n, 3)) - shift * np.arange(3)), 1, 100)
        return cohort_of(rows.tolist(), [0, 12, 24], sex=["f", "m"] * (n // 2), site=["x", "y"] * (n // 2))

    one, other = hospital(20, 10), hospital(20, 10)
    for least in (1, 5):
        a, b, c = (
            summarise(cohort, AnalysisPlan(), centre=name, minimum=least) for cohort, name in ((one, "A"), (one, "B"), (other, "C"))
        )
        assert not twice([a, c]) and not twice([a]), "as many patients, of the same sexes"
        (told,) = twice([a, b, c])
        assert told.startswith("“A” and “B” hold the same numbers throughout")
        shown = differences(60, beside([a, b, c]), codes([a, b, c]), [], (), twice([a, b, c]))
        assert isinstance(shown[0], Text) and shown[0].text == told
    kept = summarise(one, AnalysisPlan(), centre="D", minimum=1)
    assert twice([kept, summarise(one, AnalysisPlan(), centre="E", minimum=5)]), "whatever each of them left out"


def test_what_files_tell_of_leaving_is_said_as_they_tell_it() -> None:
    """“For whom the drug was stopped is told by the hospitals' files” stood where their column is “Completed?”."""
    rows = [[80.0 - i, 60.0 - i, 40.0 + i] for i in range(12)]
    completed = cohort_of(rows, [0, 12, 24], **{"Completed?": ["yes", "no"] * 6})
    stopped = cohort_of(rows, [0, 12, 24], stopped_drug=["no", "yes"] * 6)

    def said(*files: Cohort) -> str:
        sums = [summarise(c, AnalysisPlan(), centre=str(i), minimum=1) for i, c in enumerate(files)]
        return answer(pooled(sums), "estimand", AnalysisPlan(stratifier="none")).sentence

    assert kinds_told(completed) == ["ended", "stopping"] and kinds_told(stopped) == ["stopping"]
    assert "For whom treatment or follow-up ended early is told by the hospitals' files" in said(completed)
    assert "For whom treatment or follow-up ended early is told" in said(completed, stopped), "which is true of both"
    assert "For whom the drug was stopped is told" in said(stopped)


def test_what_only_a_list_of_events_tells_is_said_so() -> None:
    """Sums of a file whose list of adverse events says that the drug was withdrawn do not tell of who stopped otherwise."""
    of_list, of_column = ["stopping", "stopping:event"], ["stopping"]
    assert label_told("stopping", of_list) == "the drug was stopped for an adverse event"
    assert kinds_of_all([of_list, of_list]) == of_list and kinds_of_all([of_list, []]) == of_list
    assert kinds_of_all([of_list, of_column]) == ["stopping"]


def test_of_another_measure_who_lacks_it_is_not_said_to_have_stayed_away() -> None:
    """“Visits missed 33 %”: of DLQI these are visits at which it was not asked."""
    dlqi = cohort_of([[10.0, 4.0], [12.0, NAN]], [0, 12], score="DLQI", measure=KNOWN["DLQI"])
    (row,) = beside([summarise(dlqi, AnalysisPlan(), centre="A", minimum=1)]).to_dict("records")
    assert row["DLQI missing"].startswith("25") and row["DLQI at week 12"].startswith("1/2") and "Visits missed" not in row
