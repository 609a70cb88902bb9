"""Work that lets whoever waits for the processor go first."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

NICE = 10
"""How much further back in the queue (nice(1))."""


def giving_way(work: Callable[[], T]) -> T:
    """What ``work`` gives, run in a thread of its own that is nicer than this one; raises what it raises.

    A thread can't take its niceness back without rights, so it ends with the work. Only Linux has niceness by thread;
    elsewhere the work is just run.
    """
    if not sys.platform.startswith("linux"):
        return work()
    with ThreadPoolExecutor(1, thread_name_prefix="giving-way", initializer=_step_back) as pool:
        return pool.submit(work).result()


def _step_back() -> None:
    thread = threading.get_native_id()
    os.setpriority(os.PRIO_PROCESS, thread, min(19, os.getpriority(os.PRIO_PROCESS, thread) + NICE))
