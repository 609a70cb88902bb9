"""The decoding process: one footage, exact pictures on request. Started by :class:`facet.footage.reader.Reader`."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.frame import VideoFrame

from facet.core.clock import decimal
from facet.core.digest import picture_digest
from facet.core.errors import EnvironmentLacksError, InternalError
from facet.core.giving_way import giving_way
from facet.core.interpretation import AS_DECLARED, Interpretation
from facet.core.limits import limit_memory, memory_refused
from facet.core.serve import Answer, Handler, Task, serve
from facet.core.shared_memory import SIZE
from facet.footage.cache import budget
from facet.footage.colour import FIELD_ORDERS
from facet.footage.container import Container
from facet.footage.decoder import Decoder
from facet.footage.facts import build, colour_facts, colour_remarks, describe, ratio, rotation_of, stream_rotation
from facet.footage.fields import FIRST_ROW, field_aspect, field_remarks
from facet.footage.index import FrameIndex
from facet.footage.indexing import make_index
from facet.footage.picturing import Declared, display_picture, evidence_picture

PREVIEW_WIDTH = 640
"""Pixels to which a preview is reduced."""
BATCH_SECONDS = 0.25
"""How long a batch of digests may take before it is answered."""


class Session:
    """What this process has open."""

    def __init__(self, memory: int) -> None:
        """``memory``: bytes of decoded pictures to keep."""
        self._memory = memory
        self._name = ""
        self._decoder: Decoder | None = None
        self._known: tuple[Path, str, int, FrameIndex] | None = None
        self._heading = 0
        self._looking = False
        self._declared = Declared(codec="", sample_aspect=None, field_order=None)

    def open(self, task: Task) -> Answer:
        """What the container declares. The index comes with :meth:`index`."""
        path, name = _place(task)
        self._name = name
        with Container(path, name) as container:
            return {**describe(container), "decoder": build()}, ()

    def index(self, task: Task) -> Answer:
        """The index of the stream, and the facts that only a decoded picture tells."""
        path, name = _place(task)
        stream = int(task.arguments["stream"])
        # The digests of the file are taken meanwhile, and take longer: what is left to them decides when all is done.
        index, remarks = giving_way(lambda: make_index(path, name, stream, task.progress))
        self._settle(path, name, stream, index)
        first, _ = self._opened.picture(0, task.progress)
        head, buffers = index.to_wire()
        told = remarks + colour_remarks(first) + field_remarks(first, self._declared.field_order, self._declared.codec)
        answer = {
            "index": head,
            "remarks": [remark.to_json() for remark in told],
            "colour": colour_facts(first),
            "rotation": rotation_of(first, self._declared.rotation),
            "interlaced": bool(first.interlaced_frame),
            "decoder": build(),
        }
        return answer, buffers

    def restore(self, task: Task) -> Answer:
        """Take back an index that an earlier process made. The file is opened with the first request, which is told if
        that fails."""
        index = FrameIndex.from_wire(task.arguments["index"], task.buffers)
        path, self._name = _place(task)
        self._known = (path, self._name, int(task.arguments["stream"]), index)
        self._heading = int(task.arguments["heading"])
        return {}, ()

    def frame(self, task: Task) -> Answer:
        """One picture as RGB."""
        index = int(task.arguments["index"])
        decoded, planes = self._opened.picture(index, task.progress)
        interpretation = Interpretation.from_json(task.arguments["interpretation"])
        picture, decoding = evidence_picture(decoded, self._declared, interpretation)
        answer = {
            "index": index,
            "pts": decoded.pts,
            "planes_sha256": planes,
            "shape": list(picture.shape),
            "dtype": str(picture.dtype),
            "decoding": asdict(decoding) | {"corrupt": self._corrupt(index, decoded)},
        }
        return answer, (picture.data.cast("B"),)

    def view(self, task: Task) -> Answer:
        """One picture as BGRA."""
        index = int(task.arguments["index"])
        self._looking = True
        return self._shown(task, index, self._opened.shown(index, task.progress))

    def preview(self, task: Task) -> Answer:
        """One picture as BGRA if it is at hand; else a keyframe near it, reduced."""
        self._looking = False  # what a hand drags past is not where it will stop
        index = int(task.arguments["index"])
        shown, decoded = self._opened.nearest(index, task.progress)
        at_hand = shown == index and index in self._opened.cache
        return self._shown(task, shown, decoded, None if at_hand else PREVIEW_WIDTH)

    def heading(self, task: Task) -> Answer:
        """Which way playing goes: 1, -1, or 0 at rest."""
        self._heading = int(task.arguments["direction"])
        self._opened.heading(self._heading)
        return {}, ()

    def ahead(self) -> bool:
        """One step of reading ahead, where somebody looks at pictures; True if there is more."""
        return self._looking and self._decoder is not None and self._decoder.ahead()

    def digests(self, task: Task) -> Answer:
        """Rows of picture digests from ``first`` on, as many as a quarter of a second gives."""
        decoder = self._opened
        number, count = int(task.arguments["first"]), decoder.index.count
        rows: list[dict[str, Any]] = []
        begun = time.monotonic()
        while number < count and (not rows or time.monotonic() - begun < BATCH_SECONDS):
            decoded, _ = decoder.picture(number, task.progress)
            rows.append(
                {
                    "index": number,
                    "pts": decoded.pts,
                    "time": decimal(decoder.index.seconds(number)),
                    "key": bool(decoder.index.key[number]),
                    "sha256": picture_digest(evidence_picture(decoded, self._declared, AS_DECLARED)[0]),
                }
            )
            number += 1
        return {"rows": rows}, ()

    def _shown(self, task: Task, shown: int, decoded: VideoFrame, width: int | None = None) -> Answer:
        interpretation = Interpretation.from_json(task.arguments["interpretation"])
        picture = np.ascontiguousarray(display_picture(decoded, interpretation, width, codec=self._declared.codec))
        rows, columns, _ = picture.shape
        field = FIRST_ROW.get(interpretation.fields)
        aspect = interpretation.sample_aspect or self._declared.sample_aspect
        rotation = interpretation.rotation
        answer = {
            "index": int(task.arguments["index"]),
            "shown": shown,
            "exact": width is None,
            "pts": decoded.pts,
            "rows": rows,
            "columns": columns,
            "width": decoded.width,
            "height": decoded.height if field is None else len(range(field, decoded.height, 2)),
            "rotation": rotation_of(decoded, self._declared.rotation) if rotation is None else rotation,
            "sample_aspect": field_aspect(aspect, interpretation.fields),
            "interlaced": bool(decoded.interlaced_frame),
            "corrupt": self._corrupt(shown, decoded),
        }
        return answer, (picture.data.cast("B"),)

    def _corrupt(self, index: int, decoded: VideoFrame) -> bool:
        """Whether damage was concealed in the picture; not every decoder marks it, some only complain."""
        return bool(decoded.is_corrupt or self._opened.index.pictures["corrupt"][index])

    def told(self, handler: Handler) -> Handler:
        """``handler``, with a lack of memory told as what it is: this footage wants too much."""

        def answer(task: Task) -> Answer:
            try:
                return handler(task)
            except MemoryError as error:
                raise memory_refused(self._name) from error

        return answer

    @property
    def _opened(self) -> Decoder:
        if self._decoder is None and self._known is not None:
            self._settle(*self._known)
        if self._decoder is None:
            raise EnvironmentLacksError("The decoding process was started anew meanwhile. Ask again.")
        return self._decoder

    def _settle(self, path: Path, name: str, stream: int, index: FrameIndex) -> None:
        if self._decoder is not None:
            raise InternalError("A decoding process reads one footage only.")
        with Container(path, name, stream=stream) as container:
            context = container.video.codec_context
            self._declared = Declared(
                codec=context.name,
                sample_aspect=ratio(container.video.sample_aspect_ratio),
                field_order=FIELD_ORDERS.get(int(context.field_order)),
                rotation=stream_rotation(container),
            )
        self._decoder = Decoder(path, name, stream, index, memory=self._memory)
        self._decoder.heading(self._heading)


def _place(task: Task) -> tuple[Path, str]:
    """The footage's path (any bytes, carried as Latin-1) and what messages call it."""
    return Path(os.fsdecode(task.arguments["path"].encode("latin-1"))), str(task.arguments["name"])


def main() -> None:
    """Serve until the parent is gone."""
    av.logging.set_level(None)  # any other level may call Python from a decoder's thread, and deadlock as it is closed
    memory = budget(int(sys.argv[1]) if sys.argv[1:] else 0)
    limit_memory(memory + SIZE)
    session = Session(memory)
    handlers: dict[str, Handler] = {
        "open": session.open,
        "index": session.index,
        "restore": session.restore,
        "frame": session.frame,
        "view": session.view,
        "preview": session.preview,
        "heading": session.heading,
        "digests": session.digests,
    }
    serve({operation: session.told(handler) for operation, handler in handlers.items()}, idle=session.ahead)


if __name__ == "__main__":
    main()
