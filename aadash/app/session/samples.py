"""The cohorts that come with the app. All of them are made; none holds a real patient."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from aadash.app.session.active import ActiveCohort
from aadash.app.spoken import st
from aadash.cohort import Cohort
from aadash.errors import IntakeError
from aadash.intake import read

FOLDER = Path(__file__).resolve().parents[3] / "sample_data"


@dataclass(frozen=True)
class Sample:
    """A sample file and how it is offered."""

    key: str
    title: str
    text: str
    opens: str
    kind: str = "csv"

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return FOLDER / f"{self.key}.{self.kind}"


SAMPLES = {
    s.key: s
    for s in (
        Sample(
            "korea_2025",
            "Korean cohort",
            "117 patients, weeks 0–36, made to match the tables of a published multicentre study of baricitinib.",
            "Open the Korean cohort",
        ),
        Sample(
            "korea_2025_missing",
            "Korean cohort with missed visits",
            "What a clinic's file looks like: visits missed, patients gone. See what each missing rule makes of it.",
            "Open the Korean cohort with missed visits",
        ),
        Sample(
            "korea_2025_events",
            "Korean cohort with a list of events",
            "A workbook of two sheets: the same patients, and each adverse event with its grade and week.",
            "Open the Korean cohort with a list of events",
            "xlsx",
        ),
        Sample(
            "tohoku_2025",
            "Tohoku cohort",
            "70 patients, months 0–9, with the predictors of response: duration, sex, subtype, steroid pulses, eyebrows.",
            "Open the Tohoku cohort",
        ),
    )
}


#: The fingerprints of the samples that were loaded, with their keys.
_LOADED: dict[str, str] = {}


def sample_of(cohort: Cohort) -> str:
    """The key of the sample that this cohort is, patient for patient; "" for any other."""
    return _LOADED.get(cohort.fingerprint, "")


def load_sample(key: str) -> ActiveCohort:
    """A sample by its key. Raises IntakeError for one that does not exist."""
    if key not in SAMPLES:
        raise IntakeError(f"There is no sample cohort called {key!r}", expected="one of " + ", ".join(SAMPLES))
    return _loaded(key)


@st.cache_resource(show_spinner=False)
def _loaded(key: str) -> ActiveCohort:
    """Samples hold no patient, so one reading, and one cohort with what was worked out about it, serves every session."""
    sample = SAMPLES[key]
    reading = read(sample.path.read_bytes(), name=sample.path.name)
    if reading.cohort is None:
        raise IntakeError(f"The sample {key!r} cannot be read: {reading.refusal}")
    cohort = replace(reading.cohort, name=sample.title)
    _LOADED[cohort.fingerprint] = key
    return ActiveCohort(cohort, sample.path.name, key, replace(reading, draft=cohort))
