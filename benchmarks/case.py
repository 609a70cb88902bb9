"""How a large case behaves: opening, lists, search, recording, verifying.

    python benchmarks/case.py [--outputs 10000] [--side 300] [--keep FILE] [--out docs/validation/case-scale.md]

A case of ``--outputs`` outputs of ``--side`` pixels (10,000 of 300: 2 GB) is made in a temporary folder, or used again
where ``--keep`` names it. Each figure is the best of some turns, in wall-clock time and in processor time of all
threads; on a machine that does other work at the same time only the second says anything. Reading is from the page
cache, except for opening, which is also measured after the file was dropped from it (Linux).
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from large_case import EXAMINER, make_large_case, receipt_of, varied

from facet.case import Case, OutputRow
from facet.core.digest import picture_digest
from facet.core.errors import Cancelled
from facet.weights import Store

TURNS = 5


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What was done, and seconds: by the clock, and of processors."""

    what: str
    wall: float
    processor: float
    note: str = ""


def main() -> None:
    """Print the table, and write the page where ``--out`` says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--outputs", type=int, default=10_000)
    parser.add_argument("--side", type=int, default=300, help="pixels")
    parser.add_argument("--keep", type=Path, help="make the case here, or use what is here already")
    parser.add_argument("--out", type=Path, help="write the page here")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = given.keep or Path(folder) / "large.facet"
        if not path.exists():
            begun = time.perf_counter()
            make_large_case(path, given.outputs, given.side)
            print(f"made in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
        page = told(path, [*opening(path), *lists(path), *searches(path), *recording(path), *verifying(path)])
    print(page)
    if given.out:
        given.out.write_text(page, "utf-8")


def opening(path: Path) -> list[Figure]:
    """Open, warm and cold, and the first thing that a window shows."""

    def shown() -> None:
        with Case.open(path) as case:
            case.head()
            case.page("outputs")

    figures = [
        best("open to read", lambda: Case.open(path).close()),
        best("open to write", lambda: Case.open(path, examiner=EXAMINER).close()),
        best("open, head and the first page of outputs", shown),
    ]
    if hasattr(os, "posix_fadvise"):
        figures.append(best("open, head and the first page, file not in memory", shown, before=lambda: drop(path)))
    command = [sys.executable, "-m", "facet.cli", "show", str(path), "--list", "outputs", "--json"]
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    figures.append(
        Figure(what="the command «show --list outputs»", wall=time.perf_counter() - begun, processor=0, note="whole")
    )
    return figures


def lists(path: Path) -> list[Figure]:
    """Pages of a hundred rows, and single rows."""
    with Case.open(path) as case:
        total = case.page("outputs", count=1).total
        last = case.page("outputs", after=total - 1).rows[0]
        assert isinstance(last, OutputRow)
        return [
            best(f"page of 100 of {total} outputs, in the middle", lambda: case.page("outputs", after=total // 2)),
            best("page of the journal", lambda: case.page("journal", after=total // 2)),
            best("page of remarks", lambda: case.page("remarks", after=100)),
            best("the outputs of one crop", lambda: case.page("outputs", of=last.crop)),
            best("one output by its id", lambda: case.row(last.id)),
            best("all outputs", case.outputs, turns=1),
        ]


def searches(path: Path) -> list[Figure]:
    """What is looked for, and how much is found."""
    asked = {
        "an exhibit": ["exhibit:C1/E7"],
        "footage": ["footage:corridor"],
        "a backend": ["backend:edsr"],
        "a note": ["note:again, number 50"],
        "a tag": ["tag:hood"],
        "anything": ["hood", "edsr"],
    }
    with Case.open(path) as case:
        return [
            best(f"search for {what}", functools.partial(case.find, words), note=f"{case.find(words).total} found")
            for what, words in asked.items()
        ]


def recording(path: Path) -> list[Figure]:
    """One more output of an old crop."""
    store = Store(path.parent)
    card = store.cards()["bicubic"].descriptor
    picture = next(varied((300, 300)))
    with Case.open(path, examiner=EXAMINER) as case:
        source = picture_digest(case.picture("1/F0/C1"))

        def record() -> None:
            case.add_output(
                "1/F0/C1", picture=picture, descriptor=card, receipt=receipt_of("1/F0/C1", source, picture, card, ())
            )

        return [best("record one output more (on disk when done)", record)]


def verifying(path: Path) -> list[Figure]:
    """Everything, without pixels, and how soon a stop is heeded."""
    size = path.stat().st_size
    figures: list[Figure] = []
    with Case.open(path) as case:
        for what, pixels, turns in (("without pixels", False, 2), ("everything", True, 1)):

            def verify(pixels: bool = pixels) -> None:
                assert case.verify(pixels=pixels).ok

            figure = best(f"verify, {what}", verify, turns=turns)
            rate = f"{size / figure.wall / 1e6:.0f} MB/s; {size / figure.processor / 1e6:.0f} MB per processor second"
            figures.append(Figure(what=figure.what, wall=figure.wall, processor=figure.processor, note=rate))
        figures.append(Figure(what="a stop half-way is heeded after", wall=stopping(case), processor=0))
    return figures


def stopping(case: Case) -> float:
    """Seconds from a stop to its end."""
    stopped: list[float] = []

    def stop(done: int, total: int, label: str = "") -> None:
        if total and done > total // 2:
            stopped.append(time.perf_counter())
            raise Cancelled

    with contextlib.suppress(Cancelled):
        case.verify(stop)
    return time.perf_counter() - stopped[0]


def best(
    what: str,
    run: Callable[[], object],
    *,
    turns: int = TURNS,
    before: Callable[[], None] | None = None,
    note: str = "",
) -> Figure:
    """The least of some turns, clock and processors each for itself."""
    walls, processors = [], []
    for _ in range(turns):
        if before is not None:
            before()
        wall, processor = time.perf_counter(), time.process_time()
        run()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    return Figure(what=what, wall=min(walls), processor=min(processors), note=note)


def drop(path: Path) -> None:
    """Take a file out of the page cache."""
    with path.open("rb") as stream:
        os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def told(path: Path, figures: list[Figure]) -> str:
    """The page."""
    with Case.open(path) as case:
        counts = {kind: case.page(kind, count=1).total for kind in ("frames", "crops", "outputs", "remarks", "journal")}
    held = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0
    size, python = path.stat().st_size / 1e9, platform.python_version()
    made = f"""Made by `benchmarks/case.py`, whose head tells how: {size:.2f} GB; {held}.
{os.cpu_count()} processors, Python {python}; load average {load:.1f} at its end."""
    lines = [
        "# A large case",
        "",
        made,
        "",
        "| what | by the clock (s) | processors (s) | |",
        "|---|--:|--:|---|",
        *(
            f"| {one.what} | {one.wall:.3f} | {f'{one.processor:.3f}' if one.processor else '–'} | {one.note} |"
            for one in figures
        ),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
