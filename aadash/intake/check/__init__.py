"""What is odd in a cohort, and the account of a file."""
