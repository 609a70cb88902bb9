"""The user's own model: whatever architecture spandrel recognises in a file of plain weights."""

from __future__ import annotations

import importlib
import importlib.util
import warnings
from collections.abc import Callable
from typing import Any, cast

from torch import Tensor

from facet.core.errors import EnvironmentLacksError, InputError
from facet.enhance.network import Network
from facet.faces.cv2_bridge import environment_kept

EXTRA = "spandrel_extra_arches"
"""A package that a site may install for itself: networks whose licences don't allow every use, such as CodeFormer."""
CODEFORMER = {"position_emb", "idx_pred_layer.1.weight", "ft_layers.0.self_attn.in_proj_weight"}
"""Tensors by which CodeFormer's weights are known even where nothing here can read them."""


SIGNED: dict[str, dict[str, Any]] = {
    "GFPGAN": {"return_rgb": False, "randomize_noise": False},
    "CodeFormer": {"weight": 0.5},
}
"""Networks that take and give -1..1, and what their makers call them with besides."""


def recognised(state: dict[str, Any], name: str) -> Network:
    """The network that ``state`` (from :func:`~facet.enhance.state_dict.read_state`) belongs to.

    ``name`` is how messages call the file. Raises ``InputError`` if spandrel does not know it, or if it is not a
    model from RGB to RGB; ``EnvironmentLacksError`` where the package that knows it is not installed.
    """
    with environment_kept():
        import spandrel
        from spandrel import ModelLoader
        from spandrel.__helpers.canonicalize import canonicalize_state_dict

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what torch will change one day: not the user's to mend
            tensors = canonicalize_state_dict(state)
            model = ModelLoader(device="cpu", registry=_architectures()).load_from_state_dict(tensors)
    except spandrel.UnsupportedModelError:
        if tensors.keys() >= CODEFORMER:
            raise EnvironmentLacksError(
                "{name}: CodeFormer is read by the package spandrel-extra-arches, which is not installed. If your use "
                "is one that its licence allows (non-commercial), run: pip install spandrel-extra-arches",
                name=name,
            ) from None
        raise InputError(
            "{name}: no known super-resolution architecture has these weights. Choose another model file.", name=name
        ) from None
    except (RuntimeError, KeyError, ValueError, TypeError, IndexError, AttributeError, AssertionError):
        raise InputError(
            "{name}: the weights don't fit the architecture they look like. Choose another model file.", name=name
        ) from None
    if not isinstance(model, spandrel.ImageModelDescriptor):
        raise InputError("{name}: an inpainting model, which needs a mask. Choose another model file.", name=name)
    if (model.input_channels, model.output_channels) != (3, 3):
        raise InputError(
            "{name}: it takes {given} channels and gives {made}; Facet needs a model from RGB to RGB. "
            "Choose another model file.",
            name=name, given=model.input_channels, made=model.output_channels,
        )  # fmt: skip
    halves = {"bfloat16": model.supports_bfloat16, "float16": model.supports_half}
    needs = model.size_requirements
    return Network(
        module=model.model,
        call=_call(model),
        architecture=f"spandrel/{model.architecture.id}",
        scale=model.scale,
        input_channels=model.input_channels,
        output_channels=model.output_channels,
        minimum=max(1, needs.minimum),
        multiple_of=needs.multiple_of,
        square=needs.square,
        precisions=tuple(precision for precision, supported in halves.items() if supported),
        tiling=model.tiling.name.lower(),
        purpose=model.purpose,
        tags=tuple(model.tags),
    )


def _call(model: Any) -> Callable[[Tensor], Tensor]:
    """How the network is called with a picture in 0..1.

    spandrel gives GFPGAN and CodeFormer the picture as it is and clips their answer, but both were trained on -1..1
    (``GFPGANer.enhance`` and ``inference_codeformer.py`` of their makers). GFPGAN's noise is the one kept with its
    weights, so that nothing is left to chance; CodeFormer's fidelity is its makers' 0.5.
    """
    if model.architecture.id not in SIGNED:
        return cast(Callable[[Tensor], Tensor], model)
    options = SIGNED[model.architecture.id]
    return lambda picture: (model.model(2 * picture - 1, **options)[0] + 1) / 2


def _architectures() -> Any:
    """The registry of what spandrel knows, with the networks of the extra package where that is installed."""
    from spandrel import MAIN_REGISTRY

    registry = MAIN_REGISTRY.copy()
    if importlib.util.find_spec(EXTRA) is not None:
        registry.add(*importlib.import_module(EXTRA).EXTRA_REGISTRY)
    return registry
