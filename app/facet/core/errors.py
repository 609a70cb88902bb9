"""Errors of three kinds: yours to mend, the environment lacks something, our bug.

A message is one English template that says what is wrong and what to do; it is also the key under which the
translations are found. ``str(error)`` is the English sentence, :meth:`FacetError.localised` another language's.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any, ClassVar

from facet.core.i18n import N_


class FacetError(Exception):
    """An expected failure, told in one plain line. Use one of its subclasses.

    ``template`` is a ``str.format`` template and the translation key; ``values`` fill it, without what nobody can see:
    a name out of a file must neither break the line nor command a terminal.
    """

    exit_code: ClassVar[int] = 70

    def __init__(self, template: str, /, **values: Any) -> None:
        super().__init__(template, values)
        self.template = template
        self.values = values

    def __str__(self) -> str:
        return self.localised(lambda text: text)

    def localised(self, translate: Callable[[str], str]) -> str:
        """The sentence with its template put through ``translate``."""
        text = translate(self.template)
        shown = {name: _shown(value) if isinstance(value, str) else value for name, value in self.values.items()}
        return text.format(**shown) if shown else text

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.template, self.values))


def _shown(value: str) -> str:
    if value.isprintable():
        return value
    return "".join(each if each.isprintable() or unicodedata.category(each) == "Zs" else "\ufffd" for each in value)


def _rebuild(kind: type[FacetError], template: str, values: dict[str, Any]) -> FacetError:
    return kind(template, **values)


class InputError(FacetError):
    """What was given can't be used; the user can mend it (exit code 2)."""

    exit_code = 2


class EnvironmentLacksError(FacetError):
    """The machine lacks something: a library, memory, disk, network, weights (exit code 3)."""

    exit_code = 3


class NegativeAnswer(FacetError):  # noqa: N818  # an answer, not a failure
    """The question was answered, and the answer is no: tampered, differs (exit code 1)."""

    exit_code = 1


class Cancelled(FacetError):  # noqa: N818  # the user's wish, not a failure
    """The user stopped the work (exit code 130). Nothing half done is kept."""

    exit_code = 130

    def __init__(self, template: str = N_("Cancelled."), /, **values: Any) -> None:
        super().__init__(template, **values)


class InternalError(FacetError):
    """A fault in Facet itself (exit code 70)."""


KINDS: dict[str, type[FacetError]] = {
    kind.__name__: kind for kind in (InputError, EnvironmentLacksError, NegativeAnswer, Cancelled, InternalError)
}
"""The kinds by name, for errors that cross a process border as JSON."""
