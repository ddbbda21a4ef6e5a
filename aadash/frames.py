"""A frame that its owner keeps to itself."""

from __future__ import annotations

import pandas as pd


class KeptFrame:
    """A frame that the cohort keeps to itself and hands out as a shallow copy.

    With pandas' copy-on-write no data is copied until somebody writes, and whoever writes does so to his own copy.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.slot = "_" + name

    def __get__(self, instance: object, owner: type) -> pd.DataFrame:
        if instance is None:
            raise AttributeError(self.slot)  # tells the dataclass that there is no default
        return instance.__dict__[self.slot].copy(deep=False)

    def __set__(self, instance: object, frame: pd.DataFrame) -> None:
        instance.__dict__[self.slot] = frame


class OptionalFrame(KeptFrame):
    """A frame that need not be given: None until the cohort has made its own."""

    def __get__(self, instance: object, owner: type) -> pd.DataFrame:
        return None if instance is None else super().__get__(instance, owner)  # type: ignore[return-value]

    def __set__(self, instance: object, frame: pd.DataFrame | None) -> None:
        instance.__dict__[self.slot] = frame
