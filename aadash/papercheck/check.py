"""All checks of a paper, one after another."""

from __future__ import annotations

from aadash.papercheck.abstract import check_abstract
from aadash.papercheck.finding import Outcome, Tally
from aadash.papercheck.means import check_binary, check_means
from aadash.papercheck.nested import check_nested
from aadash.papercheck.paper import Paper
from aadash.papercheck.percentages import check_percentages
from aadash.papercheck.responders import check_responders
from aadash.papercheck.rows import check_rows
from aadash.papercheck.statements import check_statements
from aadash.papercheck.sums import check_sums


def check(paper: Paper) -> Outcome:
    """What of ``paper`` was checked, what passed, what is doubtful, what cannot be decided."""
    tally = Tally()
    check_percentages(paper, tally)
    check_sums(paper, tally)
    check_means(paper, tally)
    check_binary(paper, tally)
    check_rows(paper, tally)
    check_nested(paper, tally)
    check_responders(paper, tally)
    check_statements(paper, tally)
    check_abstract(paper, tally)
    return tally.outcome(paper.left_out)
