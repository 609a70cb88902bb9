"""The one place that imports basicsr, mended for the libraries of today.

basicsr 1.4.2 asks torchvision for ``transforms.functional_tensor``, which is private now (``_functional_tensor``), and
Python for ``distutils``, which 3.12 no longer has. Both stand in only while basicsr is imported.
"""

from __future__ import annotations

import importlib
import sys
import types
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from torchvision.transforms import _functional_tensor

from facet.faces.cv2_bridge import environment_kept


@cache
def rrdbnet_class() -> Any:
    """``basicsr.archs.rrdbnet_arch.RRDBNet`` (Wang 2018)."""
    with environment_kept(), warnings.catch_warnings(), _stand_ins():
        warnings.simplefilter("ignore")  # what it uses was fine in its day
        return importlib.import_module("basicsr.archs.rrdbnet_arch").RRDBNet


@contextmanager
def _stand_ins() -> Iterator[None]:
    offered = {"torchvision.transforms.functional_tensor": _functional_tensor, **_distutils()}
    added = {name: module for name, module in offered.items() if name not in sys.modules}
    sys.modules.update(added)
    try:
        yield
    finally:
        for name in added:
            del sys.modules[name]


def _distutils() -> dict[str, types.ModuleType]:
    class LooseVersion:
        """Enough of distutils' class for ``LooseVersion(a) >= LooseVersion(b)``."""

        def __init__(self, text: str) -> None:
            self._key = _key(text)

        def __ge__(self, other: LooseVersion) -> bool:
            return self._key >= other._key

    package, version = types.ModuleType("distutils"), types.ModuleType("distutils.version")
    vars(version)["LooseVersion"] = LooseVersion
    vars(package)["version"] = version
    return {"distutils": package, "distutils.version": version}


def _key(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("+", maxsplit=1)[0].split(".") if part.isdecimal())
