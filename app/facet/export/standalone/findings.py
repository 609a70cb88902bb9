"""What a check answers: a place, whether it is well, and a sentence."""

from __future__ import annotations

from typing import Any, Callable, NamedTuple


def N_(text: str) -> str:  # noqa: N802  # gettext's own name
    """Leave ``text`` as it is; Facet finds it here for its translations."""
    return text


class Finding(NamedTuple):
    """One thing that was looked at. ``place`` is an exhibit, a file of the bag, or empty for the whole; ``check`` a
    word for programs; ``template`` an English sentence that ``values`` fill."""

    place: str
    check: str
    ok: bool
    template: str
    values: dict[str, str]

    def text(self, translate: Callable[[str], str] = str) -> str:
        """The sentence, its template put through ``translate``."""
        return translate(self.template).format(**self.values)


class Refused(Exception):  # noqa: N818  # an answer, not a failure
    """What was given can't be checked at all, or is not safe to look into further. ``finding`` says why."""

    def __init__(self, check: str, template: str, **values: object) -> None:
        super().__init__(template)
        self.finding = Finding("", check, ok=False, template=template, values=spelt(values))


class Findings:
    """Findings as they are made; ``tell`` is called with what is being looked at, and may raise to stop."""

    def __init__(self, tell: Callable[[int, int, str], None] | None = None) -> None:
        self.rows: list[Finding] = []
        self._tell = tell

    def well(self, where: str, check: str, template: str, **values: object) -> None:
        """Note what is right."""
        self.rows.append(Finding(printed(where), check, ok=True, template=template, values=spelt(values)))

    def bad(self, where: str, check: str, template: str, **values: object) -> None:
        """Note what is wrong."""
        self.rows.append(Finding(printed(where), check, ok=False, template=template, values=spelt(values)))

    def say(self, done: int, total: int, what: str) -> None:
        """Tell how far the work is."""
        if self._tell is not None:
            self._tell(done, total, what)

    @property
    def failed(self) -> list[Finding]:
        """What is wrong."""
        return [row for row in self.rows if not row.ok]


def printed(text: object) -> str:
    """Text of an altered file as a terminal may have it: no control characters, nothing endless."""
    return "".join(c if c.isprintable() else "\ufffd" for c in str(text)[:300])


def spelt(values: dict[str, Any]) -> dict[str, str]:
    """Values of a sentence, each made harmless."""
    return {name: printed(value) for name, value in values.items()}
