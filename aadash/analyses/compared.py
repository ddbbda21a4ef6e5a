"""One number computed twice: how many digits agree, and why not more."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from aadash.errors import NotComputable

#: So many significant digits count as the same number; fewer need a reason.
SAME = 8
#: What two numbers in double precision can share at most.
MOST = 15
NAN = float("nan")

#: How the names of tests end: over the weeks of one question; the interaction, which is what the courses are about.
ADJUSTED, INTERACTION = "adjusted over the weeks", "stratum × week"

UNEXPLAINED = "There is no known reason. Do not use either number before the difference is understood; please report it."


def agreeing_digits(a: float, b: float) -> float:
    """Significant decimal digits in which two numbers agree, 0 to 15; NaN where one is missing."""
    if math.isnan(a) or math.isnan(b):
        return NAN
    if a == b:
        return float(MOST)
    if math.isinf(a) or math.isinf(b):
        return 0.0
    return float(min(MOST, max(0, math.floor(-math.log10(abs(a - b) / max(abs(a), abs(b)))))))


@dataclass(frozen=True)
class Line:
    """One number by both."""

    variable: str
    week: int | None
    test: str
    quantity: str
    ours: float
    theirs: float
    n: int
    why: str = ""

    @property
    def digits(self) -> float:
        """Significant digits in which the two agree."""
        return agreeing_digits(self.ours, self.theirs)

    @property
    def reason(self) -> str:
        """Why the two differ; "" where they are the same number."""
        return "" if self.digits >= SAME else self.why or UNEXPLAINED


@dataclass(frozen=True)
class ComparedTest:
    """One test by both: our numbers by quantity, and how pingouin is asked for the same."""

    variable: str
    week: int | None
    name: str
    n: int
    ours: Mapping[str, float]
    ask: Callable[[], Mapping[str, float]]
    #: Quantity → why it may differ. "" stands for every quantity.
    why: Mapping[str, str] = field(default_factory=dict)

    def lines(self) -> Iterator[Line]:
        """Its numbers; those that neither gives are left out."""
        refusal = ""
        try:
            theirs = self.ask()
        except NotComputable as error:
            theirs, refusal = {}, error.paragraph()
        for quantity, ours in self.ours.items():
            value = float(theirs.get(quantity, NAN))
            if math.isnan(ours) and math.isnan(value):
                continue
            why = refusal or self.why.get(quantity) or self.why.get("", "")
            yield Line(self.variable, self.week, self.name, quantity, float(ours), value, self.n, why)


def headline(compared: list[Line], week: int) -> Line | None:
    """The p-value that the page itself concludes by: adjusted where it is, of the courses the interaction in percent change."""
    found = [line for line in compared if line.quantity == "p" and line.week == week]
    if found:
        return next((line for line in found if line.test.endswith(ADJUSTED)), found[0])
    found = [line for line in compared if line.week is None and line.variable == "percent_change" and line.test.endswith(INTERACTION)]
    return next((line for quantity in ("p_gg", "p") for line in found if line.quantity == quantity), None)
