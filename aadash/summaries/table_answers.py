"""What one analysis needs of a registry too large for its rows, counted by the engine: a summary of one split."""

from __future__ import annotations

from aadash.errors import NotComputable
from aadash.measure import SALT
from aadash.model_plan import ModelPlan
from aadash.plan import AnalysisPlan
from aadash.summaries.answer import SUFFICES
from aadash.summaries.cells import refused
from aadash.summaries.form import FORMAT, VERSION, Fact, Level, Scale, Split, Summary
from aadash.summaries.registry import Registry
from aadash.summaries.table_blocks import percent_blocks, score_blocks
from aadash.summaries.table_columns import LEVEL, courses_of, groups_of, with_course, with_level
from aadash.summaries.table_joint import cells
from aadash.version import VERSION as SOFTWARE


def summed(here: Registry, plan: AnalysisPlan, name: str, model: ModelPlan | None = None) -> Summary:
    """What the analysis called ``name`` is asked of (:func:`aadash.summaries.answer.asked`), split as the plan says; its filters are
    carried out already. Of other columns it says which values there are, not how often.

    Raises NotComputable for a ``model`` whose cells are not counted.
    """
    table, weeks, need = here.table, list(here.table.weeks), SUFFICES[name]
    strata, code = here.strata(plan)
    frame = with_level(table.table, table, plan, strata, code, LEVEL)
    facts: dict[str, list[Fact]] = {
        column: [(text, 1) for text in table.levels[column]] if column in table.levels else [(float(i), 1) for i in range(5)]
        for column in table.facts
    }
    follows = need == "courses" or (need == "crossed" and plan.missing in ("nri", "locf"))
    courses = courses_of(with_course(frame, weeks, plan, table.grid), plan) if follows else {}
    moments, joint = need == "moments", {}
    if need == "cells":
        model = ModelPlan.prespecified(here.first) if model is None else model
        if why := refused(model):
            raise NotComputable(why.removeprefix("No model: ").rstrip("."))
        joint = cells(here, plan, frame, model, plan.at_week(here.first))
    scores, percent = (score_blocks(frame, weeks, 1), percent_blocks(frame, weeks)) if moments else ({}, {})
    levels = [
        Level(
            level=level,
            label=label,
            n=n,
            scores=scores.get(level, []),
            percent=percent.get(level, []),
            facts=facts,
            courses={endpoint: found.get(level, []) for endpoint, found in courses.items()},
            cells={plan.rule(here.first).name: joint.get(level, [])} if need == "cells" else {},
        )
        for level, label, n in groups_of(strata)
    ]
    return Summary(
        format=FORMAT,
        version=VERSION,
        software=SOFTWARE,
        centre=here.name,
        measure=Scale(name=SALT.name, low=SALT.low, high=SALT.high, better=SALT.better, unit=SALT.unit, grid=table.grid),
        weeks=weeks,
        n=table.n,
        minimum=1,
        splits=[Split(name=strata.name, title=strata.title, cut=strata.cut, levels=levels)],
        columns={role: column for role, column in here.roles.items() if column in table.facts},
        ordered=here.orders(),
        model=model.to_json() if model is not None else "",
        synthetic=here.first.synthetic,
    )
