"""Home: choose or upload a cohort, see what was read."""

from aadash.app.session import address, state
from aadash.app.shell.page import begin
from aadash.app.upload import home, incoming
from aadash.app.upload.review import review

begin("Cohort")
home.welcome()
home.choose()
incoming.wait()
draft, loaded = state.draft(), state.loaded()
if draft is not None:
    review(draft)
elif loaded is not None:
    home.in_use(loaded)
address.write()
