"""What a process that reads hostile footage may take of the machine, put in force by itself as it starts."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from facet.core.errors import EnvironmentLacksError

DECODING = 4 << 30
"""Bytes that decoding itself may map: enough for 8K with sixteen reference pictures, or one picture of 268 megapixels
and its RGB copy. Half of the machine's memory where that is less."""
VARIABLE = "FACET_DECODING_MEMORY"
"""The environment variable that says it otherwise, in megabytes."""
DIGITS = 12
"""A longer number of megabytes is taken for none: no system could be told of it."""
THREAD = 80 << 20
"""Bytes of address space (not of memory) that one thread reserves: stack and allocator arena."""


def limit_memory(kept: int = 0) -> int | None:
    """Hold this process to :func:`decoding_memory` and ``kept`` bytes more (caches, shared memory) beyond what it has
    mapped already, plus what a decoder's threads reserve; turn core dumps off.

    Past the limit an allocation fails: ``MemoryError`` in Python, told by :func:`memory_refused`. Returns the limit in
    bytes of address space, or None where this system has no such limit (it is kept on Linux only): a memory bomb is
    then stopped by the operating system alone.
    """
    forbid_core_dumps()
    if not sys.platform.startswith("linux"):
        return None
    import resource

    threads = 2 * (os.cpu_count() or 1) + 4
    limit = _mapped() + decoding_memory() + kept + threads * THREAD
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    return limit


def decoding_memory() -> int:
    """Bytes that decoding may take on this machine."""
    wanted = os.environ.get(VARIABLE, "")
    if wanted.isascii() and wanted.isdecimal() and len(wanted) <= DIGITS and int(wanted):
        return int(wanted) << 20
    try:
        return min(DECODING, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2)
    except (AttributeError, ValueError, OSError):
        return DECODING


def forbid_core_dumps() -> None:
    """Leave no picture of this process's memory (evidence is in it) on the disk when it crashes."""
    if sys.platform != "win32":
        import resource

        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def memory_refused(name: str) -> EnvironmentLacksError:
    """What is told when the footage called ``name`` wants more memory than :func:`limit_memory` leaves it."""
    return EnvironmentLacksError(
        "{name}: decoding it takes more memory than the {limit} MB allowed. It is taken for a memory bomb; if you "
        "trust it, set {variable} to more megabytes and start Facet again.",
        name=name, limit=decoding_memory() >> 20, variable=VARIABLE,
    )  # fmt: skip


def _mapped() -> int:
    """Bytes of address space that this process has mapped."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
