"""The way in: which page was asked for. The first page is ``pages/cohort.py``."""

from aadash.app.shell.page import route

route()
