"""What each page shows, as a list of parts (:mod:`aadash.document`), without Streamlit."""

import sys

from aadash.discover import load_all
from aadash.views.view import VIEWS, Context, Held, View, context_for

load_all(sys.modules[__name__])

__all__ = ["VIEWS", "Context", "Held", "View", "context_for"]
