"""The Korean sample's adverse events as a list: the paper's Table 2, one row an event, in a sheet beside the patients.

Terms and counts are the paper's; "most symptoms were mild to moderate", none was severe or serious, nobody stopped or reduced the
drug. Which patient, which week and which of mild and moderate are invented.
"""

from __future__ import annotations

import io
from datetime import datetime

import numpy as np
import pandas as pd
import xlsxwriter

#: Term → system organ class of the dictionary, first and last week of onset, share that is moderate.
EVENTS = {
    "neutropenia": ("Blood and lymphatic system disorders", 4, 24, 0.4),
    "folliculitis": ("Infections and infestations", 4, 30, 0.2),
    "acne": ("Skin and subcutaneous tissue disorders", 2, 20, 0.2),
    "headache": ("Nervous system disorders", 1, 8, 0.0),
    "gastroenteritis": ("Infections and infestations", 3, 30, 0.5),
    "elevated CPK": ("Investigations", 8, 24, 0.0),
    "hyperlipidemia": ("Metabolism and nutrition disorders", 8, 24, 0.0),
}


def make_events(rng: np.random.RandomState, patients: pd.DataFrame) -> pd.DataFrame:
    """One row an event of the patients whose ``adverse_event`` names one, in the order of the patients."""
    had = patients[patients["adverse_event"].fillna("") != ""]
    rows = []
    for patient, term in zip(had["patient"], had["adverse_event"], strict=True):
        organ, first, last, moderate = EVENTS[term]
        rows.append(
            {
                "patient": patient,
                "synthetic": "synthetic",
                "event": term,
                "system_organ_class": organ,
                "grade": "moderate" if rng.uniform() < moderate else "mild",
                "serious": "no",
                "related": "yes",
                "onset_week": int(rng.randint(first, last + 1)),
                "action_taken": "none",
            }
        )
    return pd.DataFrame(rows)


def as_workbook(patients: pd.DataFrame, events: pd.DataFrame) -> bytes:
    """Two sheets, "patients" (without its column of events) and "adverse_events"; the same bytes every time."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"author": "AAdash", "comments": "synthetic", "created": datetime(2025, 1, 1)})
    for name, table in (("patients", patients.drop(columns="adverse_event")), ("adverse_events", events)):
        sheet = book.add_worksheet(name)
        for j, column in enumerate(table.columns):
            sheet.write_string(0, j, column)
            for i, value in enumerate(table[column].tolist(), start=1):
                if isinstance(value, str):
                    sheet.write_string(i, j, value)
                elif value == value:
                    sheet.write_number(i, j, round(float(value), 1))
    book.close()
    return out.getvalue()
