"""Backends measured on pictures whose truth is known, within what settings and policy allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from facet.core.benchmark import Benchmark, Contestant
from facet.core.child import Child
from facet.core.errors import InputError
from facet.core.i18n import N_
from facet.core.progress import SILENT, Progress
from facet.core.receipt import EngineWish
from facet.core.run import resolve_parameters
from facet.weights import Store
from facet.workbench.runs import DEFAULT_SEED, find_backend
from facet.workbench.settings import Policy, Settings, refusal

MODULE = "facet.bench"
MEASURE = "dlib-face"
"""The network that identity is measured with."""
ALWAYS = "bicubic"
"""Measured beside whatever is asked: no figure stands alone."""


def contestants(
    store: Store,
    settings: Settings,
    backends: Sequence[str],
    *,
    scale: int,
    parameters: Mapping[str, Mapping[str, str]],
    seed: int | None = None,
) -> tuple[Contestant, ...]:
    """The backends, each once, bicubic first, with verified weights; ``parameters`` by id.

    Raises ``InputError`` (unknown, forbidden, another scale), ``EnvironmentLacksError`` (weights not installed).
    """
    stray = [name for name in parameters if name not in backends]
    if stray:
        raise InputError("«{id}» has parameters but is not among the backends. Add it, or leave them out.", id=stray[0])
    policy, made = Policy.load(), []
    for backend in dict.fromkeys([ALWAYS, *backends]):
        descriptor = find_backend(store, backend)
        refused = refusal(descriptor, settings, policy)
        if refused is not None:
            raise refused
        given = dict(parameters.get(backend, {}))
        if any(parameter.name == "scale" for parameter in descriptor.parameters):
            given.setdefault("scale", str(scale))
        resolved = resolve_parameters(descriptor, given)
        if resolved.get("scale", scale) != scale or scale not in descriptor.scales:
            raise InputError(
                "{backend} can't enlarge ×{scale}. Choose one of: {scales}.",
                backend=backend, scale=str(scale), scales=", ".join(f"×{known}" for known in descriptor.scales),
            )  # fmt: skip
        chosen = (DEFAULT_SEED if seed is None else seed) if descriptor.has_random_component else None
        weights = str(store.path(backend)) if descriptor.weights_sha256 else None
        made.append(Contestant(descriptor=descriptor, weights=weights, parameters=resolved, seed=chosen))
    return tuple(made)


def identity_weights(store: Store) -> str | None:
    """The verified weights of the network that identity is measured with; None where they are not installed."""
    return str(store.path(MEASURE)) if store.installed(MEASURE) else None


def benchmark(
    store: Store,
    settings: Settings,
    *,
    data: str,
    preparation: str,
    crop: int,
    scale: int,
    degradation: str,
    backends: Sequence[str],
    parameters: Mapping[str, Mapping[str, str]] | None = None,
    seed: int | None = None,
    first: int | None = None,
    save: Path | None = None,
    sheet: Path | None = None,
    faces: int = 12,
    wish: EngineWish | None = None,
    progress: Progress = SILENT,
) -> dict[str, Any]:
    """Measure, in a process of its own; see :class:`~facet.core.benchmark.Benchmark`. The result as JSON values.

    Raises ``InputError``, ``EnvironmentLacksError`` or what ``progress`` raises; then the process is ended.
    """
    kind, colon, place = data.partition(":")
    order = Benchmark(
        data=f"{kind}{colon}{Path(place).expanduser().absolute() if place else ''}",
        preparation=preparation,
        crop=crop,
        scale=scale,
        degradation=degradation,
        contestants=(),
        first=first,
        save=None if save is None else str(save.absolute()),
        sheet=None if sheet is None else str(sheet.absolute()),
        faces=faces,
        wish=wish or settings.wish,
    ).checked()
    chosen = contestants(store, settings, backends, scale=scale, parameters=parameters or {}, seed=seed)
    order = replace(order, contestants=chosen, identity=identity_weights(store))
    child = Child(MODULE, name=N_("benchmark"), environment={"CUBLAS_WORKSPACE_CONFIG": ":4096:8"})
    try:
        result: dict[str, Any] = child.call("run", order.to_wire(), progress=progress).head["result"]
    finally:
        child.close()
    return result
