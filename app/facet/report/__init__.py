"""The evidence report, and the banner on every picture that leaves.

:mod:`facet.report.pdf` writes a report and :mod:`facet.report.head` reads the journal head back out of one; both are
imported where they are used, because the typesetting libraries are slow to load.
"""

from facet.report.banner import burn, made_by, marked_png
from facet.report.spread_scale import companion_png, extremes, titled

__all__ = ["burn", "companion_png", "extremes", "made_by", "marked_png", "titled"]
