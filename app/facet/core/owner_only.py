"""Files that are their owner's alone: cases, exports, reports, settings, keys, logs.

On Windows a file has the access that its folder gives; there is nothing to do for the folders of a user.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

MODE = 0o600
FOLDER_MODE = 0o700


def opener(path: str, flags: int) -> int:
    """For ``open(…, opener=opener)``: a new file is its owner's alone, and so is one that was there before."""
    descriptor = os.open(path, flags, MODE)
    if flags & (os.O_WRONLY | os.O_RDWR):
        _close(descriptor)
    return descriptor


def close_to_others(path: Path) -> None:
    """Take the access that others have to a file of ours. A file of somebody else, or on a file system without
    permissions, stays as it is."""
    if os.name == "posix":
        with contextlib.suppress(OSError):
            path.chmod(path.stat().st_mode & FOLDER_MODE)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text to a file that is its owner's alone. Raises ``OSError``."""
    with open(path, "w", encoding="utf-8", opener=opener) as stream:
        stream.write(text)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file that is its owner's alone. Raises ``OSError``."""
    with open(path, "wb", opener=opener) as stream:
        stream.write(content)


def _close(descriptor: int) -> None:
    if os.name == "posix":
        with contextlib.suppress(OSError):
            os.fchmod(descriptor, os.fstat(descriptor).st_mode & FOLDER_MODE)
