"""Exporting a cohort and reading it back gives the same cohort, bit for bit, whatever is in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aadash.cohort import ROLES, Cohort
from aadash.errors import AadashError
from aadash.intake import export_csv, read, read_cohort

#: Any text that can be encoded, NUL among it.
TEXT = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\x00'\\\""), max_size=12)


def assert_same(a: Cohort, b: Cohort) -> None:
    """The same codes, weeks, values, types, roles and names; then the same fingerprint."""
    pd.testing.assert_frame_equal(a.salt, b.salt, check_exact=True)
    pd.testing.assert_frame_equal(a.patients, b.patients, check_exact=True, check_column_type=False)
    assert dict(a.roles) == dict(b.roles)
    assert (a.name, a.score, a.synthetic, a.parent_fingerprint) == (b.name, b.score, b.synthetic, b.parent_fingerprint)
    assert a.fingerprint == b.fingerprint


def _facts(draw: st.DrawFn, n: int) -> dict[str, pd.Series]:
    """Columns of every type that a cohort may have."""
    makers = {
        "float": lambda: pd.Series(draw(st.lists(st.floats(allow_infinity=True), min_size=n, max_size=n)), dtype=float),
        "int": lambda: pd.Series(draw(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=n, max_size=n)), dtype="int64"),
        "nullable": lambda: pd.Series(draw(st.lists(st.none() | st.integers(-99, 99), min_size=n, max_size=n)), dtype="Int64"),
        "small": lambda: pd.Series(draw(st.lists(st.floats(width=32, allow_nan=False), min_size=n, max_size=n)), dtype="float32"),
        "text": lambda: pd.Series(draw(st.lists(st.none() | TEXT, min_size=n, max_size=n)), dtype="str"),
        "object": lambda: pd.Series(draw(st.lists(st.none() | TEXT, min_size=n, max_size=n)), dtype=object),
        "bool": lambda: pd.Series(draw(st.lists(st.booleans(), min_size=n, max_size=n)), dtype=bool),
        "boolean": lambda: pd.Series(draw(st.lists(st.none() | st.booleans(), min_size=n, max_size=n)), dtype="boolean"),
        "date": lambda: pd.Series(
            pd.to_datetime(draw(st.lists(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)), min_size=n, max_size=n)))
        ),
        "category": lambda: pd.Series(
            pd.Categorical(
                draw(st.lists(st.sampled_from([None, "mild", "severe", "-x"]), min_size=n, max_size=n)),
                categories=["severe", "mild", "-x"],
                ordered=draw(st.booleans()),
            )
        ),
    }
    names = draw(st.lists(TEXT, max_size=5, unique=True))
    return {name: makers[draw(st.sampled_from(sorted(makers)))]() for name in names}


@st.composite
def cohorts(draw: st.DrawFn) -> Cohort:
    """Any cohort."""
    codes = draw(st.lists(TEXT, min_size=1, max_size=5, unique=True))
    weeks = sorted({0, *draw(st.lists(st.integers(1, 500), max_size=4))})
    values = draw(
        st.lists(
            st.lists(st.floats(0, 100) | st.just(float("nan")), min_size=len(weeks), max_size=len(weeks)),
            min_size=len(codes),
            max_size=len(codes),
        )
    )
    facts = {k: v.set_axis(codes, axis=0) for k, v in _facts(draw, len(codes)).items()}
    patients = pd.DataFrame(facts, index=codes)
    roles = {role: name for role, name in zip(draw(st.permutations(ROLES)), facts, strict=False) if draw(st.booleans())}
    return Cohort(patients, pd.DataFrame(values, index=codes, columns=weeks), draw(TEXT), roles, draw(st.booleans()), draw(TEXT))


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(cohorts())
def test_round_trip(cohort: Cohort) -> None:
    assert_same(read_cohort(export_csv(cohort), name="anything.csv"), cohort)


def test_it_survives_a_spreadsheet_program() -> None:
    """A program that quotes every cell and pads the first line changes nothing; a changed value is told."""
    import csv
    import io

    cohort = Cohort(
        pd.DataFrame({"sex": ["F", "M"], "age": [31, 44]}, index=["0007", "-8"]),
        pd.DataFrame({0: [80.0, 55.5], 12: [np.nan, 10.0]}, index=["0007", "-8"]),
        "clinic",
        {"sex": "sex"},
    )
    rows = list(csv.reader(io.StringIO(export_csv(cohort).decode(), newline="")))
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([r + [""] * (5 - len(r)) for r in rows])
    assert_same(read_cohort(out.getvalue().encode()), cohort)
    changed = read(out.getvalue().replace("55.5", "56.5").encode())
    assert changed.cohort is not None
    assert changed.cohort.values[1, 0] == 56.5
    assert [p.code for p in changed.problems] == ["changed_export"]


def test_an_export_whose_columns_were_changed_is_read_as_any_file() -> None:
    cohort = Cohort(pd.DataFrame({"kind": ["=1+1", "b"]}, index=["1", "2"]), pd.DataFrame({0: [80.0, 55.5]}, index=["1", "2"]))
    lines = export_csv(cohort).decode().replace(",SALT_W0", "").replace(",80.0", "").replace(",55.5", "").splitlines()
    again = read("\r\n".join([lines[0], lines[1] + ",SALT W0", lines[2] + ",70", lines[3] + ",60,", ""]).encode())
    assert again.cohort is not None
    assert again.cohort.baseline.tolist() == [70.0, 60.0]
    assert again.cohort.patients["kind"].tolist() == ["=1+1", "b"]


def test_text_that_a_spreadsheet_takes_for_a_formula_is_guarded() -> None:
    cohort = Cohort(pd.DataFrame({"=cmd": ["=1+1", "@x"]}, index=["+1", "-2"]), pd.DataFrame({0: [80.0, 55.5]}, index=["+1", "-2"]))
    body = export_csv(cohort).decode().split("\r\n")[1:]
    assert body[:3] == ["patient,'=cmd,SALT_W0", "'+1,'=1+1,80.0", "'-2,'@x,55.5"]


@pytest.mark.parametrize("series", [pd.Series([1 + 2j, 0j]), pd.Series([(1,), (2,)], dtype=object)])
def test_what_text_cannot_carry_is_refused(series: pd.Series) -> None:
    cohort = Cohort(pd.DataFrame({"x": series.set_axis(["1", "2"], axis=0)}), pd.DataFrame({0: [80.0, 55.5]}, index=["1", "2"]))
    with pytest.raises(AadashError, match="cannot be written"):
        export_csv(cohort)


def test_a_nul_is_written_where_every_program_reads_on() -> None:
    cohort = Cohort(pd.DataFrame({"x": ["a\x00b", "'\\c"]}, index=["1", "2"]), pd.DataFrame({0: [80.0, 55.5]}, index=["1", "2"]))
    cohort = replace(cohort, score="=S\x00", measure=None)
    written = export_csv(cohort)
    assert b"\x00" not in written and b"a\\u0000b" in written
    assert read_cohort(written).patients["x"].tolist() == ["a\x00b", "'\\c"]
    changed = written.replace(b"a\\u0000b", b"a\\u00b").replace(b"80.0", b"81.0")
    assert read(changed).draft is not None


def test_real_reading_exports_and_comes_back() -> None:
    text = "ID;Geschlecht;Age;SALT_W0;SALT_W12\n0007;F;31;62,5;10\n0008;;44;100;\n"
    first = read_cohort(text)
    assert_same(read_cohort(export_csv(first)), first)
