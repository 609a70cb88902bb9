"""One run of the decoder, from the first packet or from a keyframe onwards, picture by picture with its packet."""

from __future__ import annotations

import collections
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.packet import Packet
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from facet.core.i18n import N_
from facet.core.progress import SILENT, Progress
from facet.footage.container import Container, check_size
from facet.footage.detached import Detacher
from facet.footage.index import NONE, FrameIndex

LOST = 500
"""Packets read after a seek before it counts as failed."""
READ = 64
"""Packets between two signs of life while nothing is decoded."""
REMEMBERED = 4096
"""Packets whose times are kept; a decoder gives a picture out long before that many others."""


class SeekFailed(Exception):  # noqa: N818  # an event between two attempts, never shown
    """The demuxer landed where the packets can't be told, or behind the wanted one."""


def packet_facts(packet: Packet[Any]) -> tuple[int, int, int, int]:
    """What tells a packet from all others of its stream: pts, dts, place and size; ``NONE`` for what is not given."""
    return (
        NONE if packet.pts is None else packet.pts,
        NONE if packet.dts is None else packet.dts,
        -1 if packet.pos is None else packet.pos,
        packet.size,
    )


class Packets:
    """Packets of the container's video stream with their numbers in file order; ends quietly where the file does."""

    def __init__(self, container: Container, number: int = 0) -> None:
        self.number = number
        self._demuxed = container.packets(number)

    def __iter__(self) -> Iterator[tuple[int, Packet[Any]]]:
        return self

    def __next__(self) -> tuple[int, Packet[Any]]:
        try:
            packet = next(self._demuxed)
        except MemoryError:
            raise  # PyAV's is an FFmpegError too
        except (av.FFmpegError, OSError) as error:
            raise StopIteration from error
        if not packet.size and packet.pts is None and packet.dts is None:
            raise StopIteration  # PyAV's mark of the end
        self.number += 1
        return self.number - 1, packet


class Run:
    """Pictures as the decoder gives them out, in presentation order, each with the number of its packet.

    The number travels through the decoder in place of the presentation time, because a decoder hands that through to
    the picture whatever it is, and times may be missing, doubled or wrong. (``Packet.opaque`` would be the natural way,
    but PyAV then deadlocks when a decoder of several threads is closed.) ``refused`` are the numbers of packets over
    which the decoder failed; one of several threads tells of it some packets later.
    """

    def __init__(
        self,
        container: Container,
        packets: Packets,
        pending: Packet[Any] | None = None,
        known: NDArray[Any] | None = None,
        detacher: Detacher | None = None,
    ) -> None:
        """``detacher``: one for all runs whose pictures are kept together; the memory of its copies is given back only
        when all of them are let go. ``known``: the index's packets. What lies at a packet's place with its size is that
        packet, and its time the index's, even if the demuxer counts times otherwise after a seek (Dahua's and program
        streams' do)."""
        self.container = container
        self._detacher = (detacher or Detacher()) if container.single_thread else None
        self._known = known
        self.refused: list[int] = []
        self.given = 0
        self._packets = packets
        self._pending = pending
        self._ready: collections.deque[VideoFrame] = collections.deque()
        self._times: collections.OrderedDict[int, int | None] = collections.OrderedDict()
        self._drained = False

    @property
    def at(self) -> int:
        """The number of the next packet to be read."""
        return self._packets.number - (self._pending is not None)

    @property
    def faults(self) -> int:
        """How many packets the decoder refused."""
        return len(self.refused)

    def step(self) -> bool:
        """Read and decode one packet; False at the end. Pictures wait in :meth:`take`."""
        if self._drained:
            return False
        try:
            if self._pending is not None:
                number, packet = self._packets.number - 1, self._pending
                self._pending = None
            else:
                number, packet = next(self._packets)
        except StopIteration:
            self.drain()
            return True
        if packet.size:  # an empty one would tell the decoder that all is over
            self._times[number] = self._time(number, packet)
            if len(self._times) > REMEMBERED:
                self._times.popitem(last=False)
            packet.pts = number
            self._decode(packet)
        return True

    def drain(self) -> None:
        """Read no more; have the decoder give out what it still holds."""
        self._drained = True
        self._decode(None)

    def take(self) -> tuple[int | None, VideoFrame] | None:
        """The next decoded picture with its packet's number (None if the decoder does not tell); None for not yet."""
        if not self._ready:
            return None
        frame = self._ready.popleft()
        self.given += 1
        check_size(self.container.name, frame.width, frame.height)
        number = frame.pts if frame.pts in self._times else None
        frame.pts = None if number is None else self._times[number]
        return number, frame

    def _time(self, number: int, packet: Packet[Any]) -> int | None:
        time, known = packet.pts, self._known
        if known is not None and number < len(known):
            row = known[number]
            if packet.pos is not None and packet.pos == row["pos"] >= 0 and packet.size == row["size"]:
                time = None if row["pts"] == NONE else int(row["pts"])
        return time

    def _decode(self, packet: Packet[Any] | None) -> None:
        try:
            frames = self.container.decode(packet)
            self._ready.extend(map(self._detacher.copy, frames) if self._detacher else frames)
        except MemoryError:
            raise  # not the stream's fault, and the pictures after it would be wrong
        except av.FFmpegError:
            self.refused.append(self.at - 1)


