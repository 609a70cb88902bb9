"""What a benchmark says of a network that was trained here, in the words of its card."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from facet.core.errors import InputError

KEPT = ("preparation", "crop", "scale", "degradation", "border", "pictures", "truths_sha256", "protocol", "engine")
FIGURES = ("pictures", "psnr_y", "ssim_y", "psnr_rgb", "ssim_rgb", "identity", "consistency", "weights_sha256")
SPREAD = "spread"
"""What a row has besides where a backend draws several samples."""
FIGURES_WORD = "PSNR-Y in dB and SSIM-Y"


@dataclass(frozen=True, kw_only=True, slots=True)
class Benchmark:
    """One document of ``facet bench run --json``: the name of its pictures, its protocol, and a row for a backend."""

    data: str
    facts: Mapping[str, Any]
    rows: Mapping[str, Mapping[str, Any]]

    def to_json(self) -> dict[str, Any]:
        """As it is kept beside the weights."""
        return {"data": self.data, **self.facts, "rows": [{"backend": name, **row} for name, row in self.rows.items()]}


def read_benchmark(path: Path, identifier: str, weights_sha256: str) -> Benchmark:
    """A document in which ``identifier`` was measured with these weights. Raises ``InputError``, ``OSError``."""
    try:
        stated = json.loads(path.read_text("utf-8"))
        name = Path(stated["data"].partition(":")[2]).name  # where it lay is nobody's business
        rows = {
            row["backend"]: {**{key: row[key] for key in FIGURES}, **({SPREAD: row[SPREAD]} if row.get(SPREAD) else {})}
            for row in stated["rows"]
        }
        found = Benchmark(data=name, facts={key: stated[key] for key in KEPT}, rows=rows)
        measured = rows[identifier]["weights_sha256"]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(
            "{path}: not a benchmark of {id}. Make one with: facet bench run … --backends {id} --json",
            path=str(path), id=identifier,
        ) from None  # fmt: skip
    if measured != weights_sha256:
        raise InputError(
            "{path}: other weights of {id} were measured there. Measure these, then export again.",
            path=str(path), id=identifier,
        )  # fmt: skip
    return found


def validation(identifier: str, measured: Sequence[Benchmark]) -> str:
    """What was measured, sentence by sentence; that nothing was, if so."""
    if not measured:
        return "No figures were taken with these weights."
    return " ".join(_told(identifier, each) for each in measured)


def limitation(identifier: str, measured: Sequence[Benchmark]) -> str:
    """The sentence that names what measured better; empty where nothing did."""
    better: dict[str, list[str]] = {}
    for each in measured:
        own = each.rows[identifier]["psnr_y"]
        for name, row in each.rows.items():
            if row["psnr_y"] > own:
                better.setdefault(name, []).append(f"{row['psnr_y'] - own:.2f} dB on {each.data}")
    if not better:
        return ""
    several = any(SPREAD in each.rows[identifier] for each in measured)
    told = "; ".join(f"{name} by {' and '.join(where)}" for name, where in better.items())
    return (
        f"Not the strongest choice everywhere: in the same benchmark (PSNR-Y, clean pictures) these measured better: "
        f"{told}. Use it for {'the spread of its samples' if several else 'its speed'}, or as a second opinion."
    )


def _told(identifier: str, benchmark: Benchmark) -> str:
    facts, rows = benchmark.facts, benchmark.rows
    others = ", ".join(f"{name} {_pair(row)}" for name, row in rows.items() if name != identifier)
    return (
        f"{benchmark.data}, {facts['pictures']} pictures ({facts['preparation']} to {facts['crop']} pixels, "
        f"{facts['degradation']} ×{facts['scale']}, border {facts['border']}), {FIGURES_WORD}: "
        f"{_pair(rows[identifier])}{'; in the same run ' + others if others else ''}."
        f"{_spread(rows[identifier])}"
    )


def _spread(row: Mapping[str, Any]) -> str:
    """How honest the spread is, and how well the mean agrees with the crop; empty for a single picture."""
    told = row.get(SPREAD)
    if told is None:
        return ""
    shares = ", ".join(
        f"{100 * told[f'within_{k}']:.0f} % within {k} ({100 * told[f'expected_{k}']:.0f} % if calibrated)"
        for k in (1, 2)
    )
    count = told["samples"]
    alone = 10 * math.log10(1 + (count - 1) / count * (told["spread"] / told["error"]) ** 2)
    return (
        f" Spread of {count} samples: {told['spread']:.2f} levels of 255, where the mean is "
        f"{told['error']:.2f} off, so that one sample alone is {alone:.1f} dB worse than the mean; the truth lies, in "
        f"deviations of the samples, {shares}. Low-resolution error of the "
        f"mean {row['consistency']:.2f}e-5 without projection."
    )


def _pair(row: Mapping[str, Any]) -> str:
    return f"{row['psnr_y']:.2f}/{row['ssim_y']:.3f}"
