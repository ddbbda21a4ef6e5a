"""Pictures of results. Each function takes a result (and, for single patients, the cohort) and returns a Chart."""

from aadash.charts.adjusted import adjusted_curves
from aadash.charts.bars import endpoint_bars, week_bars
from aadash.charts.chart import Chart
from aadash.charts.forest import forest
from aadash.charts.heat import missing_map
from aadash.charts.intervals import interval_plot
from aadash.charts.qq import qq_plot
from aadash.charts.relation import cut_effects, relation
from aadash.charts.roc import roc_curve
from aadash.charts.rows import effect_rows, profile_rows
from aadash.charts.steps import response_steps
from aadash.charts.trajectories import curves, spaghetti
from aadash.charts.validation import calibration_plot, selection_frequency

__all__ = [
    "Chart",
    "adjusted_curves",
    "calibration_plot",
    "curves",
    "cut_effects",
    "effect_rows",
    "endpoint_bars",
    "forest",
    "interval_plot",
    "missing_map",
    "profile_rows",
    "qq_plot",
    "relation",
    "response_steps",
    "roc_curve",
    "selection_frequency",
    "spaghetti",
    "week_bars",
]
