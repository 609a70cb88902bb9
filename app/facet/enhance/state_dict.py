"""Weights out of a file that may be hostile. Nothing in it is ever executed."""

from __future__ import annotations

import io
import pickle
import warnings
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_safetensors

from facet.core.digest import sha256_bytes
from facet.core.errors import EnvironmentLacksError, InputError

LARGEST = 8 << 30
"""Bytes. No super-resolution network is larger."""


def read_state(path: Path, *, sha256: str | None = None) -> tuple[dict[str, Any], str]:
    """The state dict in a ``.safetensors`` or ``.pth`` file, on the CPU, and the file's SHA-256.

    The bytes that are checked against ``sha256`` are the bytes that are read. Pickles go through torch's restricted
    reader (``weights_only``). Raises ``InputError`` in one line for anything else, ``EnvironmentLacksError`` where
    the file is absent.
    """
    kind = path.suffix.lower()
    if kind == ".pt":
        raise InputError(
            "{name}: .pt files can carry programs and are refused. Convert it to .safetensors, or save plain weights "
            "as .pth.",
            name=path.name,
        )
    if kind not in (".safetensors", ".pth"):
        raise InputError("{name}: not a model file Facet reads. Give a .safetensors or .pth file.", name=path.name)
    content = _content(path)
    digest = sha256_bytes(content)
    if sha256 is not None and digest != sha256:
        raise InputError(
            "{name}: these are not the weights of the card (SHA-256 {found}…, expected {expected}…). "
            "Install them again.",
            name=path.name, found=digest[:12], expected=sha256[:12],
        )  # fmt: skip
    return (_safetensors if kind == ".safetensors" else _pickle)(content, path.name), digest


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise InputError("{name}: too large for a model file. Choose another file.", name=path.name)
        return path.read_bytes()
    except FileNotFoundError:
        raise EnvironmentLacksError("{name}: the model file is missing. Install it again.", name=path.name) from None
    except OSError as error:
        raise InputError("{name}: can't be read ({reason}).", name=path.name, reason=error.strerror or "") from None


def _safetensors(content: bytes, name: str) -> dict[str, Any]:
    try:
        return dict(load_safetensors(content))
    except (SafetensorError, ValueError, KeyError, TypeError, RuntimeError):
        raise InputError("{name}: damaged, or not a safetensors file. Get it again.", name=name) from None


def _pickle(content: bytes, name: str) -> dict[str, Any]:
    refused = InputError(
        "{name}: refused. It holds something other than plain weights (which could run a program when opened), or it "
        "is damaged. Get it as .safetensors.",
        name=name,
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # TorchScript under another name is refused, not warned of
            state = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except MemoryError:
        raise
    except (pickle.UnpicklingError, RuntimeError, ValueError, EOFError, KeyError, TypeError, AttributeError, OSError,
            IndexError, AssertionError, ImportError, OverflowError, UnicodeError):  # fmt: skip
        raise refused from None
    if not isinstance(state, dict):
        raise refused
    return state
