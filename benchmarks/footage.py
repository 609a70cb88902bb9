"""How fast exact frames come, beside OpenCV and a plain PyAV loop, and how often each gives a wrong one.

    python benchmarks/footage.py [--quick] [--out docs/validation/footage.md]

The clips are made anew, 1080p, each picture with its number as bars; what a contestant gives is read and compared. All
contestants take turns in one run on one machine; what counts are the ratios and the wrong frames.
"""

from __future__ import annotations

import argparse
import os
import queue
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np
from contestants import KeyframeLoop, OpenCv, PlainPyav
from numbered_clips import CLIPS, Clip, make_clip, read_number

from facet.footage import Reader, View, ViewRequest
from facet.gui.view.player import Player, Track

SEEKS = 12
STEPS = 40
REST = 0.4
"""Seconds between two seeks: a person's pace, and what is read ahead of one is not in the way of the next."""
SPEEDS = (0.5, 1, 2, 4, -0.5, -1, -2, -4)
LOOK = 0.004
"""Seconds between two looks at the clock while playing."""


@dataclass(kw_only=True)
class Row:
    """Medians in milliseconds over one clip; wrong frames over all that were asked."""

    title: str
    asked: int = 0
    wrong: dict[str, int] = field(default_factory=dict)
    seek: dict[str, float] = field(default_factory=dict)
    ratio: float | None = None
    back: float = 0.0
    again: float = 0.0
    preview: float = 0.0


def main() -> None:
    """Print the tables, and write them where ``--out`` says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="shorter clips, fewer places")
    parser.add_argument("--out", type=Path, help="write the page here")
    given = parser.parse_args()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    with tempfile.TemporaryDirectory() as folder:
        rows, played = [], []
        for clip in CLIPS:
            path = make_clip(clip, Path(folder), quick=given.quick)
            with Reader.open(path) as reader:
                rows.append(measure(clip, path, reader, SEEKS // 2 if given.quick else SEEKS))
                print(rows[-1], flush=True)
                if clip is CLIPS[0]:
                    played = [play(reader, speed, 1.5 if given.quick else 4.0) for speed in SPEEDS]
            path.unlink()
    page = "\n".join([*told(load), "", *table(rows), "", *playing(played), ""])
    print(page)
    if given.out:
        given.out.parent.mkdir(parents=True, exist_ok=True)
        given.out.write_text(page, "utf-8")


def measure(clip: Clip, path: Path, reader: Reader, seeks: int) -> Row:
    """One clip: seeks to places where nothing is at hand yet, then steps and visits where everything is."""
    row = Row(title=clip.title)
    places = fresh_places(reader, seeks)
    reader.view(0)
    time.sleep(2 * REST)  # the process is warm
    alone = KeyframeLoop(path, reader.index) if clip.seekable else None
    ratios, views, loops, previews = [], [], [], []
    for place in places:
        if alone is not None:
            loops.append(timed(row, "keyframe loop", place, lambda place=place: alone.picture(place)))
        previews.append(timed(row, "", None, lambda place=place: reader.preview(place).picture))
        views.append(timed(row, "Facet", place, lambda place=place: reader.view(place).picture))
        if loops:
            ratios.append(views[-1] / loops[-1])
        time.sleep(REST)
    row.seek["Facet"], row.preview = statistics.median(views), statistics.median(previews)
    if loops:
        row.seek["keyframe loop"], row.ratio = statistics.median(loops), statistics.median(ratios)
    others = (("OpenCV", OpenCv(path)), ("PyAV", PlainPyav(path, reader)))
    for name, contestant in others:
        row.seek[name] = statistics.median(
            timed(row, name, place, lambda place=place, one=contestant: one.picture(place)) for place in places
        )
    more = sorted(set(range(reader.count)) - set(places))
    more = random.Random(5).sample(more, min(len(more), 2 * seeks))  # not timed: what is kept would help
    for place in more:
        timed(row, "Facet", place, lambda place=place: reader.view(place).picture)
        for name, contestant in others:
            timed(row, name, place, lambda place=place, one=contestant: one.picture(place))
    for _, contestant in others:
        contestant.close()
    row.asked = len(places) + len(more)
    last = max(places)
    reader.view(last)
    time.sleep(3 * REST)
    first = max(0, last - STEPS)
    row.back = statistics.median(
        timed(row, "steps", place, lambda place=place: reader.view(place).picture)
        for place in range(last - 1, first - 1, -1)
    )
    row.again = statistics.median(
        timed(row, "steps", place, lambda place=place: reader.view(place).picture)
        for place in random.Random(2).choices(range(first, last), k=STEPS)
    )
    return row


def fresh_places(reader: Reader, count: int) -> list[int]:
    """Places in random order, none of them decoded on the way to an earlier one or read ahead from there."""
    keys = np.flatnonzero(reader.index.key)
    order = random.Random(7).sample(range(reader.count), reader.count)
    chosen: list[int] = []
    touched = set(range(30))
    for place in order:
        start = int(keys[max(0, np.searchsorted(keys, place, side="right") - 1)])
        if place not in touched and place - start > (0 if len(keys) == reader.count else 2) - 1:
            chosen.append(place)
            before = int(keys[max(0, np.searchsorted(keys, start) - 1)]) if place - start < 14 else start
            touched.update(range(before, place + 15))
        if len(chosen) == count:
            break
    return chosen


def timed(row: Row, name: str, place: int | None, get: Callable[[], object]) -> float:
    """Milliseconds of one answer, which is checked afterwards."""
    begun = time.perf_counter()
    picture = get()
    taken = (time.perf_counter() - begun) * 1000
    if place is not None:
        right = isinstance(picture, np.ndarray) and read_number(picture) == place
        row.wrong[name] = row.wrong.get(name, 0) + (not right)
    return taken


def play(reader: Reader, speed: float, seconds: float) -> tuple[float, int, int, int]:
    """Play as the window does; speed, pictures shown, pictures due in that time, and wrong ones."""
    times = np.array([float(reader.seconds(index)) for index in range(reader.count)])
    start = 5 if speed > 0 else reader.count - 5
    reader.heading(0)
    reader.view(start)
    time.sleep(2 * REST)
    reader.heading(1 if speed > 0 else -1)
    begun = time.monotonic()
    player: Player[View] = Player(Track(times=times, keys=reader.index.key), start, speed, begun)
    asked: queue.SimpleQueue[ViewRequest | None] = queue.SimpleQueue()
    given: queue.SimpleQueue[View] = queue.SimpleQueue()
    fetching = threading.Thread(target=fetch, args=(asked, given))
    fetching.start()
    shown = wrong = 0
    while time.monotonic() - begun < seconds and not player.over:
        for index in player.wants(time.monotonic()):
            asked.put(reader.ask_view(index))
        while not given.empty():
            view = given.get()
            player.arrived(view.index, view, time.monotonic())
        if (now_shown := player.take(time.monotonic())) is not None:
            shown += 1
            wrong += read_number(now_shown.picture) != player.index
        time.sleep(LOOK)
    passed = time.monotonic() - begun
    asked.put(None)
    fetching.join()
    reader.heading(0)
    due = int(min(passed, float(times[-1]) / abs(speed)) * min(abs(speed) * 25, 60))
    return speed, shown, due, wrong


def fetch(asked: queue.SimpleQueue[ViewRequest | None], given: queue.SimpleQueue[View]) -> None:
    """Wait for one view after the other, until None."""
    while (request := asked.get()) is not None:
        given.put(request.view())


def told(load: float | None) -> list[str]:
    """What was measured and how."""
    libavcodec = ".".join(map(str, av.library_versions["libavcodec"]))
    busy = "" if load is None else f" Load average before the run: {load:.1f}."
    return f"""# Exact frames: speed, and who gives wrong ones

