"""Pictures of results. Each function takes a result (and, for single patients, the cohort) and returns a Picture."""

from aadash.charts.bars import endpoint_bars, week_bars
from aadash.charts.forest import forest
from aadash.charts.heat import missing_map
from aadash.charts.intervals import interval_plot
from aadash.charts.picture import Picture
from aadash.charts.qq import qq_plot
from aadash.charts.steps import response_steps
from aadash.charts.trajectories import curves, spaghetti

__all__ = ["Picture", "curves", "endpoint_bars", "forest", "interval_plot", "missing_map", "qq_plot", "response_steps", "spaghetti",
           "week_bars"]
