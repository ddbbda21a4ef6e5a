"""Recognised tables to one cohort: codes, dates, values, joins."""
