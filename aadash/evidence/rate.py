"""One published rate: who responded in which study, how that was counted, and where it is printed."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass, field

import numpy as np

#: How a rate was arrived at → how that reads in a table.
ESTIMATORS = {
    "model": "model estimate",
    "counted": "counted, a missing visit is no response",
    "observed": "observed cases",
    "locf": "last observation carried forward",
    "printed": "as printed, not said how",
    "last visit": "at each patient's last visit",
    "pooled": "pooled from several studies",
}
#: The same in a few words, for a picture.
BRIEFLY = {
    "model": "model",
    "counted": "as counted",
    "observed": "observed",
    "locf": "LOCF",
    "printed": "as printed",
    "last visit": "last visit",
    "pooled": "pooled",
}
#: What kind of place a rate was read in → how that reads in a table. The first two are what others rest on.
SOURCES = {
    "paper": "paper",
    "regulator": "regulator's document",
    "cited": "paper as cited in another",
    "congress": "congress abstract",
    "company": "company announcement",
    "secondary": "secondary page",
    "": "not said",
}
PRIMARY = ("paper", "regulator")
#: Of whom a rate is: of all who were treated, or of those who had responded before.
DENOMINATORS = {"all": "all treated", "responders": "patients who had responded before"}
PLACEBO = "placebo"
#: Arms that are no name of a drug with its dose, so that a language has words for them.
ARMS_IN_WORDS = ("Placebo", "Several drugs")
#: Studies that are called by what they are.
STUDIES_IN_WORDS = ("26 observational studies",)

_LIMIT = re.compile(r"(>=|<=|>|<)(\d+(?:\.\d+)?)")
_BAND = re.compile(r"(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)")


@dataclass(frozen=True)
class Severity:
    """The baseline SALT of a study's patients: from ``low`` to ``high``, ends included unless open."""

    low: float = 0.0
    high: float = 100.0
    open_low: bool = False
    open_high: bool = False
    text: str = field(default="", compare=False)

    @classmethod
    def of(cls, text: str) -> Severity:
        """Read ">=50", ">50", "<=50", "50-94" or "" (any). A band of whole numbers ends before the next one: "50-94" holds 94.5.
        Raises ValueError for anything else."""
        plain = text.replace("≥", ">=").replace("≤", "<=").replace("–", "-").replace(" ", "").upper().removeprefix("SALT")
        if not plain:
            return cls()
        limit, band = _LIMIT.fullmatch(plain), _BAND.fullmatch(plain)
        if limit is not None:
            sign, at = limit[1], float(limit[2])
            if not 0 <= at <= 100:
                raise ValueError("a SALT from 0 to 100")
            above = sign.startswith(">")
            low, high = (at, 100.0) if above else (0.0, at)
            return cls(low, high, sign == ">", sign == "<", " ".join(("SALT", sign.replace(">=", "≥").replace("<=", "≤"), f"{at:g}")))
        if band is not None:
            low, high = float(band[1]), float(band[2])
            if not 0 <= low < high <= 100:
                raise ValueError("two SALT from 0 to 100, the lower first")
            shown = f"SALT {low:g}–{high:g}"
            return cls(low, high if high == 100 else high + 1, False, high < 100, shown)
        raise ValueError('a range such as ">=50", "50-94" or ">95"')

    @property
    def whole(self) -> bool:
        """Whether every baseline is in it."""
        return (self.low, self.high, self.open_low, self.open_high) == (0.0, 100.0, False, False)

    @property
    def words(self) -> str:
        """As printed: "SALT ≥ 50", "SALT 50–94"; that of a study which does not say whom it enrolled."""
        return self.text or "baseline SALT not printed"

    def holds(self, baseline: np.ndarray) -> np.ndarray:
        """Boolean array: whose baseline is in it. One that is not known is in no range but the whole one."""
        if self.whole:
            return np.ones(len(baseline), dtype=bool)
        above = baseline > self.low if self.open_low else baseline >= self.low
        return above & (baseline < self.high if self.open_high else baseline <= self.high)

    def covers(self, other: Severity) -> bool:
        """Whether whoever is in ``other`` is in this one too."""
        low = self.low < other.low or (self.low == other.low and (not self.open_low or other.open_low))
        return low and (self.high > other.high or (self.high == other.high and (not self.open_high or other.open_high)))


