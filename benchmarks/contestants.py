"""How others fetch a picture by its number: OpenCV, a plain PyAV loop, and PyAV told the right keyframe."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from facet.footage import FrameIndex, Reader


class OpenCv:
    """``CAP_PROP_POS_FRAMES`` and ``read``."""

    def __init__(self, path: Path) -> None:
        self._capture = cv2.VideoCapture(str(path))

    @staticmethod
    def version() -> str:
        """OpenCV's."""
        return cv2.__version__

    def picture(self, index: int) -> NDArray[np.uint8] | None:
        """BGR uint8 (H, W, 3), or None."""
        self._capture.set(cv2.CAP_PROP_POS_FRAMES, index)
        given, picture = self._capture.read()
        return np.asarray(picture, np.uint8) if given else None

    def close(self) -> None:
        """Let go of the file."""
        self._capture.release()


class PlainPyav:
    """Seek to the time of the picture, decode until it has come: what most scripts do. It is told the right time."""

    def __init__(self, path: Path, reader: Reader) -> None:
        self._container = av.open(str(path))
        self._stream = self._container.streams.video[0]
        self._stream.thread_type = "AUTO"
        self._reader = reader

    def picture(self, index: int) -> NDArray[np.uint8] | None:
        """Luma uint8 (H, W), or None."""
        base = self._stream.time_base
        start = self._stream.start_time or 0
        if base is None:
            return None
        seconds = self._reader.seconds(index)
        try:
            self._container.seek(start + int(seconds / base), stream=self._stream)
            for frame in self._container.decode(self._stream):
                if frame.pts is None or (frame.pts - start) * base >= seconds:
                    frame.reformat(format="bgra")
                    return luma(frame)
        except av.FFmpegError:
            return None
        return None

    def close(self) -> None:
        """Let go of the file."""
        self._container.close()


class KeyframeLoop:
    """The least that an exact seek costs: from the nearest keyframe to the picture, all cores, nothing else."""

    def __init__(self, path: Path, index: FrameIndex) -> None:
        self._container = av.open(str(path))
        self._stream = self._container.streams.video[0]
        self._stream.thread_type = "AUTO"
        self._index = index
        self._keys = np.flatnonzero(index.key)

    def picture(self, index: int) -> NDArray[np.uint8] | None:
        """Luma uint8 (H, W), or None."""
        pts = self._index.pts_of(index)
        key = self._index.pts_of(int(self._keys[np.searchsorted(self._keys, index, side="right") - 1]))
        if key is None:
            return None
        self._container.seek(key, stream=self._stream)
        for frame in self._container.decode(self._stream):
            if frame.pts == pts:
                return luma(frame)
        return None


def luma(frame: av.VideoFrame) -> NDArray[np.uint8]:
    """The first plane, (H, W), without a copy."""
    plane = frame.planes[0]
    return np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[: frame.height, : frame.width]
