"""A report made again, for a later cohort or another plan: which of its numbers changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pandas as pd

from aadash.report.compare import compare, summary
from aadash.report.files import ard_json
from aadash.views.study import Study
from aadash.views.study_sections import sections_of

#: Where the archive lists them.
CHANGES = "changes.csv"


def changes_since(earlier: Sequence[Mapping[str, object]], study: Study) -> tuple[pd.DataFrame, str]:
    """The numbers of the earlier report's analyses that differ now, as :func:`aadash.report.compare.compare` lists them, and that in a
    sentence. Analyses that only one of the two reports holds are named in the sentence and left out of the list."""
    for _ in sections_of(study):
        pass
    now: list[dict[str, object]] = json.loads(ard_json(list(study.results.values())))
    had, have = ({str(r["analysis"]) for r in rows} for rows in (earlier, now))
    old, new = ([r for r in rows if r["analysis"] in had & have] for rows in (earlier, now))
    found = compare(old, new)
    text = summary(found, len(old))
    for names, words in ((had - have, "Only in the earlier report"), (have - had, "Only in this one")):
        if names:
            text += f" {words}: {', '.join(sorted(names))}."
    return found, text
