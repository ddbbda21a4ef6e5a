"""The cohort: the patients of one upload, and what may be asked of it directly."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property
from types import MappingProxyType

import numpy as np
import pandas as pd

from aadash.errors import CohortError
from aadash.events import as_events, events_to_dict, no_events

#: Roles that a column of the patients frame can play, in the order in which they are shown.
#: ``subtype`` and ``sex`` are stratifiers by name; the others are known to tables and to predictors.
ROLES = (
    "sex",
    "subtype",
    "age",
    "age_at_onset",
    "duration",
    "atopic_dermatitis",
    "ivmp",
    "eyebrow",
    "eyelash",
    "adverse_event",
    "drug",
    "dose",
    "centre",
)


class _Frame:
    """A frame that the cohort keeps to itself and hands out as a shallow copy.

    With pandas' copy-on-write no data is copied until somebody writes, and whoever writes does so to his own copy.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.slot = "_" + name

    def __get__(self, instance: object, owner: type) -> pd.DataFrame:
        if instance is None:
            raise AttributeError(self.slot)  # tells the dataclass that there is no default
        return instance.__dict__[self.slot].copy(deep=False)

    def __set__(self, instance: object, frame: pd.DataFrame) -> None:
        instance.__dict__[self.slot] = frame


class _OptionalFrame(_Frame):
    """A frame that need not be given: None until the cohort has made its own."""

    def __get__(self, instance: object, owner: type) -> pd.DataFrame:
        return None if instance is None else super().__get__(instance, owner)  # type: ignore[return-value]

    def __set__(self, instance: object, frame: pd.DataFrame | None) -> None:
        instance.__dict__[self.slot] = frame


