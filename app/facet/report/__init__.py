"""The evidence report, and the banner on every picture that leaves.

:mod:`facet.report.pdf` writes a report and :mod:`facet.report.head` reads the journal head back out of one; both are
imported where they are used, because the typesetting libraries are slow to load.
"""

from facet.report.banner import burn, made_by, marked_png

__all__ = ["burn", "made_by", "marked_png"]
