"""The store: weights on this machine, each under its id, never used unless its digest is the one on its card.

Under the home: ``models/<id>/weights.safetensors`` for shipped cards, and ``models/<id>/card.toml`` with a file beside
it for the user's own. A file gets its name only once it is whole, on the disk, and checked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from facet.core.canonical import Json
from facet.core.descriptor import Family
from facet.core.errors import EnvironmentLacksError, InputError
from facet.core.i18n import _
from facet.core.progress import SILENT, Progress
from facet.weights import catalog, own, transfer
from facet.weights.archive import read_member
from facet.weights.card import CARD, Archive, Card, read_card
from facet.weights.convert import convert
from facet.weights.disk import plainly, put_in_place, workplace, write_new
from facet.weights.fetch import fetch
from facet.weights.shelf import WEIGHTS, Shelf
from facet.weights.tensors import tensor_file

Ids: TypeAlias = list[str]
Rows: TypeAlias = list[dict[str, Json]]


class Store:
    """The weights under one home folder. Making one touches nothing; it may be used from several threads."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "models"

    def cards(self) -> dict[str, Card]:
        """Shipped cards and the user's own, by id. An own card that can't be used is left out; see :meth:`verify`."""
        own_cards = self._own_cards().items()
        return {**catalog.cards(), **{name: card for name, card in own_cards if isinstance(card, Card)}}

    def card(self, identifier: str) -> Card:
        """The card of that id. Raises ``InputError``."""
        cards = self.cards()
        if identifier not in cards:
            raise InputError(
                "There is no model «{id}». Known are: {known}.", id=identifier, known=", ".join(sorted(cards))
            )
        return cards[identifier]

    def installed(self, identifier: str) -> bool:
        """Whether it can run: its weights are there (:meth:`path` checks their digest), or it needs none."""
        card = self.card(identifier)
        return card.origin is None or Shelf(self.folder, card).filled()

    def path(self, identifier: str) -> Path:
        """The weights, their digest checked against the card just now.

        Raises ``EnvironmentLacksError`` where they are not installed, ``InputError`` where they are not what the card
        says or the backend has none.
        """
        card = self.card(identifier)
        if card.origin is None:
            raise InputError("{id} works without weights; there is no file.", id=identifier)
        return Shelf(self.folder, card).verified()

    def list(self) -> Rows:
        """One row for every backend that has weights; see :meth:`Shelf.row`."""
        return [shelf.row() for shelf in self._shelves()]

    def install(self, identifiers: Sequence[str], progress: Progress = SILENT) -> Ids:
        """Fetch, check, convert and keep the weights of these ids; those that had to be installed.

        Each is whole or absent, whatever happens meanwhile; one archive is fetched once. What lies in its place with
        another digest is replaced. Raises ``EnvironmentLacksError`` (network, disk, pip), ``InputError`` (ids,
        digests), ``Cancelled``.
        """
        wanted: dict[str, Ids] = {}
        archives: dict[str, Archive] = {}
        for card in map(self.card, dict.fromkeys(identifiers)):
            if not isinstance(card.origin, Archive):
                raise InputError("{id} has nothing to install. See: facet models list.", id=card.id)
            if not Shelf(self.folder, card).good():
                archives[card.origin.sha256] = card.origin
                wanted.setdefault(card.origin.sha256, []).append(card.id)
        if not wanted:
            return []
        done: Ids = []
        with workplace(self.folder) as place, plainly(self.folder):
            for digest, ids in wanted.items():
                found = fetch(archives[digest], place / digest, progress)
                for identifier in ids:
                    self._convert(self.card(identifier), found, place, progress)
                    done.append(identifier)
        return done

    def verify(self, progress: Progress = SILENT) -> Rows:
        """One row for each installed model: id, ok, and what was found in a sentence."""
        rows: Rows = []
        for name, reason in self._own_cards().items():
            if isinstance(reason, str):
                message = _("Its card is not used: {reason}.").format(reason=reason)
                rows.append({"id": name, "ok": False, "message": message})
        return rows + [shelf.verification(progress) for shelf in self._shelves() if shelf.own or shelf.filled()]

    def export(self, file: Path, progress: Progress = SILENT) -> Ids:
        """All installed weights of shipped cards as one file, for :meth:`import_` elsewhere; the ids in it.

        The user's own models stay out: nothing on the other side could vouch for them. ``file`` must not exist.
        Raises ``InputError``, ``EnvironmentLacksError``, ``Cancelled``.
        """
        chosen = {
            shelf.card.id: (shelf.verified(), shelf.card.digest)
            for shelf in self._shelves()
            if not shelf.own and shelf.filled()
        }
        if not chosen:
            raise EnvironmentLacksError("No weights are installed, so there is nothing to export.")
        return transfer.pack(file, chosen, progress)

    def import_(self, file: Path, progress: Progress = SILENT) -> Ids:
        """Install every model in a file made by :meth:`export`; their ids.

        All digests are checked against the shipped cards before anything is installed. Raises ``InputError`` for a
        file that holds anything else, ``EnvironmentLacksError`` (disk), ``Cancelled``.
        """
        expected = {card.id: card.digest for card in catalog.cards().values() if isinstance(card.origin, Archive)}
        with workplace(self.folder) as place, plainly(self.folder):
            unpacked = transfer.unpack(file, expected, place, progress)
            for name, made in unpacked.items():
                self._keep(name, made)
        return sorted(unpacked)

    def add(
        self,
        file: Path,
        identifier: str,
        facts: Mapping[str, Json],
        family: str = Family.GENERATIVE,
        *,
        progress: Progress = SILENT,
    ) -> Card:
        """Take in the user's own model file: a copy under its digest, with a card made from ``facts``.

        ``facts`` are what the inference process read from it: architecture, scale, input_channels, output_channels,
        tiling, weights_sha256. Raises ``InputError`` (kind of file, size, id, facts), ``EnvironmentLacksError`` (disk),
        ``Cancelled``.
        """
        stated = own.check(file, identifier, family)
        with workplace(self.folder) as place, plainly(self.folder):
            if identifier in catalog.cards() or (self.folder / identifier).exists():
                raise InputError("There is a model «{id}» already. Choose another id.", id=identifier)
            made = own.take_in(file, identifier, facts, stated, place=place, progress=progress)
            put_in_place(made, self.folder / identifier)
        return self.card(identifier)

    def _shelves(self) -> Sequence[Shelf]:
        return [Shelf(self.folder, card) for card in self.cards().values() if card.origin is not None]

    def _own_cards(self) -> dict[str, Card | str]:
        """The user's own cards by folder name; in place of one that is not used, the reason."""
        shipped = catalog.cards()
        found: dict[str, Card | str] = {}
        for path in sorted(self.folder.glob(f"*/{CARD}")):
            name = path.parent.name
            try:
                card = read_card(path)
                found[name] = "the id is that of a shipped model" if name in shipped else own.fault(card) or card
            except (OSError, ValueError) as error:
                found[name] = str(error)
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
                "{name}: its content can't be converted ({reason}). Nothing of it was installed.",
                name=card.origin.requirement,
                reason=str(error),
            ) from error
        progress(steps - 1, steps, label)
        metadata = {"architecture": card.descriptor.architecture, "id": card.id, "source": card.origin.requirement}
        made = place / f"{card.id}.safetensors"
        if write_new(made, tensor_file(tensors, metadata)) != card.digest:
            raise InputError(
                "{id}: what came out of the conversion is not what the card names (SHA-256 differs). "
                "It was not installed. Install Facet again, or tell its makers.",
                id=card.id,
            )
        progress(steps, steps, label)
        self._keep(card.id, made)

    def _keep(self, identifier: str, made: Path) -> None:
        target = self.folder / identifier / WEIGHTS
        target.parent.mkdir(exist_ok=True)
        put_in_place(made, target)
