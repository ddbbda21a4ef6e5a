"""What the ledger amounts to: how many questions were asked, and what chance alone would have given."""

from __future__ import annotations

from aadash.analyses.analysis_set import row, table
from aadash.analyses.ledger_entries import Summary, summary
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.details import Asked
from aadash.errors import NotComputable
from aadash.formatting import counted, number, percent
from aadash.ledger import Ledger
from aadash.levels import ALL
from aadash.plan import AnalysisPlan
from aadash.result import Accounting, Result

METHOD = (
    "Every p-value that a table or an answer showed, on a page or in a report made here, is one question, counted once with its first "
    "answer. Expected by chance: alpha times the number of p-values; at least one: 1 − (1 − alpha)^n, as if they were independent. "
    "All are adjusted together by Holm 1979 and by Benjamini & Hochberg 1995 (doi:10.1111/j.2517-6161.1995.tb02031.x). Tests on one "
    "set of patients depend on each other, and what was seen elsewhere is not counted."
)


@analysis("How many questions have been asked?", section="session", variants=())
def questions_asked(cohort: Cohort, plan: AnalysisPlan, ledger: Ledger | None = None) -> Result:
    """The questions of ``ledger`` about this cohort, each p adjusted over all of them, and how many of them chance would give.

    Table
    -----
    One row with ``variable`` "all": ``k`` questions, ``tested`` of them with a p, ``significant`` at the plan's alpha, ``expected``
    and ``any_by_chance`` (a probability), ``prespecified, significant_prespecified``, ``holm`` and ``bh`` left after adjustment. Then
    one row per question, ``variable`` "question" and ``variable_level`` its place: ``p, p_holm, p_bh``.

    Raises NotComputable when nothing has been asked. Misleads in both directions: see the method.
    """
    asked = (ledger or Ledger()).of(cohort.fingerprint)
    if not len(asked):
        raise NotComputable("No question with a p-value has been asked of this cohort yet")
    s = summary(asked, plan.alpha)
    counts = {
        "tested": s.tested,
        "significant": s.significant,
        "expected": s.expected,
        "any_by_chance": s.any_by_chance,
        "prespecified": s.prespecified,
        "significant_prespecified": s.significant_prespecified,
        "holm": s.holm,
        "bh": s.bh,
    }
    n = len(cohort)
    rows = [row("none", ALL, "all", None, None, n, n, k=len(asked), **counts)]
    rows += [
        row("none", ALL, "question", str(i + 1), entry.week, n, entry.n, p=p, p_holm=holm, p_bh=bh)
        for i, (entry, p, holm, bh) in enumerate(zip(asked.entries, *(s.table[c] for c in ("p", "p_holm", "p_bh")), strict=True))
    ]
    return Result(table(rows), Accounting(n, n), METHOD, _sentence(s, len(asked), plan.alpha), details=Asked(asked))


def _likely(probability: float) -> str:
    """In whole percent, never certain: of 200 tests "100 %" would be said."""
    return "above 99 %" if probability > 0.99 else percent(probability, 0)


def _sentence(s: Summary, n: int, alpha: float) -> str:
    text = (
        f"{counted(n, 'question')} asked: {s.significant} with p ≤ {alpha:g}. If every null hypothesis were true, expect "
        f"{number(s.expected)} of {s.tested}, and at least one with probability {_likely(s.any_by_chance)} if the questions were "
        "independent."
    )
    if s.significant:
        text += f" {s.holm} {'is' if s.holm == 1 else 'are'} left when all are adjusted together (Holm). {_how_found(s, alpha)}"
    return text


def _how_found(s: Summary, alpha: float) -> str:
    """How many of what is significant had been prespecified, and how many were found by looking."""
    n, stated = s.significant, s.significant_prespecified
    found = n - stated
    if n == 1:
        if stated:
            return f"The one with p ≤ {alpha:g} had been prespecified."
        return f"The one with p ≤ {alpha:g} had not been prespecified: it was found by looking."
    if not stated:
        return f"None of the {n} with p ≤ {alpha:g} had been prespecified: all were found by looking."
    if not found:
        return f"All {n} with p ≤ {alpha:g} had been prespecified."
    were = "was" if found == 1 else "were"
    return f"Of the {n} with p ≤ {alpha:g}, {stated} had been prespecified and {found} {were} found by looking."
