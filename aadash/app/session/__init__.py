"""What a session holds: the cohort in use, the plan, cached results, the ledger."""
