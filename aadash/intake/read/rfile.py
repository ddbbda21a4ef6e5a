"""R data frames saved with saveRDS: read without R by rdata."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from aadash.errors import IntakeError
from aadash.intake.read.arrowfile import texts
from aadash.intake.read.grid import Grid

#: What an .rds file begins with once it is unpacked: XDR, ASCII or native byte order.
STARTS = (b"X\n\x00\x00\x00", b"A\n2\n", b"A\n3\n", b"B\n\x02\x00\x00\x00", b"B\n\x03\x00\x00\x00")


def is_rds(data: bytes) -> bool:
    """Whether the unpacked bytes are an .rds file."""
    return data.startswith(STARTS)


def load_rds(data: bytes, name: str) -> Grid:
    """The data frame in an .rds file. Raises IntakeError when it holds anything else, or is damaged."""
    import rdata

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            classes = {**rdata.conversion.DEFAULT_CLASS_MAP, "Date": _days, "POSIXct": _seconds}
            held: Any = rdata.conversion.convert(rdata.parser.parse_data(data), classes)
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:
        raise IntakeError(
            "The R file is damaged or of a kind that cannot be read", file=name, fix="In R: write.csv(the_data_frame, 'cohort.csv')"
        ) from error
    if not isinstance(held, pd.DataFrame):
        raise IntakeError(
            f"The R file holds no data frame but an object of another kind ({type(held).__name__})",
            file=name,
            fix="In R: saveRDS(as.data.frame(x), 'cohort.rds')",
        )
    columns = [_cells(held.iloc[:, i]) for i in range(held.shape[1])]
    header = [str(c) for c in held.columns]
    if not isinstance(held.index, pd.RangeIndex) and not pd.api.types.is_integer_dtype(held.index.dtype):
        header, columns = ["row names", *header], [[str(i) for i in held.index], *columns]
    rows = [header, *map(list, zip(*columns, strict=True))]
    return Grid(name, rows, notes=[("note", "file_kind", "", "Read as an R file.")], has_header=True)


def _days(numbers: Any, _: Any) -> Any:
    """R's Date: days since 1970."""
    return pd.to_datetime(np.asarray(numbers, dtype=float), unit="D")


def _seconds(numbers: Any, _: Any) -> Any:
    """R's POSIXct: seconds since 1970, in universal time."""
    return pd.to_datetime(np.asarray(numbers, dtype=float), unit="s")


def _cells(series: pd.Series) -> list[str]:
    """One column as text; R's missing integers and texts are missing here too."""
    if series.dtype == object:
        series = series.map(lambda v: None if v is None or isinstance(v, np.ma.core.MaskedConstant) else v)
    return texts(series)
