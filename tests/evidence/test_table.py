"""The rates that come with AAdash, and tables that users add: every row is right or told in a sentence."""

from __future__ import annotations

import numpy as np
import pytest

from aadash.endpoints import ENDPOINTS
from aadash.errors import EvidenceError
from aadash.evidence import (
    COLUMNS,
    PublishedRate,
    Severity,
    arms,
    beside,
    drugs,
    mix_of,
    one_for_each_group,
    only_a_dose,
    published,
    usual_drug,
)
from aadash.evidence.rate import prints_as
from aadash.evidence.table import read_rates, template


def called(study: str, **wanted: object) -> list[PublishedRate]:
    return [r for r in published() if r.study == study and all(getattr(r, k) == v for k, v in wanted.items())]


def table(*rows: dict[str, str]) -> str:
    first = {"study": "S", "drug": "baricitinib", "endpoint": "SALT<=20", "week": "36", "percent": "35.2", "source": "Journal 2024"}
    lines = [",".join(COLUMNS)]
    lines += [",".join(f'"{(first | row).get(c, "")}"' for c in COLUMNS) for row in rows]
    return "\n".join(lines)


def test_every_row_that_comes_along_reads_and_names_its_source() -> None:
    assert len(published()) > 80
    for r in published():
        assert r.source and r.source_kind and r.endpoint in ENDPOINTS and not r.own
        assert r.events is None or prints_as(r.events, r.n or 0, r.percent, r.digits)


def test_a_trial_with_two_printed_estimates_has_both() -> None:
    """BRAVE-AA1 4 mg: 38.8 % by model (King 2022), 35.2 % as counted, 99 of 281 (CHMP); ritlecitinib, month 36: 65.1 and 47.1 %."""
    brave = {r.estimator: r for r in called("BRAVE-AA1", dose="4 mg", week=36)}
    assert {k: r.percent for k, r in brave.items()} == {"model": 38.8, "counted": 35.2}
    assert (brave["counted"].events, brave["counted"].n) == (99, 281) and brave["model"].whole is None
    late = {r.estimator: r.percent for r in called("ALLEGRO long term", week=156)}
    assert late == {"observed": 65.1, "locf": 47.1}


def test_n_that_is_not_the_denominator_is_found() -> None:
    """By hand: no k of 66 prints as 64.4 % (42 is 63.6, 43 is 65.2), 40 of 66 is 60.6; no k of 50 prints as 54.6 (27 is 54.0)."""
    bands = {r.estimator: r.whole for r in called("ALLEGRO long term", week=52, n=66)}
    assert bands == {"observed": None, "locf": 40}
    assert [r.whole for r in called("Milan 2023", week=36)] == [None]


@pytest.mark.parametrize("n", [7, 42, 75, 83, 119])
def test_a_count_is_found_from_its_percentage_whether_rounded_or_cut_off(n: int) -> None:
    for k in range(n + 1):
        for text in (f"{100 * k / n:.1f}", f"{int(1000 * k / n + 1e-9) / 10:.1f}"):
            rate = PublishedRate("S", "x", "SALT<=20", float(text), 1, n=n)
            assert rate.whole == k
            fits = [j for j in range(n + 1) if prints_as(j, n, float(text), 1)]
            assert k in fits and (n > 100 or len(fits) == 1)


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        (">=50", (50, 100), (49.9,)),
        ("> 50", (50.1, 100), (50,)),
        ("50-94", (50, 94, 94.9), (49, 95)),
        ("SALT 95–100", (95, 100), (94.9,)),
        ("≤ 50", (0, 50), (50.1,)),
        ("<50", (0, 49.9), (50,)),
        ("", (0, 100, float("nan")), ()),
    ],
)
def test_a_range_of_severity_holds_whom_it_says(text: str, inside: tuple[float, ...], outside: tuple[float, ...]) -> None:
    band = Severity.of(text)
    assert band.holds(np.array(inside)).all() and not band.holds(np.array([*outside, *([np.nan] if text else [])])).any()


