"""Whether the numbers that a paper, a draft or a report prints fit each other.

A paper is a value (:mod:`aadash.papercheck.paper`); each module of checks takes it and tells a :class:`Tally` what was checked, what
passed, what is doubtful and what cannot be decided. No Streamlit, no cohort. Exact: whole numbers and fractions decide, but for
p-values, which are told apart only when they differ by more than rounding can explain.
"""

from aadash.papercheck.check import check
from aadash.papercheck.finding import CERTAINTY, Finding, Outcome
from aadash.papercheck.paper import Design, Item, Paper, Response
from aadash.papercheck.paste import paper_of_text

__all__ = ["CERTAINTY", "Design", "Finding", "Item", "Outcome", "Paper", "Response", "check", "paper_of_text"]
