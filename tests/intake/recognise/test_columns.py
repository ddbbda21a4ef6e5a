"""What a column is taken for, by its name and by what stands in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from aadash import read_cohort
from aadash.intake import read

ROWS = 12


def roles(tmp_path: Path, **columns: list[object]) -> dict[str, str]:
    """Role → column of a clinic's table of twelve patients with these further columns."""
    file = tmp_path / "clinic.csv"
    lines = ["ID,SALT week 0,SALT week 24," + ",".join(columns)]
    for i in range(ROWS):
        lines.append(f"P{i},60,{20 + i}," + ",".join(str(v[i % len(v)]) for v in columns.values()))
    file.write_text("\n".join(lines) + "\n")
    cohort = read_cohort(file)
    assert set(columns) <= set(map(str, cohort.patients.columns))  # nothing is lost, whatever it is taken for
    return dict(cohort.roles)


@pytest.mark.parametrize(
    ("name", "values", "role"),
    [
        ("Onset", [34, 12, 51], "age_at_onset"),
        ("Onset", [2012, 2004, 1998], ""),  # a year
        ("Onset", ["2012-03-04", "2004-06-13", "1998-11-30"], ""),  # a date
        ("Pulse", ["yes", "no", "no"], "ivmp"),
        ("Pulse", [0, 3, 1], "ivmp"),
        ("Pulse", [72, 66, 80], ""),  # beats a minute
        ("Diagnosis", ["AT", "AU", "patchy"], "subtype"),
        ("Diagnosis", ["2012-03-04", "2004-06-13", "1998-11-30"], ""),
    ],
)
def test_what_stands_in_a_column_can_deny_its_name(tmp_path: Path, name: str, values: list[object], role: str) -> None:
    assert roles(tmp_path, **{name: values}) == ({role: name} if role else {})


def test_the_subtype_is_found_behind_other_types(tmp_path: Path) -> None:
    """The first column called a type was taken, and blood groups were shown as subtypes of alopecia areata."""
    found = roles(tmp_path, **{"Blood type": ["A", "B", "O"], "Skin type": ["III", "IV"], "AA type": ["AT", "patchy"]})
    assert found == {"subtype": "AA type"}


@pytest.mark.parametrize(
    ("name", "values", "kept"),
    [
        ("Nail changes", ["Y", "N"], True),
        ("Skin changes", ["0", "1"], True),
        ("Prior response", ["complete", "none"], True),
        ("조갑 변화", ["유", "무"], True),
        ("Change", ["-12", "-40.5"], False),
        ("Reduction", ["12", "40"], False),
        ("Responder", ["Y", "N"], False),
        ("Improvement", ["25", "75"], False),
    ],
)
def test_a_finding_called_a_change_is_not_worked_out_from_salt(name: str, values: list[str], kept: bool) -> None:
    """In a file of visits; "Nail changes" was left out as worked out from SALT."""
    rows = "".join(f"P{i},W{w},{80 - w - i},{values[i % 2]}\n" for i in range(6) for w in (0, 12))
    role = next(g.role for g in read(f"ID,Visit,SALT,{name}\n{rows}").columns if g.column == name)
    assert (role == "fact") is kept


@pytest.mark.parametrize("onset", ["start_week", "Week of onset", "onset day", "start"])
def test_events_of_a_registry_are_joined_on_its_number(onset: str) -> None:
    """The week of an event's start was taken for SALT at baseline, and the list of events for visits of further patients."""
    patients = "registry_no,sex,SALT_W0,SALT_W12\n" + "".join(f"{7000 + i},F,80,{40 + i}\n" for i in range(8))
    events = f"registry_no,event_term,{onset}\n" + "".join(f"{7000 + i},Acne,{w}\n" for w, i in enumerate((1, 3, 3, 5)))
    cohort = read([("patients.csv", patients.encode()), ("events.csv", events.encode())]).cohort
    assert cohort is not None and cohort.weeks == (0, 12)
    assert list(cohort.patients.index) == [str(7000 + i) for i in range(8)]
    assert cohort.events is not None and list(cohort.events["patient"]) == ["7001", "7003", "7003", "7005"]
