"""A cohort as sums: counts, sums and cross-products from which the analyses give the same numbers, and in which no patient stands.

For a study of several hospitals whose patients' rows may not leave (``summarise`` writes a file for each, :func:`pooled` adds them).
``docs/methods/summaries.md`` says what suffices for which analysis, and what a summary can and cannot reveal.
"""

from aadash.summaries.answer import SUFFICES, answer, answers
from aadash.summaries.form import Summary, from_json, to_json
from aadash.summaries.make import summarise
from aadash.summaries.pool import pooled

__all__ = ["SUFFICES", "Summary", "answer", "answers", "from_json", "pooled", "summarise", "to_json"]
