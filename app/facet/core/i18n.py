"""Messages in the reader's language (gettext; English is the key, Korean a translation)."""

from __future__ import annotations

import gettext
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from facet.core.locate import shipped

LANGUAGES = ("en", "ko")
DOMAIN = "facet"

_current = "en"
_for_now: ContextVar[str | None] = ContextVar("facet language", default=None)


def N_(text: str) -> str:  # noqa: N802  # gettext's own name
    """Mark ``text`` for translation and leave it as it is."""
    return text


@cache
def translator(language: str) -> Callable[[str], str]:
    """The function that translates into ``language`` (``en`` or ``ko``); what it lacks stays English."""
    return gettext.translation(DOMAIN, shipped("resources") / "translations", [language], fallback=True).gettext


def set_language(language: str) -> None:
    """Choose what :func:`_` speaks from now on."""
    global _current  # noqa: PLW0603  # one program, one tongue
    _current = language


def current_language() -> str:
    """What :func:`_` speaks."""
    return _for_now.get() or _current


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Let :func:`_` speak another language inside, in this thread only: a report need not be in the user's."""
    before = _for_now.set(language)
    try:
        yield
    finally:
        _for_now.reset(before)


def preferred_language(environment: dict[str, str] | None = None) -> str:
    """``ko`` where FACET_LANG or the locale says so, else ``en``."""
    env = os.environ if environment is None else environment
    for name in ("FACET_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := env.get(name):
            return "ko" if value.lower().startswith("ko") else "en"
    return "en"


def _(text: str) -> str:
    """``text`` in the chosen language."""
    return translator(current_language())(text) if text else text
