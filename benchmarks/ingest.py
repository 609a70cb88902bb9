"""How long reading footage in takes, beside the slowest thing that can't be left out of it.

    python benchmarks/ingest.py [--size 1000] [--pictures 1920x1080] [--rounds 3] [--keep FILE]

One MP4 of ``--size`` million bytes (a coded group of pictures repeated, H.264) is read by hashlib's SHA-256, by
hashlib's MD5, by PyAV's bare demuxer, and by ``Reader.open``, which gives both digests and the index, and by the same
with a stored index. They take turns on the warm file, each keeps its best time; what counts is the ratio to the slowest
of the first three. Then the file is dropped from the page cache (Linux) and read in once more: how many bytes the
disk delivered.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np

from facet.footage import Reader, StoredIndex

BLOCK = 1 << 20
"""Bytes read at a time by the bare digests."""
GROUP = 50
"""Pictures from keyframe to keyframe."""
RATE = 25


def main() -> None:
    """Print one line per contestant, and how many bytes a cold reading takes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--size", type=int, default=1000, help="millions of bytes")
    parser.add_argument("--pictures", default="1920x1080")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="make the footage here, or use what is here already")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = given.keep or Path(folder) / "ingest.mp4"
        if not path.exists():
            width, height = map(int, given.pictures.split("x"))
            make_footage(path, given.size * 1_000_000, width, height)
        compare(path, given.rounds)
        tell_physical_reads(path)


def compare(path: Path, rounds: int) -> None:
    """Every contestant in turn, best of ``rounds`` after one that warms."""
    with Reader.open(path) as reader:
        known = reader.stored_index
    contestants: dict[str, Callable[[], object]] = {
        "hashlib sha256": lambda: hashed(path, "sha256"),
        "hashlib md5": lambda: hashed(path, "md5"),
        "bare demux": lambda: demuxed(path),
        "Reader.open: both digests and the index": lambda: opened(path),
        "Reader.open: both digests, index known": lambda: opened(path, known),
    }
    best = {name: float("inf") for name in contestants}
    for turn in range(rounds + 1):
        for name, run in contestants.items():
            started = time.perf_counter()
            run()
            if turn:
                best[name] = min(best[name], time.perf_counter() - started)
    with Reader.open(path) as reader:
        probe = reader.probe
        print(
            f"{path.stat().st_size:,} bytes, {reader.count} pictures {probe.width}×{probe.height} {probe.codec}, "
            f"{os.cpu_count()} cores, index by {probe.index_method}, PyAV {av.__version__}"
        )
    slowest = max(list(best.values())[:3])
    for name, seconds in best.items():
        print(f"{name:42} {seconds:7.3f} s   {seconds / slowest:5.2f} ×")


def make_footage(path: Path, size: int, width: int, height: int) -> None:
    """One group of noisy pictures, coded once and repeated with new times until ``size`` bytes are there."""
    random = np.random.default_rng(0)
    noise = [random.integers(0, 24, (height, width), dtype=np.uint8) for _ in range(4)]
    ramp = np.add.outer(np.arange(height) // 8, np.arange(width) // 8).astype(np.uint8)
    seed = path.with_suffix(".group.mp4")
    options = {"preset": "veryfast", "crf": "30", "g": str(GROUP), "sc_threshold": "0", "bf": "2"}
    with av.open(str(seed), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(GROUP):
            picture = np.full((height * 3 // 2, width), 128, np.uint8)
            picture[:height] = np.roll(ramp, number * 4, axis=1) + noise[number % 4]
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="yuv420p")))
        container.mux(stream.encode(None))
    with av.open(str(seed)) as group, av.open(str(path), "w") as container:
        template = group.streams.video[0]
        stream = container.add_stream_from_template(template)
        packets = [packet for packet in group.demux(template) if packet.size]
        length = GROUP * int(packets[0].duration)
        written, repeat = 0, 0
        while written < size:
            for each in packets:
                packet = av.Packet(bytes(each))
                packet.stream, packet.time_base, packet.is_keyframe = stream, each.time_base, each.is_keyframe
                packet.pts, packet.dts = each.pts + repeat * length, each.dts + repeat * length
                packet.duration = each.duration
                container.mux_one(packet)
                written += each.size
            repeat += 1
    seed.unlink()


def hashed(path: Path, name: str) -> str:
    """The digest of a file by hashlib alone."""
    digest, buffer = hashlib.new(name), bytearray(BLOCK)
    with path.open("rb", buffering=0) as stream:
        while read := stream.readinto(buffer):
            digest.update(memoryview(buffer)[:read])
    return digest.hexdigest()


def demuxed(path: Path) -> int:
    """How many packets PyAV's demuxer gives, nothing done with them."""
    with av.open(str(path)) as container:
        return sum(1 for _ in container.demux(container.streams.video[0]))


def opened(path: Path, known: StoredIndex | None = None) -> int:
    """Both digests and the index."""
    with Reader.open(path, known=known) as reader:
        return reader.count


def tell_physical_reads(path: Path) -> None:
    """Bytes that the disk delivers while a file is read in that is not in the page cache, whoever asks for them. What
    ``/proc/PID/io`` says of each process is no measure here: both are charged for pages that they wait for."""
    before = _delivered(path)
    if before is None or not hasattr(os, "posix_fadvise"):
        print("physical reads: can't be counted on this system")
        return
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
        os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    started = time.perf_counter()
    with Reader.open(path):
        seconds = time.perf_counter() - started
    read, size = (_delivered(path) or 0) - before, path.stat().st_size
    print(f"cold: {seconds:.3f} s, the disk delivered {read:,} bytes = {read / size:.3f} × the file")


def _delivered(path: Path) -> int | None:
    """Bytes that the disk under ``path`` has delivered since the system started; None where that is not told."""
    device, table = path.stat().st_dev, Path("/proc/diskstats")
    for line in table.read_text(encoding="ascii").splitlines() if table.exists() else ():
        major, minor, _name, _reads, _merged, sectors, *_rest = line.split()
        if (int(major), int(minor)) == (os.major(device), os.minor(device)):
            return int(sectors) * 512
    return None


if __name__ == "__main__":
    main()
