"""Lessons on the cohort in use: a question, a guess, the answer of this cohort's own numbers, a check, one line to remember.

Without Streamlit. A lesson is a function with a record (:func:`aadash.lessons.lesson.lesson`), found by itself as views are.
"""

import sys

from aadash.discover import load_all
from aadash.lessons.lesson import LESSONS, Check, Lesson, Number, Pick, Told, tell

load_all(sys.modules[__name__])

__all__ = ["LESSONS", "Check", "Lesson", "Number", "Pick", "Told", "tell"]
