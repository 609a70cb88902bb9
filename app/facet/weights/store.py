"""The store: weights on this machine, each under its id, never used unless its digest is the one on its card.

Under the home: ``models/<id>/weights.safetensors`` for shipped cards, and ``models/<id>/card.toml`` with a file beside
it for the user's own. A file gets its name only once it is whole, on the disk, and checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from facet.core.canonical import Json
from facet.core.descriptor import Family
from facet.core.errors import EnvironmentLacksError, InputError
from facet.core.i18n import _
from facet.core.progress import SILENT, Progress
from facet.weights import catalog, completion, own, transfer
from facet.weights.address import fetch_file, is_that_file
from facet.weights.archive import read_member
from facet.weights.card import CARD, SUFFIXES, Address, Archive, Card, OwnFile, read_card, write_card
from facet.weights.convert import convert
from facet.weights.disk import plainly, put_in_place, workplace, write_new
from facet.weights.fetch import fetch
from facet.weights.shelf import Shelf
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
        wanted: dict[str, list[Card]] = {}
        origins: dict[str, Archive | Address] = {}
        for card in map(self.card, dict.fromkeys(identifiers)):
            if not isinstance(card.origin, Archive | Address):
                raise InputError("{id} has nothing to install. See: facet models list.", id=card.id)
            if not Shelf(self.folder, card).good():
                origins[card.origin.sha256] = card.origin
                wanted.setdefault(card.origin.sha256, []).append(card)
        if not wanted:
            return []
        done: Ids = []
        with workplace(self.folder) as place, plainly(self.folder):
            for digest, cards in wanted.items():
                match origins[digest]:
                    case Address() as address:
                        found = fetch_file(address, place / digest, progress)
                    case archive:
                        found = fetch(archive, place / digest, progress)
                for card in cards:
                    self._take(card, found, place, progress)
                    done.append(card.id)
        return done

    def bring(self, file: Path, progress: Progress = SILENT) -> Ids:
        """Install from a file that someone brought; the ids. What it is shows in its content, not in its name.

        Either a file made by :meth:`export`, or a pinned archive, or the file at a card's address. Empty for a model
        file that is none of these: it may be the user's own (:meth:`add`). Raises as :meth:`import_` does.
        """
        if not file.is_file():
            raise InputError("{path}: there is no such file.", path=str(file))
        if not transfer.is_bundle(file):
            with plainly(file):
                cards = [card for card in catalog.cards().values() if _pinned(card, file)]
            if cards:
                with workplace(self.folder) as place, plainly(self.folder):
                    for card in cards:
                        self._take(card, file, place, progress)
                return [card.id for card in cards]
            if file.suffix.lower() in SUFFIXES:
                return []
            if file.suffix.lower() != ".zip":
                raise InputError(
                    "{name}: neither weights exported by Facet, nor an archive or file that a card names, nor a model "
                    "file (.pth, .safetensors). Nothing was installed.",
                    name=file.name,
                )
        return self.import_(file, progress)

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

        The user's own models stay out: nothing on the other side could vouch for them. So do files fetched from an
        address: those can be brought as they are. ``file`` must not exist.
        Raises ``InputError``, ``EnvironmentLacksError``, ``Cancelled``.
        """
        chosen = {
            shelf.card.id: (shelf.verified(), shelf.card.digest)
            for shelf in self._shelves()
            if isinstance(shelf.card.origin, Archive) and shelf.filled()
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
                self._keep(catalog.cards()[name], made)
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

    def free_id(self, file: Path) -> str:
        """An id for the user's own model file, made of its name, that is not taken."""
        taken = {*self.cards(), *(path.name for path in self.folder.glob("*"))}
        return own.plain_id(file.stem, taken)

    def card_file(self, identifier: str) -> Path:
        """Where the card of that id lies; an own one may be edited there, and is read anew each time."""
        own_file = self.folder / identifier / CARD
        return own_file if isinstance(self.card(identifier).origin, OwnFile) else catalog.card_file(identifier)

    def complete(self, identifier: str, changes: Iterable[tuple[str, str]]) -> Card:
        """Write what the user states into the card of their own model, field and text; the card as it is now.

        See :func:`facet.weights.completion.completed`. Raises ``InputError`` for a shipped card, a field that is not
        the user's to state, or a value that can't be; ``EnvironmentLacksError`` (disk).
        """
        card = self.card(identifier)
        if not isinstance(card.origin, OwnFile):
            raise InputError("The card of {id} travels with Facet and can't be changed.", id=identifier)
        text = write_card(completion.completed(card.descriptor, changes), card.origin)
        with workplace(self.folder) as place, plainly(self.folder):
            write_new(place / CARD, [text.encode("utf-8")])
            put_in_place(place / CARD, self.folder / identifier / CARD)
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

    def _take(self, card: Card, found: Path, place: Path, progress: Progress) -> None:
        """Keep the weights of ``card`` out of the file that its origin names, converted where it is an archive."""
        if isinstance(card.origin, Archive):
            self._convert(card, card.origin, found, place, progress)
            return
        made = place / card.id
        if write_new(made, own.pieces(found, progress)) != card.digest:
            raise InputError("{path}: the file changed while it was read. Try again.", path=str(found))
        self._keep(card, made)

    def _convert(self, card: Card, origin: Archive, archive: Path, place: Path, progress: Progress) -> None:
        label = _("Converting {name}").format(name=card.id)
        steps = len(origin.members) + 2
        members = {}
        for number, member in enumerate(origin.members):
            progress(number, steps, label)
            members[member.path] = read_member(archive, member)
        try:
            tensors = convert(origin.reader, members)
        except ValueError as error:
            raise InputError(
                "{name}: its content can't be converted ({reason}). Nothing of it was installed.",
                name=origin.requirement,
                reason=str(error),
            ) from error
        progress(steps - 1, steps, label)
        metadata = {"architecture": card.descriptor.architecture, "id": card.id, "source": origin.requirement}
        made = place / f"{card.id}.safetensors"
        if write_new(made, tensor_file(tensors, metadata)) != card.digest:
            raise InputError(
                "{id}: what came out of the conversion is not what the card names (SHA-256 differs). "
                "It was not installed. Install Facet again, or tell its makers.",
                id=card.id,
            )
        progress(steps, steps, label)
        self._keep(card, made)

    def _keep(self, card: Card, made: Path) -> None:
        target = Shelf(self.folder, card).path
        target.parent.mkdir(exist_ok=True)
        put_in_place(made, target)


def _pinned(card: Card, file: Path) -> bool:
    return isinstance(card.origin, Archive | Address) and is_that_file(file, card.origin)
