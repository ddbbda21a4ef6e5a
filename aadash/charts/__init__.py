"""Charts of results. Each function takes a result (and options with defaults) and returns a :class:`Chart`."""

import sys

from aadash.charts.chart import DRAWINGS, Chart, chart
from aadash.discover import load_all

load_all(sys.modules[__name__])
# A module and the chart in it may share a name; here the chart is meant.
globals().update({drawing.make.__name__: drawing.make for drawings in DRAWINGS.values() for drawing in drawings})

__all__ = ["DRAWINGS", "Chart", "chart"]
