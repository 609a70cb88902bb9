"""Which programs made a picture. What a receipt can't know is null."""

from __future__ import annotations

import platform
import re
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import PIL
import torch

from facet import __version__
from facet.core.canonical import Json


@cache
def _software() -> tuple[tuple[str, Json], ...]:
    cuda = torch.cuda.is_available()
    backends: Any = torch.backends
    return (
        ("facet", __version__),
        ("python", platform.python_version()),
        ("platform", platform.platform()),
        ("torch", torch.__version__),
        ("torchvision", _version("torchvision")),
        ("numpy", np.__version__),
        ("pillow", PIL.__version__),
        ("basicsr", _version("basicsr")),
        ("spandrel", _version("spandrel")),
        ("cuda", torch.version.cuda if cuda else None),
        ("cudnn", str(backends.cudnn.version()) if cuda else None),
        ("driver", _driver() if cuda else None),
        ("onednn", _built_with(r"MKL-DNN v([\d.]+)")),
        ("mkl", _built_with(r"Math Kernel Library Version ([\d.]+)")),
        ("cpu_capability", backends.cpu.get_cpu_capability()),
    )


def software() -> dict[str, Json]:
    """Versions by name."""
    return dict(_software())


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _built_with(pattern: str) -> str | None:
    found = re.search(pattern, torch.__config__.show())
    return found.group(1) if found else None


def _driver() -> str | None:
    try:
        text = Path("/proc/driver/nvidia/version").read_text("utf-8")
    except OSError:
        return None
    found = re.search(r"\b(\d+\.\d+(?:\.\d+)?)\b", text)
    return found.group(1) if found else None