class Source:
    """The file as runs: one container is kept for seeking, another opened wherever one must begin at the beginning."""

    def __init__(self, path: Path, name: str, stream: int, index: FrameIndex) -> None:
        self._path = path
        self._name = name
        self._stream = stream
        self._index = index
        self._container: Container | None = None
        self._detacher = Detacher()
        self._by_place = np.argsort(index.packets["pos"], kind="stable")
        self._places = index.packets["pos"][self._by_place]

    def close(self) -> None:
        """Let go of the file."""
        if self._container is not None:
            self._container.close()
            self._container = None

    def from_start(self, *, single_thread: bool = False) -> Run:
        """A run from the first packet, in a container opened for it: what every other run must agree with. Of a damaged
        stream only one thread gives the same with every run."""
        container = self._reopen(single_thread)
        return Run(container, Packets(container), known=self._index.packets, detacher=self._detacher)

    def from_key(self, key: int) -> Run:
        """A run whose first decoded packet is number ``key``, reached by the container's own seek.

        Raises ``SeekFailed``; then :meth:`by_reading` reaches it for certain.
        """
        container = self._container or self._reopen()
        if container.folder is not None:
            return Run(container, Packets(container, key), detacher=self._detacher)
        row = self._index.packets[key]
        times = [int(value) for value in (row["pts"], row["dts"]) if value != NONE]
        place = int(row["pos"])
        if not times and place < 0:
            raise SeekFailed
        try:
            if times:
                container.av.seek(min(times), stream=container.video, backward=True)
            else:  # a raw stream
                container.av.seek(place, stream=container.video, unsupported_byte_offset=True)
        except MemoryError:
            raise
        except (av.FFmpegError, OSError) as error:
            raise SeekFailed from error
        packets = Packets(container)
        for tried, (_, packet) in enumerate(packets):
            number = self._number_of(packet)
            if number is not None:
                packets.number = number + 1
                if number > key:
                    raise SeekFailed
                return self._forward(container, packets, packet, key)
            if tried >= LOST:
                break
        raise SeekFailed

    def by_reading(self, key: int, progress: Progress = SILENT) -> Run:
        """A run whose first decoded packet is number ``key``, reached by reading all packets before it."""
        container = self._reopen()
        packets = Packets(container)
        return self._forward(container, packets, None, key, progress)

    def _forward(
        self, container: Container, packets: Packets, packet: Packet[Any] | None, key: int, progress: Progress = SILENT
    ) -> Run:
        number = packets.number - 1
        while packet is None or number < key:
            if number % READ == 0:
                progress(number, key, N_("Reading the packets"))
            try:
                number, packet = next(packets)
            except StopIteration as error:
                raise SeekFailed from error
        if number != key or not self._is(packet, key):
            raise SeekFailed
        return Run(container, packets, packet, self._index.packets, self._detacher)

    def _number_of(self, packet: Packet[Any]) -> int | None:
        """The number of a packet that was sought, or None where it can't be told for certain."""
        pos = packet_facts(packet)[2]
        begin, end = np.searchsorted(self._places, [pos, pos + 1])
        same = [int(number) for number in self._by_place[begin : min(end, begin + LOST)] if self._is(packet, number)]
        return same[0] if len(same) == 1 else None

    def _is(self, packet: Packet[Any], number: int) -> bool:
        """Whether this is packet ``number``: what lies alone at its place with its size, or agrees in everything."""
        facts, known = packet_facts(packet), self._facts(number)
        if facts[2] >= 0:
            begin, end = np.searchsorted(self._places, [facts[2], facts[2] + 1])
            if end - begin == 1:
                return facts[2:] == known[2:]
        return facts == known

    def _facts(self, number: int) -> tuple[int, ...]:
        row = self._index.packets[number]
        return tuple(int(row[field]) for field in ("pts", "dts", "pos", "size"))

    def _reopen(self, single_thread: bool = False) -> Container:
        self.close()
        single_thread |= self._index.single_thread
        # Of several threads one may give a picture out before another marks it as damaged; a refusal comes in time.
        strict = not single_thread and not len(self._index.digests)
        self._container = Container(
            self._path, self._name, stream=self._stream, single_thread=single_thread, strict=strict
        )  # fmt: skip
        return self._container
