"""Property tests take the time they need and draw the same examples on every run."""

import gc

import pytest
from hypothesis import settings

settings.register_profile("aadash", deadline=None, derandomize=True)
settings.load_profile("aadash")


def pytest_collection_finish(session: pytest.Session) -> None:
    """What the imports left behind stays: walking over it again and again took a seventh of the tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
