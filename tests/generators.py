"""A tiny face generator of random weights: 32×32 pixels, latents of 16 numbers."""

from __future__ import annotations

from pathlib import Path

import torch

from facet.enhance.mobilestylegan import MobileStyleGAN, mobilestylegan

LATENT, FIRST, WIDTHS = 16, 16, [16, 16, 8]


def tiny_state(seed: int = 0) -> dict[str, torch.Tensor]:
    """Random numbers that make colourful pictures, mostly within -1..1."""
    random = torch.Generator().manual_seed(seed)
    state = {}
    for name, value in MobileStyleGAN(latent=LATENT, depth=2, first=FIRST, widths=WIDTHS).state_dict().items():
        fan = value[0].numel() if value.dim() > 1 else 1
        drawn = torch.randn(value.shape, generator=random)
        if name.endswith(("up.bias", "style.bias")):
            state[name] = torch.ones_like(value)
        elif name.endswith("bias"):
            state[name] = 0.1 * drawn
        elif name.endswith("noise"):
            state[name] = 0.05 * drawn
        elif name.endswith("constant"):
            state[name] = drawn
        else:
            state[name] = drawn / fan**0.5
    return state


def tiny_generator(seed: int = 0) -> MobileStyleGAN:
    return mobilestylegan(tiny_state(seed))


def tiny_weights(folder: Path, seed: int = 0) -> Path:
    from safetensors.torch import save_file

    save_file(tiny_state(seed), folder / "pulse.safetensors")
    return folder / "pulse.safetensors"
