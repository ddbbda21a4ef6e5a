"""One predictor of a model, and what it is called."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from aadash.errors import PlanError
from aadash.filters import level_text
from aadash.serial import Saved, Text, convert, finite, shown


@dataclass(frozen=True)
class Predictor:
    """One column and how it enters a model.

    Attributes
    ----------
    column
        A column's name, a role, or :data:`aadash.filters.BASELINE`.
    reference
        The level that the others are compared with; None for the one that reads as "without" (no, male, patchy), or
        the first. For a cut column: "<=" or ">".
    cut
        A column of numbers is split into "at most ``cut``" and "more"; None keeps it as it is.
    per
        A column of numbers that is kept: the estimate is for so many units more.
    unit
        Of a time, what ``cut`` and ``per`` are in: "years" or "months" (:meth:`in_unit`); "" where that is not told. The same
        predictor with and without.
    """

    column: str
    reference: str | None = None
    cut: float | None = None
    per: float = 1.0
    unit: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if not self.per > 0:
            raise PlanError(f"The estimate of {self.column!r} is asked for per {self.per:g}", expected="a number of units above 0")

    def to_dict(self) -> dict[str, Any]:
        """Plain data; defaults left out."""
        out: dict[str, Any] = {"column": self.column}
        for name in ("reference", "cut"):
            if getattr(self, name) is not None:
                out[name] = getattr(self, name)
        if self.per != 1.0:
            out["per"] = self.per
        if self.unit and len(out) > 1:  # nothing else is in it
            out["unit"] = self.unit
        return out

    def in_unit(self, here: str) -> tuple[Predictor, str]:
        """This predictor for a file whose column is in ``here``, and a sentence where its cut is another number there."""
        if not here or not self.unit or here == self.unit:
            return replace(self, unit=here or self.unit), ""
        factor = 12.0 if here == "months" else 1 / 12
        cut = None if self.cut is None else self.cut * factor
        new = replace(self, cut=cut, per=self.per if self.per == 1.0 else self.per * factor, unit=here)
        said = "" if cut is None else f"The cut of {self.cut:g} {self.unit} is {cut:.4g} {here} in this file."
        return new, said

    @classmethod
    def from_dict(cls, data: Any) -> Predictor:
        """The inverse of :meth:`to_dict`; a text alone is a column. Raises PlanError when it is no predictor."""
        if isinstance(data, str):
            return cls(data)
        try:
            saved = convert(data, _SavedPredictor)
            cut, per = None if saved.cut is None else finite(saved.cut), finite(saved.per)
        except ValueError as error:
            raise PlanError(
                f"{shown(data)} is not a predictor ({error})",
                expected="an object with 'column', and perhaps 'reference', 'cut' or 'per'",
            ) from error
        unit = saved.unit if saved.unit in ("years", "months") else ""
        return cls(saved.column, None if saved.reference is None else level_text(saved.reference), cut, per, unit)


class _SavedPredictor(Saved):
    column: str
    reference: Text | None = None
    cut: float | None = None
    per: float = 1.0
    unit: str = ""
