"""cv2, without what it does to the process: on import it points Qt and the linker to folders of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

TOUCHED = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR", "LD_LIBRARY_PATH")
"""Environment variables that importing cv2 sets; with the first two PySide6 can't open a window."""


@contextmanager
def environment_kept() -> Iterator[None]:
    """Whatever is imported inside, the variables cv2 touches are afterwards what they were."""
    before = {name: os.environ.get(name) for name in TOUCHED}
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
