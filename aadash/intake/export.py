"""A cohort as CSV that reads back as the same cohort, bit for bit."""

from __future__ import annotations

import csv
import io

from aadash.cohort import Cohort
from aadash.intake.read.native import cells, guard, head


def export_csv(cohort: Cohort) -> bytes:
    """UTF-8 CSV: a line that says what the columns are, a header, one row a patient.

    Columns are the patient code, the baseline facts, and the score at each week (``SALT_W12``). Numbers are written in
    full; text that a spreadsheet program would take for a formula (beginning with = + - @ ') gets a ' in front, which
    reading takes off again. :func:`aadash.intake.read_cohort` gives back the same cohort: codes, values, types, roles,
    name and fingerprint. Raises AadashError for a column type that text cannot carry.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([head(cohort)])
    names = [guard(str(c)) for c in cohort.patients.columns]
    writer.writerow([_free("patient", names), *names, *(_free(f"{cohort.score}_W{w}", names) for w in cohort.weeks)])
    facts = [cells(cohort.patients.iloc[:, i]) for i in range(cohort.patients.shape[1])]
    salt = [["" if v != v else repr(v) for v in column] for column in cohort.values.T.tolist()]
    codes = [guard(c) for c in cohort.salt.index]
    writer.writerows(zip(codes, *facts, *salt, strict=True))
    return out.getvalue().encode("utf-8")


def _free(name: str, taken: list[str]) -> str:
    """``name``, with underscores until no fact is called so."""
    while name in taken:
        name += "_"
    return name
