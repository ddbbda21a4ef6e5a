"""Worksheets as records of bytes (.xlsb), looked at before they are read: how far they reach, which cells hold errors."""

from __future__ import annotations

import struct

from aadash.intake.read.sheetxml import SheetLook

#: The record that begins a row, and those that are cells with something in them ([MS-XLSB] 2.5.9 and 2.4.309 to 2.4.319).
_ROW, _CELLS = 0, range(2, 12)
_NUMBER = struct.Struct("<I")
#: Records that are errors, and the codes of errors ([MS-XLSB] 2.5.97.2); the code stands after column and style.
_FAILED, _CODE = (3, 11), 8
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}


def see_records(look: SheetLook, data: bytes) -> None:
    """Look at a part of records; one that is cut short is looked at as far as it goes."""
    at, row, size = 0, 0, len(data)
    while at < size:
        kind, at = _varint(data, at, 2)
        length, at = _varint(data, at, 4)
        if at + 4 <= size and length >= 4:
            if kind == _ROW:
                row = _NUMBER.unpack_from(data, at)[0]
            elif kind in _CELLS:
                look.cells += 1
                column = _NUMBER.unpack_from(data, at)[0]
                if kind in _FAILED and length > _CODE and at + _CODE < size:
                    look.errors.add((row, column, _ERRORS.get(data[at + _CODE], "#N/A")))
                if row >= look.last_row or column >= look.last_column:
                    look.reach(row + 1, column + 1, f"row {row + 1}, column {column + 1}")
        at += length


def _varint(data: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of at most ``most`` bytes, seven bits each, and where it ends."""
    number = 0
    for i, byte in enumerate(data[at : at + most]):
        number |= (byte & 0x7F) << (7 * i)
        at += 1
        if byte < 128:
            break
    return number, at
