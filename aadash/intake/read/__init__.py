"""Bytes to grids of cells: formats, encodings, dialects."""
