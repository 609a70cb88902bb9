"""What the user chose, and what the laboratory's policy forbids."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

import platformdirs

from facet.core import owner_only
from facet.core.descriptor import Descriptor
from facet.core.errors import EnvironmentLacksError, InputError
from facet.core.i18n import LANGUAGES
from facet.core.receipt import EngineWish, check_device
from facet.workbench.naming import NamingScheme

FILE = "settings.json"
POLICY_FILE = "policy.json"
PRECISIONS = ("float32", "bfloat16", "float16")


def home_folder() -> Path:
    """Where Facet keeps weights, samples and settings: ``$FACET_HOME`` or the platform's data folder."""
    chosen = os.environ.get("FACET_HOME")
    return (
        Path(chosen).expanduser().absolute() if chosen else Path(platformdirs.user_data_dir("facet", appauthor=False))
    )


def machine_policy() -> Path:
    """The laboratory's policy for this machine, where only its administrator writes; no variable moves it on Linux."""
    if platform.system() == "Linux":
        return Path("/etc/facet") / POLICY_FILE
    return Path(platformdirs.site_config_dir("facet", appauthor=False)) / POLICY_FILE


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """One user's choices. ``language`` empty means the system's; ``device`` and the rest as in ``EngineWish``;
    ``footage_memory`` is in MB (MiB), 0 for what suits the machine. ``seal_key`` is the file of the key that seals a
    case at each report (empty: no report is sealed), ``time_stamp`` the address of a time-stamping authority.
    ``exhibit_names`` is the agency's scheme for names (empty: none), see :mod:`facet.workbench.naming`;
    ``remember_footage`` keeps a list of the footage of all cases, by which the same footage is noticed in another."""

    ai_enabled: bool = True
    generative_enabled: bool = True
    language: str = ""
    device: str = "auto"
    precision: str = "float32"
    threads: int = 0
    footage_memory: int = 0
    examiner: str = ""
    agency: str = ""
    seal_key: str = ""
    time_stamp: str = ""
    exhibit_names: str = ""
    remember_footage: bool = True

    @property
    def picture_memory(self) -> int:
        """Bytes of decoded pictures that an open footage keeps, 0 for what suits the machine."""
        return self.footage_memory << 20

    @property
    def wish(self) -> EngineWish:
        """What these settings ask of the engine."""
        return EngineWish(device=self.device, precision=self.precision, threads=self.threads)

    def changed(self, name: str, text: str) -> Settings:
        """These settings with one of them read from text. Raises ``InputError``."""
        known = {field.name: field for field in fields(self)}
        if name not in known:
            raise InputError("There is no setting «{name}». There are: {known}.", name=name, known=", ".join(known))
        default = getattr(Settings(), name)
        value: bool | int | str = text
        if isinstance(default, bool):
            if text not in ("on", "off"):
                raise InputError("{name} is «on» or «off», not «{text}».", name=name, text=text)
            value = text == "on"
        elif isinstance(default, int):
            if not text.isdecimal():
                raise InputError("{name} is a whole number, not «{text}».", name=name, text=text)
            value = int(text)
        if name == "device":
            check_device(text)
        if name == "seal_key" and text:
            value = str(Path(text).expanduser().absolute())
        if name == "exhibit_names" and text:
            NamingScheme.parse(text)
        choices = {"language": ("", *LANGUAGES), "precision": PRECISIONS}.get(name)
        if choices and value not in choices:
            raise InputError(
                "{name} can't be «{text}». Choose one of: {choices}.",
                name=name,
                text=text,
                choices=", ".join(choice or "«»" for choice in choices),
            )
        return replace(self, **{name: value})  # type: ignore[arg-type]

    def to_json(self) -> dict[str, bool | int | str]:
        """Every setting by name."""
        return asdict(self)

    @classmethod
    def load(cls, home: Path) -> Settings:
        """The saved settings, or the defaults where none are. Raises ``InputError`` for a damaged file."""
        path = home / FILE
        try:
            given = json.loads(path.read_text("utf-8"))
            known = {field.name: type(getattr(cls(), field.name)) for field in fields(cls)}
            kept = {name: value for name, value in given.items() if name in known}
            if any(type(value) is not known[name] for name, value in kept.items()):
                raise ValueError
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError, AttributeError):
            raise InputError("{path} is damaged. Mend or delete it; the defaults then hold.", path=str(path)) from None
        return cls(**kept)

    def save(self, home: Path) -> None:
        """Write the settings, whole or not at all. Raises ``EnvironmentLacksError``."""
        path = home / FILE
        try:
            home.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(".new")
            owner_only.write_text(draft, json.dumps(self.to_json(), ensure_ascii=False, indent=2) + "\n")
            draft.replace(path)
        except OSError as error:
            raise EnvironmentLacksError(
                "The settings can't be saved in {folder}: {reason}.", folder=str(home), reason=error.strerror or "?"
            ) from error


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """What the laboratory allows on this machine; a user's settings can only narrow it."""

    ai: bool = True
    generative: bool = True

    @classmethod
    def load(cls) -> Policy:
        """The machine's policy, narrowed by the file that ``$FACET_POLICY`` names.

        No file for the machine allows everything. A file that is named and missing, can't be read, or says what is not
        understood allows no learned backend.
        """
        named = os.environ.get("FACET_POLICY")
        held = [cls.read(machine_policy(), missing=cls())]
        if named:
            held.append(cls.read(Path(named), missing=NOTHING_LEARNED))
        return cls(ai=all(one.ai for one in held), generative=all(one.generative for one in held))

    @classmethod
    def read(cls, path: Path, *, missing: Policy) -> Policy:
        """The policy of one file: an object with ``ai`` and ``generative``, each true or false, true if left out."""
        try:
            given = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return missing
        except (OSError, ValueError):
            return NOTHING_LEARNED
        understood = isinstance(given, dict) and set(given) <= {"ai", "generative"}
        if not understood or not all(isinstance(value, bool) for value in given.values()):
            return NOTHING_LEARNED
        return cls(**given)


NOTHING_LEARNED = Policy(ai=False, generative=False)


def refusal(descriptor: Descriptor, settings: Settings, policy: Policy) -> InputError | None:
    """Why this backend may not run here, or None."""
    if descriptor.family.learned and not policy.ai:
        return InputError("{id}: this machine's policy forbids learned (AI) backends.", id=descriptor.id)
    if descriptor.family == "generative" and not policy.generative:
        return InputError("{id}: this machine's policy forbids generative backends.", id=descriptor.id)
    if descriptor.family.learned and not settings.ai_enabled:
        return InputError(
            "{id}: learned (AI) backends are switched off. Switch them on in the settings (ai_enabled).",
            id=descriptor.id,
        )
    if descriptor.family == "generative" and not settings.generative_enabled:
        return InputError(
            "{id}: generative backends are switched off. Switch them on in the settings (generative_enabled).",
            id=descriptor.id,
        )
    return None
