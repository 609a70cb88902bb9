"""One pass of a network, tile by tile where the crop is large."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import torch
from numpy.typing import NDArray

from facet.core.canonical import Json
from facet.core.errors import InputError
from facet.core.i18n import N_
from facet.core.progress import Progress
from facet.enhance import soundness
from facet.enhance.device import Rig
from facet.enhance.kept_memory import kept_memory
from facet.enhance.method import Made, Order
from facet.enhance.network import Network
from facet.enhance.tiles import Tile, tiles

SHARES = 100
"""Units of progress per tile."""


class FeedForward:
    """A :class:`~facet.enhance.method.Method`: the network, and how large its tiles are."""

    def __init__(self, network: Network, *, backend: str, tile: int | None = None, overlap: int = 0) -> None:
        self._network, self._backend = network, backend
        self._tile, self._overlap = tile, overlap

    @classmethod
    def ordered(cls, order: Order) -> FeedForward:
        """The card's network with the card's tiles, unless the wish names others. Raises as loading does."""
        descriptor, wish = order.descriptor, order.wish
        return cls(
            order.network(),
            backend=descriptor.id,
            tile=descriptor.tile if wish.tile is None else wish.tile,
            overlap=(descriptor.tile_overlap or 0) if wish.overlap is None else wish.overlap,
        )

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
        """See :class:`~facet.enhance.method.Method`; there is nothing to choose and nothing random."""
        network = self._network
        height, width = unit.shape[:2]
        plan = tiles(height, width, self._tile, self._overlap)
        if network.scale != scale:
            raise InputError(
                "{backend}: the card says ×{stated}, the network makes ×{real}. Correct the card.",
                backend=self._backend, stated=scale, real=network.scale,
            )  # fmt: skip
        output = np.empty((height * scale, width * scale, 3), np.float32)
        with torch.inference_mode(), kept_memory():
            for place, samples in self._through(unit, plan, rig, progress):
                output[place] = samples
        facts: dict[str, Json] = {
            "tile": self._tile,
            "overlap": self._overlap,
            "tiles": len(plan),
            "convolutions": network.convolutions,
        }
        return Made(picture=output, steps=_padding(network, plan), facts=facts)

    def _through(
        self, unit: NDArray[np.float32], plan: list[Tile], rig: Rig, progress: Progress
    ) -> Iterator[tuple[tuple[slice, slice], NDArray[np.float32]]]:
        """Each tile's place in the output, and its samples."""
        network = self._network
        scale, label, total = network.scale, N_("Enhancing"), SHARES * len(plan)
        for number, tile in enumerate(plan):

            def look(share: float, before: int = SHARES * number) -> None:
                progress(before + int(share * (SHARES - 1)), total, label)

            rows, columns = tile.rows, tile.columns
            read = unit[slice(*rows.read), slice(*columns.read)]
            below, right = network.padding(*read.shape[:2])
            padded = np.pad(read, ((0, below), (0, right), (0, 0)), mode="reflect") if below or right else read
            samples = one_pass(network, padded, rig, backend=self._backend, look=look)
            top, left = (scale * (span.keep[0] - span.read[0]) for span in (rows, columns))
            high, wide = (scale * (span.keep[1] - span.keep[0]) for span in (rows, columns))
            place = (slice(*(scale * end for end in rows.keep)), slice(*(scale * end for end in columns.keep)))
            yield place, samples[top : top + high, left : left + wide]
            progress(SHARES * (number + 1), total, label)


def one_pass(
    network: Network, unit: NDArray[np.float32], rig: Rig, *, backend: str, look: Callable[[float], None]
) -> NDArray[np.float32]:
    """What the network makes of RGB float32 (H, W, 3) in 0..1, of the size it needs: (sH, sW, 3), about 0..1.

    ``look`` as :meth:`~facet.enhance.network.Network.watched` has it. To be called in torch's inference mode. Raises
    ``InputError`` for an output of another shape, ``EnvironmentLacksError`` for one that holds no numbers.
    """
    batch = torch.from_numpy(np.ascontiguousarray(unit.transpose(2, 0, 1)[None]))
    batch = batch.to(rig.device, rig.dtype).contiguous(memory_format=rig.memory_format)
    with network.watched(look):
        made = network.call(batch)
    wanted = (1, 3, batch.shape[2] * network.scale, batch.shape[3] * network.scale)
    if tuple(made.shape) != wanted:
        raise InputError(
            "{backend} gave an output of shape {found} where {wanted} was expected. Its model file can't be used.",
            backend=backend, found="×".join(map(str, made.shape)), wanted="×".join(map(str, wanted)),
        )  # fmt: skip
    samples: NDArray[np.float32] = made[0].float().permute(1, 2, 0).cpu().numpy()
    soundness.check_numbers(samples, backend=backend, device=str(rig.device), precision=rig.precision)
    return samples


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
