"""From a sharp picture to the poor one a camera would have left, by name and by seed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from facet.core.errors import InputError


class Degradation(Protocol):
    """Makes ``high``, RGB uint8 (H, W, 3) with sides that are multiples of ``scale``, that many times smaller.

    Gives RGB uint8 (H / scale, W / scale, 3). What is left to chance is drawn from ``rng``.
    """

    def __call__(self, high: NDArray[np.uint8], scale: int, rng: np.random.Generator) -> NDArray[np.uint8]:
        """The poor picture."""


def degradation(name: str, options: Mapping[str, Any]) -> Degradation:
    """The degradation of that name. Raises ``InputError`` for an unknown name or option."""
    from facet.train.degradations.bicubic import Bicubic
    from facet.train.degradations.cctv import Cctv

    kinds: dict[str, type[Bicubic | Cctv]] = {"bicubic": Bicubic, "cctv": Cctv}
    if name not in kinds:
        raise InputError(
            "There is no degradation «{name}». Known are: {known}.", name=name, known=", ".join(sorted(kinds))
        )
    try:
        return kinds[name](**options)
    except (TypeError, ValueError) as error:
        raise InputError(
            "The degradation {name} does not work with these options ({reason}).", name=name, reason=str(error)
        ) from None
