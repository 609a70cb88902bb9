"""Pictures beside each other."""
