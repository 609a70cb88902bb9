"""Facet: a desktop workbench for forensic face super-resolution."""

__version__ = "0.1.0"
