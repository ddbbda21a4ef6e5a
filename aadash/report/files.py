"""Data files: a result as CSV and as CDISC-like Analysis Results Data."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict

import pandas as pd

from aadash.levels import Cell, Pair, Total
from aadash.result import Result

#: A spreadsheet takes text that starts so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _safe(value: object) -> object:
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA) else value


def _text(value: object) -> object:
    """What is ours (everyone, a pair of levels) as text."""
    return str(value) if isinstance(value, (Total, Pair, Cell)) else value


def csv(frame: pd.DataFrame) -> bytes:
    """A frame as UTF-8 CSV with byte-order mark (Excel reads it right), numbers at full precision.

    Text that a spreadsheet would run as a formula gets a leading apostrophe; numbers are left alone. Rows end in CR LF, so that
    a text that holds either is quoted.
    """
    safe = frame.map(_text).map(_safe).rename(columns=_safe)
    return ("\ufeff" + safe.to_csv(index=False, lineterminator="\r\n")).encode("utf-8")


def account(name: str, result: Result) -> dict[str, object]:
    """What stands beside a result's numbers, as plain data: question, answer, method, who was analysed, doubts, the call."""
    call = result.call
    return {
        "analysis": result.analysis,
        "name": name,
        "question": result.question,
        "sentence": result.sentence,
        "method": result.method,
        "accounting": asdict(result.accounting),
        "caveats": [asdict(c) for c in result.caveats],
        "choice": result.choice,
        "checks": [asdict(c) for c in result.checks],
        "alternatives": [asdict(a) for a in result.alternatives],
        "call": {
            "plan": call.plan.to_dict(),
            "model": None if call.model is None else call.model.to_dict(),
            "options": {k: v if isinstance(v, (str, int, float, bool, type(None))) else repr(v) for k, v in call.options.items()},
        },
    }


def account_json(results: Mapping[str, Result], reasons: Mapping[str, str]) -> str:
    """The account of every result, and why the others could not be computed, as JSON."""
    told = {"results": [account(name, result) for name, result in results.items()], "not_computed": dict(reasons)}
    return json.dumps(told, ensure_ascii=False, indent=1)


def ard_json(results: Iterable[Result]) -> str:
    """Results as one JSON list, one object per number, full precision."""
    rows = [{**r, "stat": _infinite(r["stat"])} for result in results for r in result.ard()]
    text = json.dumps(rows, ensure_ascii=False, indent=0)
    for mark, number in _MARKS.items():
        text = text.replace(json.dumps(mark), number)
    return text


#: JSON has no word for infinity. A number beyond the range of a float is read as one by Python, R and JavaScript.
_MARKS = {"\x00+\x00": "1e999", "\x00-\x00": "-1e999"}


def _infinite(stat: object) -> object:
    """A mark in place of an infinite number."""
    return f"\x00{'+' if stat > 0 else '-'}\x00" if isinstance(stat, float) and math.isinf(stat) else stat
