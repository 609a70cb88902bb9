"""Outputs made again from their receipts, and compared picture by picture."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from facet.case import Case, OutputRow, called
from facet.core.descriptor import Descriptor
from facet.core.digest import picture_digest
from facet.core.errors import EnvironmentLacksError, FacetError, InputError
from facet.core.i18n import _
from facet.core.progress import SILENT, Progress
from facet.core.receipt import EngineWish, Receipt
from facet.core.run import Enhanced, EnhanceRequest, companion_name
from facet.inference.client import InferenceClient
from facet.weights import Store
from facet.workbench.difference import (
    Difference,
    Tolerance,
    all_within,
    difference,
    is_search,
    largest_of,
    tolerance_of,
)
from facet.workbench.lookup import crop_upright
from facet.workbench.redecoding import FootageAgain
from facet.workbench.repetition import Lacking, Repetition, Verdict
from facet.workbench.settings import Policy, Settings, refusal


class WeightsMissingError(EnvironmentLacksError):
    """Weights that a receipt names are not here: ``id`` of the backend and ``sha256`` are among its values."""

    @property
    def lacking(self) -> Lacking:
        """What to look for."""
        return Lacking(kind="weights", id=str(self.values["id"]), sha256=str(self.values["sha256"]))


def reproduce(
    case: Case,
    store: Store,
    settings: Settings,
    inference: InferenceClient,
    *,
    output: OutputRow,
    footage: FootageAgain | None = None,
    progress: Progress = SILENT,
) -> Repetition:
    """Make one output again from its receipt, the stored crop and the weights; compare all its pictures.

    With ``footage`` the source frame is decoded again first. What settings or policy forbid is not run for this
    either. Raises ``Cancelled``; whatever else keeps it from being made is told in the answer.
    """
    row = Repetition(
        enhancement=output.id,
        backend=output.backend,
        verdict=Verdict.NOT_TRIED,
        equal=None,
        expected=output.picture_sha256,
        got=None,
        message="",
    )
    if footage is not None:
        row = dataclasses.replace(row, frame=footage.frame_of(output.crop, progress))
    try:
        receipt = case.receipt(output.id)
        request, elsewhere = _here(repeat_request(case, store, settings, receipt), inference, progress)
        enhanced = inference.enhance(request, progress=progress)
        row = dataclasses.replace(row, **_compared(case, receipt, enhanced))
    except WeightsMissingError as error:
        return _with_frame(dataclasses.replace(row, message=error.localised(_), lacking=(error.lacking,)))
    except (InputError, EnvironmentLacksError) as error:
        return _with_frame(dataclasses.replace(row, message=error.localised(_)))
    if elsewhere is not None:
        told = _("The run was on {then}, which is not here; it was made again on {now}.")
        told = told.format(then=elsewhere.id, now=request.wish.device)
        row = dataclasses.replace(row, message=f"{row.message} {told}", lacking=(elsewhere,))
    return _with_frame(row)


def repeat_request(case: Case, store: Store, settings: Settings, receipt: Receipt) -> EnhanceRequest:
    """The request that a receipt stands for. Raises :class:`WeightsMissingError` for weights that are not here,
    ``InputError`` for what policy forbids or a crop that was altered."""
    descriptor = Descriptor.from_json(case.card(str(receipt.exhibit)))
    if (refused := refusal(descriptor, settings, Policy.load())) is not None:
        raise refused
    first = receipt.inputs[0]
    assert isinstance(first, dict)
    crop = str(first["exhibit"])
    rotation, aspect = crop_upright(case, crop)
    wish = {name: receipt.engine.get(name) for name in EngineWish.__slots__}
    return EnhanceRequest(
        picture=case.picture(crop),
        descriptor=descriptor,
        weights=weights_of(store, descriptor),
        parameters=receipt.params,
        seed=receipt.seed,
        rotation=rotation,
        sample_aspect=aspect,
        wish=EngineWish(**wish),  # type: ignore[arg-type]
    )


def weights_of(store: Store, descriptor: Descriptor) -> str | None:
    """The file with the weights of a card, under whatever id they are installed; None where it has none. Raises
    :class:`WeightsMissingError`."""
    wanted = descriptor.weights_sha256
    if not wanted:
        return None
    cards = store.cards()
    for identifier in (descriptor.id, *cards):
        if identifier in cards and cards[identifier].descriptor.weights_sha256 == wanted:
            try:
                return str(store.path(identifier))
            except FacetError:  # of this id they are not installed, or damaged
                continue
    if descriptor.id in cards and store.installed(descriptor.id):
        raise WeightsMissingError(
            "{id}: the installed weights are not those of the receipt (SHA-256 {sha256}), or are damaged. Bring the "
            "weights of that run.",
            id=descriptor.id, sha256=wanted,
        )  # fmt: skip
    raise WeightsMissingError(
        "The weights of {id} are not installed here (SHA-256 {sha256}). Install them with: facet models install {id}, "
        "or bring that file: facet models import FILE.",
        id=descriptor.id, sha256=wanted,
    )  # fmt: skip


def _here(
    request: EnhanceRequest, inference: InferenceClient, progress: Progress
) -> tuple[EnhanceRequest, Lacking | None]:
    """The request for a device that this machine has, and the one of the receipt where that is lacking."""
    device = request.wish.device
    if device == "cpu" or device in {each["id"] for each in inference.devices(progress)}:
        return request, None
    wish = dataclasses.replace(request.wish, device="cpu")
    return dataclasses.replace(request, wish=wish), Lacking(kind="device", id=device, sha256=None)


def _compared(case: Case, receipt: Receipt, enhanced: Enhanced) -> dict[str, Any]:
    """The fields of a repetition that tell how the pictures came out."""
    told: Any = receipt.output.get("companions", [])
    before = {(each["role"], each["number"]): each["picture_sha256"] for each in told}
    now = {(one.role, one.number): one.picture for one in enhanced.companions}
    output = str(receipt.exhibit)
    words: dict[str, str] = {}
    found: list[Difference] = []
    got = picture_digest(enhanced.picture)
    if got != receipt.output["picture_sha256"]:
        words["output"] = _("output")
        found.append(difference("output", case.picture(output), enhanced.picture))
    for role, number in dict.fromkeys((*before, *now)):
        again, name = now.get((role, number)), companion_name(role, number)
        if again is not None and picture_digest(again) == before.get((role, number)):
            continue
        words[name] = called(role, number)
        recorded = case.companion_picture(f"{output}/{name}") if (role, number) in before else None
        missing = Difference(name=name, largest=None, mean=None)
        found.append(missing if recorded is None else difference(name, recorded, again))
    descriptor = Descriptor.from_json(case.card(output))
    tolerance = tolerance_of(descriptor, receipt.engine)
    verdict = Verdict.EQUAL if not found else Verdict.WITHIN if all_within(found, tolerance) else Verdict.DIFFERENT
    said = [_measured(verdict, found, tolerance)]
    if found:
        said.append(_surroundings(receipt, enhanced))
    if verdict is Verdict.DIFFERENT and is_search(descriptor):
        said.append(
            _("A search goes on from its own last digits, and on another processor it can end at another face.")
        )
    if found and enhanced.companions:
        said.append(_("It differs in: {pictures}.").format(pictures=", ".join(words.values())))
    return {
        "verdict": verdict,
        "equal": verdict is Verdict.EQUAL,
        "got": got,
        "differing": tuple(words),
        "differences": tuple(found),
        "tolerance": tolerance,
        "message": " ".join(said),
    }


def _with_frame(row: Repetition) -> Repetition:
    """The verdict with that over the frame, and what is said of it."""
    frame = row.frame
    if frame is None:
        return row
    row = dataclasses.replace(row, message=f"{row.message} {frame.message}")
    if frame.equal is False:
        return dataclasses.replace(row, verdict=Verdict.DIFFERENT)
    if frame.equal is None and row.verdict is not Verdict.DIFFERENT:
        absent = Lacking(kind="footage", id=frame.footage, sha256=frame.footage_sha256)
        lacking = (*row.lacking, absent) if frame.absent else row.lacking
        return dataclasses.replace(row, verdict=Verdict.NOT_TRIED, lacking=lacking)
    return row


def _measured(verdict: Verdict, found: Sequence[Difference], tolerance: Tolerance) -> str:
    """How far the pictures are apart, in a sentence."""
    if verdict is Verdict.EQUAL:
        return _("Equal, bit for bit.")
    measured = largest_of(found)
    if measured is None:
        return _("Different: not the same pictures came out, or not of the same size.")
    template = (
        _("Within tolerance: at most {largest} levels of 255 apart, on average {mean} ({most} and {least} allowed).")
        if verdict is Verdict.WITHIN
        else _("Different: at most {largest} levels of 255 apart, on average {mean} ({most} and {least} allowed).")
    )
    return template.format(
        largest=measured[0], mean=f"{measured[1]:.4f}", most=tolerance.largest, least=f"{tolerance.mean:g}"
    )


def _surroundings(receipt: Receipt, enhanced: Enhanced) -> str:
    """What is not as it was at the run, in a sentence."""
    changes = [
        f"{name} {receipt.software.get(name)} → {now}"
        for name, now in enhanced.software.items()
        if receipt.software.get(name) != now
    ]
    if changes:
        return _("The software is not the same: {changes}.").format(changes="; ".join(changes))
    if receipt.engine.get("device_name") not in (None, enhanced.engine.get("device_name")):
        return _("The software is the same, the machine is another.")
    return _("The software and the machine are the same.")
