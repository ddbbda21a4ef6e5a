"""The ledger as a table to read and as one to keep."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pandas as pd

from aadash.formatting import number, p_value
from aadash.ledger import Ledger, when


def ledger_frame(ledger: Ledger, adjusted: pd.DataFrame) -> pd.DataFrame:
    """One row per entry, the latest first, ready to print; ``adjusted`` has ``p_holm`` and ``p_bh`` in the ledger's order."""
    rows = [
        {
            "Outcome": entry.measured,
            "Week": "" if entry.week is None else str(entry.week),
            "Question": entry.question,
            "Test": entry.tested,
            "n": entry.n,
            "Estimate": number(entry.estimate, 2),
            "p": p_value(entry.p),
            "p, Holm": p_value(holm),
            "p, BH": p_value(bh),
            "Prespecified": when(entry.prespecified_at) or "no",
            "Filters": entry.filters,
            "Missing visits": entry.missing,
            "Chosen with it": entry.choices,
            "First shown": when(entry.time),
        }
        for entry, holm, bh in zip(ledger.entries, adjusted["p_holm"], adjusted["p_bh"], strict=True)
    ]
    frame = pd.DataFrame(rows[::-1])
    return frame if any(entry.choices for entry in ledger.entries) else frame.drop(columns="Chosen with it", errors="ignore")


def ledger_csv_frame(ledger: Ledger, adjusted: pd.DataFrame) -> pd.DataFrame:
    """One row per entry in order, full precision, for a file."""
    frame = pd.DataFrame([asdict(entry) for entry in ledger.entries])
    if frame.empty:
        return frame
    frame["prespecified"] = np.where(frame["prespecified_at"] != "", "yes", "no")
    return frame.assign(p_holm=adjusted["p_holm"].to_numpy(), p_bh=adjusted["p_bh"].to_numpy())
