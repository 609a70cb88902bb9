"""Outputs made again from their receipts, and compared digest by digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from facet.case import Case, called
from facet.core.canonical import Json
from facet.core.descriptor import Descriptor
from facet.core.digest import picture_digest
from facet.core.errors import EnvironmentLacksError, InputError
from facet.core.i18n import _
from facet.core.progress import SILENT, Progress
from facet.core.receipt import EngineWish, Receipt
from facet.core.run import Enhanced, EnhanceRequest, companion_name
from facet.inference.client import InferenceClient
from facet.weights import Store
from facet.workbench.lookup import crop_upright
from facet.workbench.runs import find_backend
from facet.workbench.settings import Policy, Settings, refusal


@dataclass(frozen=True, kw_only=True, slots=True)
class Repetition:
    """One output made again with its samples and their spread: ``equal`` is None where it could not be tried, and
    ``message`` says why. ``differing`` names the pictures that came out otherwise: ``output``, ``spread``,
    ``sample-2``; ``expected`` and ``got`` are digests of the output itself."""

    enhancement: str
    backend: str
    equal: bool | None
    expected: str
    got: str | None
    message: str
    differing: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Json]:
        """Every field by name."""
        return {**{name: getattr(self, name) for name in self.__slots__}, "differing": [*self.differing]}


def reproduce(
    case: Case,
    store: Store,
    settings: Settings,
    inference: InferenceClient,
    *,
    output: str,
    progress: Progress = SILENT,
) -> Repetition:
    """Make one output again from its receipt, the stored crop and the weights; compare the digests of all its pictures.

    What settings or policy forbid is not run for this either.
    """
    receipt = case.receipt(output)
    backend, expected = str(receipt.backend["id"]), str(receipt.output["picture_sha256"])
    try:
        request = repeat_request(case, store, settings, receipt)
        enhanced = inference.enhance(request, progress=progress)
    except (InputError, EnvironmentLacksError) as error:
        return Repetition(
            enhancement=output, backend=backend, equal=None, expected=expected, got=None, message=error.localised(_)
        )
    differing = _differing(receipt, enhanced)
    return Repetition(
        enhancement=output,
        backend=backend,
        equal=not differing,
        expected=expected,
        got=picture_digest(enhanced.picture),
        message=_message(receipt, enhanced, differing),
        differing=tuple(differing),
    )


def repeat_request(case: Case, store: Store, settings: Settings, receipt: Receipt) -> EnhanceRequest:
    """The request that a receipt stands for. Raises ``EnvironmentLacksError`` or ``InputError`` for missing weights."""
    descriptor = Descriptor.from_json(case.card(str(receipt.exhibit)))
    if (refused := refusal(descriptor, settings, Policy.load())) is not None:
        raise refused
    weights: str | None = None
    if descriptor.weights_sha256:
        if find_backend(store, descriptor.id).weights_sha256 != descriptor.weights_sha256:
            raise InputError(
                "{id}: the installed weights are not those of the receipt ({digest}…). Bring the weights of that run.",
                id=descriptor.id,
                digest=descriptor.weights_sha256[:16],
            )
        weights = str(store.path(descriptor.id))
    first = receipt.inputs[0]
    assert isinstance(first, dict)
    crop = str(first["exhibit"])
    rotation, aspect = crop_upright(case, crop)
    wish = {name: receipt.engine.get(name) for name in EngineWish.__slots__}
    return EnhanceRequest(
        picture=case.picture(crop),
        descriptor=descriptor,
        weights=weights,
        parameters=receipt.params,
        seed=receipt.seed,
        rotation=rotation,
        sample_aspect=aspect,
        wish=EngineWish(**wish),  # type: ignore[arg-type]
    )


def _differing(receipt: Receipt, enhanced: Enhanced) -> dict[str, str]:
    """The pictures that are not those of the receipt: their names, and what they are called in a sentence."""
    told: Any = receipt.output.get("companions", [])
    before = {(each["role"], each["number"]): each["picture_sha256"] for each in told}
    now = {(one.role, one.number): one for one in enhanced.companions}
    found: dict[str, str] = {}
    if picture_digest(enhanced.picture) != receipt.output["picture_sha256"]:
        found["output"] = _("output")
    for role, number in dict.fromkeys((*before, *now)):
        again = now.get((role, number))
        if again is None or picture_digest(again.picture) != before.get((role, number)):
            found[companion_name(role, number)] = called(role, number)
    return found


def _message(receipt: Receipt, enhanced: Enhanced, differing: Mapping[str, str]) -> str:
    if not differing:
        return _("Equal, bit for bit.")
    changed = [
        f"{name} {receipt.software.get(name)} → {now}"
        for name, now in enhanced.software.items()
        if receipt.software.get(name) != now
    ]
    words = (
        _("Different. The software is not the same: {changes}.").format(changes="; ".join(changed))
        if changed
        else _("Different, though the software is the same.")
    )
    if not enhanced.companions:
        return words
    return f"{words} {_('It differs in: {pictures}.').format(pictures=', '.join(differing.values()))}"
