"""One model's place in the store: where its weights lie, whether they are there, whether they are the card's."""

from __future__ import annotations

from pathlib import Path

from facet.core.canonical import Json
from facet.core.digest import sha256_file
from facet.core.errors import EnvironmentLacksError, FacetError, InputError
from facet.core.i18n import _
from facet.core.locate import shipped
from facet.core.progress import SILENT, Progress
from facet.weights.card import Address, Archive, Card, OwnFile, Shipped
from facet.weights.disk import plainly

WEIGHTS = "weights.safetensors"
AS_BROUGHT = "weights.pth"
"""What is not converted: read by torch's restricted reader, whatever its maker called it."""


class Shelf:
    """The place of ``card``'s weights: under the store's ``folder``, or beside the card if they travel with Facet.

    Only for cards that have weights.
    """

    def __init__(self, folder: Path, card: Card) -> None:
        self.card = card
        self.own = isinstance(card.origin, OwnFile)
        self.shipped = isinstance(card.origin, Shipped)
        self.path = (shipped("models") if self.shipped else folder) / card.id / _name(card)

    def filled(self) -> bool:
        """Whether a file is there. Raises ``EnvironmentLacksError`` where that can't be seen."""
        with plainly(self.path):
            return self.path.is_file()

    def good(self, progress: Progress = SILENT) -> bool:
        """Whether a file is there and its digest, taken just now, is the card's. Raises ``EnvironmentLacksError``."""
        with plainly(self.path):
            return self.filled() and sha256_file(self.path, progress) == self.card.digest

    def verified(self) -> Path:
        """The file, its digest checked just now. Raises ``EnvironmentLacksError`` or, if altered, ``InputError``."""
        if not self.filled():
            raise self._absent()
        if not self.good():
            raise self._altered()
        return self.path

    def verification(self, progress: Progress = SILENT) -> dict[str, Json]:
        """A row: id, ok, and what was found in a sentence."""
        try:
            if not self.filled():
                ok, message = False, _("Its file is gone.")
            elif self.good(lambda done, total, _label="": progress(done, total, self.card.id)):
                ok, message = True, _("The digest is the one on the card.")
            else:
                ok, message = False, _("The digest is not the one on the card: damaged or altered. It is not used.")
        except EnvironmentLacksError as error:
            ok, message = False, error.localised(_)
        return {"id": self.card.id, "ok": ok, "message": message}

    def row(self) -> dict[str, Json]:
        """What a list says of it. ``size_bytes`` is null where nothing is installed."""
        there = self.filled()
        origin = self.card.origin
        return {
            "id": self.card.id,
            "title": self.card.descriptor.title,
            "family": self.card.descriptor.family.value,
            "installed": there,
            "installable": isinstance(origin, Archive | Address),
            "own": self.own,
            "shipped": self.shipped,
            "size_bytes": self.path.stat().st_size if there else None,
            "sha256": self.card.digest,
            "requirement": origin.requirement if isinstance(origin, Archive) else None,
            "address": origin.url if isinstance(origin, Address) else None,
        }

    def _absent(self) -> FacetError:
        if self.own:
            return EnvironmentLacksError(
                "{path}: your own model file of {id} is gone. Put it back, or add it again under another id.",
                path=str(self.path),
                id=self.card.id,
            )
        if self.shipped:
            return self._broken()
        return EnvironmentLacksError(
            "The weights of {id} are not installed. Install them with: facet models install {id}", id=self.card.id
        )

    def _altered(self) -> FacetError:
        if self.own:
            return InputError(
                "{path}: this is not the file on the card of {id} (SHA-256 differs): damaged or altered. It is not "
                "used. Put the right one back, or add it again under another id.",
                path=str(self.path),
                id=self.card.id,
            )
        if self.shipped:
            return self._broken()
        return InputError(
            "{path}: these weights are not the ones on the card of {id} (SHA-256 differs): damaged or altered. They "
            "are not used. Install them again with: facet models install {id}",
            path=str(self.path),
            id=self.card.id,
        )

    def _broken(self) -> FacetError:
        return EnvironmentLacksError(
            "{path}: the weights that travel with Facet are missing or altered. They are not used. Install Facet "
            "again.",
            path=str(self.path),
        )


def _name(card: Card) -> str:
    match card.origin:
        case OwnFile(name=name):
            return name
        case Address():
            return AS_BROUGHT
    return WEIGHTS
