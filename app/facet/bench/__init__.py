"""Backends measured on pictures whose truth is known. A process of its own, started by module name."""
