"""What the command line prints: results on standard output, progress and errors on standard error."""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
import time
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from facet.core.i18n import _
from facet.core.progress import Progress

BAR = 24
_OWN = re.compile("(\x1b\\[9m|\x1b\\[29m)")
"""What :func:`struck` tells a terminal."""
PLAIN_BEAT = 5.0
"""Seconds between progress lines where standard error is not a terminal."""


class Printer:
    """Prints a command's result once, as text or as JSON, and progress while it runs."""

    def __init__(self, *, json_wanted: bool) -> None:
        """``json_wanted`` makes :meth:`result` print JSON and :meth:`line` nothing."""
        self.json_wanted = json_wanted
        self._terminal = sys.stderr.isatty()
        self._drawn = False
        self._last = 0.0

    def line(self, text: str = "") -> None:
        """One line of a text result."""
        if not self.json_wanted:
            self.end_progress()
            print(_lines(text))

    def result(self, document: Any, text: Callable[[], None] | None = None) -> None:
        """The command's result: ``document`` as JSON, or ``text`` called to print it. A terminal gets of it what it may
        have."""
        self.end_progress()
        if self.json_wanted:
            print(_escaped(json.dumps(document, ensure_ascii=False, indent=2, sort_keys=False)))
        elif text is not None:
            with contextlib.redirect_stdout(_Held(terminal=sys.stdout.isatty())) as said:
                text()
            print(_lines(said.getvalue()), end="")

    def say(self, text: str) -> None:
        """A remark on standard error."""
        self.end_progress()
        print(_lines(text), file=sys.stderr, flush=True)

    def progress(self, what: str) -> Progress:
        """Progress of one piece of work called ``what``."""
        begun = time.monotonic()

        def show(done: int, total: int, label: str = "") -> None:
            now = time.monotonic()
            if now - self._last < (0.1 if self._terminal else PLAIN_BEAT):
                return
            if not self._terminal and (now - begun < PLAIN_BEAT or not total):
                return
            self._last = now
            text = f"{what} {_(label)}".strip()
            if total:
                part = min(1.0, done / total)
                left = f" {_span((now - begun) / part - (now - begun))}" if part > 0.02 else ""
                text = f"{text} [{'#' * round(part * BAR):<{BAR}}] {part:4.0%}{left}"
            if self._terminal:
                print(f"\r\x1b[2K{text[:118]}", end="", file=sys.stderr, flush=True)
                self._drawn = True
            else:
                print(text, file=sys.stderr, flush=True)

        return show

    def end_progress(self) -> None:
        """Take the progress line away."""
        if self._drawn:
            print("\r\x1b[2K", end="", file=sys.stderr, flush=True)
            self._drawn = False


def table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Columns, left-aligned, two spaces apart."""
    widths = [max(_columns(row[i]) for row in rows) for i in range(len(rows[0]))] if rows else []
    return [
        "  ".join(cell + " " * (width - _columns(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


class _Held(io.StringIO):
    """What is printed, kept for a moment on its way to standard output, which is a ``terminal`` or not."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        """Whether it goes to one."""
        return self._terminal


def _lines(text: str) -> str:
    parts = _OWN.split(text)
    return "".join(part if _OWN.fullmatch(part) else "\n".join(map(printable, part.split("\n"))) for part in parts)


def printable(text: str) -> str:
    """``text`` as a terminal may have it: what can't be printed, such as an escape out of a file, as ``[27]``."""
    if text.isprintable():
        return text
    return "".join(each if _visible(each) else f"[{ord(each)}]" for each in text)


def _visible(letter: str) -> bool:
    return letter.isprintable() or unicodedata.category(letter) == "Zs"


def _escaped(document: str) -> str:
    """JSON in which what a terminal may take for a command, or can't show, is spelt by escapes."""
    if document.replace("\n", "").isprintable():
        return document
    return "".join(each if each.isprintable() or each == "\n" else json.dumps(each)[1:-1] for each in document)


def struck(text: str) -> str:
    """``text`` struck through, where standard output is a terminal."""
    return f"\x1b[9m{text}\x1b[29m" if sys.stdout.isatty() else text


def size_text(count: int) -> str:
    """Bytes for people."""
    number = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000 or unit == "GB":
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    raise AssertionError


def _columns(text: str) -> int:
    """How many columns of a terminal the text takes; a Hangul syllable takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d} left"
