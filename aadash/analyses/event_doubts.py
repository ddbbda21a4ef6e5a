"""Doubts about adverse events: who was not asked, what is undated, ungraded, not judged, or passed over."""

from __future__ import annotations

import numpy as np

from aadash.analyses.analysis_set import AnalysisSet
from aadash.analyses.arms import all_treated
from aadash.analyses.event_records import SCOPES, Events, unnamed
from aadash.arms import control_alone
from aadash.cohort import Cohort
from aadash.events import says_outcome
from aadash.formatting import counted
from aadash.result import Caveat


def event_doubts(s: AnalysisSet, events: Events, scope: str, rated: bool) -> tuple[Caveat | None, ...]:
    """What there is to say about the events of an included cohort, in the order of weight."""
    return (
        _fatal_elsewhere(events),
        _unnamed(events),
        _not_asked(s.cohort, events),
        _twice(events),
        _before(events, scope),
        _undated(events, scope),
        _ungraded(events),
        *(_unjudged(events, flag) for flag in _UNJUDGED),
        _outcome_unknown(events),
        _no_control(s, rated),
        _followup(events),
    )


def _unnamed(events: Events) -> Caveat | None:
    """Events of which the file says "yes" and no more: nobody knows how many they are, nor of which kind none was seen."""
    k = events.frame.loc[unnamed(events.frame), "who"].nunique()
    if not k:
        return None
    return Caveat(
        "events-unnamed",
        f"Of {counted(k, 'patient')} the file says only that there was an event: not which, nor how many.",
        "Name each event in its cell, or give a list with a row for each: herpes zoster or a thrombosis may be among them.",
        "warning",
    )


def _not_asked(cohort: Cohort, events: Events) -> Caveat | None:
    without = int(events.at_risk.sum()) - events.frame["who"].nunique()
    if not without:
        return None
    told = events.at_risk & ~np.isin(np.arange(len(cohort)), events.frame["who"])
    column = cohort.roles.get("adverse_event")
    silent = int((told & cohort.fact(column).isna().to_numpy()).sum()) if column else 0
    if 0 < silent < without:  # some cells say "none", others nothing
        return Caveat(
            "events-not-asked",
            f"For {counted(without - silent, 'patient')} the file says that there was no event, for {silent} it says nothing: all of "
            "these are counted as without an event.",
            "Say in the paper how events were asked for. What nobody asks about is not reported.",
        )
    since = " after the first dose" if events.left_out else ""
    return Caveat(
        "events-not-asked",
        f"{counted(without, 'patient')} for whom the file names no event{since} {'is' if without == 1 else 'are'} counted as without "
        "an event.",
        "Say in the paper how events were asked for. What nobody asks about is not reported.",
    )


def _twice(events: Events) -> Caveat | None:
    if not events.twice:
        return None
    return Caveat(
        "events-twice",
        f"{counted(events.twice, 'event')} {'stands' if events.twice == 1 else 'stand'} both in a column of the file and in its "
        "list of events; counted once.",
    )


def _before(events: Events, scope: str) -> Caveat | None:
    if not events.left_out:
        return None
    return Caveat(
        "events-before",
        f"{counted(events.left_out, 'event')} that began before the first dose {'is' if events.left_out == 1 else 'are'} left out.",
        f"Choose “{SCOPES['all']}” to count them.",
    )


def _undated(events: Events, scope: str) -> Caveat | None:
    if scope == "all" or not events.undated or unnamed(events.frame).all():
        return None
    return Caveat(
        "events-undated",
        f"Of {counted(events.undated, 'event')} the file does not say when {'it' if events.undated == 1 else 'they'} began; "
        f"{'it is' if events.undated == 1 else 'they are'} taken to have begun on treatment.",
        "A date for each event gives the week of onset as well.",
    )


def _ungraded(events: Events) -> Caveat | None:
    """Where some events are graded and others are not, the rows of grades are of the graded ones."""
    known = events.frame["grade"].notna()
    lacking, people = int((~known).sum()), events.frame["who"].nunique() - events.frame.loc[known, "who"].nunique()
    if not lacking or not known.any():
        return None
    of_whom = f" {counted(people, 'patient')} {'has' if people == 1 else 'have'} no graded event at all." if people else ""
    return Caveat(
        "events-ungraded",
        "".join(
            [
                f"Of {lacking} of {counted(len(known), 'event')} the file gives no grade; the rows of grades are of "
                f"the {'other' if len(known) - lacking == 1 else 'others'}.",
                of_whom,
            ]
        ),
        "Grade every event, or do not say how many were severe.",
    )


#: Flag of an event → what the file does not say of it.
_UNJUDGED = {"serious": "whether it was serious", "related": "whether it was related to the drug"}


def _unjudged(events: Events, flag: str) -> Caveat | None:
    """Where some events are judged and others are not, the row of the flag is of those that are."""
    lacking, n = int(events.frame[flag].isna().sum()), len(events.frame)
    if lacking in (0, n):
        return None
    return Caveat(
        "events-unjudged",
        f"Of {lacking} of {counted(n, 'event')} the file does not say {_UNJUDGED[flag]}; such an event is not in that row.",
        "Write yes or no for each event: until then the share of patients is a lower limit.",
    )


def _outcome_unknown(events: Events) -> Caveat | None:
    lacking, n = sum(not says_outcome(o) for o in events.frame["outcome"]), len(events.frame)
    if lacking in (0, n):
        return None
    return Caveat(
        "events-outcome",
        f"Of {lacking} of {counted(n, 'event')} the file does not say what became of {'it' if lacking == 1 else 'them'}.",
        "Ask for these outcomes: a fatal event may be among them.",
    )


def _fatal_elsewhere(events: Events) -> Caveat | None:
    """Fatal events that the file's other columns pass over: by definition a fatal event is serious, and of grade 5."""
    f = events.frame[events.frame["fatal"]]
    serious, grade = (events.frame[c].notna().any() for c in ("serious", "grade"))
    odd = np.array(
        [(serious and s is not True) or (grade and g != 5) for s, g in zip(f["serious"], f["grade"], strict=True)], dtype=bool
    )
    if not odd.any():
        return None
    k = int(odd.sum())
    return Caveat(
        "events-fatal",
        f"{counted(k, 'fatal event')} {'is' if k == 1 else 'are'} not marked as serious, or not graded 5, in the file; the rows "
        "“Serious” and of grades count what it marks; a fatal infection counts as a serious one.",
        "An event that ends in death is serious (ICH E2A) and of grade 5 (CTCAE): correct the list.",
        "warning",
    )


def _no_control(s: AnalysisSet, rated: bool) -> Caveat | None:
    """Without an untreated group; ``rated``: rates per time are given, which can be compared with those of another."""
    if not all_treated(s) or control_alone(s.cohort, s.plan) is not None:
        return None
    return Caveat(
        "events-no-control",
        "Acne, infections and headache happen without the drug too. Without an untreated group no event here is known to be caused "
        "by it.",
        f"Compare {'the rate per 100 patient-years' if rated else 'the share of patients'} with that of a trial's placebo arm.",
    )


def _followup(events: Events) -> Caveat | None:
    lacking = int((np.isnan(events.weeks) & events.at_risk).sum())
    if not lacking:
        return None
    return Caveat(
        "events-no-time",
        f"Of {counted(lacking, 'patient')} at risk no visit after baseline is known, so groups with such a patient have no rate per "
        "100 patient-years.",
        "Give the date of the last contact.",
    )
