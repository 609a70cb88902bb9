"""The user's own model file, taken into the store with a card that says how little is known of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from facet.core.canonical import Json
from facet.core.descriptor import Descriptor, Family, Parameter
from facet.core.digest import CHUNK
from facet.core.errors import InputError
from facet.core.progress import SILENT, Progress
from facet.weights.card import CARD, SUFFIXES, Card, OwnFile, write_card
from facet.weights.completion import LICENCE, RESTORER, UNKNOWN, VALIDATION, limitation_of
from facet.weights.disk import write_new

LARGEST = 2 << 30
"""Bytes; a larger file is refused."""
SMALLEST = 64
"""Bytes; a smaller file holds no network."""
TILE, TILE_OVERLAP = 192, 32
"""Pixels of the crop; what a network gets that can work in tiles."""
IDENTIFIER = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
RESERVED = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")
"""Names that Windows keeps for devices."""

NETWORK = "spandrel"
"""The architecture of an own model that is no :data:`~facet.weights.completion.RESTORER`: whatever spandrel reads."""
RESTORER_SCALES = (4, 1, 2, 8)
"""A restorer makes a face of one size; the picture around it is enlarged so many times. The first is the default."""


def plain_id(stem: str, taken: Collection[str]) -> str:
    """An id made of a file's name without its suffix, other than those ``taken``."""
    words = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:56].strip("-") or "model"
    base = f"own-{words}" if RESERVED.fullmatch(words) else words
    number, made = 1, base
    while made in taken:
        number += 1
        made = f"{base}-{number}"
    return made


def check(file: Path, identifier: str, family: str) -> Family:
    """Whether the file, the id and the family can be taken; nothing of the content is read. Raises ``InputError``."""
    if family not in (Family.REGRESSION, Family.GENERATIVE):
        raise InputError("A network is «regression» or «generative», not «{family}».", family=str(family))
    if not IDENTIFIER.fullmatch(identifier) or RESERVED.fullmatch(identifier):
        raise InputError(
            "«{id}» can't be an id. Use small letters a to z, digits and hyphens, at most 64, such as: my-model-x4.",
            id=identifier,
        )
    if file.suffix.lower() not in SUFFIXES:
        raise InputError(
            "{name}: only .pth and .safetensors files are taken; others can run code when they are read. "
            "Save the model as .safetensors and try again.",
            name=file.name,
        )
    if not file.is_file():
        raise InputError("{path}: there is no such file.", path=str(file))
    size = file.stat().st_size
    if size < SMALLEST:
        raise InputError("{name}: {size} bytes can't hold a network. Choose another file.", name=file.name, size=size)
    if size > LARGEST:
        raise InputError(
            "{name}: {size} bytes are too many; the limit is {limit}.", name=file.name, size=size, limit=LARGEST
        )
    return Family(family)


def fault(card: Card) -> str | None:
    """Why a card found in the store can't be that of a user's own model; None where it can.

    Its family decides about banners and reasons, so one that was edited into something harmless is not believed.
    """
    stated = card.descriptor
    if not isinstance(card.origin, OwnFile):
        return "it names no file beside it"
    possible = {NETWORK: (Family.REGRESSION, Family.GENERATIVE), RESTORER: (Family.GENERATIVE,)}
    if stated.family not in possible.get(stated.architecture, ()) or not stated.uses_training_set_information:
        return "it was altered: a network can't be what it states"
    return None


def take_in(
    file: Path,
    identifier: str,
    facts: Mapping[str, Json],
    family: Family,
    *,
    place: Path,
    progress: Progress = SILENT,
) -> Path:
    """A folder inside ``place`` with a copy of the file and its card, ready to be renamed into the store.

    Raises ``InputError`` for facts that Facet can't work with or a file that can't be read, ``OSError`` for ``place``.
    """
    architecture, scale = _usable(file, facts)
    made = place / identifier
    made.mkdir()
    copy = made / f"weights{file.suffix.lower()}"
    digest = write_new(copy, pieces(file, progress))
    if facts.get("weights_sha256", digest) != digest:
        raise InputError("{path}: the file changed while it was read. Try again.", path=str(file))
    final = OwnFile(name=f"{digest}{copy.suffix}")
    copy.replace(made / final.name)
    card = _descriptor(
        file.name,
        identifier,
        architecture=architecture,
        scale=scale,
        family=family,
        digest=digest,
        facts=facts,
    )
    write_new(made / CARD, [write_card(card, final).encode("utf-8")])
    return made


