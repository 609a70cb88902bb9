"""A run from wish to receipt: prepared against policy and footage, executed apart, recorded in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from facet.case import Case
from facet.core.descriptor import Descriptor, Family
from facet.core.digest import picture_digest
from facet.core.errors import InputError
from facet.core.progress import SILENT, Progress
from facet.core.receipt import EngineWish, Receipt
from facet.core.run import Enhanced, EnhanceRequest, resolve_parameters
from facet.core.spread import makes_several
from facet.inference.client import InferenceClient
from facet.weights import Store
from facet.workbench.lookup import crop_row, crop_upright
from facet.workbench.settings import Policy, Settings, refusal

DEFAULT_SEED = 0
"""Recorded and used where a backend has a random component and the examiner names no seed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """A run that may be executed: everything it needs is in hand and checked."""

    crop: str
    descriptor: Descriptor
    request: EnhanceRequest = field(repr=False)
    reason: str | None

    def execute(self, inference: InferenceClient, progress: Progress = SILENT) -> Enhanced:
        """Run it in the inference process. Raises ``Cancelled`` and whatever the process answers; records nothing."""
        return inference.enhance(self.request, progress=progress)


def prepare_run(
    case: Case,
    store: Store,
    settings: Settings,
    *,
    crop: str,
    backend: str,
    parameters: Mapping[str, str] | None = None,
    seed: int | None = None,
    reason: str | None = None,
    wish: EngineWish | None = None,
) -> Run:
    """Check that this backend may run on this crop and gather what it needs.

    The footage's size and time are compared with those at ingest. A refusal by policy is journalled. Raises
    ``InputError`` for what the user can mend and ``EnvironmentLacksError`` for weights that are not installed.
    """
    crop_row(case, crop)
    picture = case.picture(crop)
    descriptor = choose_backend(case, store, settings, backend, exhibit=crop, reason=reason)
    reason = (reason or "").strip() or None
    resolved = resolve_parameters(descriptor, dict(parameters or {}))
    check_size(descriptor, picture.shape[1], picture.shape[0])
    weights = str(store.path(backend)) if descriptor.weights_sha256 else None
    ensure_footage(case, crop.split("/", 1)[0])
    seed = (DEFAULT_SEED if seed is None else seed) if descriptor.has_random_component else None
    rotation, aspect = crop_upright(case, crop)
    request = EnhanceRequest(
        picture=picture,
        descriptor=descriptor,
        weights=weights,
        parameters=resolved,
        seed=seed,
        rotation=rotation,
        sample_aspect=aspect,
        wish=wish or settings.wish,
    )
    return Run(crop=crop, descriptor=descriptor, request=request, reason=reason)


def choose_backend(
    case: Case, store: Store, settings: Settings, backend: str, *, exhibit: str | None, reason: str | None
) -> Descriptor:
    """The descriptor of a backend that may run here for this reason; a refusal by policy or settings is journalled.

    Raises ``InputError``.
    """
    descriptor = find_backend(store, backend)
    refused = refusal(descriptor, settings, Policy.load())
    if refused is not None:
        case.log("run-refused", exhibit=exhibit, details={"backend": backend, "because": str(refused)})
        raise refused
    if makes_several(descriptor.architecture):
        case.must_keep_companions(backend)
    if descriptor.family is Family.GENERATIVE and not (reason or "").strip():
        raise InputError(
            "{id} is generative: it invents detail. Say why the run is needed (--reason TEXT); the reason is recorded.",
            id=backend,
        )
    return descriptor


def record_run(case: Case, run: Run, enhanced: Enhanced) -> str:
    """Keep the output with its companions and its receipt; its exhibit id."""
    crop_digest = picture_digest(run.request.picture)

    def receipt(exhibit: str) -> Receipt:
        return Receipt(
            exhibit=exhibit,
            backend={
                "id": run.descriptor.id,
                "card_sha256": run.descriptor.card_sha256,
                "weights_sha256": run.descriptor.weights_sha256,
                "family": run.descriptor.family.value,
            },
            inputs=[{"exhibit": run.crop, "picture_sha256": crop_digest}],
            preparation=enhanced.preparation,
            params=run.request.parameters,
            seed=run.request.seed,
            engine=enhanced.engine,
            software=enhanced.software,
            consistency=enhanced.consistency,
            started=enhanced.started,
            ended=enhanced.ended,
            output={
                "width": int(enhanced.picture.shape[1]),
                "height": int(enhanced.picture.shape[0]),
                "picture_sha256": picture_digest(enhanced.picture),
                "companions": [one.told() for one in enhanced.companions],
            },
            reason=run.reason,
        )

    return case.add_output(
        run.crop,
        picture=enhanced.picture,
        receipt=receipt,
        descriptor=run.descriptor,
        companions=enhanced.companions,
    )


def compare_with(
    case: Case,
    store: Store,
    inference: InferenceClient,
    crop: str,
    *,
    scale: int,
    backend: str = "bicubic",
    progress: Progress = SILENT,
) -> Enhanced:
    """The crop enlarged by an interpolation, to stand beside an output. It adds nothing and is not recorded."""
    descriptor = find_backend(store, backend)
    rotation, aspect = crop_upright(case, crop)
    request = EnhanceRequest(
        picture=case.picture(crop),
        descriptor=descriptor,
        weights=None,
        parameters=resolve_parameters(descriptor, {"scale": str(scale)}),
        rotation=rotation,
        sample_aspect=aspect,
    )
    return inference.enhance(request, progress=progress)


def find_backend(store: Store, backend: str) -> Descriptor:
    """The descriptor of a backend. Raises ``InputError`` that names those there are."""
    cards = {name: card for name, card in store.cards().items() if not card.descriptor.measures}
    if backend not in cards:
        raise InputError("There is no backend «{id}». There are: {known}.", id=backend, known=", ".join(sorted(cards)))
    return cards[backend].descriptor


def check_size(descriptor: Descriptor, width: int, height: int) -> None:
    """Raise ``InputError`` if a crop of this size is smaller or larger than the backend takes."""
    if min(height, width) < descriptor.minimum_side:
        raise InputError(
            "{id} needs at least {least} pixels on each side; the crop has {width}×{height}. Draw a larger box.",
            id=descriptor.id,
            least=descriptor.minimum_side,
            width=width,
            height=height,
        )
    if descriptor.maximum_side is not None and max(height, width) > descriptor.maximum_side:
        raise InputError(
            "{id} takes at most {most} pixels on a side; the crop has {width}×{height}. Draw a smaller box.",
            id=descriptor.id,
            most=descriptor.maximum_side,
            width=width,
            height=height,
        )


def ensure_footage(case: Case, footage: str, *, full: bool = False, progress: Progress = SILENT) -> None:
    """Raise ``InputError`` if the footage is there but is not what was ingested.

    Size and time are looked at; if ``full``, or where the time differs, the digest decides. What is found amiss is
    journalled where the case is open to write. Footage that is not there keeps nothing from running: the case holds
    the whole frame.
    """
    check = case.check_footage(footage, full=full, progress=progress)
    if check.ok:
        return
    if check.found and not check.full:
        check = case.check_footage(footage, full=True, progress=progress)
    if case.writable:
        case.log("footage-check", exhibit=footage, details={"found": check.found, "ok": check.ok, "full": check.full})
    if check.found and not check.ok:
        raise InputError(
            "Footage {id} is not what was ingested: {why} Nothing was run. Put the original file back.",
            id=footage,
            why=check.message,
        )
