"""A child process with large answers, for tests/core/test_shared_memory.py."""

import sys
import time

from facet.core.serve import Answer, Task, serve

READ_AHEAD: list[float] = []


def fill(task: Task) -> Answer:
    return {}, [bytes([task.arguments["value"]]) * size for size in task.arguments["sizes"]]


def ahead() -> bool:
    time.sleep(0.002)
    READ_AHEAD.append(time.monotonic())
    return len(READ_AHEAD) % 50 != 0


def steps(task: Task) -> Answer:
    return {"steps": len(READ_AHEAD)}, ()


def broken() -> bool:
    raise ZeroDivisionError


if __name__ == "__main__":
    serve(
        {"fill": fill, "steps": steps},
        idle={"ahead": ahead, "broken": broken}.get(sys.argv[1]) if sys.argv[1:] else None,
    )
