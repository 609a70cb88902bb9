"""The workbench: settings, backends, footage and cases, for the window and the command line alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from facet.case import Case, Verification
from facet.core.canonical import Json
from facet.core.descriptor import Descriptor, Family
from facet.core.errors import InputError
from facet.core.i18n import _
from facet.core.progress import SILENT, Progress
from facet.export.checking import is_bag, verify_package
from facet.footage import Reader
from facet.inference.client import InferenceClient
from facet.weights import Store, peak_memory
from facet.weights.completion import still_open
from facet.workbench.passphrases import passphrase_of
from facet.workbench.sealing import Trusted
from facet.workbench.session import CaseSession
from facet.workbench.settings import Policy, Settings, home_folder, refusal
from facet.workbench.witnesses import verified


@dataclass(frozen=True, kw_only=True, slots=True)
class BackendState:
    """A backend as it stands here: installed, and allowed by settings and policy (else ``why_not`` says why).

    ``peak_memory`` as :func:`~facet.weights.peak_memory` tells it.
    """

    descriptor: Descriptor
    installed: bool
    allowed: bool
    why_not: str
    peak_memory: Mapping[int, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Json]:
        """The descriptor's fields and the state."""
        return {
            **self.descriptor.to_json(),
            "card_sha256": self.descriptor.card_sha256,
            "installed": self.installed,
            "allowed": self.allowed,
            "why_not": self.why_not or None,
            "peak_memory_mib": {str(side): mib for side, mib in self.peak_memory.items()},
        }


