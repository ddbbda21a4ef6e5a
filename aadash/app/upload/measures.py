"""What an upload measures over time: names, ranges and directions, to be seen and corrected."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from aadash.app.session import state
from aadash.app.session.active import UploadDraft
from aadash.app.spoken import st
from aadash.cohort import Cohort
from aadash.errors import IntakeError
from aadash.intake import ColumnMapping, MeasureScale
from aadash.language import saying
from aadash.measure import SALT, Measure

#: Which end is the healthy one, as a reader says it.
BETTER = {"lower": "Lower", "higher": "Higher"}
_DIRECTIONS = {word: direction for direction, word in BETTER.items()}
#: Most letters of a name.
LONGEST = 40


def measures(d: UploadDraft) -> None:
    """A table of the measures, where there is another one than SALT."""
    found = _found(d)
    if all(measure.name == SALT.name for measure in found):
        return
    said = saying()
    better = {said(word): word for word in _DIRECTIONS}  # an editor gives back what its cells say
    st.markdown("##### What is measured over time")
    frame = pd.DataFrame(
        {
            "Name": [m.name for m in found],
            "Lowest": [m.low for m in found],
            "Highest": [m.high for m in found],
            "Better when": [said(BETTER[m.better]) for m in found],
            "Unit": [m.unit for m in found],
        }
    )
    key = f"home.measures.{d.revision}"
    st.data_editor(
        frame,
        hide_index=True,
        key=key,
        on_change=_edited,
        args=(key, better),
        column_config={
            "Name": st.column_config.TextColumn(required=True, max_chars=LONGEST),
            "Lowest": st.column_config.NumberColumn(required=True),
            "Highest": st.column_config.NumberColumn(required=True),
            "Better when": st.column_config.SelectboxColumn(options=list(better), required=True),
            "Unit": st.column_config.TextColumn(max_chars=LONGEST),
        },
    )
    st.caption(
        "A score that is not known by name is taken for 0 to 100, wider where its values are, and lower for better, until you say "
        "otherwise. Values outside a range are asked about."
    )


def _found(d: UploadDraft) -> list[Measure]:
    """The measures of the upload, the analysed one first; none for a file that AAdash wrote, which says them itself."""
    cohort: Cohort | None = d.reading.draft
    if cohort is None or any(g.why == "written by AAdash" for g in d.reading.columns):
        return []
    return [cohort.measure, *(measure for measure, _ in cohort.measures.values())]


def _edited(key: str, better: dict[str, str]) -> None:
    d = state.draft()
    if d is None:
        return
    mapping, found = d.mapping, _found(d)
    try:
        for i, change in st.session_state[key]["edited_rows"].items():
            direction = {"Better when": better[change["Better when"]]} if "Better when" in change else {}
            mapping = said_of(mapping, found, int(i), change | direction)
    except IntakeError as error:
        state.add_message([error.paragraph()])
    state.reread(mapping=mapping)


def said_of(mapping: ColumnMapping, found: list[Measure], i: int, change: dict) -> ColumnMapping:
    """The mapping with what was changed about the ``i``-th measure (the first is what the visits measure).

    Raises IntakeError for a range that is none, for SALT's own, and for a name that is empty or taken.
    """
    old = found[i]
    name = " ".join(str(change.get("Name") or old.name).split())
    if name != old.name and name in [m.name for m in found]:
        raise IntakeError(f"Two measures cannot both be called {name}", expected="another name")
    scale = MeasureScale(
        float(old.low if change.get("Lowest") is None else change["Lowest"]),
        float(old.high if change.get("Highest") is None else change["Highest"]),
        _DIRECTIONS[change["Better when"]] if "Better when" in change else old.better,
        str(change.get("Unit") or old.unit),
        directed="Better when" in change or not old.assumed,
    )
    if name == SALT.name and (scale.low, scale.high, scale.better) != (SALT.low, SALT.high, SALT.better):
        raise IntakeError("SALT is 0 to 100, and lower is better", fix="Give the measure another name first")
    kept = dict(mapping.measures)
    if i == 0:
        kept.pop(old.name, None)
        return replace(mapping, score=name, measures=kept if name == SALT.name else {**kept, name: scale})
    original = next((key for key, one in kept.items() if one.name == old.name), old.name)
    return replace(mapping, measures={**kept, original: replace(scale, name="" if name == original else name)})