@dataclass(frozen=True, eq=False)
class Cohort:
    """Patients of one upload: baseline facts and a patients × weeks matrix of SALT.

    Parameters
    ----------
    patients
        One row a patient, indexed by the file's own patient code (text, unique), one column a baseline fact
        under the name that the file gives it. May have no columns.
    salt
        Same index; columns are scheduled weeks (whole numbers, ascending, 0 = baseline among them); values 0–100
        or NaN for a visit that was not made.
    name
        What to call the cohort on screen.
    roles
        Role (one of :data:`ROLES`) to column of ``patients``.
    synthetic
        True for made data; every screen and export says so.
    score
        What the matrix measures. Anything but "SALT" is labelled with its own name.
    events
        Adverse events, one row an event, as :func:`aadash.events.as_events` describes; None for none.

    Raises
    ------
    CohortError
        When an invariant does not hold.

    Notes
    -----
    A cohort never changes: the frames are copied on the way in, and each use of ``cohort.patients`` or ``cohort.salt``
    hands out a frame of its own (no data is copied until it is written to).
    """

    patients: _Frame = _Frame()
    salt: _Frame = _Frame()
    name: str = "cohort"
    roles: Mapping[str, str] = field(default_factory=dict)
    synthetic: bool = False
    score: str = "SALT"
    parent_fingerprint: str = ""
    _: KW_ONLY
    events: _OptionalFrame = _OptionalFrame()

    def __post_init__(self) -> None:
        patients, salt = self.patients.copy(), self.salt.copy()
        events = self.__dict__["_events"]
        patients.index = patients.index.map(str)
        salt.index = salt.index.map(str)
        _check_index(patients.index, salt.index)
        _check_weeks(salt)
        _check_numbers(salt, self.score)
        try:
            values = salt.to_numpy(dtype=float, copy=True)
        except (TypeError, ValueError) as error:
            raise CohortError(
                f"The {self.score} matrix holds something that is not a number ({error})",
                expected="numbers from 0 to 100, or an empty cell",
            ) from error
        bad = np.argwhere(~np.isnan(values) & ((values < 0) | (values > 100)))
        if len(bad):
            row, col = bad[0]
            raise CohortError(
                f"{self.score} {values[row, col]:g} of patient {salt.index[row]} at week {salt.columns[col]} is "
                f"outside 0–100 ({len(bad)} such value{'s' if len(bad) > 1 else ''})",
                expected="numbers from 0 (no hair loss) to 100 (no scalp hair)",
            )
        values.flags.writeable = False
        missing = [c for c in self.roles.values() if c not in patients.columns]
        if missing:
            raise CohortError(f"The column {missing[0]!r} is given a role but is not among the patients' columns")
        weeks = pd.Index([int(w) for w in salt.columns], name="week")
        index = pd.Index(salt.index, name="patient")
        patients.index = index
        object.__setattr__(self, "salt", pd.DataFrame(values, index=index, columns=weeks, copy=False))
        object.__setattr__(self, "patients", patients)
        object.__setattr__(self, "events", no_events() if events is None else as_events(events, list(index)))
        object.__setattr__(self, "roles", MappingProxyType(dict(self.roles)))

    def __reduce__(self) -> tuple:
        args = (self.patients, self.salt, self.name, dict(self.roles), self.synthetic, self.score, self.parent_fingerprint)
        return (_unpickled, (args, self.events))

    def __len__(self) -> int:
        return len(self.__dict__["_salt"])

    @cached_property
    def weeks(self) -> tuple[int, ...]:
        """Scheduled weeks, ascending, baseline (0) first."""
        return tuple(int(w) for w in self.__dict__["_salt"].columns)

    @property
    def followup_weeks(self) -> tuple[int, ...]:
        """Scheduled weeks after baseline."""
        return self.weeks[1:]

    @cached_property
    def values(self) -> np.ndarray:
        """SALT as a read-only float array of shape (patients, weeks)."""
        return self.salt.to_numpy()

    @property
    def baseline(self) -> np.ndarray:
        """SALT at week 0, shape (patients,)."""
        return self.values[:, 0]

    @cached_property
    def percent_change(self) -> np.ndarray:
        """100 × (SALT(w) − SALT(0)) / SALT(0), shape (patients, weeks); NaN where SALT(0) is 0 or missing."""
        base = self.values[:, :1]
        safe = np.where(base > 0, base, np.nan)
        return 100.0 * (self.values - safe) / safe

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over patient codes, weeks, every SALT value, baseline fact and event: the content, nothing else."""
        digest = hashlib.sha256()
        for part in (
            "\x1f".join(self.salt.index),
            repr(self.weeks),
            self.score,
            "\x1f".join(map(str, self.patients.columns)),
            repr(sorted(self.roles.items())),
        ):
            digest.update(part.encode() + b"\x1e")
        digest.update(np.ascontiguousarray(self.values).tobytes())
        for column in self.patients.columns:
            series = self.patients[column]
            levels = list(series.cat.categories) if isinstance(series.dtype, pd.CategoricalDtype) else ""
            digest.update(f"{series.dtype}{levels}\x1e".encode())
            digest.update(pd.util.hash_pandas_object(series, index=False).to_numpy().tobytes())
        events = self.__dict__["_events"]
        if len(events):
            digest.update(repr(events_to_dict(events)).encode())
        return digest.hexdigest()

    def role(self, name: str) -> str | None:
        """The column that plays ``name`` (a role, or a column's own name), or None."""
        if name in self.roles:
            return self.roles[name]
        return name if name in self.__dict__["_patients"].columns else None

    def fact(self, column: str) -> pd.Series:
        """One column of ``patients``, without a copy of the others."""
        return self.__dict__["_patients"][column].copy(deep=False)

    def column_index(self, week: int) -> int:
        """Position of ``week`` in :attr:`values`. Raises CohortError for a week that was not scheduled."""
        if week not in self.weeks:
            known = ", ".join(map(str, self.weeks))
            raise CohortError(f"Week {week} is not among the visits", expected=f"one of {known}")
        return self.weeks.index(week)

    def subset(self, keep: np.ndarray) -> Cohort:
        """The patients where the boolean array ``keep`` is True, as a cohort of its own."""
        keep = np.asarray(keep, dtype=bool)
        if keep.all():
            return self
        events = self.events
        return Cohort(
            self.patients.loc[keep],
            self.salt.loc[keep],
            self.name,
            dict(self.roles),
            self.synthetic,
            self.score,
            self.parent_fingerprint or self.fingerprint,
            events=events[events["patient"].isin(self.__dict__["_salt"].index[keep])],
        )


def _unpickled(args: tuple, events: pd.DataFrame) -> Cohort:
    return Cohort(*args, events=events)


def _check_index(patients: pd.Index, salt: pd.Index) -> None:
    if len(salt) == 0:
        raise CohortError("There is no patient in this cohort", fix="Widen the filters, or upload another file")
    if not patients.equals(salt):
        raise CohortError("The baseline facts and the SALT matrix do not list the same patients in the same order")
    if not salt.is_unique:
        twice = salt[salt.duplicated()].unique()
        raise CohortError(
            f"Patient {twice[0]} appears more than once ({len(twice)} such patient{'s' if len(twice) > 1 else ''})",
            expected="one row a patient",
        )


def _check_numbers(salt: pd.DataFrame, score: str) -> None:
    for week in salt.columns:
        if pd.api.types.is_numeric_dtype(salt[week]):
            continue
        text = salt[week].map(lambda value: isinstance(value, str)).to_numpy(dtype=bool)
        if text.any():
            raise CohortError(
                f"{score} of patient {salt.index[text][0]} at week {week} is the text {salt[week][text].iloc[0]!r}",
                expected="a number from 0 to 100, or an empty cell",
            )


def _check_weeks(salt: pd.DataFrame) -> None:
    weeks = list(salt.columns)
    if not all(isinstance(w, (int, np.integer)) or (isinstance(w, float) and w.is_integer()) for w in weeks):
        raise CohortError(f"The visits {weeks!r} are not whole weeks", expected="whole numbers of weeks since the first dose")
    if 0 not in weeks:
        raise CohortError(
            "There is no baseline visit (week 0)",
            expected="SALT before the first dose",
            fix="Say which column holds the baseline SALT",
        )
    if any(b <= a for a, b in itertools.pairwise(weeks)) or weeks[0] != 0:
        raise CohortError(f"The weeks {weeks!r} are not in ascending order from 0")
