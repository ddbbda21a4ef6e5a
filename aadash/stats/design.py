"""Model formulas: ``y ~ a + b + a:b`` to a design matrix with R's treatment coding and R's column names.

formulaic reads the formula; the matrix is made here, since R's columns are wanted in R's order and by R's names, and a column that
cannot be told apart is named (docs/adr/0012). A column of numbers enters as it is; a column of text, booleans or categories
enters as indicators of its levels but the first (levels in their declared order, else alphabetical, as R sorts).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from aadash.errors import NotComputable
from aadash.stats._reml import independent_columns

Array = np.ndarray
_MARKS = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$"

if TYPE_CHECKING:
    from formulaic.parser.types import Term


@dataclass(frozen=True)
class Formula:
    """A parsed formula: the response and the terms, each a tuple of column names, by order of interaction as in R."""

    response: str
    terms: tuple[tuple[str, ...], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the formula names, response first."""
        return tuple(dict.fromkeys([self.response, *(name for term in self.terms for name in term)]))


@dataclass(frozen=True)
class Design:
    """A design matrix: intercept first, then the terms in order."""

    formula: Formula
    x: Array
    """n × p."""
    y: Array
    """n, the response as floats."""
    names: tuple[str, ...]
    """p column names as R writes them: "(Intercept)", "age", "subtypeAU", "age:subtypeAU"."""
    term_of: tuple[int, ...]
    """For each column the index of its term in ``formula.terms``; −1 for the intercept."""
    all_names: tuple[str, ...]
    """The columns before any was left out."""
    dropped: tuple[str, ...]
    """Columns that were left out because they are combinations of earlier ones (only when asked for)."""
    rows: Array
    """Positions of the rows of the frame that were used."""
    n_missing: int
    """Rows left out because a column of the formula was missing."""
    counts: Array | None = None
    """How many patients each row stands for; None where each is one."""

    @property
    def n(self) -> int:
        """Patients."""
        return len(self.y) if self.counts is None else int(self.counts.sum())

    @cached_property
    def distinct(self) -> tuple[Array, Array, Array | None]:
        """Predictors and outcome, each different row once and in order, with the patients whom it stands for (None: one each).

        A likelihood of these adds up the same numbers whatever the order of the rows, or cells that were counted.
        """
        table = np.column_stack([self.x, self.y])
        order = np.lexsort(table.T[::-1])
        table = table[order]
        starts = np.flatnonzero(np.append(True, (table[1:] != table[:-1]).any(axis=1)))
        if self.counts is not None:
            counts = np.add.reduceat(self.counts[order], starts)
        else:
            counts = np.diff(starts, append=len(order)).astype(float)
        each = None if (counts == 1).all() else counts
        return np.ascontiguousarray(table[starts, :-1]), table[starts, -1], each

    @property
    def term_labels(self) -> tuple[str, ...]:
        """The terms as R writes them."""
        return tuple(":".join(term) for term in self.formula.terms)


@lru_cache(maxsize=256)
def parse_formula(formula: str) -> Formula:
    """Read ``response ~ terms`` with formulaic's parser (Wilkinson's notation as in R: ``+ : * ^ / %in% -`` and brackets).

    Names with spaces or marks stand in backquotes. Raises NotComputable for what is no such formula, for a transformation
    (``log(x)``), for a formula without intercept, and where the response is among the predictors.
    """
    from formulaic.errors import FormulaicError  # with its parser, when the first formula is read: no page begins with one
    from formulaic.parser import DefaultFormulaParser

    try:
        sides = DefaultFormulaParser().get_terms(formula)
        left, right = [[_columns(term) for term in side] for side in (sides.lhs, sides.rhs)]
    except (FormulaicError, AttributeError) as error:  # no "~", or more than a formula: "a | b"
        raise _refused(formula) from error
    if len(left) != 1 or len(left[0]) != 1 or [] not in right:
        raise _refused(formula)
    response, terms = left[0][0], [tuple(term) for term in right if term]
    seen = list(dict.fromkeys(name for term in terms for name in term))
    unique: dict[frozenset[str], tuple[str, ...]] = {}
    for term in terms:
        unique.setdefault(frozenset(term), tuple(sorted(term, key=seen.index)))
    if any(response in term for term in unique):
        raise NotComputable(f"The outcome {response!r} is also among the predictors", fix="Leave it out")
    return Formula(response, tuple(sorted(unique.values(), key=len)))


def _columns(term: Term) -> list[str]:
    """The columns of a term; none for the intercept. Raises FormulaicError where a factor is to be computed first."""
    from formulaic.errors import FormulaicError
    from formulaic.parser.types import Factor

    if any(factor.eval_method is Factor.EvalMethod.PYTHON for factor in term.factors):
        raise FormulaicError(f"{term} is not a column")
    return [factor.expr for factor in term.factors if factor.eval_method is Factor.EvalMethod.LOOKUP]


def _refused(formula: str) -> NotComputable:
    return NotComputable(
        f"The formula {formula.strip()!r} cannot be read",
        expected="an outcome, '~' and columns joined by +, : and *, with names in backquotes where they hold spaces or marks",
    )


