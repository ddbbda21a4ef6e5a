"""Property tests take the time they need and draw the same examples on every run."""

from hypothesis import settings

settings.register_profile("aadash", deadline=None, derandomize=True)
settings.load_profile("aadash")
