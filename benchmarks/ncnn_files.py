"""RRDBNet in ncnn's two files, so that ncnn can take part with the same weights.

    from ncnn_files import written
    param, weights = written(network, folder)

Input ``data``, output ``output``. Format: ncnn's own documentation, «param and model file structure» and «operators».
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from torch import nn


class _Sheet:
    """Layers as they are added, and their numbers."""

    def __init__(self) -> None:
        self.layers: list[tuple[str, list[str], str, str]] = []
        self.numbers: list[bytes] = []

    def add(self, kind: str, inputs: list[str], parameters: str, output: str = "") -> str:
        name = output or f"b{len(self.layers)}"
        self.layers.append((kind, inputs, name, parameters))
        return name

    def convolution(self, layer: nn.Conv2d, source: str, *, leaky: bool = False, output: str = "") -> str:
        weight = layer.weight.detach().numpy()
        assert layer.bias is not None
        self.numbers += [bytes(4), weight.astype("<f4").tobytes(), layer.bias.detach().numpy().astype("<f4").tobytes()]
        active = " 9=2 -23310=1,2.000000e-01" if leaky else ""
        return self.add("Convolution", [source], f"0={len(weight)} 1=3 4=1 5=1 6={weight.size}{active}", output)

    def scaled_sum(self, made: str, before: str) -> str:
        """0.2 times ``made``, and ``before``."""
        scaled = self.add("BinaryOp", [made], "0=2 1=1 2=2.000000e-01")
        return self.add("BinaryOp", [scaled, before], "0=0")

    def doubled(self, source: str) -> str:
        return self.add("Interp", [source], "0=1 1=2.000000e+00 2=2.000000e+00")

    def text(self) -> str:
        """With a Split behind whatever is used more than once."""
        uses = Counter(name for _, inputs, _, _ in self.layers for name in inputs)
        taken: Counter[str] = Counter()
        lines, blobs = [], 0
        for kind, inputs, output, parameters in self.layers:
            named = []
            for name in inputs:
                named.append(f"{name}_{taken[name]}" if uses[name] > 1 else name)
                taken[name] += 1
            lines.append(" ".join([kind, output, str(len(named)), "1", *named, output, parameters]))
            blobs += 1
            if uses[output] > 1:
                copies = [f"{output}_{number}" for number in range(uses[output])]
                lines.append(" ".join(["Split", f"split_{output}", "1", str(len(copies)), output, *copies]))
                blobs += len(copies)
        return "\n".join(["7767517", f"{len(lines)} {blobs}", *lines]) + "\n"


def written(network: Any, folder: Path) -> tuple[Path, Path]:
    """The ``.param`` and the ``.bin`` of basicsr's RRDBNet ×4, put into ``folder``."""
    sheet = _Sheet()
    first = sheet.convolution(network.conv_first, sheet.add("Input", [], "", "data"))
    trunk = first
    for block in network.body:
        before = trunk
        for dense in (block.rdb1, block.rdb2, block.rdb3):
            maps = [trunk]
            for number in range(1, 5):
                seen = sheet.add("Concat", list(maps), "0=0") if len(maps) > 1 else maps[0]
                maps.append(sheet.convolution(getattr(dense, f"conv{number}"), seen, leaky=True))
            made = sheet.convolution(dense.conv5, sheet.add("Concat", list(maps), "0=0"))
            trunk = sheet.scaled_sum(made, trunk)
        trunk = sheet.scaled_sum(trunk, before)
    sum_ = sheet.add("BinaryOp", [first, sheet.convolution(network.conv_body, trunk)], "0=0")
    up = sheet.convolution(network.conv_up1, sheet.doubled(sum_), leaky=True)
    up = sheet.convolution(network.conv_up2, sheet.doubled(up), leaky=True)
    sheet.convolution(network.conv_last, sheet.convolution(network.conv_hr, up, leaky=True), output="output")
    param, weights = folder / "rrdbnet.param", folder / "rrdbnet.bin"
    param.write_text(sheet.text(), encoding="ascii")
    weights.write_bytes(b"".join(sheet.numbers))
    assert np.fromfile(weights, "<f4").size > 0
    return param, weights
