"""The sample cohorts are what sample_data/README.md says: every published number that can be met is met."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from firthmodels import FirthLogisticRegression

import aadash
from aadash.cohort import Cohort
from aadash.endpoints import endpoint, responses
from aadash.plan import AnalysisPlan
from aadash.strata import stratifiers

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "sample_data"
PUBLISHED = Path(__file__).parent / "published"
NAMES = ("korea_2025", "korea_2025_missing", "tohoku_2025")


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(SAMPLES / f"{name}.csv", keep_default_na=False, na_values=[""])


def cohort(name: str) -> Cohort:
    frame = table(name).set_index("patient")
    visits = [c for c in frame.columns if c.startswith("salt_w")]
    salt = frame[visits].set_axis([int(c.removeprefix("salt_w")) for c in visits], axis=1)
    return Cohort(frame.drop(columns=visits), salt, name, {"sex": "sex", "subtype": "aa_subtype"}, synthetic=True)


@pytest.fixture(scope="module")
def korea() -> pd.DataFrame:
    return table("korea_2025")


@pytest.fixture(scope="module")
def salt(korea: pd.DataFrame) -> np.ndarray:
    return korea.filter(like="salt_w").to_numpy()


def truncated(k: int, n: int, digits: int) -> int:
    """100 k / n cut off after ``digits`` decimals, in units of the last one: the paper prints 2/3 as 66.66."""
    return k * 100 * 10**digits // n


# --- every file --------------------------------------------------------------------------------------------------
def test_the_script_writes_the_committed_files_byte_for_byte(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(SAMPLES / "make_samples.py"), str(tmp_path)], check=True)
    made = sorted(p.name for p in tmp_path.iterdir())
    assert made == sorted(p.name for kind in ("csv", "xlsx") for p in SAMPLES.glob(f"*.{kind}"))
    for name in made:
        assert (tmp_path / name).read_bytes() == (SAMPLES / name).read_bytes(), name


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_says_in_every_row_that_it_is_synthetic(name: str) -> None:
    assert (table(name)["synthetic"] == "synthetic").all()


@pytest.mark.parametrize("name", [*NAMES, "clinic_ugly"])
def test_the_data_dictionary_names_every_column(name: str) -> None:
    separator = ";" if name == "clinic_ugly" else ","
    header = (SAMPLES / f"{name}.csv").read_text("utf-8-sig").splitlines()[0].split(separator)
    text = (SAMPLES / "README.md").read_text("utf-8")
    for column in header:
        assert f"`{column}`" in text or f'`"{column}"`' in text, column


@pytest.mark.parametrize("name", NAMES)
def test_salt_is_a_score_to_one_decimal_and_never_above_baseline(name: str) -> None:
    values = table(name).filter(like="salt_w").to_numpy()
    seen = values[~np.isnan(values)]
    assert ((seen >= 0) & (seen <= 100)).all()
    np.testing.assert_allclose(seen * 10, np.round(seen * 10), atol=1e-9)
    assert not (values > values[:, :1]).any()  # false where a visit is missing
    assert (values[:, 0] > 0).all()


@pytest.mark.parametrize(
    ("name", "patients", "weeks"),
    [
        ("korea_2025", 117, (0, 8, 12, 16, 24, 36)),
        ("korea_2025_missing", 117, (0, 8, 12, 16, 24, 36)),
        ("tohoku_2025", 70, (0, 13, 26, 39)),
    ],
)
def test_the_intake_reads_a_sample_without_being_told_anything(name: str, patients: int, weeks: tuple[int, ...]) -> None:
    read = aadash.read_cohort(SAMPLES / f"{name}.csv")
    assert (len(read), read.weeks, read.synthetic) == (patients, weeks, True)
    np.testing.assert_array_equal(read.values, cohort(name).values)
    assert {"sex", "subtype", "age", "duration", "atopic_dermatitis"} <= set(read.roles)
    assert "synthetic" not in stratifiers(read)


def test_the_event_list_is_table_2_to_the_number() -> None:
    read = aadash.read_cohort(SAMPLES / "korea_2025_events.xlsx")
    plain = aadash.read_cohort(SAMPLES / "korea_2025.csv")
    assert (len(read), read.weeks, read.synthetic) == (117, plain.weeks, True)
    np.testing.assert_array_equal(read.values, plain.values)
    events = read.events
    assert events["term"].value_counts().to_dict() == {
        "neutropenia": 5, "folliculitis": 5, "acne": 4, "headache": 2, "gastroenteritis": 2, "elevated CPK": 1, "hyperlipidemia": 1,
    }  # fmt: skip
    assert events["patient"].nunique() == 20 and (events["grade"] <= 2).all() and not events["serious"].any()
    assert events["onset_week"].between(1, 36).all() and events["system_organ_class"].notna().all()
    named = plain.events.set_index("patient")["term"].to_dict()
    assert events.set_index("patient")["term"].to_dict() == named  # the same patients as in the plain file


# --- Korea: SALT (Lee JW et al., Ann Dermatol 2025) ----------------------------------------------------------------
def test_mean_and_sd_at_every_visit_to_two_decimals(salt: np.ndarray) -> None:
    published = pd.read_csv(PUBLISHED / "korea_mean_salt.csv")  # the paper's Results and its Fig. 1
    assert published["week"].tolist() == [0, 8, 12, 16, 24, 36]
    assert np.round(salt.mean(axis=0), 2).tolist() == published["mean"].tolist()
    assert np.round(salt.std(axis=0, ddof=1), 2).tolist() == published["sd"].tolist()


def test_the_responder_table_to_the_last_printed_digit() -> None:
    published = pd.read_csv(PUBLISHED / "korea_responders.csv", dtype=str)  # Results and Fig. 2A, 2B; truncated
    sample = cohort("korea_2025")
    strata = AnalysisPlan(stratifier="paper_group").strata(sample)
    assert dict(zip(strata.levels, strata.counts, strict=True)) == {"A": 75, "B": 42}
    checked = 0
    for row in published.itertuples():
        column = sample.column_index(int(row.week))
        members = strata.members(row.group)
        for name in ("SALT75", "SALT90", "SALT100"):
            status = responses(sample, endpoint(name), "observed")[0][members, column]
            printed = int(getattr(row, name).replace(".", ""))
            assert truncated(int(status.sum()), len(status), 2) == printed, (row.group, row.week, name)
            checked += 1
    assert checked == 30


def test_baseline_groups(korea: pd.DataFrame, salt: np.ndarray) -> None:
    base = salt[:, 0]
    assert ((base > 50).sum(), (base <= 50).sum()) == (83, 34)  # Table 1
    assert (base > 95).sum() == 47  # the only subset of the 83 for which 48.9 % is both cut off and rounded
    assert ((base > 55) == (korea["paper_group"] == "A")).all()  # the data dictionary's cut
    assert (base <= 20).sum() == 21  # the data dictionary


def test_salt_20_at_week_36(salt: np.ndarray) -> None:
    base, clear = salt[:, 0], salt[:, -1] <= 20
    assert clear[base > 50].sum() == 46 and truncated(46, 83, 1) == 554  # 55.4 % of baselines above 50
    assert clear[base > 95].sum() == 23 and truncated(23, 47, 1) == 489  # 48.9 % of baselines above 95


def test_mean_percent_changes_are_what_the_data_dictionary_says(salt: np.ndarray) -> None:
    change = 100 * (salt / salt[:, :1] - 1)
    above = salt[:, 0] > 50
    text = (SAMPLES / "README.md").read_text("utf-8")
    for values in (change, change[:, -1]):
        pair = [f"−{abs(values[group].mean()):.1f}" for group in (above, ~above)]
        assert " and ".join(pair) in text


def test_trajectories_are_not_heaped_and_visits_go_together(salt: np.ndarray) -> None:
    for j in range(1, 6):
        between = salt[:, j][(salt[:, j] > 0) & (salt[:, j] < salt[:, 0])]
        assert np.unique(between, return_counts=True)[1].max() <= 5
    neighbours = [np.corrcoef(salt[:, j], salt[:, j + 1])[0, 1] for j in range(5)]
    assert min(neighbours) > 0.8


# --- Korea: Tables 1 and 2 -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("column", "counts"),
    [
        ("sex", {"male": 54, "female": 63}),
        ("aa_subtype", {"patchy": 25, "diffuse": 4, "ophiasis": 11, "totalis": 22, "universalis": 42}),
        ("atopic_dermatitis", {"yes": 43}),
        ("thyroid_dysfunction", {"yes": 11}),
        ("ulcerative_colitis", {"yes": 2}),
        ("vitiligo", {"yes": 2}),
        ("lupus", {"yes": 1}),
        ("prior_topical_steroid", {"yes": 105}),
        ("prior_intralesional_steroid", {"yes": 90}),
        ("prior_oral_steroid", {"yes": 40}),
        ("prior_oral_minoxidil", {"yes": 58}),
        ("prior_cyclosporine", {"yes": 63}),
        ("prior_methotrexate", {"yes": 26}),
        ("prior_dpcp", {"yes": 74}),
        ("extrascalp_involvement", {"yes": 63}),
        ("nail_involvement", {"yes": 15}),
        (
            "adverse_event",
            {
                "neutropenia": 5,
                "folliculitis": 5,
                "acne": 4,
                "headache": 2,
                "gastroenteritis": 2,
                "elevated CPK": 1,
                "hyperlipidemia": 1,
            },
        ),
    ],
)
def test_counts_of_tables_1_and_2(korea: pd.DataFrame, column: str, counts: dict[str, int]) -> None:
    found = korea[column].value_counts().to_dict()
    found.pop("no", None)
    assert found == counts


def test_thirteen_have_no_subtype(korea: pd.DataFrame) -> None:
    assert korea["aa_subtype"].isna().sum() == 13  # 117 - (25 + 4 + 11 + 22 + 42)


@pytest.mark.parametrize(
    ("column", "mean", "sd", "least", "most"),
    [
        ("age_at_onset", 27.38, 10.32, 5, 54),  # Results
        ("disease_duration_months", 64.17, 40.80, 7, 240),  # Results; 240 in place of 480, see the data dictionary
    ],
)
def test_onset_and_duration(korea: pd.DataFrame, column: str, mean: float, sd: float, least: int, most: int) -> None:
    values = korea[column]
    assert (round(values.mean(), 2), round(values.std(), 2)) == (mean, sd)
    assert (values.min(), values.max()) == (least, most)


def test_everyone_is_an_adult_of_onset_plus_duration(korea: pd.DataFrame) -> None:
    expected = np.floor(korea["age_at_onset"] + korea["disease_duration_months"] / 12)
    assert (korea["age"] == expected).all()
    assert korea["age"].min() >= 18  # Methods: "adult patients aged 18 years or older"


def test_findings_by_severity(korea: pd.DataFrame, salt: np.ndarray) -> None:
    above = salt[:, 0] > 50
    atopic, nail = korea["atopic_dermatitis"] == "yes", korea["nail_involvement"] == "yes"
    # Discussion: 15 % and 5 % with nail involvement, truncated; 37 % and 32 % with atopic dermatitis, of which the
    # first cannot be had with 43 in all and 83 patients.
    assert (truncated(nail[above].sum(), 83, 0), truncated(nail[~above].sum(), 34, 0)) == (15, 5)
    assert (truncated(atopic[above].sum(), 83, 0), truncated(atopic[~above].sum(), 34, 0)) == (38, 32)


def test_totalis_and_universalis_start_high(korea: pd.DataFrame) -> None:
    complete = korea["aa_subtype"].isin(["totalis", "universalis"])
    assert korea.loc[complete, "salt_w0"].mean() > 90
    assert (korea.loc[complete, "salt_w0"] <= 95).sum() == 17  # 64 - 47: the paper's own contradiction


# --- Korea with missing visits -------------------------------------------------------------------------------------
def test_missing_sample_only_blanks_follow_up() -> None:
    full, gaps = table("korea_2025"), table("korea_2025_missing")
    visits = [c for c in full.columns if c.startswith("salt_w")]
    pd.testing.assert_frame_equal(full.drop(columns=visits), gaps.drop(columns=visits))
    pd.testing.assert_frame_equal(full[visits].where(gaps[visits].notna()), gaps[visits])
    assert gaps["salt_w0"].notna().all()
    assert gaps[visits].notna().all(axis=1).sum() == 64 and gaps["salt_w36"].isna().sum() == 34  # data dictionary


def test_the_worse_are_lost_sooner_and_the_missing_rules_disagree() -> None:
    sample, truth = cohort("korea_2025_missing"), cohort("korea_2025")
    last_seen = pd.DataFrame(sample.values).ffill(axis=1).to_numpy()[:, -2]
    lost = np.isnan(sample.values[:, -1])
    assert last_seen[lost].mean() > last_seen[~lost].mean() + 15
    rates = {
        rule: np.nanmean(responses(sample, endpoint("SALT75"), rule)[0][:, -1]) for rule in ("observed", "complete", "locf", "nri")
    }
    true_rate = np.nanmean(responses(truth, endpoint("SALT75"), "observed")[0][:, -1])
    assert rates["nri"] < true_rate < rates["observed"]
    assert rates["nri"] < rates["locf"] < rates["observed"]
    assert rates["observed"] - rates["nri"] > 0.15


# --- Tohoku (Wada-Irimada M et al., J Dermatol 2025, abstract) -----------------------------------------------------
@pytest.fixture(scope="module")
def tohoku() -> pd.DataFrame:
    return table("tohoku_2025")


def test_29_of_70_severe_patients_reach_salt_20(tohoku: pd.DataFrame) -> None:
    assert len(tohoku) == 70
    assert (tohoku["salt_w39"] <= 20).sum() == 29 and round(100 * 29 / 70) == 41  # "41% achieved a SALT score of <=20"
    assert tohoku["salt_w0"].min() >= 50  # "severe AA patients"


def test_the_two_endpoints_are_reached_by_different_patients(tohoku: pd.DataFrame) -> None:
    absolute = tohoku["salt_w39"] <= 20
    relative = 1 - tohoku["salt_w39"] / tohoku["salt_w0"] >= 0.75
    assert ((absolute & ~relative).sum(), (relative & ~absolute).sum(), (absolute & relative).sum()) == (4, 3, 25)


def test_every_predictor_of_the_abstract_is_there(tohoku: pd.DataFrame) -> None:
    assert set(tohoku["sex"]) == {"male", "female"}
    for column in ("atopic_dermatitis", "ivmp_history"):
        assert set(tohoku[column]) == {"yes", "no"}
    for column in ("eyebrow_clinro", "eyelash_clinro"):
        assert set(tohoku[column]) == {0, 1, 2, 3}
    assert tohoku["age"].between(15, 90).all() and (tohoku["disease_duration_years"] < tohoku["age"]).all()
    assert tohoku.notna().all(axis=None)


def test_published_directions_hold_with_firth(tohoku: pd.DataFrame) -> None:
    design = pd.DataFrame(
        {
            "duration <= 4 y": tohoku["disease_duration_years"] <= 4,
            "ivmp": tohoku["ivmp_history"] == "yes",
            "salt <= 95": tohoku["salt_w0"] <= 95,
            "female": tohoku["sex"] == "female",
            "age": tohoku["age"],
            "atopic": tohoku["atopic_dermatitis"] == "yes",
            "eyebrow": tohoku["eyebrow_clinro"],
            "eyelash": tohoku["eyelash_clinro"],
            **{level: tohoku["aa_subtype"] == level for level in ("diffuse", "ophiasis", "totalis", "universalis")},
        }
    ).astype(float)
    # Abstract: "shorter disease duration (<=4 years), history of IVMP, SALT score of <=95, and female sex"
    published = ["duration <= 4 y", "ivmp", "salt <= 95", "female"]
    for columns in (list(design.columns), published):
        model = FirthLogisticRegression(max_iter=500).fit(design[columns].to_numpy(), tohoku["salt_w39"] <= 20)
        model.lrt()
        fit = pd.DataFrame({"b": model.coef_, "p": model.lrt_pvalues_[: len(columns)]}, index=columns)
        assert (fit.loc[published, "b"] > 0).all()
        assert (fit.loc[published, "p"] < 0.05).all()
        assert (fit["p"].reindex(["age", "atopic", "eyebrow", "eyelash"]).dropna() > 0.05).all()


def test_ophiasis_improves_least(tohoku: pd.DataFrame) -> None:
    improvement = 100 * (1 - tohoku["salt_w39"] / tohoku["salt_w0"])
    by_type = improvement.groupby(tohoku["aa_subtype"]).mean().sort_values()
    assert by_type.index[0] == "ophiasis"  # "OA associated with the poorest improvement rate"
    assert by_type.iloc[1] - by_type.iloc[0] > 10


# --- the ugly export -----------------------------------------------------------------------------------------------
def test_the_ugly_file_holds_the_faults_that_the_data_dictionary_lists() -> None:
    raw = (SAMPLES / "clinic_ugly.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and raw.count(b"\r\n") == raw.count(b"\n")
    rows = list(csv.reader(raw.decode("utf-8-sig").splitlines(), delimiter=";"))
    header = rows[0]
    cell = {(r, c): rows[r - 1][header.index(c)] for r in range(1, len(rows) + 1) for c in header}
    faults = {
        (4, "SALT wk 8"): "140",
        (13, "SALT wk 8"): "-5",
        (10, "salt_W12"): "35 %",
        (6, "Week 16"): "sixty",
        (17, "Week 16"): "<5",
        (9, "SALT  24 wks"): "-",
        (8, "SALT W36 "): "n.d.",
        (15, "SALT baseline"): "",
        (19, "SALT W36 "): "lost to follow up",
        (21, "Age "): "34 y",
        (22, "Dis. duration (y)"): "18 months",
    }
    assert {where: cell[where] for where in faults} == faults
    assert cell[12, " Pat. No "] == cell[14, " Pat. No "] == "11"
    assert cell[12, "SALT W36 "] != cell[14, "SALT W36 "]
    assert not any(rows[-1]) and len(rows) == 27
    assert len({row[0] for row in rows[1:-1]}) == 24
    assert sum("," in value for row in rows[1:] for value in row) > 100  # decimal commas
    assert {row[header.index("synthetic")] for row in rows[1:-1]} == {"synthetic"}
