"""Home: choose or upload a cohort, see what was read."""

from aadash.app.session import address, state
from aadash.app.shell.page import begin
from aadash.app.upload import home, incoming
from aadash.app.upload.review import review

begin("Cohort")
home.welcome()
loaded = state.loaded()
if loaded is not None and state.draft() is None and state.pending() is None:
    home.in_use(loaded)
home.choose()
incoming.wait()
draft = state.draft()
if draft is not None:
    review(draft)
address.write()
