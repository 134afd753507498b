"""Charts as SVG text: pure functions of plain values, used by the pages and by the report.

Classes only, no colours and no style: the sheet of the surface decides. Every mark can be a link
whose label says its sentence. Words come from the caller, so that languages stay out of here.
"""

from trueup.core.charts.bands import Band, bands, promise
from trueup.core.charts.bars import Bar, bars
from trueup.core.charts.control import Point, control
from trueup.core.charts.funnel import Spot, funnel
from trueup.core.charts.score import Quarter, score
from trueup.core.charts.survival import Curve, survival
from trueup.core.charts.track import Stretch, track

__all__ = [
    "Band",
    "Bar",
    "Curve",
    "Point",
    "Quarter",
    "Spot",
    "Stretch",
    "bands",
    "bars",
    "control",
    "funnel",
    "promise",
    "score",
    "survival",
    "track",
]
