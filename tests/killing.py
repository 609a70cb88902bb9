"""Work on a case that goes on until it is killed: ``python -m killing FOLDER``.

A process imports the program once. Each line it reads, ``KIND CASE SEED``, makes it fork a child, whose number it
answers; the child does that kind of work over and over, and writes to ``FOLDER/PID.told`` what the case has
acknowledged. ``end PID`` waits for a child that was killed.
"""

from __future__ import annotations

import importlib
import itertools
import os
import struct
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from facet.core.geometry import Box
from facet.footage import Reader
from facet.seal import SealKey
from facet.workbench import CaseSession, Settings, Workbench
from facet.workbench.sealing import seal_case
from sampling import BACKEND, REASON, use_sampler

CROP = "1/F412/C1"
CLIP = "clip.mp4"
"""A short clip in the case's folder, of which ingested ones are copies with another end."""


OLD = "old.facet"
"""A case of an older format beside it, to be migrated."""


def ingest(session: CaseSession, seed: int) -> Iterator[str]:
    """Footage, frames and crops."""
    folder = session.case.path.parent
    content = (folder / CLIP).read_bytes()
    for number in itertools.count():
        film = folder / f"clip-{seed}-{number}.mp4"
        film.write_bytes(content + struct.pack(">I4sQQ", 24, b"free", seed, number))
        with Reader.open(film) as reader:
            footage = session.ingest(reader)
            yield footage
            for index in range(reader.count):
                yield session.record_crop(footage, reader.frame(index), Box(x=4, y=4, w=16, h=16))


def enhance(session: CaseSession, seed: int) -> Iterator[str]:
    """Outputs with three samples and the map of their spread."""
    for number in itertools.count(seed):
        yield session.enhance(CROP, BACKEND, parameters={"samples": "3"}, seed=number, reason=REASON)


def report(session: CaseSession, seed: int) -> Iterator[str]:
    """Reports, each a file and an entry."""
    for number in itertools.count():
        out = session.case.path.with_name(f"report-{seed}-{number}.pdf")
        yield f"{out.name} {session.report(out, language='en')['sha256']}"


def seal(session: CaseSession, _seed: int) -> Iterator[str]:
    """Seals by a key."""
    key = SealKey(private=ed25519.Ed25519PrivateKey.generate())
    while True:
        yield seal_case(session.case, key).id


def migrate(session: CaseSession, seed: int) -> Iterator[str]:
    """Copies of the older case in the present format."""
    old = session.case.path.with_name(OLD)
    with Workbench(old.parent / "home", Settings(language="en")) as bench:
        for number in itertools.count():
            bench.migrate(old, old.with_name(f"new-{seed}-{number}.facet"), examiner="Park")
            yield f"new-{seed}-{number}.facet"


WORK: dict[str, Callable[[CaseSession, int], Iterator[str]]] = {
    "ingest": ingest,
    "enhance": enhance,
    "report": report,
    "seal": seal,
    "migrate": migrate,
}


def work(kind: str, case: Path, seed: int, folder: Path) -> None:
    """Work until the end comes."""
    told = os.open(folder / f"{os.getpid()}.told", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with (
        Workbench(folder / "home", Settings(language="en")) as bench,
        bench.open_case(case, examiner="Park") as session,
    ):
        os.write(told, b"open\n")
        for acknowledged in WORK[kind](session, seed):
            os.write(told, f"{acknowledged}\n".encode())


def main(folder: Path) -> None:
    """Fork and bury as told."""
    importlib.import_module("facet.report.pdf")  # which is otherwise imported in every child anew
    use_sampler(pytest.MonkeyPatch())
    for line in sys.stdin:
        asked, *rest = line.split()
        if asked == "end":
            os.waitpid(int(rest[0]), 0)
            answer = "ended"
        else:
            child = os.fork()
            if child == 0:
                sys.stdin.close()
                work(asked, Path(rest[0]), int(rest[1]), folder)
                os._exit(0)
            answer = str(child)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