@dataclass(frozen=True)
class PublishedRate:
    """A rate as printed.

    Attributes
    ----------
    study, design, drug, dose, population
        As the source calls them; ``drug`` in lower case, "placebo" for placebo.
    baseline_salt, severity_mix
        Text of the baseline SALT enrolled (:meth:`Severity.of`), and how many were in each band of it ("50-94: 66; 95-100: 125").
    week, endpoint
        Weeks since the first dose (None where it is of no one week), and the endpoint as a plan names it.
    percent, digits
        The rate in per cent, and with how many decimals it is printed.
    n, events
        Patients and responders, None where they are not printed.
    ci_low, ci_high
        Printed limits in per cent, or None.
    estimator, denominator
        Keys of :data:`ESTIMATORS` and :data:`DENOMINATORS`.
    source, url, source_kind, note
        Where it was read, its address, a key of :data:`SOURCES`, what else must be known.
    patients
        The same text for rates of the same patients, so that they are never pooled as if they were others; the study where empty.
    own
        Whether a user added it.
    """

    study: str
    drug: str
    endpoint: str
    percent: float
    digits: int = 1
    source: str = ""
    dose: str = ""
    week: int | None = None
    n: int | None = None
    events: int | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    estimator: str = "printed"
    denominator: str = "all"
    baseline_salt: str = ""
    severity_mix: str = ""
    population: str = ""
    design: str = ""
    url: str = ""
    source_kind: str = ""
    note: str = ""
    patients: str = ""
    own: bool = False

    @property
    def rate(self) -> float:
        """The rate as a fraction."""
        return self.percent / 100.0

    @property
    def severity(self) -> Severity:
        """Whom the study enrolled."""
        return Severity.of(self.baseline_salt)

    @property
    def mix(self) -> tuple[tuple[Severity, int], ...]:
        """Bands of baseline SALT with the number of patients in each; () where it is not printed."""
        return mix_of(self.severity_mix)

    @property
    def whole(self) -> int | None:
        """The count of responders: printed, or the whole number nearest to the rate that is printed so out of ``n``. None where
        there is none: then the rate was modelled or ``n`` is not its denominator."""
        if self.events is not None or self.n is None or self.estimator in ("model", "pooled"):
            return self.events
        fits = [k for k in _near(self.percent, self.digits, self.n) if prints_as(k, self.n, self.percent, self.digits)]
        return min(fits, key=lambda k: abs(100 * k / (self.n or 1) - self.percent), default=None)

    @property
    def responders(self) -> float:
        """:attr:`whole`, else rate times n; NaN without n."""
        if self.n is None:
            return math.nan
        return float(self.whole) if self.whole is not None else self.rate * self.n

    @property
    def arm(self) -> str:
        """ "baricitinib 4 mg"."""
        return f"{self.drug} {self.dose}".strip()

    @property
    def group(self) -> tuple[str, str, str]:
        """Whose rate it is: rates with the same group are of the same patients, or of parts of them."""
        return (self.patients or self.study, self.drug, self.dose)

    @property
    def key(self) -> tuple[object, ...]:
        """What no two rates share."""
        return (*self.group, self.severity, self.week, self.endpoint, self.estimator, self.denominator)

    @property
    def percent_text(self) -> str:
        """As it is printed: "38.8 %"."""
        return f"{self.percent:.{self.digits}f} %"

    @property
    def label(self) -> str:
        """All that tells it from another: study, arm, severity, week, estimator."""
        when = "no one week" if self.week is None else f"week {self.week}"
        return f"{self.study}, {self.arm}, {self.severity.words}, {when}, {ESTIMATORS[self.estimator].split(',')[0]}"


def mix_of(text: str) -> tuple[tuple[Severity, int], ...]:
    """Read "50-94: 66; 95-100: 125". Raises ValueError where it is not so, or where two bands share a baseline."""
    out = []
    for part in filter(str.strip, text.split(";")):
        band, _, count = part.partition(":")
        if not count.strip().isdigit():
            raise ValueError('bands with numbers of patients, such as "50-94: 66; 95-100: 125"')
        out.append((Severity.of(band), int(count)))
    bands = sorted((band for band, _ in out), key=lambda b: b.low)
    for a, b in itertools.pairwise(bands):
        if a.high > b.low or (a.high == b.low and not (a.open_high or b.open_low)):
            raise ValueError("bands that do not overlap")
    return tuple(out)


def prints_as(k: int, n: int, percent: float, digits: int) -> bool:
    """Whether k of n, rounded (a half either way) or cut off after ``digits`` decimals, is printed as ``percent``."""
    scaled, printed = 100 * k * 10**digits, round(percent * 10**digits)
    rounded = abs(2 * (scaled - printed * n)) <= n
    return rounded or printed == scaled // n


def _near(percent: float, digits: int, n: int) -> range:
    """Counts that can be printed as ``percent`` of n, and their neighbours."""
    reach = n * 10.0**-digits / 100
    middle = n * percent / 100
    return range(max(0, math.floor(middle - reach)), min(n, math.ceil(middle + reach)) + 1)
