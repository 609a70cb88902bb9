"""The store: weights on this machine, each under its id, never used unless its digest is the one on its card.

Under the home: ``models/<id>/weights.safetensors`` for shipped cards, and ``models/<id>/card.toml`` with a file beside
it for the user's own. A file gets its name only once it is whole, on the disk, and checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from facet.core.canonical import Json
from facet.core.descriptor import Family
from facet.core.digest import sha256_file
from facet.core.errors import EnvironmentLacksError, InputError
from facet.core.i18n import _
from facet.core.progress import SILENT, Progress
from facet.weights import catalog, own, transfer
from facet.weights.archive import read_member
from facet.weights.card import CARD, Archive, Card, OwnFile, read_card
from facet.weights.convert import convert
from facet.weights.disk import plainly, put_in_place, workplace, write_new
from facet.weights.fetch import fetch
from facet.weights.tensors import tensor_file

WEIGHTS = "weights.safetensors"


class Store:
    """The weights under one home folder. Making one touches nothing; it may be used from several threads."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "models"

    def cards(self) -> dict[str, Card]:
        """Shipped cards and the user's own, by id. An own card that can't be read is left out; see :meth:`verify`."""
        found = catalog.cards()
        for name, card in self._own_cards().items():
            if isinstance(card, Card):
                found.setdefault(name, card)
        return found

    def card(self, identifier: str) -> Card:
        """The card of that id. Raises ``InputError``."""
        cards = self.cards()
        if identifier not in cards:
            raise InputError(
                "There is no model «{id}». Known are: {known}.", id=identifier, known=", ".join(sorted(cards))
            )
        return cards[identifier]

    def installed(self, identifier: str) -> bool:
        """Whether it can run: its weights are there (their digest is checked by :meth:`path`), or it needs none."""
        place = self._place(self.card(identifier))
        return place is None or place.is_file()

    def path(self, identifier: str) -> Path:
        """The weights, their digest checked against the card just now.

        Raises ``EnvironmentLacksError`` where they are not installed, ``InputError`` where they are not what the card
        says or the backend has none.
        """
        card = self.card(identifier)
        place = self._place(card)
        if place is None:
            raise InputError("{id} works without weights; there is no file.", id=identifier)
        if not place.is_file():
            raise EnvironmentLacksError(
                "The weights of {id} are not installed. Install it with: facet models install {id}", id=identifier
            )
        with plainly(place):
            digest = sha256_file(place)
        if digest != card.digest:
            raise InputError(
                "{path}: these weights are not the ones on the card of {id} (SHA-256 differs): damaged or altered. "
                "They are not used. Delete the file, then: facet models install {id}",
                path=str(place), id=identifier,
            )  # fmt: skip
        return place

    def list(self) -> list[dict[str, Json]]:
        """One row for every backend that has weights: id, title, family, installed, installable, own, size, digest."""
        rows: list[dict[str, Json]] = []
        for card in self.cards().values():
            place = self._place(card)
            if place is None:
                continue
            there = place.is_file()
            rows.append({
                "id": card.id,
                "title": card.descriptor.title,
                "family": card.descriptor.family.value,
                "installed": there,
                "installable": isinstance(card.origin, Archive),
                "own": isinstance(card.origin, OwnFile),
                "size_bytes": place.stat().st_size if there else None,
                "sha256": card.digest,
                "requirement": card.origin.requirement if isinstance(card.origin, Archive) else None,
            })  # fmt: skip
        return rows

    def install(self, identifiers: Sequence[str], progress: Progress = SILENT) -> list[str]:
        """Fetch, check, convert and keep the weights of these ids; those that had to be installed.

        Each is whole or absent, whatever happens meanwhile; one archive is fetched once. Raises
        ``EnvironmentLacksError`` (network, disk, pip), ``InputError`` (ids, digests), ``Cancelled``.
        """
        wanted: dict[Archive, list[Card]] = {}
        for card in map(self.card, dict.fromkeys(identifiers)):
            if not isinstance(card.origin, Archive):
                raise InputError("{id} has nothing to install. See: facet models list.", id=card.id)
            if not self._good(card):
                # one archive may serve several cards through different members
                key = next((a for a in wanted if a.sha256 == card.origin.sha256), card.origin)
                wanted.setdefault(key, []).append(card)
        done: list[str] = []
        if wanted:
            with workplace(self.folder) as place:
                for number, (archive, group) in enumerate(wanted.items()):
                    with plainly(self.folder):
                        found = fetch(archive, place / f"archive-{number}", progress)
                    for card in group:
                        self._convert(card, found, place, progress)
                        done.append(card.id)
        return done

    def verify(self, progress: Progress = SILENT) -> list[dict[str, Json]]:
        """One row for each installed model: id, ok, and what was found in a sentence."""
        rows: list[dict[str, Json]] = []
        for name, broken in self._own_cards().items():
            if isinstance(broken, str):
                rows.append(
                    {"id": name, "ok": False, "message": _("Its card can't be read: {reason}").format(reason=broken)}
                )
        for card in self.cards().values():
            place = self._place(card)
            if place is None or not (place.is_file() or isinstance(card.origin, OwnFile)):
                continue
            try:
                good = (
                    sha256_file(place, lambda done, total, _label="", name=card.id: progress(done, total, name))
                    == card.digest
                )
                message = (
                    _("The digest is the one on the card.")
                    if good
                    else _("SHA-256 differs from the card: damaged or altered. It will not be used.")
                )
            except OSError as error:
                good, message = False, _("The file can't be read: {reason}").format(reason=error.strerror)
            rows.append({"id": card.id, "ok": good, "message": message})
        return rows

    def export(self, file: Path, progress: Progress = SILENT) -> list[str]:
        """All installed weights of shipped cards as one file, for :meth:`import_` elsewhere; the ids in it.

        The user's own models stay out: nothing on the other side could vouch for them. ``file`` must not exist.
        Raises ``InputError``, ``EnvironmentLacksError``, ``Cancelled``.
        """
        chosen = {
            card.id: self.path(card.id)
            for card in catalog.cards().values()
            if isinstance(card.origin, Archive) and self.installed(card.id)
        }
        if not chosen:
            raise EnvironmentLacksError("No weights are installed, so there is nothing to export.")
        return transfer.pack(file, {name: (place, self.card(name).digest) for name, place in chosen.items()}, progress)

    def import_(self, file: Path, progress: Progress = SILENT) -> list[str]:
        """Install every model in a file made by :meth:`export`; their ids.

        All digests are checked against the shipped cards before anything is installed. Raises ``InputError`` for a
        file that holds anything else, ``EnvironmentLacksError`` (disk), ``Cancelled``.
        """
        expected = {card.id: card.digest for card in catalog.cards().values() if isinstance(card.origin, Archive)}
        with workplace(self.folder) as place, plainly(self.folder):
            unpacked = transfer.unpack(file, expected, place, progress)
            for name, made in unpacked.items():
                self._keep(name, made)
        return list(unpacked)

    def add(
        self, file: Path, identifier: str, facts: dict[str, Json], family: str | Family = Family.GENERATIVE
    ) -> Card:
        """Take in the user's own model file: a copy under its digest, with a card made from ``facts``.

        ``facts`` are what the inference process read from it: architecture, scale, input_channels, output_channels.
        Raises ``InputError`` (kind of file, size, id, facts), ``EnvironmentLacksError`` (disk).
        """
        if identifier in self.cards() or (self.folder / identifier / CARD).exists():
            raise InputError("There is a model «{id}» already. Choose another id.", id=identifier)
        own.check(file, identifier)
        with workplace(self.folder) as place, plainly(self.folder):
            made = own.take_in(file, identifier, facts, Family(family), place)
            put_in_place(made, self.folder / identifier)
        return self.card(identifier)

    def _place(self, card: Card) -> Path | None:
        if card.origin is None:
            return None
        return self.folder / card.id / (card.origin.name if isinstance(card.origin, OwnFile) else WEIGHTS)

    def _good(self, card: Card) -> bool:
        place = self._place(card)
        with plainly(self.folder):
            return place is not None and place.is_file() and sha256_file(place) == card.digest

    def _own_cards(self) -> dict[str, Card | str]:
        """The user's own cards by folder name; the reason instead of a card where it can't be read."""
        found: dict[str, Card | str] = {}
        for path in sorted(self.folder.glob(f"*/{CARD}")):
            try:
                found[path.parent.name] = read_card(path)
            except (OSError, ValueError) as error:
                found[path.parent.name] = str(error)
        return found

    def _convert(self, card: Card, archive: Path, place: Path, progress: Progress) -> None:
        assert isinstance(card.origin, Archive)
        label = _("Converting {name}").format(name=card.id)
        steps = len(card.origin.members) + 2
        members = {}
        for number, member in enumerate(card.origin.members):
            progress(number, steps, label)
            members[member.path] = read_member(archive, member)
        try:
            tensors = convert(card.origin.reader, members)
        except ValueError as error:
            raise InputError(
                "{name}: its content can't be converted ({reason}). Nothing was installed.",
                name=card.origin.requirement, reason=str(error),
            ) from error  # fmt: skip
        progress(steps - 1, steps, label)
        metadata = {"architecture": card.descriptor.architecture, "id": card.id, "source": card.origin.requirement}
        made = place / f"{card.id}.safetensors"
        with plainly(self.folder):
            digest = write_new(made, tensor_file(tensors, metadata))
        if digest != card.digest:
            raise InputError(
                "{id}: what came out of the conversion is not what the card names (SHA-256 differs). "
                "Nothing was installed. Install Facet again, or tell its makers.",
                id=card.id,
            )
        progress(steps, steps, label)
        with plainly(self.folder):
            self._keep(card.id, made)

    def _keep(self, identifier: str, made: Path) -> None:
        target = self.folder / identifier / WEIGHTS
        target.parent.mkdir(exist_ok=True)
        put_in_place(made, target)
