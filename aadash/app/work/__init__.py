"""Long computations in another process, so that they hold nobody else up and can be stopped at once."""

from aadash.app.work.job import POOL, call

__all__ = ["POOL", "call"]
