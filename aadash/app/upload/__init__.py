"""From a file to a cohort in use: the first page, mapping, review, data quality."""