def build_design(
    formula: str | Formula,
    frame: pd.DataFrame,
    *,
    binary_response: bool = False,
    drop_dependent: bool = False,
    counts: Array | None = None,
) -> Design:
    """Design matrix of ``formula`` on the rows of ``frame`` in which no column that it names is missing; each row stands for
    ``counts`` patients (None: one).

    With ``binary_response`` the outcome must take two values (0/1, booleans, or two texts, of which the second in order
    is the event). With ``drop_dependent`` columns that are combinations of earlier ones are left out and named, as R's
    ``lm`` does; without it they raise NotComputable, as do a missing column, no complete row, and a constant text
    column.
    """
    parsed = parse_formula(formula) if isinstance(formula, str) else formula
    for name in parsed.columns:
        if name not in frame.columns:
            raise NotComputable(f"There is no column {name!r}", fix="Choose a column of the table")
    used = frame.loc[:, list(parsed.columns)]
    complete = np.flatnonzero(~used.isna().any(axis=1).to_numpy())
    if not len(complete):
        raise NotComputable(f"No patient has a value in all of {', '.join(parsed.columns)}")
    used, n = used.iloc[complete], len(complete) if counts is None else int(counts[complete].sum())
    blocks = {name: _coded(used[name]) for name in parsed.columns if name != parsed.response}
    known: set[frozenset[str]] = {frozenset(term) for term in parsed.terms} | {frozenset()}
    columns, names, term_of = [np.ones(len(used))], ["(Intercept)"], [-1]
    for index, term in enumerate(parsed.terms):
        product, labels = np.ones((len(used), 1)), [""]
        for name in term:
            values, suffixes = blocks[name]
            if suffixes is not None:
                first = 1 if frozenset(term) - {name} in known else 0
                values, suffixes = values[:, first:], suffixes[first:]
            ending = [name + s for s in (suffixes if suffixes is not None else [""])]
            labels = [f"{a}:{b}" if a else b for b in ending for a in labels]
            product = np.concatenate([product * values[:, [k]] for k in range(values.shape[1])], axis=1)
        columns.extend(product.T)
        names.extend(labels)
        term_of.extend([index] * len(labels))
    x = np.column_stack(columns)
    kept = independent_columns(x)
    dropped = tuple(names[j] for j in range(x.shape[1]) if j not in kept)
    if dropped and not drop_dependent:
        raise NotComputable(
            f"{_listed(dropped)} cannot be told apart from the other predictors in these {n} patients: constant, "
            "or a combination of the others",
            fix="Leave it out, or merge levels",
        )
    return Design(
        formula=parsed,
        x=x[:, kept],
        y=_response(used[parsed.response], binary_response, n),
        names=tuple(names[j] for j in kept),
        term_of=tuple(term_of[j] for j in kept),
        all_names=tuple(names),
        dropped=dropped,
        rows=complete,
        n_missing=len(frame) - len(used),
        counts=None if counts is None else counts[complete],
    )


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(repr(n) for n in names[:-1])] * (len(names) > 1) + [repr(names[-1])])


def _coded(column: pd.Series) -> tuple[Array, list[str] | None]:
    """Numbers as one column (None), anything else as one indicator per level with the levels' names."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        values = column.to_numpy(dtype=float)
        if not np.all(np.isfinite(values)):
            raise NotComputable(f"Column {column.name!r} holds infinite values", column=str(column.name))
        return values[:, None], None
    levels = _levels(column)
    if len(levels) < 2:
        raise NotComputable(
            f"Column {column.name!r} has the single level {levels[0]!r} in the patients used",
            fix="Leave it out",
            column=str(column.name),
        )
    text = column.map(_text).to_numpy()
    return (text[:, None] == np.array(levels, dtype=object)).astype(float), levels


def _levels(column: pd.Series) -> list[str]:
    """The levels that occur, in declared order for categories, else in alphabetical order."""
    present = set(column.map(_text))
    if isinstance(column.dtype, pd.CategoricalDtype):
        return [_text(c) for c in column.cat.categories if _text(c) in present]
    return sorted(present, key=_alphabetical)


def _alphabetical(text: str) -> tuple[list[tuple[int, str]], str, str]:
    """Sort key that orders texts as R does: "-" < "1" < "a" < "A" < "á" < "b" (Unicode's default collation)."""
    plain = [c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)]
    primary = [(_rank(c), c.casefold()) for c in plain]
    return primary, unicodedata.normalize("NFKD", text).casefold(), text.swapcase()


def _rank(character: str) -> int:
    """Spaces, punctuation and symbols in Unicode's order, then digits, then letters."""
    if character.isspace():
        return 0
    if character.isalpha():
        return 200
    return 100 if character.isdigit() else 1 + (_MARKS.find(character) if character in _MARKS else 90)


def _text(value: object) -> str:
    return str(value).upper() if isinstance(value, (bool, np.bool_)) else str(value)


def _response(column: pd.Series, binary: bool, n: int) -> Array:
    numeric = pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column)
    if not binary:
        if not numeric:
            raise NotComputable(f"The outcome {column.name!r} is text", expected="a column of numbers")
        return column.to_numpy(dtype=float)
    if numeric:
        y = column.to_numpy(dtype=float)
        if not np.isin(y, (0.0, 1.0)).all():
            raise NotComputable(f"The outcome {column.name!r} is not yes or no", expected="0 and 1, or two texts")
    else:
        levels = _levels(column)
        if len(levels) > 2:
            raise NotComputable(f"The outcome {column.name!r} has {len(levels)} levels", expected="two levels")
        y = (column.map(_text) == levels[-1]).to_numpy(dtype=float) if len(levels) == 2 else np.zeros(len(column))
    if y.min() == y.max():
        raise NotComputable(
            f"All {n} patients have the same outcome {column.name!r}: there is nothing to explain",
            column=str(column.name),
        )
    return y
