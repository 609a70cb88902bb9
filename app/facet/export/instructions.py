"""What Facet itself says in a package: instructions in both languages, and the program that checks it."""

from __future__ import annotations

from pathlib import Path

from facet import __version__
from facet.core.i18n import LANGUAGES
from facet.export.standalone.bagfile import one_line
from facet.export.verifier import verifier_script

MAKER = f"Facet {__version__}"
MAKER_LABEL, NUMBER_LABEL = "Bag-Software-Agent", "External-Identifier"
"""Where bag-info.txt names the program and the number of the case."""


def own_words(number: str, head: str) -> dict[str, bytes]:
    """The files by name, for a case of this number whose journal ends with ``head``; the same for one version."""
    words = {"verify.py": verifier_script()}
    for language in LANGUAGES:
        name = f"how-to-verify.{language}.txt"
        text = Path(__file__).with_name(name).read_text(encoding="utf-8")
        words[name] = text.format(number=one_line(number), head=head, version=__version__)
    return {name: text.encode("utf-8") for name, text in words.items()}
