"""Printable tables of what a session holds: which visits patients made, which questions were asked."""

from __future__ import annotations

import pandas as pd

from aadash.formatting import count
from aadash.report.formatters import prints
from aadash.report.ledger import ledger_frame
from aadash.result import Result


@prints("completeness")
def _completeness(result: Result, t: pd.DataFrame, most: int | None = None) -> pd.DataFrame:
    """One line per pattern of visits, commonest first; ``most`` of them."""
    patterns = result.details.patterns.head(most) if most else result.details.patterns
    made = patterns.drop(columns="n")
    return pd.DataFrame(
        {
            "Patients": [count(k, result.details.n) for k in patterns["n"]],
            **{f"Week {w}": ["●" if v else "–" for v in made[w]] for w in made.columns},
        }
    )


@prints("questions_asked")
def _questions_asked(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    """One line per question, the latest first."""
    return ledger_frame(result.details.ledger, result.rows(variable="question"))
