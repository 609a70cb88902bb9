"""From a card's architecture and a verified file to a network; networks in use stay warm."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import Any

import torch

from facet.core.descriptor import Descriptor
from facet.core.errors import EnvironmentLacksError, InputError
from facet.enhance.dat import dat
from facet.enhance.device import Rig
from facet.enhance.edsr import edsr
from facet.enhance.mobilestylegan import mobilestylegan
from facet.enhance.network import Network
from facet.enhance.rrdbnet import rrdbnet
from facet.enhance.spandrel_loader import recognised
from facet.enhance.sr3_network import regression_state, sr3
from facet.enhance.srcnn import srcnn
from facet.enhance.srresnet import SCALE as SRRESNET_SCALE
from facet.enhance.srresnet import srresnet
from facet.enhance.state_dict import read_state

WARM = 3
"""Networks kept. The least recently used goes first."""


def network_of(architecture: str, state: dict[str, Any], name: str) -> Network:
    """The network that a card's ``architecture`` makes of ``state``.

    ``srresnet``, ``rrdbnet``, ``dat``; ``edsr``, or ``edsr/tanh`` where it ends so; ``srcnn/x4``, whose weights don't
    tell the scale; ``sr3/…``, which goes on with the architecture of the regression inside; ``pulse``; ``spandrel``.
    Raises ``InputError`` where the weights are not of that architecture; ``name`` is how it calls the file.
    """
    kind, _, rest = architecture.partition("/")
    if kind in ("spandrel", "aligned-face"):
        return recognised(state, name)
    if kind not in _BUILDERS:
        raise InputError(
            "The card names an architecture this version does not know: «{architecture}». Update Facet.",
            architecture=architecture,
        )
    try:
        network = _BUILDERS[kind](state, rest, name)
    except (KeyError, RuntimeError, ValueError, IndexError):
        raise InputError(
            "{name}: these weights are not of the architecture «{architecture}» that the card names. "
            "Install the backend again.",
            name=name, architecture=architecture,
        ) from None  # fmt: skip
    network.architecture = architecture
    return network


def _srresnet(state: dict[str, Any], _rest: str, _name: str) -> Network:
    module = srresnet(state)
    return Network(module=module, call=module, architecture="", scale=SRRESNET_SCALE)


def _rrdbnet(state: dict[str, Any], _rest: str, _name: str) -> Network:
    module, scale = rrdbnet(state)
    return Network(module=module, call=module, architecture="", scale=scale, multiple_of=max(1, 4 // scale))


def _dat(state: dict[str, Any], _rest: str, _name: str) -> Network:
    module, scale = dat(state)
    return Network(
        module=module, call=module, architecture="", scale=scale, minimum=16, precisions=("bfloat16",)
    )  # fmt: skip


def _edsr(state: dict[str, Any], rest: str, _name: str) -> Network:
    module, scale = edsr(state, rest or "linear")
    return Network(module=module, call=module, architecture="", scale=scale)


def _srcnn(state: dict[str, Any], rest: str, _name: str) -> Network:
    module = srcnn(state, int(rest.removeprefix("x")))
    return Network(module=module, call=module, architecture="", scale=module.scale)


def _pulse(state: dict[str, Any], _rest: str, _name: str) -> Network:
    module = mobilestylegan(state)
    return Network(module=module, call=module, architecture="", scale=1, precisions=(), tiling="unsupported")


def _sr3(state: dict[str, Any], rest: str, name: str) -> Network:
    regression = network_of(rest, regression_state(state), name)
    module = sr3(state, regression.module, regression.scale)
    return Network(
        module=module, call=module.regressed, architecture="", scale=module.scale, multiple_of=module.multiple,
        tiling="unsupported",
    )  # fmt: skip


_BUILDERS = {
    "srresnet": _srresnet, "rrdbnet": _rrdbnet, "dat": _dat, "edsr": _edsr, "srcnn": _srcnn, "sr3": _sr3,
    "pulse": _pulse,
}  # fmt: skip


class SessionCache:
    """Networks ready on their device, by weights, device and precision. Not for several threads at once."""

    def __init__(self) -> None:
        self._warm: OrderedDict[tuple[str, ...], Network] = OrderedDict()

    def network(self, descriptor: Descriptor, weights: Path | None, rig: Rig) -> Network:
        """The card's network on ``rig``. Raises ``InputError`` or ``EnvironmentLacksError`` in one line."""
        if weights is None:
            raise EnvironmentLacksError(
                "{backend} has no weights yet. Install them with: facet models install {backend}",
                backend=descriptor.id,
            )
        known = descriptor.weights_sha256
        key = (known or str(weights), descriptor.architecture, str(rig.device), rig.precision, rig.convolutions)
        if known is not None and key in self._warm:
            self._warm.move_to_end(key)
            return self._warm[key]
        state, _ = read_state(weights, sha256=known)
        network = network_of(descriptor.architecture, state, weights.name)
        if rig.precision != "float32" and rig.precision not in network.precisions:
            raise EnvironmentLacksError(
                "{backend} can't run in {precision}. Choose float32.", backend=descriptor.id, precision=rig.precision
            )
        network.to(rig.device, rig.dtype, rig.memory_format, direct=rig.direct)
        self._warm[key] = network
        while len(self._warm) > WARM:
            self._warm.popitem(last=False)
        return network

    def clear(self) -> None:
        """Let every network go, and give its memory back to the card."""
        self._warm.clear()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()


def inspect(path: Path) -> dict[str, Any]:
    """What a user's model file is, as JSON values, without running it. Raises ``InputError`` in one line."""
    state, digest = read_state(path)
    network = recognised(state, path.name)
    return {
        "architecture": network.architecture,
        "scale": network.scale,
        "input_channels": network.input_channels,
        "output_channels": network.output_channels,
        "parameters": sum(parameter.numel() for parameter in network.module.parameters()),
        "minimum_side": network.minimum,
        "multiple_of": network.multiple_of,
        "square": network.square,
        "precisions": ["float32", *network.precisions],
        "tiling": network.tiling,
        "purpose": network.purpose,
        "tags": list(network.tags),
        "weights_sha256": digest,
        "bytes": path.stat().st_size,
    }