def _usable(file: Path, facts: Mapping[str, Json]) -> tuple[str, int]:
    architecture, scale = facts.get("architecture"), facts.get("scale")
    channels = {facts.get("input_channels"), facts.get("output_channels", 3)}
    if not isinstance(architecture, str) or not architecture:
        raise InputError("{name}: its architecture is not known. Choose another file.", name=file.name)
    if not isinstance(scale, int) or not 1 <= scale <= 16:
        raise InputError(
            "{name}: a network that enlarges {scale} times can't be used; from 1 to 16 is possible.",
            name=file.name,
            scale=str(scale),
        )
    if channels != {3}:
        raise InputError(
            "{name}: the network does not take and give RGB pictures of three channels. Choose another file.",
            name=file.name,
        )
    return architecture.removeprefix("spandrel/"), scale


def _descriptor(
    name: str,
    identifier: str,
    *,
    architecture: str,
    scale: int,
    family: Family,
    digest: str,
    facts: Mapping[str, Json],
) -> Descriptor:
    restorer = facts.get("purpose") == "FaceSR"
    family = Family.GENERATIVE if restorer else family
    tiled = facts.get("tiling", "supported") == "supported" and not restorer
    least = facts.get("minimum_side", 1)
    return Descriptor(
        id=identifier,
        title=f"{identifier} (the user’s own model, {architecture}{'' if restorer else f' ×{scale}'})",
        family=family,
        scales=RESTORER_SCALES if restorer else (scale,),
        minimum_side=16 if restorer else max(8, least) if isinstance(least, int) else 8,
        maximum_side=None,
        face_only=restorer,
        uses_training_set_information=True,
        has_random_component=False,
        licence=LICENCE,
        licence_limits=UNKNOWN,
        source=f"Added by the user from a file named {name}.",
        weights_sha256=digest,
        training_data=UNKNOWN,
        training_ancestry=UNKNOWN,
        paper=UNKNOWN,
        limitations=(
            limitation_of(family),
            "What it was trained on, and on whose faces, is unknown to Facet.",
            "Whether it draws on chance when it runs is unknown to Facet; «facet reproduce» shows whether it repeats.",
            *(RESTORED if restorer else ()),
        ),
        validation=VALIDATION,
        architecture=RESTORER if restorer else NETWORK,
        method=f"A trained network of the architecture {architecture}, read by spandrel."
        + (" It draws one face anew, aligned by its landmarks, which is put back into the crop." if restorer else ""),
        parameters=(_enlargement(),) if restorer else (),
        tile=TILE if tiled else None,
        tile_overlap=TILE_OVERLAP if tiled else None,
    )


RESTORED = (
    "Draws a face from what it learned of other faces: eyes, teeth, skin and age can be those of nobody in the scene.",
    "Works on the most certain face in the crop alone; the rest of the crop is enlarged by the bicubic kernel.",
)
"""What is said of every face restorer."""


def _enlargement() -> Parameter:
    return Parameter(
        name="scale",
        kind="choice",
        default=str(RESTORER_SCALES[0]),
        choices=tuple(str(factor) for factor in sorted(RESTORER_SCALES)),
        explanation="How many times wider and higher the picture becomes.",
    )


def pieces(file: Path, progress: Progress = SILENT) -> Iterator[bytes]:
    """The content of a file that someone brought. Raises ``InputError`` where it can't be read or grows too large."""
    try:
        total, done = file.stat().st_size, 0
        with file.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                done += len(chunk)
                if done > LARGEST:
                    raise InputError("{name}: the file grows while it is read.", name=file.name)
                progress(done, total, file.name)
                yield chunk
    except OSError as error:
        raise InputError(
            "{path}: the file can't be read ({reason}).", path=str(file), reason=error.strerror or str(error)
        ) from error
