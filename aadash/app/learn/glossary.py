"""The page of the glossary."""

from __future__ import annotations

from aadash.app.parts.markdown import plain
from aadash.app.session import address
from aadash.app.shell.page import begin
from aadash.app.spoken import st
from aadash.glossary import TERMS
from aadash.report import html


def page() -> None:
    """Every term in alphabetical order, or those in which a word stands."""
    begin("Glossary")
    address.write()
    st.title("What does it mean?", anchor=False)
    wanted = st.text_input("Find a term", key="glossary.find", placeholder="for example: LOCF").strip().lower()
    found = [t for t in TERMS if wanted in " ".join((t.name, *t.spellings)).lower() or (len(wanted) > 3 and wanted in t.help.lower())]
    if not found:
        st.info(f"No term holds “{plain(wanted)}”. Every statistic is in docs/METHODS.md.", icon=":material/search_off:")
        return
    st.html(html.definitions(sorted(found, key=lambda t: t.name.lower())))
