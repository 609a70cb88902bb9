"""Evidence that leaves: packages that a stranger can check, and CASE/UCO for other programs.

Above the case, below the workbench; knows nothing of footage, weights, reports or the window: it is handed their files.
"""
