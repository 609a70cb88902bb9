"""The user's own model: whatever architecture spandrel recognises in a file of plain weights."""

from __future__ import annotations

from typing import Any

from facet.core.errors import InputError
from facet.enhance.network import Network
from facet.faces.cv2_bridge import environment_kept


def recognised(state: dict[str, Any], name: str) -> Network:
    """The network that ``state`` (from :func:`~facet.enhance.state_dict.read_state`) belongs to.

    ``name`` is how messages call the file. Raises ``InputError`` if spandrel does not know it, or if it is not a
    model from RGB to RGB.
    """
    with environment_kept():
        import spandrel
        from spandrel import ModelLoader
        from spandrel.__helpers.canonicalize import canonicalize_state_dict

    try:
        model = ModelLoader(device="cpu").load_from_state_dict(canonicalize_state_dict(state))
    except spandrel.UnsupportedModelError:
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
        call=model,
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
