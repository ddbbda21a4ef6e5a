"""A cohort as CSV text that reads back as the same cohort."""

from __future__ import annotations

import csv
import io

from aadash.cohort import Cohort


def export_csv(cohort: Cohort) -> bytes:
    """UTF-8 CSV, one row a patient: patient code, baseline facts, then SALT at each week."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["patient", *cohort.patients.columns, *(f"{cohort.score}_W{w}" for w in cohort.weeks)])
    facts = cohort.patients.astype(object).where(cohort.patients.notna(), "")
    for code, fact, values in zip(cohort.salt.index, facts.to_numpy(), cohort.values, strict=True):
        writer.writerow([code, *fact, *("" if v != v else repr(float(v)) for v in values)])
    return out.getvalue().encode()
