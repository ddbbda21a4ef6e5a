"""The cohort: the patients of one upload, and what may be asked of it directly."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np
import pandas as pd

from aadash.errors import CohortError
from aadash.events import as_events, events_to_dict, no_events
from aadash.frames import KeptFrame, OptionalFrame
from aadash.later import known_later, later_by, names_a_later_time, reads_as_event, tells_of_change
from aadash.levels import PREFIX, RESERVED, column_of, is_prefixed
from aadash.matrix import check_index, check_weeks, matrix, others
from aadash.measure import Measure
from aadash.measures import in_order, measure_called
from aadash.roles import AFTER_BASELINE as AFTER_BASELINE
from aadash.roles import FINDINGS, GIVEN_FIRST, is_second_reading
from aadash.roles import ROLES as ROLES

_TEXT = pd.Index(["text"]).dtype


def _texts(index: pd.Index) -> pd.Index:
    """Codes as text; an index that holds text already is not walked through, nor through Arrow's cells one by one."""
    if index.dtype == _TEXT and not index.hasnans:
        return index
    return pd.Index(list(map(str, index.to_numpy(dtype=object))), name=index.name) if len(index) else index.map(str)


@dataclass(frozen=True, eq=False)
class Cohort:
    """Patients of one upload: baseline facts, a patients × weeks matrix of SALT, and what else was measured over time.

    Parameters
    ----------
    patients
        One row per patient, indexed by the file's own patient code (text, unique), one column per baseline fact
        under the name that the file gives it. May have no columns.
    salt
        The measure that is analysed (SALT unless ``score`` says otherwise). Same index; columns are scheduled weeks
        (whole numbers, ascending, 0 = baseline among them); values in the range of ``measure`` (0–100), or NaN for a
        visit that was not made.
    name
        What to call the cohort on screen.
    roles
        Role (one of :data:`ROLES`) to column of ``patients``.
    synthetic
        True for made data; every screen and export says so.
    score
        What the matrix measures. Anything but "SALT" is labelled with its own name.
    parent_fingerprint
        Fingerprint of the cohort that this one was taken from, if any.
    measure
        Range, direction and unit of the score; None for the known measure of that name, else 0–100 with lower better.
    measures
        What else was recorded at visits: name → (:class:`~aadash.measure.Measure`, patients × weeks frame with visits of
        its own, week 0 not required). :meth:`analysing` puts one of them in the place of ``salt``.
    after_baseline
        Columns of ``patients`` that were known only after the first dose (the last value, a response, why treatment
        stopped). They are kept, but are no baseline facts: see :attr:`baseline_columns`.
    events
        Adverse events, one row per event, as :func:`aadash.events.as_events` describes; None for none.

    Raises
    ------
    CohortError
        When an invariant does not hold.

    Notes
    -----
    A cohort never changes: the frames are copied on the way in, and each use of ``cohort.patients`` or ``cohort.salt``
    hands out a frame of its own (no data is copied until it is written to).
    """

    patients: KeptFrame = KeptFrame()
    salt: KeptFrame = KeptFrame()
    name: str = "cohort"
    roles: Mapping[str, str] = field(default_factory=dict)
    synthetic: bool = False
    score: str = "SALT"
    parent_fingerprint: str = ""
    _: KW_ONLY
    events: OptionalFrame = OptionalFrame()
    measure: Measure = None  # type: ignore[assignment]  # filled in at construction
    measures: Mapping[str, tuple[Measure, pd.DataFrame]] = field(default_factory=dict)
    after_baseline: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        measure = measure_called(self.score) if self.measure is None else self.measure
        if measure.name != self.score:
            raise CohortError(f"The score is called {self.score!r} and its measure {measure.name!r}", expected="one name")
        patients, salt = self.patients.copy(), self.salt.copy()
        events = self.__dict__["_events"]
        same = patients.index.equals(salt.index)
        patients.index = _texts(patients.index)
        salt.index = patients.index if same else _texts(salt.index)
        check_index(patients.index, salt.index)
        check_weeks(salt, measure, analysed=True)
        index = pd.Index(salt.index, name="patient")
        missing = [c for c in self.roles.values() if c not in patients.columns]
        values = matrix(salt, measure, index)
        if missing:
            raise CohortError(f"The column {missing[0]!r} is given a role but is not among the patients' columns")
        unknown = [c for c in self.after_baseline if c not in patients.columns]
        if unknown:
            raise CohortError(f"The column {unknown[0]!r} is said to be of a later visit but is not among the patients' columns")
        patients.index = index
        object.__setattr__(self, "salt", values)
        object.__setattr__(self, "patients", patients)
        object.__setattr__(
            self,
            "events",
            no_events() if events is None else as_events(events, index.to_numpy(dtype=object).tolist() if len(events) else ()),
        )
        object.__setattr__(self, "roles", MappingProxyType(dict(self.roles)))
        object.__setattr__(self, "measure", measure)
        object.__setattr__(self, "after_baseline", tuple(self.after_baseline))
        object.__setattr__(self, "measures", MappingProxyType(others(self.measures, measure, index)))

    def __reduce__(self) -> tuple:
        args = (self.patients, self.salt, self.name, dict(self.roles), self.synthetic, self.score, self.parent_fingerprint)
        further = {"events": self.events, "measure": self.measure, "measures": dict(self.measures)}
        further["after_baseline"] = self.after_baseline
        return (_unpickled, (args, further))

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

    @property
    def severity_measure(self) -> Measure:
        """What makes a patient severe: SALT where it is recorded with a baseline, else the measure analysed."""
        return self.recorded("SALT")[0] if "SALT" in self.analysable else self.measure

    @property
    def usual_cut(self) -> float:
        """Where baseline severity is cut unless a plan says otherwise: where publications cut it, else the median of these patients
        (the middle of the range where nobody has a baseline)."""
        measure = self.severity_measure
        if measure.cut is not None:
            return measure.cut
        base = self.baseline_of(measure.name)
        return float(np.nanmedian(base)) if (base == base).any() else (measure.low + measure.high) / 2

    def baseline_of(self, name: str) -> np.ndarray:
        """A measure's values at week 0, shape (patients,), whichever is analysed. Raises CohortError when there are none."""
        frame = self.recorded(name)[1]
        if 0 not in frame.columns:
            raise CohortError(f"{name} was not recorded at baseline (week 0)")
        return frame[0].to_numpy()

    @cached_property
    def percent_change(self) -> np.ndarray:
        """100 × (SALT(w) − SALT(0)) / SALT(0), shape (patients, weeks); NaN where SALT(0) is 0 or missing."""
        base = self.values[:, :1]
        safe = np.where(base > 0, base, np.nan)
        return 100.0 * (self.values - safe) / safe

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over patient codes, weeks, every value of every measure, baseline fact and event: the content, nothing
        else."""
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
        if self.measure.scale != measure_called(self.score).scale:
            digest.update(f"{self.measure.scale}\x1e".encode())
        for name in sorted(self.measures):
            measure, frame = self.measures[name]
            digest.update(f"{measure.scale}{[int(week) for week in frame.columns]}\x1e".encode())
            digest.update(np.ascontiguousarray(frame.to_numpy()).tobytes())
        if self.after_baseline:
            digest.update(f"after baseline {sorted(self.after_baseline)}\x1e".encode())
        return digest.hexdigest()

    def role(self, name: str) -> str | None:
        """The column that plays ``name`` (a role, a column's own name, or its key after :meth:`key_of`), or None."""
        if name in self.roles:
            return self.roles[name]
        columns = self.__dict__["_patients"].columns
        if is_prefixed(name) and column_of(name) in columns:
            return column_of(name)
        return name if name in columns else None

    def key_of(self, column: str) -> str:
        """How a plan names a column of the file: by its own name, or as ``column:NAME`` where that name is taken by something of
        ours (a built-in split, a role that another column plays)."""
        taken = column in RESERVED or is_prefixed(column) or self.roles.get(column, column) != column
        return PREFIX + column if taken else column

    @cached_property
    def baseline_columns(self) -> tuple[str, ...]:
        """Columns of ``patients`` that are baseline facts: what may split a cohort, predict, or stand in a table of its
        characteristics. Those of :attr:`after_baseline`, the adverse event (a role of :data:`AFTER_BASELINE`), a dose or drug of
        which a cell tells a change, and columns without a role that :func:`~aadash.later.later_by` tells to be later by name or
        content may not; nor may a second reading of a score at a later visit."""
        own, frame = set(self.roles.values()), self.__dict__["_patients"]
        later = {*self.after_baseline, *(column for role, column in self.roles.items() if role in AFTER_BASELINE)}
        later |= {c for role, c in self.roles.items() if role in GIVEN_FIRST and tells_of_change(str(c), frame[c])}
        own -= {c for role, c in self.roles.items() if role in FINDINGS and known_later(str(c))}
        scores = (self.score, *self.measures)
        readings = (c for c in frame.columns if c not in own and names_a_later_time(str(c)))
        later |= {c for c in readings if any(is_second_reading(str(c), one) for one in scores)}
        return tuple(c for c in frame.columns if c not in later and (c in own or not later_by(str(c), frame[c])))

    def reads_as_event(self, column: str) -> bool:
        """True for a column without a role that says yes or no, or a grade, under the name of an adverse event or a finding."""
        return column not in self.roles.values() and reads_as_event(str(column), self.__dict__["_patients"][column])

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
        return replace(
            self,
            patients=self.patients.loc[keep],
            salt=self.salt.loc[keep],
            parent_fingerprint=self.parent_fingerprint or self.fingerprint,
            events=events[events["patient"].isin(self.__dict__["_salt"].index[keep])],
            measures={name: (measure, frame.loc[keep]) for name, (measure, frame) in self.measures.items()},
        )

    # --- several measures ---------------------------------------------------------------------------------------
    @property
    def analysable(self) -> tuple[str, ...]:
        """Names of the measures that can be analysed, :attr:`score` among them: those with a baseline visit (week 0)."""
        return tuple(in_order([self.score, *(name for name, (_, frame) in self.measures.items() if 0 in frame.columns)]))

    def recorded(self, name: str) -> tuple[Measure, pd.DataFrame]:
        """A measure and its patients × weeks frame, whichever is analysed. Raises CohortError for one that is not there."""
        if name == self.score:
            return self.measure, self.salt
        if name not in self.measures:
            raise CohortError(
                f"{name!r} is not among the measures of this cohort", expected=f"one of {', '.join([self.score, *self.measures])}"
            )
        measure, frame = self.measures[name]
        return measure, frame.copy(deep=False)

    def analysing(self, name: str) -> Cohort:
        """The same patients with the measure ``name`` in the place of the one analysed, which joins :attr:`measures`.

        Raises CohortError for a measure that is not there or has no baseline visit (week 0).
        """
        if name == self.score:
            return self
        memo = self.__dict__.setdefault("_analysing", {})
        if name not in memo:
            measure, frame = self.recorded(name)
            rest = {n: pair for n, pair in self.measures.items() if n != name}
            memo[name] = replace(
                self,
                salt=frame,
                score=name,
                measure=measure,
                measures=rest | {self.score: (self.measure, self.salt)},
                parent_fingerprint=self.parent_fingerprint or self.fingerprint,
            )
        return memo[name]


def _unpickled(args: tuple, further: dict) -> Cohort:
    return Cohort(*args, **further)
