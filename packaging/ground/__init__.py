"""The ground Facet stands on: the right Python, the system's libraries, an environment of its own.

Standard library alone; read by Python 3.8 and later, so that an older Python can say which one is needed.
"""
