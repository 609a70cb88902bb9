"""A child process with every bad habit, for tests/core/test_child.py."""

import os
import sys
import time

from facet.core.errors import InputError
from facet.core.i18n import preferred_language
from facet.core.serve import Answer, Task, serve


def echo(task: Task) -> Answer:
    return {"arguments": task.arguments}, task.buffers


def language(task: Task) -> Answer:
    return {"language": preferred_language()}, ()


def count(task: Task) -> Answer:
    for done in range(task.arguments["to"]):
        task.progress(done + 1, task.arguments["to"], "counting")
        time.sleep(task.arguments.get("pause", 0))
    return {"done": True}, ()


def deaf(task: Task) -> Answer:
    task.progress(0, 0, "deaf")
    time.sleep(600)
    return {}, ()


def noisy(task: Task) -> Answer:
    print("a line that a library prints")  # noqa: T201
    os.write(1, b"\x00\x01\x02 bytes that C code writes\n" * 1000)
    os.system("echo from a grandchild")
    sys.stdout.flush()
    return {"input": sys.stdin.read()}, ()


def refuse(task: Task) -> Answer:
    raise InputError("{name}: refused for {reason}.", name="a.mp4", reason=42)


def fault(task: Task) -> Answer:
    return {"never": 1 // task.arguments["divisor"]}, ()


def hungry(task: Task) -> Answer:
    raise MemoryError


def die(task: Task) -> Answer:
    sys.stderr.write("last words\n")
    os._exit(task.arguments["code"])


if __name__ == "__main__":
    serve(
        {
            "echo": echo,
            "language": language,
            "count": count,
            "deaf": deaf,
            "noisy": noisy,
            "refuse": refuse,
            "fault": fault,
            "hungry": hungry,
            "die": die,
        }
    )