Made by `benchmarks/footage.py`. {os.cpu_count()} cores, PyAV {av.__version__} (libavcodec {libavcodec}), OpenCV
{OpenCv.version()}. The run makes its clips itself, 1920×1080, each picture with its number as bars; an answer whose
bars give another number, or none, is wrong. Times are medians in milliseconds; they differ from machine to machine,
the ratios far less.{busy}

- **Facet**: `Reader.view`, from the asking side through the decoding process and back, digests compared where the index
  has them, at places where nothing was decoded yet.
- **Keyframe loop**: a plain PyAV loop that is told the right keyframe and decodes with all cores until the picture is
  there, converting nothing. Nothing less can be exact, so it is the measure: **ratio** is Facet's time over the loop's,
  the median over the places.
- **OpenCV**: `CAP_PROP_POS_FRAMES`, `read`. **PyAV**: seek to the picture's own time, decode until it has come.
- **Asked** counts random places; Facet's wrong frames are counted over the steps and visits too.
- **Step back** and **visit again**: in a group that is kept. **Preview**: what is seen while a hand drags, at places
  where nothing was decoded yet.
- Converting a picture and handing it from one process to another costs about 5 ms, which the loop does not do. Where
  decoding one picture costs little more than that (Motion JPEG) the ratio shows it; elsewhere it is lost in the seek.
""".splitlines()


def table(rows: list[Row]) -> list[str]:
    """The table of seeks."""
    head = (
        "| clip | asked | wrong: Facet | wrong: OpenCV | wrong: PyAV | Facet | keyframe loop | ratio | OpenCV | PyAV "
        "| step back | visit again | preview |"
    )
    lines = [head, "|---|" + "--:|" * 12]
    for row in rows:
        loop = row.seek.get("keyframe loop")
        cells = [
            row.title, str(row.asked), str(row.wrong["Facet"] + row.wrong["steps"]), str(row.wrong["OpenCV"]),
            str(row.wrong["PyAV"]),
            f"{row.seek['Facet']:.0f}", "–" if loop is None else f"{loop:.0f}",
            "–" if row.ratio is None else f"{row.ratio:.2f}", f"{row.seek['OpenCV']:.0f}", f"{row.seek['PyAV']:.0f}",
            f"{row.back:.1f}", f"{row.again:.1f}", f"{row.preview:.0f}",
        ]  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def playing(played: list[tuple[float, int, int, int]]) -> list[str]:
    """The table of playing."""
    lines = [
        "Playing the GOP 250 clip (25 pictures a second) as the window's own player does, backwards by whole groups.",
        "Due are at most 60 pictures a second; what can't be shown in time is dropped, and counted.",
        "",
        "| speed | due | shown | dropped | wrong |",
        "|--:|--:|--:|--:|--:|",
    ]
    for speed, shown, due, wrong in played:
        lines.append(f"| {speed:g}× | {due} | {shown} | {max(0, due - shown)} | {wrong} |")
    return lines


if __name__ == "__main__":
    main()
