"""Decoded pictures copied out of the decoder's memory, so that what it does next does not depend on who keeps them.

A decoder that gives up in the middle of a damaged picture leaves the rest of it as it lay in memory, and predicts
others from that. Which memory that is depends on the buffers that are free, and so on the pictures that somebody still
holds. Copied at once, all buffers come back at once, and one thread decoding the same packets gives the same samples
again.
"""

from __future__ import annotations

from fractions import Fraction

import av.filter
from av.video.frame import VideoFrame


class Detacher:
    """Copies pictures by FFmpeg's ``copy`` filter, with everything that the decoder tells of them."""

    def __init__(self) -> None:
        self._graph: av.filter.Graph | None = None
        self._form: tuple[int, int, str] | None = None

    def copy(self, frame: VideoFrame) -> VideoFrame:
        """The same picture in memory of its own. Raises ``FFmpegError``."""
        form = (frame.width, frame.height, frame.format.name)
        if self._graph is None or form != self._form:
            self._graph, self._form = _graph(frame), form
        self._graph.vpush(frame)
        copied = self._graph.vpull()
        copied.pts = frame.pts
        copied.colorspace, copied.color_range = frame.colorspace, frame.color_range  # filters settle what is left open
        return copied


def _graph(frame: VideoFrame) -> av.filter.Graph:
    graph = av.filter.Graph()
    graph.threads = 1
    source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1, 1000))
    graph.link_nodes(source, graph.add("copy"), graph.add("buffersink")).configure()
    return graph
