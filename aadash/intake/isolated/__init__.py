"""Reading in another process, so that a file that is damaged or made to do harm ends that process and nothing else.

>>> from aadash.intake.isolated import read_isolated
>>> read_isolated("ID,SALT_W0,SALT_W12\\n0007,80,20\\n0008,55,40\\n").summary()
'2 patients, 2 visits (weeks 0–12), one row per patient'
"""

from __future__ import annotations

from aadash.intake.isolated.job import ReadingJob, read_isolated
from aadash.intake.isolated.limits import Limits
from aadash.intake.isolated.pool import POOL, prepare

__all__ = ["POOL", "Limits", "ReadingJob", "prepare", "read_isolated"]
