"""The evidence report, and the banner on every picture that leaves.

:mod:`facet.report.pdf` writes a report and :mod:`facet.report.head` reads the journal head back out of one; both are
imported where they are used, because the typesetting libraries are slow to load.
"""

from facet.report.banner import burn, marked_png

__all__ = ["burn", "marked_png"]
