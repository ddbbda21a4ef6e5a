"""Data files: a result as CSV and as CDISC-like Analysis Results Data."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pandas as pd

from aadash.result import Result

#: A spreadsheet takes text that starts so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _safe(value: object) -> object:
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA) else value


def csv(frame: pd.DataFrame) -> bytes:
    """A frame as UTF-8 CSV with byte-order mark (Excel reads it right), numbers at full precision.

    Text that a spreadsheet would run as a formula gets a leading apostrophe; numbers are left alone. Rows end in CR LF, so that
    a text that holds either is quoted.
    """
    safe = frame.map(_safe).rename(columns=_safe)
    return ("\ufeff" + safe.to_csv(index=False, lineterminator="\r\n")).encode("utf-8")


def ard_json(results: Iterable[Result]) -> str:
    """Results as one JSON list, one object a number, full precision."""
    rows = [r for result in results for r in result.ard()]
    return json.dumps(rows, ensure_ascii=False, indent=0)
