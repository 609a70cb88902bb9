"""The engine: from a request to an output and everything its receipt says of the making.

It owns whatever is not the method's own: rotation and aspect, size limits, device and precision, threads, and the
switches that make a run repeatable. The same request gives the same bytes on the same machine with the same number
of threads, which is why that number is recorded and can be asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from facet.core.canonical import Json
from facet.core.clock import utc_now
from facet.core.descriptor import Descriptor
from facet.core.errors import Cancelled, InputError
from facet.core.frame import Picture
from facet.core.i18n import N_
from facet.core.progress import SILENT, Progress
from facet.core.receipt import check_device
from facet.core.run import Enhanced, EnhanceRequest
from facet.enhance import device, soundness
from facet.enhance.aligned_face import AlignedFace
from facet.enhance.faults import in_plain_words
from facet.enhance.feed_forward import FeedForward
from facet.enhance.interpolating import Interpolating
from facet.enhance.loading import SessionCache
from facet.enhance.method import Made, Method, Order
from facet.enhance.preparation import prepare
from facet.enhance.pulse import Pulse
from facet.enhance.software import software
from facet.enhance.sr3 import Diffusion

METHODS: dict[str, Callable[[Order], Method]] = {
    "aligned-face": AlignedFace.ordered,
    "interpolation": Interpolating.ordered,
    "pulse": Pulse.ordered,
    "sr3": Diffusion.ordered,
}
"""By the first word of a card's architecture; every other word names a network that one pass goes through."""
LARGEST_OUTPUT = 1 << 28
"""Pixels. More is a mistake with the box, and no viewer opens it."""
STRIPE = 256
"""Rows that are quantised at a time, so that a large output needs no second one beside it."""


class Engine:
    """Runs backends, one request at a time, and keeps their networks warm."""

    def __init__(self) -> None:
        self._cache = SessionCache()

    def run(self, request: EnhanceRequest, progress: Progress = SILENT) -> tuple[Enhanced, Picture]:
        """The output (``consistency`` still empty) and the prepared picture it was made from.

        Raises ``InputError``, ``EnvironmentLacksError`` or what ``progress`` raises; then nothing is kept.
        """
        started = utc_now()
        descriptor = request.descriptor
        progress(0, 0, N_("Preparing"))
        prepared = prepare(request.picture, sample_aspect=request.sample_aspect, rotation=request.rotation)
        scale = _scale(request)
        _check_size(prepared.picture, descriptor, scale)
        rig = _rig(request)
        made = self._made(request, prepared.unit(), scale, rig, progress)
        where = {"backend": descriptor.id, "device": str(rig.device), "precision": rig.precision}
        soundness.check_numbers(made.picture, **where)
        output = quantised(made.picture)
        soundness.check_picture(output, prepared.picture, **where)
        enhanced = Enhanced(
            picture=output,
            companions=made.companions,
            preparation=[*prepared.steps, *made.steps],
            engine={**_record(rig), **made.facts},
            software=software(),
            consistency={},
            started=started,
            ended=utc_now(),
        )
        return enhanced, prepared.picture

    def _made(
        self, request: EnhanceRequest, unit: NDArray[np.float32], scale: int, rig: device.Rig, progress: Progress
    ) -> Made:
        descriptor = request.descriptor
        order = Order(
            descriptor=descriptor,
            weights=None if request.weights is None else Path(request.weights),
            wish=request.wish,
            rig=rig,
            networks=self._cache,
            progress=progress,
        )
        try:
            with in_plain_words(descriptor.id, str(rig.device)):
                method = METHODS.get(_kind(descriptor), FeedForward.ordered)(order)
                return method.run(
                    unit,
                    scale=scale,
                    parameters=request.parameters,
                    seed=request.seed or 0,
                    rig=rig,
                    progress=progress,
                )
        except (Cancelled, InputError):
            raise
        except Exception:
            self._cache.clear()  # what went wrong may lie in the networks or in the memory they take
            raise


def quantised(samples: NDArray[np.float32]) -> NDArray[np.uint8]:
    """round(255·clip(x, 0, 1)), halves to even, of float32 (H, W, 3)."""
    levels = np.empty(samples.shape, np.uint8)
    for top in range(0, len(samples), STRIPE):
        part = slice(top, top + STRIPE)
        levels[part] = np.rint(np.clip(samples[part], 0, 1) * np.float32(255))
    return levels


def _kind(descriptor: Descriptor) -> str:
    return descriptor.architecture.partition("/")[0]


def _rig(request: EnhanceRequest) -> device.Rig:
    if _kind(request.descriptor) == "interpolation":
        check_device(request.wish.device)
        return device.plain()
    rig = device.choose(request.wish)
    rig.settle(request.seed)
    return rig


def _record(rig: device.Rig) -> dict[str, Json]:
    """What a receipt says of every run; a method adds its own."""
    return {
        "device": str(rig.device),
        "device_name": rig.name,
        "precision": rig.precision,
        "threads": rig.threads,
        "tile": None,
        "overlap": None,
        "tiles": 1,
        "memory_format": str(rig.memory_format).removeprefix("torch."),
        "convolutions": rig.convolutions,
        "determinism": device.DETERMINISM,
        "preview": rig.precision != "float32",
    }


def _scale(request: EnhanceRequest) -> int:
    scales = request.descriptor.scales
    scale = request.parameters.get("scale", scales[0])
    if not isinstance(scale, int) or scale not in scales:
        raise InputError(
            "{backend} can't enlarge ×{scale}. Choose one of: {scales}.",
            backend=request.descriptor.id, scale=str(scale), scales=", ".join(f"×{known}" for known in scales),
        )  # fmt: skip
    return scale


def _check_size(picture: Picture, descriptor: Descriptor, scale: int) -> None:
    height, width = picture.shape[:2]
    if min(height, width) < descriptor.minimum_side:
        raise InputError(
            "{backend} needs at least {least} pixels a side; this crop has {width}×{height}. Choose a larger box.",
            backend=descriptor.id, least=descriptor.minimum_side, width=width, height=height,
        )  # fmt: skip
    if descriptor.maximum_side is not None and max(height, width) > descriptor.maximum_side:
        raise InputError(
            "{backend} takes at most {most} pixels a side; this crop has {width}×{height}. Choose a smaller box.",
            backend=descriptor.id, most=descriptor.maximum_side, width=width, height=height,
        )  # fmt: skip
    if height * width * scale * scale > LARGEST_OUTPUT:
        raise InputError(
            "The result would have {width}×{height} pixels, which is too large. Choose a smaller box or scale.",
            width=width * scale, height=height * scale,
        )  # fmt: skip
