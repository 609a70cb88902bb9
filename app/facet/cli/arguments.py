"""Readers of single arguments; argparse tells their complaints."""

from __future__ import annotations

import argparse
from fractions import Fraction

from facet.core.errors import InputError
from facet.core.geometry import Box
from facet.core.i18n import _


def writer_options() -> argparse.ArgumentParser:
    """A parent parser for commands that write to a case."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--examiner", default="", metavar="NAME", help=_("who does this (else the settings' examiner)"))
    return parser


def natural(text: str) -> int:
    """A whole number, 0 or more."""
    if not text.isascii() or not text.isdecimal():
        raise argparse.ArgumentTypeError(f"«{text}» is not a whole number")
    return int(text)


def seconds(text: str) -> Fraction:
    """Seconds, 0 or more: ``12``, ``12.5`` or ``25/2``."""
    try:
        value = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise argparse.ArgumentTypeError(f"«{text}» is not a time in seconds") from None
    if value < 0:
        raise argparse.ArgumentTypeError("a time can't be negative")
    return value


def box(text: str) -> Box:
    """``X,Y,W,H`` in source pixels."""
    try:
        return Box.parse(text)
    except InputError as error:
        raise argparse.ArgumentTypeError(str(error).rstrip(".")) from None


def parameters(pairs: list[str]) -> dict[str, str]:
    """``K=V`` pairs; the last of a name holds. Raises ``InputError``."""
    return dict(assignments(pairs))


def assignments(pairs: list[str]) -> list[tuple[str, str]]:
    """``K=V`` pairs, all of them. Raises ``InputError``."""
    out = []
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise InputError("«{pair}» is not NAME=VALUE.", pair=pair)
        out.append((name, value))
    return out
