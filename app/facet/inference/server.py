"""The process that runs networks. It answers :class:`facet.inference.client.InferenceClient`.

Torch is loaded after the loop has taken the pipes out of reach of whatever libraries print.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from facet.core.errors import EnvironmentLacksError, FacetError
from facet.core.i18n import preferred_language, set_language
from facet.core.run import EnhanceRequest, restore
from facet.core.serve import Answer, Task, serve

if TYPE_CHECKING:
    from facet.enhance.engine import Engine
    from facet.faces.detect import Detector


class Service:
    """The operations, and what they keep warm."""

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._detector: Detector | None = None
        self._lack: FacetError | None = None

    def warm(self) -> None:
        """Load torch and what runs on it. A broken installation is told to whoever asks first."""
        try:
            from facet.enhance.engine import Engine
            from facet.faces.detect import Detector
        except (ImportError, OSError) as error:
            self._lack = EnvironmentLacksError(
                "The networks' libraries can't be loaded ({reason}). Install Facet again.",
                reason=(str(error).splitlines() or [type(error).__name__])[0],
            )
            return
        self._engine, self._detector = Engine(), Detector()

    def enhance(self, task: Task) -> Answer:
        """One request, and the consistency of what came out."""
        from facet.measure.consistency import consistency

        made, prepared = self._running()[0].run(EnhanceRequest.from_wire(task.arguments, task.buffers), task.progress)
        return dataclasses.replace(made, consistency=consistency(made.picture, prepared)).to_wire()

    def detect(self, task: Task) -> Answer:
        """Faces in a picture."""
        given = task.arguments
        faces = self._running()[1].detect(
            restore(given["picture"], task.buffers[0]),
            minimum_face=given["minimum_face"],
            rotation=given["rotation"],
            progress=task.progress,
        )
        return {"faces": [_plain(face) for face in faces]}, ()

    def detect_all(self, task: Task) -> Answer:
        """Faces in each of several pictures."""
        given = task.arguments
        found = self._running()[1].detect_all(
            [restore(each, buffer) for each, buffer in zip(given["pictures"], task.buffers, strict=True)],
            minimum_face=given["minimum_face"],
            rotation=given["rotation"],
            progress=task.progress,
        )
        return {"faces": [[_plain(face) for face in faces] for faces in found]}, ()

    def inspect(self, task: Task) -> Answer:
        """What a user's model file is."""
        self._running()
        from facet.enhance.loading import inspect

        return inspect(Path(task.arguments["path"])), ()

    def devices(self, _task: Task) -> Answer:
        """What this machine computes on."""
        self._running()
        from facet.enhance.device import devices

        return {"devices": devices()}, ()

    def _running(self) -> tuple[Engine, Detector]:
        if self._lack is not None:
            raise self._lack
        assert self._engine is not None
        assert self._detector is not None
        return self._engine, self._detector


def _plain(face: Any) -> dict[str, Any]:
    return {
        "box": face.box.to_json(),
        "landmarks": [list(point) for point in face.landmarks],
        "confidence": face.confidence,
    }


def _die_first() -> None:
    """Where memory runs out, this process goes and the window with its case stays (Linux)."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("800", "ascii")


def main() -> None:
    """Serve until the parent closes its end."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    set_language(preferred_language())
    _die_first()
    service = Service()
    operations = {
        "enhance": service.enhance,
        "detect": service.detect,
        "detect_all": service.detect_all,
        "inspect": service.inspect,
        "devices": service.devices,
    }
    serve(operations, warm=service.warm)


if __name__ == "__main__":
    main()
