"""What ``verify.py`` in a bag is made of: the standard library alone, Python 3.8 or newer.

:mod:`facet.export.verifier` joins these modules into that one file; ``facet verify BAG`` calls them as they are. They
import nothing of Facet but one another, and no two of them may give the same name to something at their top level.
"""
