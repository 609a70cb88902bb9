"""What torch says when a machine is at its end, in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from facet.core.errors import EnvironmentLacksError

MEMORY = ("out of memory", "not enough memory", "can't allocate memory", "Cannot allocate memory", "bad allocation")
CARD = ("CUDA error", "cuDNN error", "CUBLAS_STATUS", "cuBLAS error", "MPS backend")


@contextmanager
def in_plain_words(backend: str, device: str) -> Iterator[None]:
    """Turn torch's faults of memory, driver and determinism into ``EnvironmentLacksError``; let the rest pass.

    An error with the value ``restart`` set leaves the process unfit for further work.
    """
    try:
        yield
    except (torch.OutOfMemoryError, MemoryError):
        raise _memory(backend, device) from None
    except RuntimeError as error:
        text = str(error)
        if any(mark in text for mark in MEMORY):
            raise _memory(backend, device) from None
        if "deterministic" in text:
            raise EnvironmentLacksError(
                "{backend} can't be run repeatably on {device}. Choose the cpu.", backend=backend, device=device
            ) from error
        if any(mark in text for mark in CARD):
            raise EnvironmentLacksError(
                "The graphics card or its driver failed ({reason}). Nothing was kept. Try again, or choose the cpu.",
                reason=text.splitlines()[0], restart=1,
            ) from error  # fmt: skip
        raise


def _memory(backend: str, device: str) -> EnvironmentLacksError:
    return EnvironmentLacksError(
        "Not enough memory on {device} for {backend}. Nothing was kept. Choose a smaller box or smaller tiles, close "
        "other programs, or choose the cpu.",
        backend=backend, device=device,
    )  # fmt: skip