class Workbench:
    """The program without a face. One per process; close it when done."""

    def __init__(self, home: Path | None = None, settings: Settings | None = None) -> None:
        """``home`` defaults to ``$FACET_HOME`` or the platform's folder, ``settings`` to those saved there."""
        self.home = home or home_folder()
        self.settings = settings or Settings.load(self.home)
        self.store = Store(self.home)
        self.inference = InferenceClient()

    def close(self) -> None:
        """End the inference process."""
        self.inference.close()

    def __enter__(self) -> Workbench:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def change_settings(self, changes: Mapping[str, str]) -> Settings:
        """Read changes from text, save them, and use them from now on."""
        changed = self.settings
        for name, text in changes.items():
            changed = changed.changed(name, text)
        changed.save(self.home)
        self.settings = changed
        return changed

    def backends(self) -> list[BackendState]:
        """Every backend: shipped ones in the catalogue's order, then the user's own."""
        policy, states = Policy.load(), []
        for card in self.store.cards().values():
            if card.descriptor.measures:
                continue
            refused = refusal(card.descriptor, self.settings, policy)
            states.append(
                BackendState(
                    descriptor=card.descriptor,
                    installed=self.store.installed(card.descriptor.id),
                    allowed=refused is None,
                    why_not="" if refused is None else refused.localised(_),
                    peak_memory=peak_memory(card.descriptor.id),
                )
            )
        return states

    def install(self, backends: Sequence[str], progress: Progress = SILENT) -> list[str]:
        """Fetch, check and convert weights; the ids that had to be. See :class:`facet.weights.Store`."""
        return self.store.install(backends, progress)

    def import_models(
        self, file: Path, backend: str | None = None, *, family: str | None = None, progress: Progress = SILENT
    ) -> list[str]:
        """Install from any file that someone brought, told apart by its content; the ids.

        One made by ``facet models export``, a pinned archive, a file from a card's address, or else a network of the
        user's own (see :meth:`add_model`), called ``backend`` or after its file.
        """
        brought = self.store.bring(file, progress)
        if not brought:
            brought = [backend or self.store.free_id(file)]
            self.add_model(file, brought[0], family=family, progress=progress)
        return brought

    def open_fields(self, backend: str) -> list[str]:
        """What the user has not yet stated on the card of their own model; nothing for a shipped one."""
        return still_open(self.store.card(backend).descriptor)

    def add_model(
        self,
        file: Path,
        backend: str,
        *,
        family: str | None = None,
        stated: Sequence[tuple[str, str]] = (),
        progress: Progress = SILENT,
    ) -> None:
        """Take in the user's own model file; it is read in the inference process only.

        ``stated`` are fields of its card with what the user knows of it.
        """
        if not file.is_file():
            raise InputError("{path}: there is no such model file. Check the name.", path=str(file))
        facts = self.inference.inspect(file, progress=progress)
        self.store.add(file, backend, facts, family or Family.GENERATIVE, progress=progress)
        if stated:
            self.store.complete(backend, stated)

    def open_footage(self, path: Path, progress: Progress = SILENT) -> Reader:
        """Open footage: probe, index and digest."""
        return Reader.open(path, progress=progress, memory=self.settings.picture_memory)

    def create_case(
        self,
        path: Path,
        *,
        number: str,
        examiner: str = "",
        agency: str = "",
        title: str = "",
        passphrase: str | None = None,
    ) -> CaseSession:
        """Make a new case file, encrypted with a ``passphrase``, and open it for writing."""
        case = Case.create(
            path,
            number=number,
            examiner=self._examiner(examiner),
            agency=agency or self.settings.agency,
            title=title,
            passphrase=passphrase,
        )
        return self._session(case)

    def open_case(
        self, path: Path, *, examiner: str | None = None, writable: bool = True, passphrase: str | None = None
    ) -> CaseSession:
        """Open a case file, for writing unless ``writable`` is False.

        Without ``examiner`` the one of the settings writes, and failing that the one who opened the case file first.
        Without ``passphrase`` that of an encrypted case comes from
        :func:`~facet.workbench.passphrases.passphrases_from`; ``PassphraseWanted`` where nobody gives one.
        """
        passphrase = passphrase_of(path) if passphrase is None else passphrase
        if not writable:
            return self._session(Case.open(path, passphrase=passphrase))
        name = examiner or self.settings.examiner
        if not name:
            with Case.open(path, passphrase=passphrase) as case:
                name = case.meta.examiner
        return self._session(Case.open(path, examiner=self._examiner(name), passphrase=passphrase))

    def migrate(self, path: Path, out: Path, *, examiner: str = "", progress: Progress = SILENT) -> dict[str, Json]:
        """Copy an older case into a new one of the present format, which says so in its journal; the old one stays.
        Raises ``InputError`` and ``NegativeAnswer`` as :meth:`facet.case.Case.migrate`."""
        passphrase = passphrase_of(path)
        with Case.open(path, passphrase=passphrase) as old:
            before = old.format
            old.migrate(out, examiner=self._examiner(examiner or old.meta.examiner), progress=progress)
        with Case.open(out, passphrase=passphrase) as new:
            return {"case": str(out), "from": before, "to": new.format, "head": new.head()}

    def verify(
        self,
        path: Path,
        *,
        footage: Path | None = None,
        against: str | None = None,
        trusted: Trusted | None = None,
        pixels: bool = True,
        progress: Progress = SILENT,
        passphrase: str | None = None,
    ) -> Verification:
        """Check a case file, even one that was tampered with; ``against`` is a journal head, or the name of a report or
        of a seal's file that names one; ``trusted`` the keys that seals and time stamps shall be of; without ``pixels``
        no picture is unpacked, and the answer says so.

        ``path`` may be the folder of a package, which is checked with the case in it. Writes nothing. Raises
        ``InputError`` for what is not a case, ``NegativeAnswer`` for one too damaged to check.
        """
        if is_bag(path):
            return verify_package(
                path,
                lambda case, packed: self.verify(
                    case,
                    footage=footage or packed,
                    against=against,
                    trusted=trusted,
                    pixels=pixels,
                    progress=progress,
                    passphrase=passphrase,
                ),
                lambda case: Case.open(case, passphrase=passphrase_of(case) if passphrase is None else passphrase),
                progress,
            )
        passphrase = passphrase_of(path) if passphrase is None else passphrase
        with Case.open(path, suspect=True, passphrase=passphrase) as case:
            return verified(case, progress, footage=footage, against=against, trusted=trusted, pixels=pixels)

    def _session(self, case: Case) -> CaseSession:
        return CaseSession(case, self.store, self.settings, self.inference)

    def _examiner(self, name: str) -> str:
        chosen = (name or self.settings.examiner).strip()
        if not chosen:
            raise InputError("Who is the examiner? Every journal entry bears a name (--examiner NAME).")
        return chosen
