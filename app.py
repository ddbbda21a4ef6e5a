"""Home: choose or upload a cohort, see what was read."""

from aadash.app import home, state
from aadash.app.shell import begin

begin("Cohort")
home.welcome()
draft, loaded = state.draft(), state.loaded()
home.choose()
if draft is not None:
    home.review(draft)
elif loaded is not None:
    home.in_use(loaded)
state.sync_address()
