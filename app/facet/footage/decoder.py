"""Exact access: the picture that a sequential decode from the start would give, or an error; never a neighbour."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame

from facet.core.errors import InputError
from facet.core.i18n import N_
from facet.core.progress import Progress
from facet.footage.cache import Kept, PictureCache
from facet.footage.colour import planes_digest
from facet.footage.index import FrameIndex
from facet.footage.keyframes import Keyframes
from facet.footage.proof import proof_of
from facet.footage.reading_ahead import next_wanted
from facet.footage.run import Run, SeekFailed, Source
from facet.footage.warm_memory import WarmMemory

MEMORY = 256 << 20
"""Bytes of decoded planes that are kept where the caller does not say."""
KEYS_TRIED = 2
"""Keyframes from which a picture is tried before everything is decoded from the start."""
STEP = 4
"""Pictures from one that was asked for to the next: up to here it is a step, from which the direction is taken."""


class Decoder:
    """Pictures by index. Not safe for several threads."""

    def __init__(self, path: Path, name: str, stream: int, index: FrameIndex, *, memory: int = MEMORY) -> None:
        """``memory``: bytes of decoded planes to keep."""
        self.index = index
        self.name = name
        self.cache = PictureCache(memory)
        self.runs = 0
        """Runs begun so far: what a request cost."""
        self._source = Source(path, name, stream, index)
        self._warm = WarmMemory()
        self._keyframes = Keyframes(path, name, stream, index)
        self._keys = np.flatnonzero(index.packets["key"])
        self._run: Run | None = None
        self._first = self._last = -1  # pictures: where the run may be believed from, and its last one
        self._latest: Kept | None = None  # the picture at _last, kept or not
        self._waiting: deque[tuple[int, VideoFrame]] = (
            deque()
        )  # given by the run, but leaning on what is yet to be given
        self._given = -1  # the last picture that the run has given
        self._over = False  # whether the run has nothing more to give
        self._farthest = np.maximum.accumulate(index.order)  # up to each packet: the last picture in any before it
        self._whole = False  # whether the run began with the file
        self._damaged = False  # whether damage was met in footage of which only samples were decoded when it was opened
        self._intra = bool(index.packets["key"].all()) and index.count == len(index.packets)
        self._jumped = False
        self._heading = 0
        self._given_up: int | None = None

    def close(self) -> None:
        """Let go of the file and of all pictures."""
        self._forget()
        self._source.close()
        self._keyframes.close()

    def heading(self, direction: int) -> None:
        """Which way playing goes: 1, -1, or 0 at rest, where the last steps tell."""
        self._heading = self.cache.direction = direction

    def picture(self, index: int, progress: Progress) -> tuple[VideoFrame, str]:
        """The decoded picture and the digest of its planes, which is the index's where that has one.

        Raises ``InputError``; ``Cancelled`` through ``progress``.
        """
        kept = self._found(index, progress)
        return kept.frame, self._digest(kept)

    def shown(self, index: int, progress: Progress) -> VideoFrame:
        """The decoded picture; its digest is compared too where the index has one, and computed once. Raises as
        :meth:`picture`."""
        return self._found(index, progress).frame

    def nearest(self, index: int, progress: Progress) -> tuple[int, VideoFrame]:
        """The picture itself if it is kept, else a keyframe near it, quickly; its index, and the decoded picture.

        Only where no keyframe can be decoded alone, it is the picture itself and takes its time. Raises as
        :meth:`picture`.
        """
        kept = self.cache.get(index)
        if kept is None:
            for near in self._keyframes.near(index):
                known = self.cache.get(near)
                frame = known.frame if known is not None else self._keyframes.picture(near)
                if frame is not None:
                    return near, frame
        return index, self.shown(index, progress)

    def ahead(self) -> bool:
        """One packet or one digest of what will probably be asked next; True if there is more to do."""
        if self._keyframes.warm():
            return True
        wanted = next_wanted(self.cache, self.index.count, self._group_start)
        if wanted is not None and wanted != self._given_up:
            if not self._reaches(wanted):
                self._start_for(wanted)
            if self._run is None or not self._pull() or (self._last >= wanted and wanted not in self.cache):
                self._given_up = wanted  # it is told when it is asked for
            return True
        if self._warm.step(min(self.cache.memory, self.cache.mean * self.index.count) - self.cache.size):
            return True
        unproved = self.cache.unproved() if len(self.index.digests) else None
        if unproved is None:
            return False
        kept = self.cache.get(unproved)
        if kept is not None and self._proof(kept) != self.index.digest(unproved):
            self._forget()
            return False
        return True

    def _found(self, index: int, progress: Progress) -> Kept:
        self._go_to(index)
        for attempt in self._attempts(index):
            try:
                kept = attempt(progress)
            except MemoryError:
                self._forget()  # what is kept must not be what the next picture lacks
                raise
            if kept is None:
                continue
            truth = self.index.digest(index)
            if truth is None or truth == self._proof(kept):
                if not self.cache.direction:
                    self.cache.visit(index)
                return kept
            self._forget()
        if self.index.digest(index) is not None:
            raise InputError(
                "{name}: picture {index} does not decode as it did when the file was opened. The file may have "
                "changed; open it again.",
                name=self.name, index=index,
            )  # fmt: skip
        raise InputError(
            "{name}: picture {index} can't be decoded; the footage is damaged there. Choose another picture.",
            name=self.name, index=index,
        )  # fmt: skip

    def _go_to(self, index: int) -> None:
        moved = index - self.cache.position
        self.cache.position = index
        if moved:
            self._given_up = None
            self._jumped = abs(moved) > STEP and not self._heading
            self.cache.direction = self._heading or (0 if self._jumped else 1 if moved > 0 else -1)

    def _attempts(self, index: int) -> Iterator[Callable[[Progress], Kept | None]]:
        """Ways to the picture, the cheapest first, the surest last."""
        if index in self.cache:
            yield lambda _: self.cache.get(index)
        if self._reaches(index):
            yield partial(self._advance, index)
        for key in self._starts(index)[:KEYS_TRIED]:
            yield partial(self._from_key, index, key)
        known = self._damaged
        yield partial(self._from_start, index)
        if self._damaged and not known:
            yield partial(self._from_start, index)

    def _reaches(self, index: int) -> bool:
        """Whether the run that is under way comes to the picture, and no keyframe lies nearer before it."""
        run, nearer = self._run, self._starts(index)[:1]
        return (
            run is not None
            and max(self._first, self._last + 1) <= index
            and not (nearer and nearer[0] >= run.at)
        )  # fmt: skip

    def _starts(self, index: int) -> list[int]:
        """Key packets from which the picture may be reached, the nearest first: those not after it in the file nor,
        since pictures before a keyframe may lean on what came earlier, in the order of presentation."""
        packet = int(self.index.pictures["packet"][index])
        if packet < 0:
            return []
        before = self._keys[: int(np.searchsorted(self._keys, packet, side="right"))]
        recent = before[-16 * KEYS_TRIED :]
        for keys in (recent, before):  # of very long footage the last ones are nearly always enough
            shown = self.index.order[keys]
            found = [int(key) for key in keys[(shown >= 0) & (shown <= index)][: -KEYS_TRIED - 1 : -1]]
            if len(found) == KEYS_TRIED or len(keys) == len(before):
                break
        return found

    def _group_start(self, index: int) -> int:
        """The picture from which decoding towards ``index`` begins."""
        keys = self._starts(index)
        return int(self.index.order[keys[0]]) if keys else 0

    def _from_key(self, index: int, key: int, progress: Progress) -> Kept | None:
        ways: list[Callable[[int], Run]] = [self._source.from_key]
        if key > 0:  # else that is the start
            ways.append(partial(self._source.by_reading, progress=progress))
        for way in ways:
            try:
                run = way(key)
            except SeekFailed:
                continue
            self._begin(run, int(self.index.order[key]))
            if self._intra and self._jumped:  # no picture needs another: do not wait until several threads are busy
                run.step()
                run.drain()
            if (kept := self._advance(index, progress)) is not None:
                return kept
        return None

    def _from_start(self, index: int, progress: Progress) -> Kept | None:
        self._run = None
        self._begin(self._source.from_start(single_thread=self._damaged), 0)
        self._whole = True
        return self._advance(index, progress)

    def _start_for(self, index: int) -> None:
        """Begin the run that comes to the picture, where that takes no more than a seek."""
        keys = self._starts(index)
        self._run = None
        try:
            if keys:
                self._begin(self._source.from_key(keys[0]), int(self.index.order[keys[0]]))
        except SeekFailed:
            return

    def _begin(self, run: Run, first: int) -> None:
        self.runs += 1
        self._run, self._first, self._whole, self._over = run, first, False, False
        self._last = self._given = first - 1
        self._latest = None
        self._waiting.clear()

    def _advance(self, index: int, progress: Progress) -> Kept | None:
        """Decode on to the picture, keeping those on the way; None if the run gives a later one before it, or ends."""
        begun = self._last
        while self._last < index:
            progress(max(0, self._last - begun), index - begun, N_("Decoding"))
            if not self._pull():
                return None
        return self._latest if self._last == index else None

    def _pull(self) -> bool:
        """One picture or one packet further; False where the run is over or can't be believed any more."""
        run = self._run
        if run is None:
            return False
        if self._waiting and (self._over or self._leans_on(run, self._waiting[0][0]) <= self._given):
            self._believe(*self._waiting.popleft())
            return True
        given = None if self._over else run.take()
        if given is None:
            self._run = None  # whatever fails in it, nothing after it can be believed
            self._over = self._over or not run.step()
            if not self._over or (self._waiting and not self._doubtful(run)):
                self._run = run
            return self._run is not None
        picture = self._which(run, *given)
        if picture < self._first:
            return True
        if picture <= self._given or self._doubtful(run, given[1]):
            self._run = None  # out of its turn, or damaged: nothing of this run can be believed
            return False
        self._given = picture
        self._waiting.append((picture, given[1]))
        return True

    def _leans_on(self, run: Run, picture: int) -> int:
        """The last picture among those coded before this one. It may be damaged, and only tells when it is given:
        what leans on it is not believed before."""
        if self._proved(run):
            return picture
        return int(self._farthest[self.index.pictures["packet"][picture]])

    def _believe(self, picture: int, frame: VideoFrame) -> None:
        self._last = picture
        kept = None if self._whole else self.cache.get(picture)
        self._latest = kept or self.cache.keep(picture, frame)

    def _which(self, run: Run, number: int | None, frame: VideoFrame) -> int:
        """The index of a decoded picture, or -1 where it can't be told or its time is not the index's."""
        if self._whole and len(self.index.digests):
            picture = run.given - 1  # the index was made by this very walk
        else:
            known = number is not None and number < len(self.index.order)
            picture = int(self.index.order[number]) if known else -1
        if not 0 <= picture < self.index.count or frame.pts != self.index.pts_of(picture):
            return -1
        return picture

    def _proved(self, run: Run) -> bool:
        """Whether nothing need be doubted: a digest tells, or one thread decodes from the start, which is the truth."""
        return bool(len(self.index.digests)) or (self._whole and run.container.single_thread)

    def _doubtful(self, run: Run, frame: VideoFrame | None = None) -> bool:
        """Whether damage was met that the index does not know: what the decoder conceals it with depends on where it
        began and on its threads, and no digest tells. Only one thread from the start then gives the truth."""
        if self._proved(run):
            return False
        order = self.index.order
        refused = any(number < len(order) and order[number] >= self._first for number in run.refused)
        damaged = refused or (frame is not None and frame.is_corrupt)
        self._damaged |= damaged
        return damaged

    def _digest(self, kept: Kept) -> str:
        if kept.digest is None:
            kept.digest = planes_digest(kept.frame)
        return kept.digest

    def _proof(self, kept: Kept) -> str:
        if kept.proof is None:
            kept.proof = proof_of(kept.frame, self._digest(kept))
        return kept.proof

    def _forget(self) -> None:
        self.cache.clear()
        self._run = self._latest = None
        self._waiting.clear()
