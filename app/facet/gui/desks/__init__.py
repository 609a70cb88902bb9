"""Where the window's parts meet the workbench: footage, case, runs."""
