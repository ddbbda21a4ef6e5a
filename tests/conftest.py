"""Property tests take the time they need and draw the same examples on every run."""

import gc
import os

import pytest
from hypothesis import settings
from threadpoolctl import threadpool_limits

# As app.py does: two workers with two threads each wait for one another at every small product. The variable is for the workers and
# for libraries that come later, the limit for NumPy, which the settings of warnings have loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
threadpool_limits(int(os.environ["OPENBLAS_NUM_THREADS"]))

settings.register_profile("aadash", deadline=None, derandomize=True)
settings.load_profile("aadash")


def pytest_collection_finish(session: pytest.Session) -> None:
    """What the imports left behind stays: walking over it again and again took a seventh of the tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
