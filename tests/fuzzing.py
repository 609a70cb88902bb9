"""Runs mutated footage through the reader, two at a time, and keeps account of what became of it."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import random
import shutil
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from facet.core.child import ChildDied
from facet.core.errors import Cancelled, EnvironmentLacksError, InputError
from facet.footage import Reader
from mutations import Mutations

PLACES = 4
"""Pictures asked for out of order before everything is decoded in order."""
ALLOWED = 60.0
"""Seconds for one clip of a dozen small pictures; longer is a hang, whatever signs of life there are."""

OPENED, REMARKED, REFUSED = "opened whole", "opened with remarks", "refused"
LATER = "opened with remarks, a picture refused"
DIED, SILENT, MEMORY = "decoder died", "stopped for silence", "stopped for memory"
WRONG, HUNG, FAULT = "wrong frame", "hang", "fault"
GOOD = (OPENED, REMARKED, LATER, REFUSED, DIED, SILENT, MEMORY)
BAD = (WRONG, HUNG, FAULT)


@dataclass(frozen=True)
class Outcome:
    """What became of one case. ``frames`` were compared between a seek and the decode in order; ``told`` is what the
    user reads, or what went wrong."""

    number: int
    kind: str
    steps: tuple[str, ...]
    outcome: str
    frames: int
    told: str
    seconds: float


class Watch:
    """A progress that gives up on what takes too long, and says so."""

    def __init__(self) -> None:
        self.begun = time.monotonic()
        self.hung = False

    def __call__(self, done: int, total: int, label: str = "") -> None:
        if time.monotonic() - self.begun > ALLOWED:
            self.hung = True
            raise Cancelled


def run(mutations: Mutations, numbers: Iterable[int], folder: Path, journal: Path | None = None) -> list[Outcome]:
    """Every case of ``numbers``. With ``journal`` (a file of JSON lines) those that stand in it are not run again."""
    known = {} if journal is None or not journal.exists() else {
        row["number"]: Outcome(**{**row, "steps": tuple(row["steps"])})
        for row in map(json.loads, journal.read_text(encoding="utf-8").splitlines())
    }  # fmt: skip
    writing = threading.Lock()

    def one(number: int) -> Outcome:
        if number in known:
            return known[number]
        outcome = _case(mutations, number, folder / str(number))
        if journal is not None:
            with writing, journal.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(asdict(outcome), ensure_ascii=False) + "\n")
        return outcome

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, numbers))


def counts(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """How many came to what, in a fixed order, and the frames compared."""
    every = list(outcomes)
    came_to = Counter(outcome.outcome for outcome in every)
    return {
        **{name: came_to[name] for name in (*GOOD, *BAD)},
        "frames compared": sum(outcome.frames for outcome in every),
    }


def _case(mutations: Mutations, number: int, folder: Path) -> Outcome:
    folder.mkdir()
    mutation, path = mutations.write(number, folder)
    watch, begun = Watch(), time.monotonic()
    frames, told = 0, ""
    try:
        outcome, frames, told = _read(path, number, watch)
    except InputError as error:
        outcome, told = REFUSED, str(error)
    except ChildDied as error:
        outcome, told = DIED, str(error)
    except EnvironmentLacksError as error:
        outcome, told = (MEMORY if "memory" in str(error) else SILENT), str(error)
    except Cancelled:
        outcome, told = (HUNG if watch.hung else FAULT), "cancelled"
    except Exception as error:  # noqa: BLE001  # a fault is what is looked for
        outcome, told = FAULT, f"{type(error).__name__}: {error} {getattr(error, '__notes__', '')}"
    finally:
        shutil.rmtree(folder)
    return Outcome(number, mutation.kind, mutation.steps, outcome, frames, told, round(time.monotonic() - begun, 2))


def _read(path: Path, number: int, watch: Watch) -> tuple[str, int, str]:
    """Pictures by seeking, in any order and without a memory of others, then everything in order: the same, or refused
    where the footage was said to be damaged."""
    chance = random.Random(number)
    with Reader.open(path, progress=watch, memory=1) as reader:
        grave = [str(remark) for remark in reader.probe.remarks if remark.grave]
        sought: dict[int, str] = {}
        try:
            for _ in range(PLACES):
                place = chance.randrange(reader.count)
                frame, view = reader.frame(place, watch), reader.view(place, watch)
                if sought.setdefault(place, frame.picture_sha256) != frame.picture_sha256:
                    return WRONG, len(sought), f"picture {place} differs from one time to the next"
                if view.shown_index != place or view.picture.shape[2] != 4:
                    return WRONG, len(sought), f"picture {place} is shown as {view.shown_index}"
            for row in reader.digests(watch):
                if sought.get(int(str(row["index"])), row["sha256"]) != row["sha256"]:
                    return WRONG, len(sought), f"picture {row['index']} by seeking is not that in order"
        except InputError as error:
            if not grave:
                return FAULT, len(sought), f"opened as whole, but: {error}"
            return LATER, len(sought), f"{error} {' '.join(grave)}"
    return (REMARKED if grave else OPENED), len(sought), " ".join(grave)


@dataclass(frozen=True)
class Holdings:
    """What this process holds of the machine. ``memory`` is resident, in bytes."""

    descriptors: int
    children: int
    threads: int
    shared: int
    memory: int

    @classmethod
    def now(cls) -> Holdings:
        """Counted. Zero where the system does not tell (only Linux does)."""
        if not sys.platform.startswith("linux"):
            return cls(0, 0, threading.active_count(), 0, 0)
        with contextlib.suppress(AttributeError):  # only the GNU allocator keeps freed memory for each thread that was
            ctypes.CDLL(None).malloc_trim(0)
        status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines())
        children = Path(f"/proc/self/task/{os.getpid()}/children")
        every = (task / "children" for task in Path("/proc/self/task").iterdir())
        return cls(
            descriptors=len(list(Path("/proc/self/fd").iterdir())),
            children=sum(len(one.read_text().split()) for one in every) if children.exists() else 0,
            threads=threading.active_count(),
            shared=sum(path.stat().st_uid == os.getuid() for path in Path("/dev/shm").iterdir()),
            memory=int(status["VmRSS"].split()[0]) * 1024,
        )
