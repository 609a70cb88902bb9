"""Hostile footage costs a message and a reopening of its process, never what was asked before or is asked after."""

from __future__ import annotations

import os
import random
import signal
import struct
import sys
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from clips import make_clip, read_number
from facet.core.child import ChildDied
from facet.core.errors import Cancelled, EnvironmentLacksError, InputError
from facet.core.limits import VARIABLE
from facet.footage import Reader, opening, reader, view

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the memory limit is kept on Linux only")
PATIENCE = 20
"""Seconds. What is waited for here would otherwise last for ever."""


def number_seen(picture: np.ndarray) -> int:
    """Of BGRA or RGB."""
    return read_number(picture[:, :, 2::-1] if picture.shape[2] == 4 else picture)


class Scrubber:
    """Asks for pictures in every way there is, out of order, until told to stop; what is answered has to be right."""

    def __init__(self, footage: Reader, seed: int) -> None:
        self.came = Counter[str]()
        self.wrong: list[str] = []
        self._footage, self._chance = footage, random.Random(seed)
        self._thread = threading.Thread(target=self._scrub, name=f"scrub {seed}")
        self._over = threading.Event()
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "a request was never answered"

    def _scrub(self) -> None:
        while not self._over.is_set():
            way = self._chance.choice((self._frame, self._view, self._preview, self._dropped))
            index = self._chance.randrange(self._footage.count)
            try:
                way(index)
                self.came["answered"] += 1
            except ChildDied:
                self.came["died"] += 1
            except Cancelled:
                self.came["cancelled"] += 1
            except Exception as error:  # noqa: BLE001
                self.wrong.append(f"{way.__name__} {index}: {error!r}")

    def _check(self, index: int, picture: np.ndarray) -> None:
        if (seen := number_seen(picture)) != index:
            self.wrong.append(f"{index} shows {seen}")

    def _frame(self, index: int) -> None:
        self._check(index, self._footage.frame(index).picture)

    def _view(self, index: int) -> None:
        shown = self._footage.view(index)
        assert shown.exact
        self._check(index, shown.picture)

    def _preview(self, index: int) -> None:
        shown = self._footage.preview(index)
        assert shown.index == index
        self._check(shown.shown_index, shown.picture)

    def _dropped(self, index: int) -> None:
        asked = [self._footage.ask_view((index + step) % self._footage.count) for step in range(4)]
        for one in asked[:3]:
            one.cancel()
        self._check((index + 3) % self._footage.count, asked[3].view().picture)


@posix
@pytest.mark.parametrize("name", ["long-group.mp4", "open-groups.ts", "raw.h264"])
def test_killing_the_decoder_in_mid_scrub_costs_what_was_under_way_and_nothing_else(
    name: str, clip: Callable[[str], Path]
) -> None:
    chance, kills = random.Random(name), 0
    with Reader.open(clip(name)) as footage:
        scrubbers = [Scrubber(footage, seed) for seed in range(3)]
        end = time.monotonic() + PATIENCE
        while kills < 6 and time.monotonic() < end:
            time.sleep(chance.uniform(0.02, 0.5))
            if (pid := footage.pid) is not None:
                os.kill(pid, signal.SIGKILL)
                kills += 1
        for one in scrubbers:
            one.stop()
        assert not [wrong for one in scrubbers for wrong in one.wrong]
        assert kills == 6
        assert sum(one.came["died"] for one in scrubbers) > 0
        for index in (0, footage.count - 1, footage.count // 2, footage.count // 2 - 1):
            assert number_seen(footage.frame(index).picture) == index
            assert number_seen(footage.view(index).picture) == index


@posix
def test_a_decoder_that_hangs_is_stopped_and_the_next_picture_comes(
    clip: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Reader.open(clip("long-group.mp4")) as footage:
        for module in (opening, reader, view):
            monkeypatch.setattr(module, "SILENCE", 1.0)
        stopped = footage.pid
        assert stopped is not None
        os.kill(stopped, signal.SIGSTOP)
        told: list[BaseException] = []

        def wait() -> None:
            try:
                footage.view(50)
            except EnvironmentLacksError as error:
                told.append(error)

        waiting = [threading.Thread(target=wait) for _ in range(3)]
        for thread in waiting:
            thread.start()
        for thread in waiting:
            thread.join(PATIENCE)
        assert len(told) == 3
        assert any("gave no answer for 1 seconds and was stopped" in str(error) for error in told)
        monkeypatch.undo()
        assert number_seen(footage.frame(50).picture) == 50
        assert footage.pid != stopped


@posix
def test_a_decoder_that_is_killed_while_the_footage_is_opened_is_told_in_one_line(
    clip: Callable[[str], Path],
) -> None:
    died = threading.Event()

    def strike(done: int, total: int, label: str = "") -> None:
        for entry in Path("/proc").glob("[0-9]*/stat") if not died.is_set() else ():
            try:
                fields = entry.read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) == os.getpid() and "facet.footage.server" in (entry.parent / "cmdline").read_text():
                os.kill(int(entry.parent.name), signal.SIGKILL)
                died.set()

    if not Path("/proc/self/stat").exists():
        pytest.skip("needs /proc")
    with pytest.raises(ChildDied, match="The decoding process"):
        Reader.open(clip("long-group.mp4"), progress=strike)
    with Reader.open(clip("long-group.mp4")) as footage:
        assert number_seen(footage.frame(3).picture) == 3


def png_claiming(path: Path, width: int, height: int) -> Path:
    """A PNG whose header claims that size, in RGBA of 16 bits, and whose pixels end within the first row."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, 6, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(bytes(1 << 16)))
        + chunk(b"IEND", b"")
    )
    return path


def gif_bomb(path: Path, side: int, pictures: int) -> Path:
    """A canvas of ``side``² pixels, of which each of many pictures touches one."""
    picture = b"\x21\xf9\x04\x04\x0a\0\0\0" + b"\x2c\0\0\0\0\x01\0\x01\0\0" + b"\x02\x02\x4c\x01\0"
    palette = bytes((0, 0, 0, 255, 255, 255)) * 2
    path.write_bytes(b"GIF89a" + struct.pack("<HHBBB", side, side, 0x91, 0, 0) + palette + picture * pictures + b";")
    return path


@pytest.mark.parametrize("size", [(60_000, 60_000), (1 << 30, 1), (16_385, 16_384)])
def test_a_picture_that_claims_to_be_huge_is_refused(tmp_path: Path, size: tuple[int, int]) -> None:
    with pytest.raises(InputError, match=r"bomb\.png: "):
        Reader.open(png_claiming(tmp_path / "bomb.png", *size))


@linux
@pytest.mark.parametrize("make", [png_claiming, gif_bomb])
def test_pictures_that_together_exhaust_the_memory_allowed_are_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path, int, int], Path]
) -> None:
    path = make(tmp_path / f"bomb.{make.__name__[:3]}", 16_000, 16_000 if make is png_claiming else 2_000)
    assert path.stat().st_size < 100_000
    monkeypatch.setenv(VARIABLE, "64")
    with pytest.raises(EnvironmentLacksError, match=rf"^{path.name}: .*more memory than the 64 MB allowed"):
        Reader.open(path, memory=64 << 20)
    with Reader.open(make_clip(tmp_path / "sound.mp4", frames=4)) as footage:
        assert number_seen(footage.frame(3).picture) == 3
