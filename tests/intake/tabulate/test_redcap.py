"""REDCap's repeating instruments, record numbers, and decisions that change only what they say."""

from __future__ import annotations

import pytest

from aadash.intake import Decisions, read

RAW = (
    "record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,sex,salt_score,ae_term,ae_grade\n"
    "1,baseline_arm_1,,,F,80,,\n1,week_12_arm_1,,,,40,,\n1,week_12_arm_1,adverse_events,1,,,Acne,1\n1,week_12_arm_1,adverse_events,2,,,Zoster,3\n"
    "2,baseline_arm_1,,,M,70,,\n2,week_12_arm_1,,,,60,,\n3,baseline_arm_1,,,M,60,,\n3,week_12_arm_1,,,,20,,\n"
)


def test_a_repeating_instrument_of_events_becomes_events() -> None:
    reading = read(RAW)
    assert reading.draft is not None, reading.refusal
    assert reading.draft.salt[12].tolist() == [40.0, 60.0, 20.0]
    assert reading.draft.events[["patient", "term", "grade"]].to_numpy().tolist() == [["1", "Acne", 1.0], ["1", "Zoster", 3.0]]
    assert reading.whole is not None
    assert reading.whole.cells == sum(1 for line in RAW.splitlines() for c in line.split(",") if c)


@pytest.mark.parametrize(
    "header", ["등록번호", "병원 등록번호", "차트번호", "병록번호", "カルテ番号", "MRN", "Hospital No", "Chart No.", "診察券番号"]
)
def test_record_numbers_are_replaced_by_study_codes(header: str) -> None:
    reading = read(f"{header},SALT_W0,SALT_W12\n" + "".join(f"2022{i:04d},{80 - i},{20 + i}\n" for i in range(6)))
    assert reading.draft is not None and list(reading.draft.salt.index) == [f"P{i:02d}" for i in range(1, 7)]
    assert any(p.code == "code_replaced" and p.level == "warning" for p in reading.problems)


@pytest.mark.parametrize("header", ["연구등록번호", "연구번호", "증례번호", "Study ID", "症例番号"])
def test_study_codes_stay(header: str) -> None:
    reading = read(f"{header},SALT_W0,SALT_W12\n" + "".join(f"2022{i:04d},{80 - i},{20 + i}\n" for i in range(6)))
    assert reading.draft is not None and reading.draft.salt.index[0] == "20220000"


def test_codes_kept_as_numbers_print_as_codes() -> None:
    reading = read("ID,SALT_W0,SALT_W12\n20220011.0,80,20\n20220012.0,70,30\n")
    assert reading.draft is not None and list(reading.draft.salt.index) == ["20220011", "20220012"]


def test_one_decision_changes_only_what_it_says() -> None:
    """Two rises in one column of a file with one row per visit: deciding about week 4 leaves week 8 as it is."""
    rows = "".join(
        f"P{i},W{w},{v}\n"
        for i, c in enumerate([(50, 20, 10), (40, 30, 20), (10, 75, 70), (90, 5, 95)])
        for w, v in zip((0, 4, 8), c, strict=True)
    )
    text = "ID,Visit,SALT\n" + rows
    rises = [p for p in read(text).problems if p.code == "rise"]
    assert len(rises) == 2 and len({p.key for p in rises}) == 2
    decided = read(text, decisions=Decisions().decide(rises[0], "set missing"))
    assert decided.draft is not None
    assert decided.draft.salt.isna().sum().sum() == 1
