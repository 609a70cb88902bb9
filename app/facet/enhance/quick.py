"""Networks as loaded, turned into ones that compute the same faster on the processor in float32."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_weights

from facet.enhance.edsr import EDSR
from facet.enhance.srresnet import SRResNet
from facet.enhance.winograd import Border, Chain, Convolution, DenseBlock

DIRECT = "direct"
STATED = "Winograd F(4×4, 3×3), columns before rows, in the residual blocks, direct elsewhere"
"""How convolutions are computed, as a receipt says it."""


def quicken(module: nn.Module) -> bool:
    """Change the residual blocks of every network in ``module`` that is known here; whether there was one.

    The blocks take most of the time. After them come single convolutions of larger maps, and cutting those into squares
    and joining them again takes what fewer multiplications save. Weights are taken as they are, in float32 on the CPU;
    the module is good for inference alone afterwards.
    """
    known: list[Any] = [part for part in module.modules() if isinstance(part, EDSR | SRResNet) or _is_rrdbnet(part)]
    for network in known:
        border = Border()
        if isinstance(network, EDSR | SRResNet):
            network.body = nn.ModuleList([Chain([_Residual(block, border) for block in network.body], border)])
        else:
            for block in network.body:
                for name in ("rdb1", "rdb2", "rdb3"):
                    setattr(block, name, _dense(getattr(block, name), border))
            network.body = Chain(network.body, border)
    return bool(known)


class _Residual(nn.Module):
    """Two convolutions and an activation between, added to the input, in the cut form."""

    def __init__(self, block: nn.Module, border: Border) -> None:
        super().__init__()
        layers = dict(block.named_children())
        self.conv1 = _convolution(layers["conv1"], layers.get("bn1"), border)
        self.act = layers["act"] if "act" in layers else layers["prelu"]
        self.conv2 = _convolution(layers["conv2"], layers.get("bn2"), border)

    def forward(self, x: Tensor) -> Tensor:
        inner: Tensor = self.conv1(x)
        active = self.act(inner.flatten(0, 2)).view_as(inner)  # channels second, where a PReLU looks for them
        made: Tensor = self.conv2(active)
        return made.add_(x)


def _convolution(layer: nn.Module, norm: nn.Module | None, border: Border) -> Convolution:
    """With a batch normalisation that follows, if any, folded in."""
    assert isinstance(layer, nn.Conv2d)
    assert layer.bias is not None
    weight, bias = layer.weight, layer.bias
    if isinstance(norm, nn.BatchNorm2d):
        assert norm.running_mean is not None
        assert norm.running_var is not None
        weight, bias = fuse_conv_bn_weights(
            weight, bias, norm.running_mean, norm.running_var, norm.eps, norm.weight, norm.bias
        )
    return Convolution(weight.detach(), bias.detach(), border)


def _is_rrdbnet(part: nn.Module) -> bool:
    """By name: for the class itself basicsr would have to be loaded, which takes longer than a run."""
    return (type(part).__module__, type(part).__name__) == ("basicsr.archs.rrdbnet_arch", "RRDBNet")


def _dense(block: nn.Module, border: Border) -> DenseBlock:
    layers = [layer for layer in block.children() if isinstance(layer, nn.Conv2d)]
    return DenseBlock(layers, border)


def able(device: torch.device, dtype: torch.dtype) -> bool:
    """Whether it pays there: not on graphics cards, whose own libraries choose, nor in half precision, whose rounding
    the transforms would magnify."""
    return device.type == "cpu" and dtype == torch.float32
