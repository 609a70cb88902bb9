"""A network ready to run, whatever its architecture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from facet.enhance import quick


@dataclass(kw_only=True, slots=True)
class Network:
    """``call`` takes RGB (1, 3, H, W) in 0..1 of ``module``'s dtype and device, and gives (1, 3, sH, sW).

    ``minimum``, ``multiple_of`` and ``square`` are what it needs of H and W. ``precisions`` besides float32.
    ``convolutions`` says how they are computed, for the receipt.
    """

    module: nn.Module = field(repr=False)
    call: Callable[[Tensor], Tensor] = field(repr=False)
    architecture: str
    scale: int
    input_channels: int = 3
    output_channels: int = 3
    minimum: int = 1
    multiple_of: int = 1
    square: bool = False
    precisions: tuple[str, ...] = ("bfloat16", "float16")
    tiling: str = "supported"
    purpose: str = "SR"
    tags: tuple[str, ...] = ()
    convolutions: str = quick.DIRECT

    def padding(self, height: int, width: int) -> tuple[int, int]:
        """Rows below and columns to the right that a picture of this size lacks."""
        rows, columns = self._fitting(height), self._fitting(width)
        if self.square:
            rows = columns = max(rows, columns)
        return rows - height, columns - width

    def _fitting(self, length: int) -> int:
        return -(-max(length, self.minimum) // self.multiple_of) * self.multiple_of

    @contextmanager
    def watched(self, look: Callable[[float], None]) -> Iterator[None]:
        """While inside, ``look`` is called before each layer with the share of layers begun (0..1); it may raise.

        A layer that is used several times, as activations often are, counts once.
        """
        leaves = [module for module in self.module.modules() if not list(module.children())]
        begun: set[int] = set()

        def before(layer: nn.Module, *_: object) -> None:
            begun.add(id(layer))
            look((len(begun) - 1) / len(leaves))

        handles = [leaf.register_forward_pre_hook(before) for leaf in leaves]
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()

    def to(
        self, device: torch.device, dtype: torch.dtype, memory_format: torch.memory_format, *, direct: bool = False
    ) -> None:
        """Move and cast the weights, ready to infer; ``direct`` keeps the convolutions as they are written."""
        self.module.eval().requires_grad_(requires_grad=False)
        self.module.to(device=device, dtype=dtype)
        if not direct and quick.able(device, dtype) and quick.quicken(self.module):
            self.convolutions = quick.STATED
        for module in self.module.modules():
            if isinstance(module, nn.Conv2d):
                module.to(memory_format=memory_format)
