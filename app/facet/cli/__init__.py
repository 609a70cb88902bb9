"""The headless twin of the window."""
