"""What a column is taken for, by its name and by what stands in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from aadash import read_cohort

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
