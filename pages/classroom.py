"""A class: hand out a cohort by one link, and see what it guesses."""

from aadash.app.learn import classroom

classroom.page()
