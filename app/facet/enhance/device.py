"""Where and how a run computes: device, precision, threads, and the switches that make it repeatable."""

from __future__ import annotations

import os
import platform
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from facet.core.canonical import Json
from facet.core.errors import EnvironmentLacksError, InputError
from facet.core.receipt import EngineWish, check_device
from facet.enhance import quick

os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # read when CUDA starts; without it cuBLAS may vary

PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
OWN_THREADS = torch.get_num_threads()
"""The machine's own count: physical cores, or what OMP_NUM_THREADS says."""
MOST_THREADS = 256
DETERMINISM = "torch deterministic algorithms; cuDNN deterministic, no benchmark; no TF32; seeded"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rig:
    """A device that is there, and how it computes."""

    device: torch.device
    name: str
    precision: str
    threads: int
    direct: bool = False
    """Whether convolutions must be computed as they are written."""

    @property
    def convolutions(self) -> str:
        """How they are computed where a network allows it, as a receipt says it."""
        return quick.DIRECT if self.direct or not quick.able(self.device, self.dtype) else quick.STATED

    @property
    def dtype(self) -> torch.dtype:
        """The precision as torch names it."""
        return PRECISIONS[self.precision]

    @property
    def memory_format(self) -> torch.memory_format:
        """Channels last, which convolutions on the CPU and on tensor cores like best; not proven on MPS."""
        return torch.contiguous_format if self.device.type == "mps" else torch.channels_last

    def settle(self, seed: int | None) -> None:
        """Make torch repeatable for one run: seeds, threads, and no shortcuts."""
        torch.set_num_threads(self.threads)
        torch.use_deterministic_algorithms(mode=True)
        # A pass over every map; nothing here reads fresh memory.
        torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
        torch.backends.cudnn.benchmark = False
        torch.backends.cudnn.deterministic = True
        _no_tf32()
        _sow(self.device, 0 if seed is None else seed)


def choose(wish: EngineWish) -> Rig:
    """The rig a wish asks for.

    Raises ``EnvironmentLacksError`` for a device that is unknown or absent or can't compute so, ``InputError`` for an
    unknown precision or a number of threads that can't be.
    """
    if wish.precision not in PRECISIONS:
        raise InputError(
            "«{precision}» is not a precision. Choose float32, bfloat16 or float16.", precision=wish.precision
        )
    if not 0 <= wish.threads <= MOST_THREADS:
        raise InputError("The number of threads must be between 0 and {most}.", most=MOST_THREADS)
    device = _device(wish.device)
    if device.type == "cpu" and wish.precision == "float16" and not _cpu_computes("fp16"):
        raise EnvironmentLacksError(
            "This processor can't compute in float16. Choose float32, or bfloat16 for a preview."
        )
    if device.type == "cuda" and wish.precision == "bfloat16" and not torch.cuda.is_bf16_supported():
        raise EnvironmentLacksError("This graphics card can't compute in bfloat16. Choose float32 or float16.")
    return Rig(
        device=device,
        name=_name(device),
        precision=wish.precision,
        threads=wish.threads or OWN_THREADS,
        direct=wish.convolutions in (None, quick.DIRECT),
    )


def plain() -> Rig:
    """The processor, one thread, float32: what needs no network runs on it."""
    return Rig(device=torch.device("cpu"), name=processor(), precision="float32", threads=1, direct=True)


def devices() -> list[dict[str, Json]]:
    """What this machine has, the processor first: ``id``, ``name``, ``memory_bytes`` (null if unknown),
    ``precisions``."""
    found: list[dict[str, Json]] = [
        {
            "id": "cpu",
            "name": _name(torch.device("cpu")),
            "memory_bytes": None,
            "precisions": ["float32", "bfloat16", *(["float16"] if _cpu_computes("fp16") else [])],
        }
    ]
    for index in range(torch.cuda.device_count() if torch.cuda.is_available() else 0):
        bf16 = ["bfloat16"] if torch.cuda.is_bf16_supported() else []
        found.append(
            {
                "id": f"cuda:{index}",
                "name": torch.cuda.get_device_name(index),
                "memory_bytes": int(torch.cuda.get_device_properties(index).total_memory),
                "precisions": ["float32", *bf16, "float16"],
            }
        )
    if torch.backends.mps.is_available():
        found.append({"id": "mps", "name": _name(torch.device("mps")), "memory_bytes": None, "precisions": ["float32"]})
    return found


def _device(wish: str) -> torch.device:
    check_device(wish)
    if wish == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda:0")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    if wish == "mps" and not torch.backends.mps.is_available():
        raise EnvironmentLacksError("This machine has no device «{device}». Choose cpu.", device=wish)
    if wish.startswith("cuda"):
        index = int(wish[5:] or 0)
        if not torch.cuda.is_available():
            raise EnvironmentLacksError(
                "This machine has no graphics card that torch can use («{device}»). Choose cpu, or install a CUDA "
                "build of torch and the driver.",
                device=wish,
            )
        if index >= torch.cuda.device_count():
            raise EnvironmentLacksError("This machine has no device «{device}». Choose cpu or cuda:0.", device=wish)
        return torch.device(f"cuda:{index}")
    return torch.device(wish)


def processor() -> str:
    """The processor, as it calls itself."""
    try:
        models = re.findall(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text("utf-8"), re.MULTILINE)
    except OSError:
        models = []
    return models[0].strip() if models else platform.processor() or platform.machine()


def _name(device: torch.device) -> str:
    return str(torch.cuda.get_device_name(device)) if device.type == "cuda" else processor()


def _cpu_computes(short: str) -> bool:
    """Whether oneDNN has convolutions in ``bf16`` or ``fp16`` for this processor."""
    test: Any = getattr(torch.ops.mkldnn, f"_is_mkldnn_{short}_supported", None)
    return bool(test is not None and test())


def _sow(device: torch.device, seed: int) -> None:
    """``torch.manual_seed`` of the generators a run can reach. That call itself leaves a traceback behind for every
    card that is not there, which takes milliseconds and is never given back."""
    torch.default_generator.manual_seed(seed)
    if device.type == "cuda":
        torch.cuda.manual_seed_all(seed)
    elif device.type == "mps":
        torch.mps.manual_seed(seed)


def _no_tf32() -> None:
    """TensorFloat-32 off, in the words of this torch (they changed in 2.9)."""
    backends: Any = torch.backends
    if hasattr(backends.cuda.matmul, "fp32_precision"):
        backends.cuda.matmul.fp32_precision = "ieee"
        backends.cudnn.fp32_precision = "ieee"
        backends.cudnn.conv.fp32_precision = "ieee"
    else:
        backends.cuda.matmul.allow_tf32 = False
        backends.cudnn.allow_tf32 = False
