"""Backends and the engine that runs them: device, precision, tiles, preparation, determinism."""
