"""Home: choose or upload a cohort, see what was read."""

from aadash.app import home, state
from aadash.app.review import review
from aadash.app.shell import begin

begin("Cohort")
home.welcome()
home.choose()
draft, loaded = state.draft(), state.loaded()
if draft is not None:
    review(draft)
elif loaded is not None:
    home.in_use(loaded)
state.sync_address()
