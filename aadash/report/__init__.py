"""Results on their way out: printable tables, data files, the code of a call."""
