"""Parts whose results are of no cohort of this session: of hospitals' sums, of a registry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aadash import document as d
from aadash.app.parts import draw
from aadash.app.shell.page import PageContext
from aadash.plan import AnalysisPlan
from aadash.report.tables import printable
from aadash.strata import Strata


@dataclass(frozen=True)
class _Whose:
    """What a picture's source line says of the patients."""

    name: str
    synthetic: bool


def parts(found: Sequence[d.Part], name: str, synthetic: bool, plan: AnalysisPlan, strata: Strata) -> None:
    """Draw the parts; a table as text, since its tests have no place in the session's ledger."""
    whose: Any = _Whose(name, synthetic)
    nobody: Any = None
    draw.parts([_printed(part) for part in found], PageContext(nobody, whose, whose, plan, strata), nobody)


def _printed(part: d.Part) -> d.Part:
    if isinstance(part, d.Table):
        return d.TextTable(printable(part.result, part.rows, **part.options), part.title or part.result.question)
    if isinstance(part, d.Fold):
        return d.Fold(part.label, part.key, lambda: [_printed(one) for one in part.content()], part.icon)
    if isinstance(part, d.Unavailable):
        return d.Text(part.reason, "notice")
    return part
