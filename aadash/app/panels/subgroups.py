"""The panel of the subgroups page: how far to believe a claim."""

from __future__ import annotations

from aadash.app.parts.draw import panel
from aadash.app.parts.markdown import plain
from aadash.app.session import cache, notebook
from aadash.app.shell.page import PageContext
from aadash.app.spoken import st
from aadash.errors import AadashError
from aadash.language import say
from aadash.ledger import when
from aadash.strata import stratifiers
from aadash.views import Context

#: Colours of the answers, from a definite no to a definite yes.
COLOURS = ("red", "orange", "blue", "green")


@panel("subgroups.claim")
def credibility_checklist(page: PageContext, context: Context) -> None:
    """The checklist for one subgroup claim."""
    st.markdown("## How far to believe a claim")
    menu = {k: v for k, v in stratifiers(page.cohort).items() if k != "none"}
    start = page.plan.stratifier if page.plan.stratifier in menu else next(iter(menu))
    name = st.selectbox(
        "That there is a difference by",
        list(menu),
        index=list(menu).index(start),
        format_func=lambda k: menu[k],
        key=f"view.subgroup.claim.{start}",
    )
    plan = page.plan.replace(stratifier=name, column_cut=page.plan.column_cut if name == page.plan.stratifier else None)
    week = plan.at_week(page.cohort)
    ledger = notebook.ledger().of(page.everyone.fingerprint)
    splits = (entry for entry in ledger.entries if ": between its levels" in entry.contrast or entry.design.startswith("[["))
    asked_so_far = {(entry.design, entry.outcome) for entry in splits}
    pins = [s for s in notebook.scenarios() if s.prespecified_at and s.outcome == "response"]  # a claim is of the endpoint
    at = next((s.prespecified_at for s in pins if s.plan == plan.replace(week=week)), "")
    try:
        claim = cache.claim(page.everyone, plan, max(len(asked_so_far), 1), when(at))
    except AadashError as error:
        st.info(plain(error.paragraph()), icon=":material/block:")
        return
    with st.container(border=True, key="claim"):
        st.markdown(f"**{plain(claim.sentence)}**")
        for item in claim.items:
            answer = f":{COLOURS[item.score]}-badge[{say(item.answer)}]"
            st.markdown(f"{answer} {plain(say(item.question))} :gray[{plain(say(item.why))}]")
        st.caption(plain(claim.reminder))