@pytest.mark.parametrize("text", ["severe", "95-50", "50-101", ">=200", "50–"])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"range|SALT"):
        Severity.of(text)


def test_a_mix_is_read_and_bands_that_overlap_are_refused() -> None:
    assert [(b.words, n) for b, n in mix_of("50-94: 66; 95-100: 125")] == [("SALT 50–94", 66), ("SALT 95–100", 125)]
    for wrong in ("50-94: 66; 90-100: 3", "50-94", ">=50: 3; >95: 1"):
        with pytest.raises(ValueError, match="bands"):
            mix_of(wrong)


def test_the_template_reads_back_as_no_rates_and_a_filled_row_as_one() -> None:
    assert read_rates(template()) == read_rates(",".join(COLUMNS))
    filled = template().replace("EXAMPLE (delete this row)", "Our clinic")
    (rate,) = read_rates(filled).rates
    assert (rate.study, rate.percent, rate.events, rate.n, rate.own) == ("Our clinic", 35.2, 99, 281, True)
    semicolons = "study;drug;endpoint;percent;source;week\nA;baricitinib;SALT≤20;40.0;B;24\n"
    assert read_rates("\ufeff" + semicolons).rates[0].endpoint == "SALT<=20"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"percent": "135"}, "'percent' holds '135' in row 2"),
        ({"percent": "35,2"}, "a point before its decimals"),
        ({"study": ""}, "'study' holds nothing in row 2"),
        ({"source": ""}, "citation"),
        ({"endpoint": "better"}, "one of SALT30"),
        ({"week": "3.5"}, "a whole number from 1"),
        ({"n": "-3"}, "a whole number from 1"),
        ({"events": "40"}, "no more responders than patients"),
        ({"events": "99", "n": "250"}, "99 of 250 is 39.6 %"),
        ({"estimator": "guess"}, "one of model, counted"),
        ({"source_kind": "blog"}, "one of paper, regulator"),
        ({"baseline_salt": "severe"}, "a range such as"),
        ({"severity_mix": "50-94"}, "bands with numbers"),
        ({"baseline_salt": ">=50", "severity_mix": "0-49: 3; 50-94: 4"}, "bands within the baseline SALT"),
        ({"ci_low": "30"}, "both limits or none"),
        ({"ci_low": "36", "ci_high": "40"}, "with the rate between them"),
        ({"denominator": "some"}, "one of all, responders"),
    ],
)
def test_a_broken_row_is_told_and_the_others_are_read(row: dict[str, str], said: str) -> None:
    found = read_rates(table(row, {"study": "Good"}), "mine.csv")
    assert [r.study for r in found.rates] == ["Good"]
    (problem,) = found.problems
    assert said in problem.paragraph() and problem.paragraph().startswith("mine.csv: ") and problem.rows == (2,)


def test_the_same_rate_twice_is_told() -> None:
    found = read_rates(table({}, {"percent": "35.3"}))
    assert len(found.rates) == 1 and "Row 3 gives the same rate as row 2" in found.problems[0].paragraph()
    again = read_rates(table({}), known=found.rates)
    assert not again.rates and "a rate that is here already" in again.problems[0].paragraph()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("a,b\n1,2", "no column 'study'"),
        ("study,drug,endpoint,percent,source,study\n", "twice"),
        ("study,drug,endpoint,percent,source,mood\n", "'mood' is not known"),
        ("study,drug,endpoint,percent,source\n" * 2100, "2100 rows"),
    ],
)
def test_what_is_no_such_table_is_refused(text: str, said: str) -> None:
    with pytest.raises(EvidenceError, match=said):
        read_rates(text)


