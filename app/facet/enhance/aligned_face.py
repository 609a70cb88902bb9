"""Face restorers: one face, aligned as FFHQ's are, drawn anew by a network, and put back where it was.

The crop around the face is enlarged by the bicubic kernel. The networks (GFPGAN, CodeFormer, RestoreFormer and what
else spandrel reads of the kind) were trained on faces of 512 pixels a side in FFHQ's frame and see nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray

from facet.core.canonical import Json
from facet.core.i18n import N_
from facet.core.progress import Progress
from facet.enhance.device import Rig
from facet.enhance.feed_forward import one_pass
from facet.enhance.interpolation import STATED, resized
from facet.enhance.method import Made, Order
from facet.enhance.network import Network
from facet.enhance.one_face import face_of
from facet.faces.ffhq import SOFT, Alignment, aligned, pasted

SIDE = 512
"""Pixels of the aligned face that a restorer takes."""
AROUND = "bicubic"
"""What enlarges the rest of the crop."""


class AlignedFace:
    """A :class:`~facet.enhance.method.Method` for a network that restores one aligned face."""

    def __init__(self, network: Network, *, backend: str, side: int = SIDE) -> None:
        self._network, self._backend, self._side = network, backend, side

    @classmethod
    def ordered(cls, order: Order) -> AlignedFace:
        """The card's network. Raises as loading does."""
        return cls(order.network(), backend=order.descriptor.id)

    def run(
        self,
        unit: NDArray[np.float32],
        *,
        scale: int,
        parameters: Mapping[str, Json],
        seed: int,
        rig: Rig,
        progress: Progress,
    ) -> Made:
        """See :class:`~facet.enhance.method.Method`. Raises ``InputError`` where the crop shows no face."""
        progress(0, 0, N_("Looking for the face"))
        face = face_of(unit, backend=self._backend, progress=progress)
        alignment = Alignment.of(face.landmarks)
        cut, covered = aligned(unit, alignment, self._side)
        restored = self._restored(np.clip(cut, 0, 1), rig, progress)
        height, width = unit.shape[:2]
        around = resized(unit, width * scale, height * scale, AROUND)
        step: Json = {
            "step": "align one face",
            "landmarks": [[f"{x:.3f}", f"{y:.3f}"] for x, y in face.landmarks],
            "landmarks_are": "left eye, right eye, nose, mouth corners, in pixels of the prepared picture",
            "confidence": f"{face.confidence:.4f}",
            "alignment": alignment.to_json(),
            "aligned_side": self._side,
            "covered_percent": f"{100 * float(covered.mean()):.1f}",
        }
        back: Json = {
            "step": "put back",
            "around": f"{STATED[AROUND]}, ×{scale}",
            "border": f"the face fades over {SOFT} of its frame's side",
        }
        return Made(picture=pasted(restored, alignment.enlarged(scale), around), steps=[step, back])

    def _restored(self, face: NDArray[np.float32], rig: Rig, progress: Progress) -> NDArray[np.float32]:
        """``face``, float32 (side, side, 3) in 0..1, as the network draws it."""
        label = N_("Enhancing")
        with torch.inference_mode():
            samples = one_pass(
                self._network, face, rig, backend=self._backend,
                look=lambda share: progress(int(99 * share), 100, label),
            )  # fmt: skip
        progress(100, 100, label)
        return samples
