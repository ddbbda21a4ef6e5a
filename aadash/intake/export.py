"""A cohort as CSV that reads back as the same cohort, bit for bit."""

from __future__ import annotations

import csv
import io

from aadash.cohort import Cohort
from aadash.intake.read.native import cells, guard, head


def export_csv(cohort: Cohort) -> bytes:
    """UTF-8 CSV: a line that says what the columns are, a header, one row per patient.

    Columns are the patient code, the baseline facts, and each measure at each of its weeks (``SALT_W12``), the analysed
    one first. Numbers are written in full; text that a spreadsheet program would take for a formula (beginning with
    = + - @ ') gets a ' in front, which reading takes off again. :func:`aadash.intake.read_cohort` gives back the same
    cohort: codes, values, types, roles, measures, name and fingerprint. Raises AadashError for a column type that text
    cannot carry.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([head(cohort)])
    names = [guard(str(c)) for c in cohort.patients.columns]
    blocks = [(cohort.measure, cohort.salt), *cohort.measures.values()]
    visits = [guard(f"{measure.name}_W{week}") for measure, frame in blocks for week in frame.columns]
    writer.writerow([_free("patient", names), *names, *(_free(visit, names) for visit in visits)])
    facts = [cells(cohort.patients.iloc[:, i]) for i in range(cohort.patients.shape[1])]
    matrices = [frame.to_numpy() for _, frame in blocks]
    scores = [["" if v != v else repr(v) for v in column] for matrix in matrices for column in matrix.T.tolist()]
    codes = [guard(c) for c in cohort.salt.index]
    writer.writerows(zip(codes, *facts, *scores, strict=True))
    return out.getvalue().encode("utf-8")


def _free(name: str, taken: list[str]) -> str:
    """``name``, with underscores until no fact is called so."""
    while name in taken:
        name += "_"
    return name
