"""What would chance do? Cohorts drawn from a truth that is set."""

from aadash.app.learn import simulator

simulator.page()
