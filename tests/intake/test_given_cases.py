"""Small files that were once read wrong, each with its right outcome (all made; no patient is real)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from aadash.intake import Reading, read

FILES = Path(__file__).parent.parent / "intake_cases"


def _read(name: str) -> Reading:
    return read((FILES / name).read_bytes(), name=name)


#: File → patients, weeks, codes of problems that must be told unfolded (error or warning), codes that must be open questions.
OUTCOMES: dict[str, tuple[int, tuple[int, ...], set[str], set[str]]] = {
    "02d_comma_mixed_duration.csv": (7, (0, 12), {"number_style"}, set()),
    "02e_us_thousands.csv": (7, (0, 12), {"number_style"}, set()),
    "06d_half_converted.xlsx": (5, (0, 12, 24), {"half_converted"}, {"half_converted"}),
    "07c_redcap_two_arms.csv": (4, (0, 13, 26), set(), set()),
    "07e_redcap_labels.csv": (4, (0, 12, 24), set(), set()),
    "08e_merged_salt_vertical.xlsx": (6, (0, 12), {"merged_value"}, set()),
    "09b_some_percent.xlsx": (6, (0, 12), {"percent_cells"}, set()),
    "10b_autofilter.xlsx": (10, (0, 12, 24), {"hidden_cells"}, set()),
    "11b_subtotal_mean.xlsx": (6, (0, 12), {"row_left_out"}, set()),
    "11c_unlabelled_mean.xlsx": (6, (0, 12), {"summary_row"}, {"summary_row"}),
    "11d_mean_rows.csv": (6, (0, 12), {"row_left_out"}, set()),
    "13b_some_formula_no_cache.xlsx": (8, (0, 12), {"formula_without_result"}, set()),
    "14a_99_missing.csv": (14, (0, 12, 24), {"missing_code"}, {"missing_code"}),
    "14b_999.csv": (14, (0, 12, 24), {"missing_code", "out_of_range"}, {"missing_code", "out_of_range"}),
    "14c_vas_99.csv": (12, (0, 12, 24), {"out_of_range", "score"}, {"out_of_range"}),
    "16b_salt_and_vas.csv": (10, (0, 12, 24), set(), set()),
    "16c_Y_headers.csv": (8, (0, 4, 8, 12), {"visit_number"}, {"visit_number"}),
    "ae_list_with_none.xlsx": (10, (0, 12), set(), set()),
    "btheb__leading_zero_fmt.xlsx": (100, (0, 9, 17, 26, 35), set(), set()),
    "btheb__merged_long_template.xlsx": (100, (0, 9, 17, 26, 35), set(), set()),
    "btheb__sheet_per_patient.xlsx": (20, (0, 9, 17, 26, 35), {"stacked"}, set()),
    "btheb__totals.xlsx": (100, (0, 9, 17, 26, 35), {"row_left_out"}, set()),
    "code_row.xlsx": (6, (0, 12, 24), set(), set()),
    "date_yy_m_d.csv": (6, (0, 12, 24), {"windows"}, set()),
    "fractions_one_high.csv": (4, (0, 12), {"fraction_cells"}, {"fraction_cells"}),
    "long_value_easi.csv": (6, (0, 4), {"score"}, set()),
    "one_separator_lost.csv": (59, (0, 1, 4, 8, 16, 24, 32, 40, 52), {"short_row"}, {"short_row"}),
    "percent_two_cells.xlsx": (6, (0, 12, 24), {"percent_cells"}, set()),
    "pre_post_kr.csv": (6, (0,), {"visit_unknown"}, {"visit_unknown"}),
    "responder_under_salt.csv": (6, (0, 12, 24), {"flag_under_score"}, {"flag_under_score"}),
    "salt_w12_pm.csv": (6, (0, 12, 24), set(), set()),
    "sheets_ae_no_ae_named.xlsx": (6, (0, 12), set(), set()),
    "sheets_by_arm_codes_restart.xlsx": (24, (0, 12), {"stacked"}, set()),
    "summary_rows_variants.xlsx": (6, (0, 12, 24), {"row_left_out"}, set()),
    "two_sheets_early_late.xlsx": (24, (0, 12, 24, 36, 52), set(), set()),
    "w12_two_numbers.csv": (24, (0, 12, 24), {"not_a_number"}, {"not_a_number"}),
    "w52_mostly_words.csv": (24, (0, 12, 24, 52), {"missing_word"}, set()),
    "week_neg4_long.csv": (6, (0, 12), {"before_baseline"}, set()),
}


@pytest.mark.parametrize("name", OUTCOMES)
def test_patients_weeks_and_what_is_told(name: str) -> None:
    patients, weeks, told, asked = OUTCOMES[name]
    reading = _read(name)
    assert reading.draft is not None, reading.refusal
    assert (len(reading.draft), reading.draft.weeks) == (patients, weeks)
    assert told <= {p.code for p in reading.problems if p.level in ("error", "warning")}
    assert asked == {p.code for p in reading.open_problems}


def test_means_without_the_rows_of_means() -> None:
    """By hand: (80+70+60+90+75+66)/6 = 73.5; (40+30+50+85+70+60)/6 = 55.83."""
    for name in ("11b_subtotal_mean.xlsx", "11c_unlabelled_mean.xlsx", "11d_mean_rows.csv"):
        cohort = _read(name).accepted()
        np.testing.assert_allclose(cohort.values.mean(axis=0), [73.5, 335 / 6])


def test_percentages_hold_what_is_shown() -> None:
    assert _read("09b_some_percent.xlsx").accepted().salt[12].tolist() == [40.0, 30.0, 55.0, 10.0, 95.0, 20.0]
    assert _read("percent_two_cells.xlsx").accepted().salt.loc["P02"].tolist() == [100.0, 60.0, 22.0]


def test_codes_shown_with_leading_zeros_keep_them() -> None:
    assert _read("btheb__leading_zero_fmt.xlsx").accepted().salt.index[0] == "0007"


def test_numbers_in_the_style_of_the_file() -> None:
    cohort = _read("02d_comma_mixed_duration.csv").accepted()
    assert cohort.patients["IgE"].tolist() == [85, 1250, 430, 2100, 66, 915, 12400]
    assert cohort.patients["Krankheitsdauer (Jahre)"].tolist() == [1.5, 2.25, 0.875, 3.375, 12.25, 4.5, 0.125]
    assert _read("02e_us_thousands.csv").accepted().patients["platelets"].tolist()[0] == 251000


def test_arms_of_redcap_become_a_column() -> None:
    assert _read("07e_redcap_labels.csv").accepted().patients["arm"].tolist() == ["Drug", "Placebo", "Drug", "Placebo"]
    assert _read("07c_redcap_two_arms.csv").accepted().patients["arm"].tolist() == ["arm 1", "arm 2", "arm 1", "arm 2"]


def test_events() -> None:
    cohort = _read("ae_list_with_none.xlsx").accepted()
    assert (cohort.patients["adverse_event"] == "yes").sum() == 3 and len(cohort.events) == 4
    events = _read("sheets_ae_no_ae_named.xlsx").accepted().events
    assert events[["patient", "term", "grade"]].to_numpy().tolist() == [
        ["P01", "acne", 1.0],
        ["P01", "headache", 1.0],
        ["P03", "zoster", 3.0],
    ]


def test_a_merged_value_counts_once() -> None:
    assert _read("08e_merged_salt_vertical.xlsx").accepted().salt[12].isna().tolist() == [False, True, False, False, False, False]


def test_a_measure_is_no_fact() -> None:
    cohort = _read("16b_salt_and_vas.csv").accepted()
    assert list(cohort.patients.columns) == ["sex"] and list(cohort.measures["VAS"][1].columns) == [0, 12, 24]


def test_dates_without_a_century() -> None:
    assert _read("date_yy_m_d.csv").accepted().salt[0].tolist() == [85.0, 100.0, 55.0, 72.0, 90.0, 64.0]
