"""Data quality: the way back to what was decided, and the files to take away."""

from __future__ import annotations

from aadash.app.parts.draw import panel
from aadash.app.shell.page import PageContext
from aadash.app.spoken import st
from aadash.app.upload.review import change_again
from aadash.completeness import filled, visit_patterns
from aadash.intake import export_csv
from aadash.report.files import csv
from aadash.report.quality_text import quality_text
from aadash.views import Context
from aadash.views.file_account import log_frame


@panel("data_quality.change")
def _change(page: PageContext, context: Context) -> None:
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


@panel("data_quality.files")
def _files(page: PageContext, context: Context) -> None:
    """The report as text, the log, the cohort as it is used, and the mapping."""
    reading, everyone = page.loaded.reading, page.everyone
    stem = f"aadash_quality_{everyone.fingerprint[:8]}"
    with st.container(horizontal=True):
        st.download_button(
            "Report (text)",
            lambda: text_of(page),
            f"{stem}.txt",
            "text/plain",
            on_click="ignore",
            icon=":material/print:",
            help="To print and to file with the data.",
        )
        st.download_button(
            "Log (CSV)",
            lambda: csv(log_frame(reading.log if reading else ())),
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


def text_of(page: PageContext) -> str:
    """The printable report of the included patients and of the whole file's account."""
    reading = page.loaded.reading
    issues = [p.to_dict() for p in (reading.problems if reading else ())]
    log = log_frame(reading.log if reading else ())
    one = page.cohort
    return quality_text(one, page.loaded.file, filled(one), visit_patterns(one), issues, log, of=len(page.everyone))
