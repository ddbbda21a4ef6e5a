"""Does the conclusion change with what a missing visit counts as? The fold that several pages have."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from aadash.document import Fold, Long, Part, Text
from aadash.views.view import Context, in_short

#: Questions that can also be asked with the missing visits imputed.
BEYOND = ("change_from_baseline", "between_strata", "responders", "responders_between")
#: What stands in the place of the rules where none has anything to do.
NOTHING = "No visit is missing, so there is nothing to fill in: the rules for missing visits have nothing to do."


def rules(question: str, c: Context) -> Fold:
    """The same question under every rule for missing visits, asked when it is wanted."""

    def content() -> Sequence[Part]:
        values = c.cohort.values  # a counted cohort has none here
        if len(values) and not np.isnan(values).any():
            return [Text(NOTHING)]
        found: list[Part] = in_short(c.ask("missing_rule_comparison", question=question), method=False)
        return [*found, *beyond(question)]

    return Fold(
        "Does the conclusion change with what a missing visit counts as?",
        f"fold.rules.{question}",
        content,
        "event_busy",
        in_report=True,
    )


def beyond(question: str) -> list[Part]:
    """The same question with the missing visits imputed, weighted for and shifted, on a press."""
    if question not in BEYOND:
        return []
    return [Long("beyond_rules", "Impute the missing scores, weight for them, shift them", in_short, {"question": question})]
