"""Does the conclusion change with what a missing visit counts as? The fold that several pages have."""

from __future__ import annotations

from collections.abc import Sequence

from aadash.document import Fold, Part
from aadash.views.view import Context, in_short


def rules(question: str, c: Context) -> Fold:
    """The same question under every rule for missing visits, asked when it is wanted."""

    def content() -> Sequence[Part]:
        return in_short(c.ask("missing_rule_comparison", question=question), method=False)

    return Fold(
        "Does the conclusion change with what a missing visit counts as?",
        f"fold.rules.{question}",
        content,
        "event_busy",
        in_report=True,
    )
