"""Processes that misbehave in one way each: ``python -m odd_servers``."""

from __future__ import annotations

import os
import signal
import time

from facet.core.errors import EnvironmentLacksError
from facet.core.limits import limit_memory
from facet.core.serve import Answer, Task, serve


def deaf(_task: Task) -> Answer:
    time.sleep(600)
    return {}, ()


def slow(task: Task) -> Answer:
    for step in range(40):
        task.progress(step, 40)
        time.sleep(0.025)
    return {"devices": [{"id": "slow", "pid": os.getpid()}]}, ()


def dies(task: Task) -> Answer:
    how = str(task.arguments["path"])
    if how.endswith("segv"):
        os.kill(os.getpid(), signal.SIGSEGV)
        time.sleep(60)
    if how.endswith("kill"):
        os.kill(os.getpid(), signal.SIGKILL)
    if how.endswith("card"):
        raise EnvironmentLacksError("The card failed ({reason}).", reason="test", restart=1)
    if how.endswith("pid"):
        return {"pid": os.getpid()}, ()
    os._exit(7)


def grows(_task: Task) -> Answer:
    limit_memory()
    held = []
    while True:
        held.append(bytearray(16 << 20))


if __name__ == "__main__":
    serve({"detect": deaf, "devices": slow, "inspect": dies, "grow": grows})
