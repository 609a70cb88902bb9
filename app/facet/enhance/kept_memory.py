"""Memory that is used again and again stays in the process while work of one kind goes on.

The GNU allocator asks the system for every large piece anew and gives it back at once; the first touch of its pages
then costs more than most layers of a network compute (a leaky ReLU over 64 channels of 512×512 pixels: 8 ms in kept
memory, 67 ms in fresh). Numbers do not change by it. Other allocators don't know the call and are left alone.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

TRIM_THRESHOLD, MMAP_THRESHOLD, MMAP_MAX = -1, -3, -4
"""``mallopt``'s names of its parameters (malloc.h)."""
NEVER = 2**31 - 1
USUAL = {TRIM_THRESHOLD: 64 << 20, MMAP_THRESHOLD: 32 << 20, MMAP_MAX: 65536}
"""Where the library's own thresholds end up once pieces of 32 MiB were freed; set by hand, they no longer grow
(mallopt(3)), and what runs later in the process would pay for every layer."""

LEFT = 512 << 20
"""Bytes that stay for the next piece of work: what RRDBNet needs on a crop of 64×64, which takes a tenth longer when
every page is new."""


@contextmanager
def kept_memory() -> Iterator[None]:
    """While inside, freed memory is kept for whoever asks next; then all but ``LEFT`` goes back to the system."""
    try:
        library = ctypes.CDLL(None)
        change, give_back = library.mallopt, library.malloc_trim
    except (OSError, TypeError, AttributeError):
        yield
        return
    change(MMAP_MAX, 0)
    change(TRIM_THRESHOLD, NEVER)
    try:
        yield
    finally:
        for parameter, value in USUAL.items():
            change(parameter, value)
        give_back(LEFT)
