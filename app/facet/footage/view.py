"""Pictures for looking at: the right frame or, while a hand drags, the keyframe near it; never evidence."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facet.core.child import Pending
from facet.core.errors import FacetError, InternalError
from facet.core.progress import SILENT, Progress
from facet.core.wire import Message
from facet.footage.index import FrameIndex
from facet.footage.opening import SILENCE

ROTATIONS = (0, 90, 180, 270)
ASPECT = re.compile(r"[1-9][0-9]{0,9}/[1-9][0-9]{0,9}")


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """A picture as the screen shows it, by the same matrix, range and fields as the frame, made quickly in 8 bits.

    ``picture`` is BGRA uint8 (H, W, 4), its own; ``index`` was asked for and ``shown_index`` is seen. ``exact``: it is
    the very picture, in all its pixels; else a preview. ``width`` and ``height`` are source pixels (of the field where
    one field is shown), also where the picture is reduced. ``rotation`` is clockwise degrees that make it upright and
    ``sample_aspect`` the shape of a pixel (``"16/15"``), both as used. ``seconds`` counts from the first picture to the
    one that is seen.
    """

    index: int
    shown_index: int
    exact: bool
    pts: int | None
    picture: NDArray[np.uint8] = field(repr=False)
    width: int
    height: int
    rotation: int | None
    sample_aspect: str | None
    interlaced: bool
    corrupt: bool
    seconds: Fraction


class ViewRequest:
    """A view that is being made. Drop it with :meth:`cancel` as soon as another is wanted more."""

    def __init__(self, index: int, pending: Pending, receive: Callable[[Message], View]) -> None:
        self.index = index
        self._pending = pending
        self._receive = receive

    def cancel(self) -> None:
        """Ask for it no more; :meth:`view` then raises ``Cancelled``, unless it is there already."""
        self._pending.cancel()

    def view(self, progress: Progress = SILENT) -> View:
        """Wait for the view. Raises ``InputError``, ``Cancelled`` (also through ``progress``), ``ChildDied``."""
        return self._receive(self._pending.wait(progress, timeout=SILENCE))


def receive_view(asked: int, footage: FrameIndex, message: Message) -> View:
    """The view that ``message`` carries; nothing in it is believed that can be checked. Raises ``InternalError``."""
    try:
        view = _read(asked, footage, message.head["result"], message)
    except FacetError:
        raise
    except (KeyError, IndexError, TypeError, ValueError, OverflowError) as error:
        raise InternalError(
            "The decoding process answered with something that is no view of frame {index}.", index=asked
        ) from error
    return view


def _read(asked: int, footage: FrameIndex, answer: dict[str, Any], message: Message) -> View:
    shown, exact = answer["shown"], answer["exact"]
    if type(shown) is not int or not 0 <= shown < footage.count or type(exact) is not bool:
        raise ValueError("no picture")
    if answer["index"] != asked or answer["pts"] != footage.pts_of(shown) or (exact and shown != asked):
        raise InternalError("The decoding process answered with another frame than frame {index}.", index=asked)
    rows, columns, width, height = (int(answer[name]) for name in ("rows", "columns", "width", "height"))
    if not (0 < rows <= height and 0 < columns <= width) or (exact and (rows, columns) != (height, width)):
        raise ValueError("no picture of that size")
    rotation, aspect = answer["rotation"], answer["sample_aspect"]
    return View(
        index=asked,
        shown_index=shown,
        exact=exact,
        pts=footage.pts_of(shown),
        picture=np.frombuffer(message.buffers[0], np.uint8).reshape(rows, columns, 4),
        width=width,
        height=height,
        rotation=rotation if rotation in ROTATIONS else None,
        sample_aspect=aspect if isinstance(aspect, str) and ASPECT.fullmatch(aspect) else None,
        interlaced=bool(answer["interlaced"]),
        corrupt=bool(answer["corrupt"]),
        seconds=footage.seconds(shown),
    )
