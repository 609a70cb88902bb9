"""Contestants that take turns in one run: each keeps its best time, and what counts is the ratio."""

from __future__ import annotations

import time
from collections.abc import Callable


def best_of(contestants: dict[str, Callable[[], object]], rounds: int, *, processor: bool) -> dict[str, float]:
    """Seconds of each contestant's best round; one round before warms.

    With ``processor`` the time this program kept the processor busy, which another program's work lengthens less than
    the clock's; it is meaningful with one thread alone.
    """
    clock = time.process_time if processor else time.perf_counter
    best = dict.fromkeys(contestants, float("inf"))
    for turn in range(rounds + 1):
        for name, run in contestants.items():
            started = clock()
            run()
            if turn:
                best[name] = min(best[name], clock() - started)
    return best


def told(title: str, best: dict[str, float], reference: str, *, unit: str = "s") -> None:
    """Print one line per contestant: its time and how many times the reference's speed that is."""
    print(f"\n{title}")
    for name, seconds in best.items():
        print(f"  {name:58} {seconds:8.3f} {unit}   {best[reference] / seconds:5.2f} ×")
