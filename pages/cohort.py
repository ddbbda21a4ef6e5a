"""Choose or upload a cohort, see what was read."""

from aadash.app.upload import home

home.page()
