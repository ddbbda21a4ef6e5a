"""The printable table of a second opinion."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.formatting import number
from aadash.report.formatters import prints, variables
from aadash.result import Result

#: What is compared, where its name is that of a column.
QUANTITIES = {
    "ci_low": "lower limit",
    "ci_high": "upper limit",
    "eps_gg": "Greenhouse–Geisser ε",
    "p_gg": "p, corrected",
    "mauchly_w": "Mauchly W",
    "mauchly_p": "Mauchly p",
    "chi2": "χ²",
    "df1": "df of the effect",
    "df2": "df of the error",
    **{letter.lower(): letter for letter in "FUW"},
}


@prints("second_opinion")
def _second(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    digits = ["15" if d >= 15 else "–" if np.isnan(d) else number(d, 0) for d in t["digits"]]
    found = pd.DataFrame(
        {
            "Measure": [variables(result)[v] for v in t["variable"]],
            "Week": ["–" if pd.isna(w) else str(int(w)) for w in t["week"]],
            "Test": t["test"],
            "Quantity": [QUANTITIES.get(q, q) for q in t["quantity"]],
            "AAdash": [_value(v) for v in t["ours"]],
            "pingouin": [_value(v) for v in t["pingouin"]],
            "Digits that agree": digits,
            "Why not more": t["reason"],
        }
    )
    return found if (t["reason"] != "").any() else found.drop(columns="Why not more")


def _value(v: float) -> str:
    """Six significant digits, as both programs are asked for more than a reader needs."""
    return "–" if np.isnan(v) else f"{v:.6g}".replace("-", "−")
