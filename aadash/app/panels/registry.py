"""The page of a registry: a table in an engine, counted; nobody's rows come to the browser but a few lines. Needs no cohort."""

from __future__ import annotations

from aadash.analyses.registry import PROMPT, REGISTRY, in_order
from aadash.app.parts import counted as drawn
from aadash.app.parts.markdown import plain
from aadash.app.session import address, registries, state
from aadash.app.shell.page import begin
from aadash.app.shell.sidebar import COUNTS_AS
from aadash.app.spoken import st
from aadash.endpoints import endpoints_of
from aadash.errors import AadashError
from aadash.filters import BASELINE, Filter
from aadash.formatting import counted, listing
from aadash.measure import SALT
from aadash.plan import AnalysisPlan
from aadash.strata import stratifiers
from aadash.summaries import SUFFICES
from aadash.summaries.answer import MOST_STAND_INS
from aadash.summaries.registry import Registry
from aadash.views.registry import ELSEWHERE, NOT_ASKED, QUESTION, parts

FIRST = "salt_over_time"


def page() -> None:
    """Everything on the page."""
    begin(QUESTION)
    address.write()
    st.title(QUESTION, anchor=False)
    st.caption(
        "For a table too large for a file: Parquet files, or a table in DuckDB or PostgreSQL, with one row per patient and a column "
        "per visit. DuckDB counts it on the server."
    )
    names = list(registries.offered())
    if not names:
        st.info(
            f"This server offers no registry. Whoever runs it names a folder in {registries.FOLDER} and puts them there; a browser "
            "cannot name a path. On the command line: python -m aadash analyse FOLDER --engine duckdb --out results",
            icon=":material/info:",
        )
        return
    name = st.selectbox("Registry", names, key="registry.name", persist_state="session")
    try:
        with st.spinner("The table is read once …"):
            found = registries.opened(name)
    except AadashError as error:
        st.error(plain(error.paragraph()), icon=":material/error:")
        return
    _whole(name, found)
    _everywhere(name, found)
    plan = _plan(found.registry)
    possible = [one.name for one in in_order() if one.section in PROMPT and one.name in SUFFICES]
    question = st.selectbox(
        "Question",
        possible,
        index=possible.index(FIRST),
        format_func=lambda one: REGISTRY[one].question,
        key="registry.question",
        persist_state="session",
    )
    try:
        with st.spinner("Counting …"), found.lock:
            result = registries.asked(name, question, plan)
            strata = found.registry.under(plan).strata(plan)[0]
    except AadashError as error:
        st.info(plain(error.paragraph()), icon=":material/block:")
    else:
        week = plan.at_week(found.registry.first)
        drawn.parts(parts(result, week), found.registry.name, False, plan, strata)
    rest = [REGISTRY[one.name].question for one in in_order() if one.section in PROMPT and one.name not in SUFFICES]
    with st.expander(f"{counted(len(rest), 'question')} that counts cannot answer", icon=":material/block:"):
        st.markdown((ELSEWHERE if registries.may_open(found) else NOT_ASKED) + "\n\n" + "\n".join(f"- {plain(text)}" for text in rest))


def _whole(name: str, found: registries.Opened) -> None:
    table = found.registry.table
    weeks = listing([str(week) for week in table.weeks])
    st.markdown(f"**{table.n:,} patients**, weeks {weeks}; counted beside them: {plain(listing(list(table.facts)) or 'nothing')}.")
    if registries.from_database(name):
        st.caption(f"Read from the database on {found.read:%Y-%m-%d %H:%M} UTC; read again on another day.")
    if found.registry.left_out:
        st.caption(plain(" ".join(found.registry.left_out)))
    if found.doubts:
        with st.expander(f"{counted(len(found.doubts), 'doubt')} about the first rows, counted as they stand", icon=":material/info:"):
            st.markdown("\n".join(f"- {plain(text)}" for text in found.doubts))


def _everywhere(name: str, found: registries.Opened) -> None:
    """The way to the other pages, or why there is none."""
    this = state.loaded()
    if this is not None and registries.of(this.cohort) is found:
        st.page_link("pages/trajectories.py", label="In use on every page: Course", icon=":material/arrow_forward:")
        return
    if registries.may_open(found):
        st.button(
            "Use it on every page",
            icon=":material/open_in_full:",
            key="registry.use",
            on_click=registries.use,
            args=(name,),
            help="Takes the place of the cohort in use. Each patient is a row there, without a name: counted where counts suffice.",
        )
        return
    st.caption(
        f"The other pages need every patient's row, of at most {MOST_STAND_INS:,} patients. Here stands what counts say."
        if found.registry.table.n > MOST_STAND_INS
        else "Whoever runs this server keeps the patients' rows off the other pages."
    )


def _plan(registry: Registry) -> AnalysisPlan:
    """What is asked: split, endpoint, week, rule for missing visits, and who is in."""
    first, table = registry.first, registry.table
    splits = {
        key: label
        for key, label in stratifiers(first).items()
        if key in ("severity", "trial_severity", "none") or registry.roles.get(key, key) in table.facts
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        split = st.selectbox("Split by", list(splits), format_func=splits.__getitem__, key="registry.split", persist_state="session")
        cut = 50.0
        if split == "severity":
            cut = st.number_input("Group A is baseline SALT above", 0.0, 100.0, 50.0, 5.0, key="registry.cut", persist_state="session")
        ends = {name: rule.symbol for name, rule in endpoints_of(SALT).items()}
        usual = list(ends).index(AnalysisPlan().endpoint)
        endpoint = st.selectbox(
            "Endpoint", list(ends), index=usual, format_func=ends.__getitem__, key="registry.endpoint", persist_state="session"
        )
        weeks = list(table.weeks[1:] or table.weeks)
        week = st.selectbox("Week", weeks, index=len(weeks) - 1, key="registry.week")
        missing = st.selectbox(
            "A missing visit counts as",
            list(COUNTS_AS),
            format_func=COUNTS_AS.__getitem__,
            key="registry.missing",
            persist_state="session",
        )
    return AnalysisPlan(
        stratifier=split, severity_cut=float(cut), endpoint=endpoint, week=week, missing=missing, filters=_filters(registry)
    )


def _filters(registry: Registry) -> tuple[Filter, ...]:
    """Who is in: a range of baselines, and the levels of each column of few."""
    out = []
    with st.expander("Who is included", icon=":material/filter_alt:", key="registry.who"):
        low, high = st.slider(
            "Baseline SALT", SALT.low, SALT.high, (SALT.low, SALT.high), 5.0, key="registry.baseline", persist_state="session"
        )
        if (low, high) != (SALT.low, SALT.high):
            out.append(Filter(BASELINE, low=low, high=high))
        for column, texts in registry.table.levels.items():
            chosen = st.multiselect(column, list(texts), key=f"registry.who.{column}", persist_state="session", placeholder="Everyone")
            if chosen:
                out.append(Filter(column, tuple(chosen)))
    return tuple(out)
