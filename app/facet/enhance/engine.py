"""The engine: from a request to an output and everything its receipt says of the making.

It owns whatever is not the backend's own: rotation, aspect and padding, device and precision, threads, tiles and the
switches that make a run repeatable. The same request gives the same bytes on the same machine with the same number
of threads, which is why that number is recorded and can be asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
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
from facet.enhance import device, interpolation, soundness
from facet.enhance.faults import in_plain_words
from facet.enhance.loading import SessionCache
from facet.enhance.network import Network
from facet.enhance.preparation import Prepared, prepare
from facet.enhance.software import software
from facet.enhance.tiles import Tile, tiles

LARGEST_OUTPUT = 1 << 28
"""Pixels. More is a mistake with the box, and no viewer opens it."""
SHARES = 100
"""Units of progress per tile."""


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
        kind, _, kernel = descriptor.architecture.partition("/")
        if kind == "interpolation":
            check_device(request.wish.device)
            output, engine = _interpolate(prepared, scale, kernel, descriptor)
            padding: list[Json] = []
        else:
            output, engine, padding = self._infer(request, prepared, scale, progress)
        soundness.check_picture(
            output, prepared.picture, backend=descriptor.id, device=str(engine["device"]),
            precision=str(engine["precision"]),
        )  # fmt: skip
        made = Enhanced(
            picture=output,
            preparation=[*prepared.steps, *padding],
            engine=engine,
            software=software(),
            consistency={},
            started=started,
            ended=utc_now(),
        )
        return made, prepared.picture

    def _infer(
        self, request: EnhanceRequest, prepared: Prepared, scale: int, progress: Progress
    ) -> tuple[NDArray[np.uint8], dict[str, Json], list[Json]]:
        descriptor, wish = request.descriptor, request.wish
        rig = device.choose(wish)
        side = descriptor.tile if wish.tile is None else wish.tile
        overlap = (descriptor.tile_overlap or 0) if wish.overlap is None else wish.overlap
        height, width = prepared.picture.shape[:2]
        plan = tiles(height, width, side, overlap)
        progress(0, 0, N_("Loading the network"))
        weights = None if request.weights is None else Path(request.weights)
        rig.settle(request.seed)
        try:
            with in_plain_words(descriptor.id, str(rig.device)), torch.inference_mode():
                network = self._cache.network(descriptor, weights, rig)
                if network.scale != scale:
                    raise InputError(
                        "{backend}: the card says ×{stated}, the network makes ×{real}. Correct the card.",
                        backend=descriptor.id, stated=scale, real=network.scale,
                    )  # fmt: skip
                output = np.empty((height * scale, width * scale, 3), np.uint8)
                for place, pixels in _through(
                    network, prepared.unit(), plan, rig=rig, backend=descriptor.id, progress=progress
                ):
                    output[place] = pixels
        except (Cancelled, InputError):
            raise
        except Exception:
            self._cache.clear()  # what went wrong may lie in the networks or in the memory they take
            raise
        engine: dict[str, Json] = {
            "device": str(rig.device),
            "device_name": rig.name,
            "precision": rig.precision,
            "threads": rig.threads,
            "tile": side,
            "overlap": overlap,
            "tiles": len(plan),
            "memory_format": str(rig.memory_format).removeprefix("torch."),
            "determinism": device.DETERMINISM,
            "preview": rig.precision != "float32",
        }
        return output, engine, _padding(network, plan)


def _through(
    network: Network,
    unit: NDArray[np.float32],
    plan: list[Tile],
    *,
    rig: device.Rig,
    backend: str,
    progress: Progress,
) -> Iterator[tuple[tuple[slice, slice], NDArray[np.uint8]]]:
    """Each tile's place in the output, and its pixels."""
    scale, label, total = network.scale, N_("Enhancing"), SHARES * len(plan)
    for number, tile in enumerate(plan):

        def look(share: float, before: int = SHARES * number) -> None:
            progress(before + int(share * (SHARES - 1)), total, label)

        rows, columns = tile.rows, tile.columns
        read = unit[slice(*rows.read), slice(*columns.read)]
        below, right = network.padding(*read.shape[:2])
        padded = np.pad(read, ((0, below), (0, right), (0, 0)), mode="reflect") if below or right else read
        batch = torch.from_numpy(np.ascontiguousarray(padded.transpose(2, 0, 1)[None]))
        batch = batch.to(rig.device, rig.dtype).contiguous(memory_format=rig.memory_format)
        with network.watched(look):
            made = network.call(batch)
        _check_shape(made, batch, network, backend)
        samples = made[0].float().permute(1, 2, 0).cpu().numpy()
        soundness.check_numbers(samples, backend=backend, device=str(rig.device), precision=rig.precision)
        top, left = (scale * (span.keep[0] - span.read[0]) for span in (rows, columns))
        high, wide = (scale * (span.keep[1] - span.keep[0]) for span in (rows, columns))
        place = (slice(*(scale * end for end in rows.keep)), slice(*(scale * end for end in columns.keep)))
        yield place, quantised(samples[top : top + high, left : left + wide])
        progress(SHARES * (number + 1), total, label)


def quantised(samples: NDArray[np.float32]) -> NDArray[np.uint8]:
    """round(255·clip(x, 0, 1)), halves to even."""
    levels: NDArray[np.float32] = np.rint(np.clip(samples, 0, 1) * np.float32(255))
    return levels.astype(np.uint8)


def _interpolate(
    prepared: Prepared, scale: int, kernel: str, descriptor: Descriptor
) -> tuple[NDArray[np.uint8], dict[str, Json]]:
    if kernel not in interpolation.KERNELS:
        raise InputError(
            "The card names an architecture this version does not know: «{architecture}». Update Facet.",
            architecture=descriptor.architecture,
        )
    height, width = prepared.picture.shape[:2]
    with in_plain_words(descriptor.id, "cpu"):
        output = quantised(interpolation.resized(prepared.unit(), width * scale, height * scale, kernel))
    engine: dict[str, Json] = {
        "device": "cpu",
        "device_name": device.processor(),
        "precision": "float32",
        "threads": 1,
        "tile": None,
        "overlap": None,
        "tiles": 1,
        "memory_format": None,
        "determinism": f"Pillow resize ({interpolation.STATED[kernel]}), one channel at a time, one thread",
        "preview": False,
    }
    return output, engine


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


def _check_shape(made: torch.Tensor, batch: torch.Tensor, network: Network, backend: str) -> None:
    wanted = (1, 3, batch.shape[2] * network.scale, batch.shape[3] * network.scale)
    if tuple(made.shape) != wanted:
        raise InputError(
            "{backend} gave an output of shape {found} where {wanted} was expected. Its model file can't be used.",
            backend=backend, found="×".join(map(str, made.shape)), wanted="×".join(map(str, wanted)),
        )  # fmt: skip


def _padding(network: Network, plan: list[Tile]) -> list[Json]:
    pads = [network.padding(t.rows.read[1] - t.rows.read[0], t.columns.read[1] - t.columns.read[0]) for t in plan]
    if not any(map(any, pads)):
        return []
    return [
        {
            "step": "pad",
            "mode": "reflect, cut off again afterwards",
            "minimum": network.minimum,
            "multiple_of": network.multiple_of,
            "square": network.square,
            "bottom_right_of_each_tile": [list(pad) for pad in pads],
        }
    ]
