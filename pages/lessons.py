"""Lessons on the cohort in use."""

from aadash.app.learn import lessons

lessons.page()