def test_which_drugs_and_doses_have_a_rate() -> None:
    assert drugs(published(), "SALT<=20")[0] == "baricitinib" and drugs(published(), "SALT<=20")[-1] == "placebo"
    assert arms(published(), "SALT<=20", "baricitinib") == ("4 mg", "2 mg")
    assert drugs(published(), "SALT30") == ()
    assert usual_drug(published(), "SALT<=20", ["Ritlecitinib 50 mg"]) == "ritlecitinib"
    assert usual_drug(published(), "SALT<=20") == "baricitinib"
    assert usual_drug(published(), "SALT<=20", ["Placebo"]) == "placebo"
    assert usual_drug(published(), "SALT<=20", ["Placebo", "Ritlecitinib 50 mg"]) == "ritlecitinib"
    assert usual_drug(published(), "SALT<=20", ["2 mg", "4 mg", "Placebo"]) == "baricitinib"
    # a cohort mostly on ritlecitinib began on the evidence of deuruxolitinib, which stands first in the list
    mixed = ["Deuruxolitinib"] * 5 + ["Baricitinib 2 mg"] * 6 + ["Ritlecitinib 50 mg", "ritlecitinib"] * 10
    assert usual_drug(published(), "SALT<=20", mixed) == "ritlecitinib"
    assert all(r.denominator == "all" for r in beside(published(), "SALT<=20", "baricitinib"))


@pytest.mark.parametrize("text", ["4 mg", "2mg/day", "4", "4 mg qd", "4㎎", "4 mg 1日1回"])
def test_a_dose_alone_names_no_drug(text: str) -> None:
    assert only_a_dose(text)


@pytest.mark.parametrize("text", ["Placebo", "tofacitinib 5 mg bid", "MTX 10 mg", "daily", ""])
def test_a_drug_is_no_dose_alone(text: str) -> None:
    assert not only_a_dose(text)


def test_rates_of_one_severity_alone() -> None:
    bands = beside(published(), "SALT<=20", "ritlecitinib", severity="95-100")
    assert {r.percent for r in bands} == {34.3, 29.6, 54.8, 36.8}
    assert {r.study for r in beside(published(), "SALT<=20", severity=">95")} == {"Korea 2025"}
    with pytest.raises(ValueError, match="range"):
        beside(published(), "SALT<=20", severity="bad")


def test_the_same_patients_are_taken_once() -> None:
    chosen = beside(published(), "SALT<=20", "baricitinib", "4 mg")
    taken, out = one_for_each_group(chosen, 36, 4)
    assert [(r.study, r.estimator) for r in taken] == [
        ("BRAVE-AA1", "counted"),
        ("BRAVE-AA2", "counted"),
        ("Korea 2025", "observed"),
        ("Tohoku 2025", "observed"),
        ("Milan 2023", "printed"),
    ]
    assert len(taken) + len(out) == len(chosen)
    why = {(r.study, r.estimator): text for r, text in out if r.week == 36}
    assert why["BRAVE-AA1", "model"].startswith("the same patients as BRAVE-AA1") and why["Korea 2025", "observed"] == "n not printed"
    headline, _ = one_for_each_group(chosen, 36, 4, "headline")
    assert {r.estimator for r in headline if r.study.startswith("BRAVE")} == {"model"}


def test_bands_that_do_not_overlap_are_added_up_and_a_whole_takes_their_place() -> None:
    def rate(band: str, n: int) -> PublishedRate:
        return PublishedRate("S", "x", "SALT<=20", 30.0, 1, week=24, n=n, baseline_salt=band)

    parts = [rate("50-94", 40), rate("95-100", 60)]
    (both,) = one_for_each_group(parts, 24, 0)[0]  # 12 of 40 and 18 of 60
    assert (both.events, both.n, both.percent, both.severity) == (30, 100, 30.0, Severity.of("50-100"))
    (korea,) = one_for_each_group(beside(published(), "SALT75"), 36, 0)[0]  # 39 of 75 and 34 of 42
    assert (korea.events, korea.n, korea.severity.whole) == (73, 117, True)
    whole = rate(">=50", 100)
    assert one_for_each_group([*parts, whole], 24, 0)[0] == (whole,)
