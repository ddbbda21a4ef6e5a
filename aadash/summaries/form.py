"""What a summary file holds. The published schema, version 1: ``docs/methods/summaries.md``."""

from __future__ import annotations

import json

import msgspec
import numpy as np

from aadash.errors import SummaryError
from aadash.measure import Measure
from aadash.serial import Saved, Whole, decode
from aadash.summaries.verify import verify

VERSION = 1
FORMAT = "aadash summary"

#: (baseline, value at the week, patients): scores in units of the grid, None for a visit not made.
Pair = tuple[Whole | None, Whole | None, Whole]
#: (text of the value, patients); None where nothing is recorded.
Fact = tuple[str | float | None, Whole]
#: (value of each predictor of the model, course of response, patients). "<=" and ">" are the sides of a predictor that is cut.
Cell = tuple[list[str | float | None], str, Whole]


class Block(Saved):
    """Patients of one level with the same visits made: how many, sums, and the cross-products of every two visits.

    ``pattern`` has a "1" for each visit made and a "0" for each missed, in the order of the weeks. ``sums`` and ``products`` (the
    upper triangle row by row, diagonal included) are about the visits made: whole numbers in units of the grid for scores.
    """

    pattern: str
    n: Whole
    sums: list[float]
    products: list[float]

    def centred(self) -> np.ndarray:
        """The cross-products about the mean, visits made × visits made."""
        k = len(self.sums)
        products = np.zeros((k, k))
        products[np.triu_indices(k)] = self.products
        products = products + np.triu(products, 1).T
        mean = np.array(self.sums) / self.n
        return products - self.n * np.outer(mean, mean)


class Level(Saved):
    """The patients of one level of a split; ``level`` is None for those with nothing recorded, ``label`` is its printed form.

    Attributes
    ----------
    pairs
        Missing rule → week → counts of (baseline, value). "observed", "locf" and "complete".
    scores, percent
        Blocks of the scores, and of the percent change from baseline (100 at baseline, so that it is a score of its own).
    facts
        Column → counts of its values: each column by itself, never two together.
    courses
        Endpoint → counts of courses of response: "1" response, "0" none, "-" not seen, one sign for each week, baseline first; a
        course that begins with "u" is of patients in whom the endpoint is undefined, a "0" for each visit made.
    within
        Of the split that the plan asks for: the level's patients split by every other column; of these levels only n, and pairs at
        the week in question.
    cells
        Of that split too: endpoint → counts of the combinations of the predictors of the summary's model with a course of response.
    """

    level: str | None
    n: Whole
    label: str = ""
    pairs: dict[str, dict[str, list[Pair]]] = msgspec.field(default_factory=dict)
    scores: list[Block] = msgspec.field(default_factory=list)
    percent: list[Block] = msgspec.field(default_factory=list)
    facts: dict[str, list[Fact]] = msgspec.field(default_factory=dict)
    courses: dict[str, list[tuple[str, Whole]]] = msgspec.field(default_factory=dict)
    within: list[Split] = msgspec.field(default_factory=list)
    cells: dict[str, list[Cell]] = msgspec.field(default_factory=dict)


class Split(Saved):
    """One way to split the patients. ``cut`` is where a number was cut, None elsewhere."""

    name: str
    title: str
    levels: list[Level]
    cut: float | None = None


class Scale(Saved):
    """The measure, and how many units of the grid make one point (10 for tenths)."""

    name: str
    low: float
    high: float
    better: str
    unit: str
    grid: Whole


class Summary(Saved):
    """A cohort, or several hospitals', as sums.

    Attributes
    ----------
    centre
        What the hospital calls itself, or the hospitals' names with commas between.
    measure, weeks, n
        What was measured, at which weeks, in how many patients.
    minimum
        The smallest number of patients that a cell shows; 1 where nothing was suppressed.
    splits
        The whole cohort ("none") first, then the ways to split it.
    ordered
        Column → its values in their order, where the file gives one (AA subtypes, grades).
    model
        The model whose cells are counted, as JSON; "" where none is.
    suppressed
        What was taken out, a sentence each.
    events
        The kinds of intercurrent events of which the file tells (:func:`aadash.analyses.intercurrent.kinds_told`); None where that was
        not asked.
    """

    format: str
    version: Whole
    software: str
    centre: str
    measure: Scale
    weeks: list[Whole]
    n: Whole
    minimum: Whole
    splits: list[Split]
    columns: dict[str, str] = msgspec.field(default_factory=dict)
    ordered: dict[str, list[str]] = msgspec.field(default_factory=dict)
    model: str = ""
    suppressed: list[str] = msgspec.field(default_factory=list)
    synthetic: bool = False
    events: list[str] | None = None

    def split(self, name: str) -> Split:
        """The split of that name. Raises SummaryError, with those that are there."""
        for one in self.splits:
            if one.name == name:
                return one
        known = ", ".join(one.name for one in self.splits)
        raise SummaryError(f"The summary of {self.centre} is not split by “{name}”", expected=f"one of {known}")

    def measured(self) -> Measure:
        """The measure as the vocabulary knows it."""
        m = self.measure
        return Measure(m.name, m.low, m.high, m.better, m.unit)


def to_json(summary: Summary) -> str:
    """A summary as JSON text; the same summary always gives the same text."""
    return json.dumps(msgspec.to_builtins(summary), ensure_ascii=False, separators=(",", ":"))


def from_json(text: str | bytes, file: str = "") -> Summary:
    """A summary from JSON, checked: form, version, and whether its sums can be those of patients.

    Raises SummaryError with the file, what was found and what to do.
    """
    try:
        data = decode(text)
    except ValueError as error:
        raise SummaryError(f"This is not a summary ({error})", file=file, expected="a file that “summarise” wrote") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise SummaryError("This is not a summary", file=file, expected="a file that “summarise” wrote")
    if data.get("version") != VERSION:
        raise SummaryError(
            f"This summary is of version {data.get('version')!r}",
            file=file,
            expected=f"version {VERSION}",
            fix="Make it again with the AAdash that the other centres use",
        )
    try:
        summary: Summary = msgspec.convert(data, Summary)
    except (msgspec.ValidationError, RecursionError) as error:
        raise SummaryError(f"This summary is damaged ({error})", file=file, fix="Ask the centre to make it again") from error
    for fault in verify(summary):
        raise SummaryError(
            f"This summary cannot be that of a cohort: {fault}",
            file=file,
            fix="It was altered or damaged on the way; ask the centre to make it again",
        )
    return summary
