"""The parts of the data-quality page: completeness, what is odd, what was changed, and everything to take away."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from aadash.app.parts import render
from aadash.app.parts.markdown import plain
from aadash.app.session import cache
from aadash.app.shell.page import PageContext
from aadash.app.spoken import st
from aadash.app.upload import issues
from aadash.app.upload.issues import log_frame
from aadash.app.upload.review import change_again
from aadash.charts.completeness import completeness_map
from aadash.cohort import Cohort
from aadash.formatting import count, counted, percent
from aadash.intake import Decisions, QualityReport, Reading, export_csv
from aadash.report.files import csv
from aadash.report.quality_text import quality_text

#: Most patterns of visits shown.
MOST_PATTERNS = 12


def report_of(page: PageContext) -> QualityReport:
    """The quality of the included patients, and of the file that they came from."""
    return with_file(cache.completeness(page.cohort), page.loaded.reading)


def with_file(report: QualityReport, reading: Reading | None) -> QualityReport:
    """How complete a cohort is, with what was odd about the file and what was changed in it."""
    if reading is None:
        return report
    return replace(report, findings=tuple(p for p in reading.problems if p.actions or p.level != "note"), log=reading.log)


def key_numbers(page: PageContext, report: QualityReport) -> None:
    """How complete, how many doubts, how many lines in the log."""
    n, facts = len(page.cohort), report.completeness[report.completeness["week"].isna()]
    visits = report.completeness[report.completeness["week"].notna()]
    every = _everyone_seen(report)
    render.key_numbers(
        [
            ("Seen at every visit", count(every, n), "patients"),
            (f"{page.cohort.score} recorded", percent(float(visits["share"].mean())), f"of {n * len(visits)} visits"),
            ("Baseline facts known", percent(float(facts["share"].mean())) if len(facts) else "–", counted(len(facts), "column")),
            ("Odd values and doubts", str(len(report.findings)), f"{counted(len(report.log), 'line')} in the log"),
        ]
    )


def _everyone_seen(report: QualityReport) -> int:
    made = report.patterns.drop(columns="n").to_numpy(dtype=bool).all(axis=1)
    return int(report.patterns["n"].to_numpy()[made].sum())


def completeness(page: PageContext, report: QualityReport) -> None:
    """The heat map, the answer in words, and which visits patients made."""
    render.picture(lambda: completeness_map(page.cohort), "completeness")
    with st.container(border=True):
        st.markdown(f"**{plain(in_words(page.cohort, report))}**")
    st.markdown("## Which visits patients made")
    patterns = report.patterns.head(MOST_PATTERNS)
    weeks = patterns.drop(columns="n")
    frame = pd.DataFrame(
        {
            "Patients": [count(k, len(page.cohort)) for k in patterns["n"]],
            **{f"Week {w}": ["●" if v else "–" for v in weeks[w]] for w in weeks.columns},
        }
    )
    st.dataframe(frame, hide_index=True, width="stretch", key="quality.patterns")
    if len(report.patterns) > MOST_PATTERNS:
        rest = report.patterns["n"].iloc[MOST_PATTERNS:]
        st.caption(f"{counted(len(rest), 'more pattern')}, together {counted(int(rest.sum()), 'patient')}.")


def in_words(cohort: Cohort, report: QualityReport) -> str:
    """Who was seen throughout, and what is known least."""
    n, table = len(cohort), report.completeness
    said = f"{count(_everyone_seen(report), n)} of the patients were seen at every visit."
    visits = table[table["week"].notna()]
    worst = visits.nsmallest(1, "n").iloc[0]
    if worst["missing"]:
        said += f" Most are missing at week {worst['week']}: {count(worst['missing'], n)}."
    facts = table[table["week"].isna() & (table["missing"] > 0)]
    if len(facts):
        least = facts.nsmallest(1, "n").iloc[0]
        said += f" The fact known least is {least['column']}, missing for {count(least['missing'], n)}."
    elif table["week"].isna().any():
        said += " Every baseline fact is known of everyone."
    return said


def odd(page: PageContext, report: QualityReport) -> None:
    """Impossible and suspicious values, each with its rows and what was decided."""
    reading = page.loaded.reading
    if reading is None:
        _no_reading()
        return
    decisions = page.loaded.source.decisions if page.loaded.source else Decisions()
    if not report.findings:
        st.success(
            "Nothing odd was found: no impossible value, no implausible jump, no contradiction, no patient entered twice.",
            icon=":material/check_circle:",
        )
    issues.listed(reading, decisions, [p for p in report.findings if p.actions], "odd")
    others = [p for p in reading.problems if not p.actions]
    if others:
        st.markdown("## How the file was understood")
        issues.listed(reading, decisions, sorted(others, key=lambda p: p.level == "note"), "told")
    _change(page)


def _change(page: PageContext) -> None:
    """The way back to the decisions."""
    if page.loaded.source is not None:
        if st.button("Change what was decided", icon=":material/edit:"):
            change_again()
            st.switch_page("pages/cohort.py")
    elif not page.loaded.sample:
        st.caption(
            "The file held something that identifies a person, so it was deleted when its cohort was taken into use. To decide "
            "otherwise, upload it again: the mapping is kept for this session."
        )


def changed(page: PageContext) -> None:
    """The log, each line with its original rows one click away."""
    if page.loaded.reading is None:
        _no_reading()
        return
    issues.log_table(page.loaded.reading, "quality.log")


def _no_reading() -> None:
    st.info("This cohort did not come from a file that was read here, so there is no account of its reading.", icon=":material/info:")


def downloads(page: PageContext, report: QualityReport) -> None:
    """The report as text, the log, the cohort as it is used, and the mapping."""
    reading, everyone = page.loaded.reading, page.everyone
    stem = f"aadash_quality_{everyone.fingerprint[:8]}"
    st.markdown("## Take away")
    with st.container(horizontal=True):
        st.download_button(
            "Report (text)",
            lambda: text_of(page, report),
            f"{stem}.txt",
            "text/plain",
            on_click="ignore",
            icon=":material/print:",
            help="To print and to file with the data.",
        )
        st.download_button(
            "Log (CSV)",
            lambda: csv(log_frame(report.log)),
            f"{stem}_log.csv",
            "text/csv",
            on_click="ignore",
            icon=":material/download:",
            help="Every value changed, dropped or interpreted, with its rows.",
        )
        st.download_button(
            "Cohort (CSV)",
            lambda: export_csv(everyone),
            f"aadash_cohort_{everyone.fingerprint[:8]}.csv",
            "text/csv",
            on_click="ignore",
            icon=":material/download:",
            help="All patients as they are analysed. Read back, it is the same cohort bit for bit.",
        )
        if reading is not None:
            st.download_button(
                "Mapping (JSON)",
                lambda: reading.mapping.to_json(),
                "aadash_mapping.json",
                "application/json",
                on_click="ignore",
                icon=":material/save:",
                help="To read next month's export in the same way.",
            )


def text_of(page: PageContext, report: QualityReport) -> str:
    """The printable report of the included patients and of the whole file's account."""
    told = [p.to_dict() for p in (page.loaded.reading.problems if page.loaded.reading else ())]
    return quality_text(page.cohort, page.loaded.file, report.completeness, report.patterns, told, log_frame(report.log))
