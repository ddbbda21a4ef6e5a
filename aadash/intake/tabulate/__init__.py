"""Grids to tables: header rows, remarks, blocks, turned tables."""
