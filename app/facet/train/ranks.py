"""Several graphics cards, or computers, that train one network together, started by torchrun."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, distributed, nn

from facet.core.errors import InputError


@dataclass(frozen=True, kw_only=True, slots=True)
class Ranks:
    """Which of ``count`` processes this is, counted from 0; ``local`` counts on this computer."""

    rank: int = 0
    count: int = 1
    local: int = 0

    @property
    def first(self) -> bool:
        """Whether this process writes the files and tells of the progress."""
        return self.rank == 0

    def shared(self, module: nn.Module) -> nn.Module:
        """``module`` as it is called in a step: with several processes, its gradients become their mean."""
        if self.count == 1:
            return module
        device = next(module.parameters()).device
        return nn.parallel.DistributedDataParallel(module, device_ids=[device] if device.type == "cuda" else None)

    def mean(self, value: Tensor) -> float:
        """The mean of a scalar over all processes."""
        if self.count > 1:
            value = value.clone()
            distributed.all_reduce(value)
            value = value / self.count
        return float(value)

    def wait(self) -> None:
        """Until every process has come so far."""
        if self.count > 1:
            distributed.barrier()


@contextmanager
def joined(device: torch.device) -> Iterator[Ranks]:
    """Where the process stands among those that torchrun started; alone where it started none.

    Raises ``InputError`` where torchrun's variables make no sense.
    """
    if "WORLD_SIZE" not in os.environ:
        yield Ranks()
        return
    try:
        ranks = Ranks(
            rank=int(os.environ["RANK"]), count=int(os.environ["WORLD_SIZE"]), local=int(os.environ["LOCAL_RANK"])
        )
    except (KeyError, ValueError):
        raise InputError(
            "RANK, WORLD_SIZE and LOCAL_RANK must all be set, or none of them. Start the training with torchrun."
        ) from None
    if ranks.count == 1:
        yield ranks
        return
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield ranks
    finally:
        distributed.destroy_process_group()
