"""Keep the message catalogue: ``python packaging/translations.py update`` after texts change, then translate, then
``python packaging/translations.py compile``.

English texts in the code are the keys; ``resources/translations/<language>/LC_MESSAGES/facet.po`` holds the
translations and the ``.mo`` beside it is what runs. A test holds code, ``.po`` and ``.mo`` together.
"""

from __future__ import annotations

import io
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
CODE = ROOT / "app" / "facet"
CARDS = ROOT / "models"
CARD_TEXTS = (
    *("title", "method", "source", "licence_limits", "training_data", "training_ancestry", "limitations", "validation"),
)
"""What of a model card is told to people in their language; the card's digest is that of the English."""
CATALOGUES = ROOT / "resources" / "translations"
LANGUAGES = ("ko",)
NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
"""For the catalogue's header, which would otherwise say when it was compiled."""
KEYWORDS: dict[str, tuple[int, ...] | None] = dict.fromkeys(
    (
        *("_", "N_", "translate"),
        *("FacetError", "InputError", "EnvironmentLacksError", "NegativeAnswer", "Cancelled", "InternalError"),
        "ChildDied",
    )
)


def texts() -> Catalog:
    """Every text in the code and on the cards."""
    catalogue = Catalog(charset="utf-8")
    for file, line, message, comments, context in extract_from_dir(CODE, keywords=KEYWORDS):
        if message:
            catalogue.add(message, None, [(f"app/facet/{file}", line)], auto_comments=comments, context=context)
    for card in sorted(CARDS.glob("*/card.toml")):
        fields = tomllib.loads(card.read_text("utf-8"))
        values = [fields.get(name, "") for name in CARD_TEXTS]
        values += [parameter.get("explanation", "") for parameter in fields.get("parameters", ())]
        for text in (part for value in values for part in ([value] if isinstance(value, str) else value)):
            if text:
                catalogue.add(text, None, [(card.relative_to(ROOT).as_posix(), 1)])
    return catalogue


def po_file(language: str) -> Path:
    """The catalogue that people edit."""
    return CATALOGUES / language / "LC_MESSAGES" / "facet.po"


def read(language: str) -> Catalog:
    """A language's catalogue as it is, empty if there is none."""
    path = po_file(language)
    if not path.exists():
        return Catalog(locale=language, project="Facet", charset="utf-8")
    with path.open("rb") as stream:
        return read_po(stream, locale=language, charset="utf-8")


def update(language: str) -> Catalog:
    """The catalogue with the texts of the code and the translations that are still true, written back."""
    found, before = texts(), read(language)
    made = Catalog(locale=language, project="Facet", charset="utf-8", fuzzy=False)
    for message in found:
        if message.id:
            known = before.get(message.id, message.context)
            translation = known.string if known and not known.fuzzy else ""
            made.add(message.id, translation, [(file, 1) for file, _ in message.locations], context=message.context)
    po_file(language).parent.mkdir(parents=True, exist_ok=True)
    out = io.BytesIO()
    write_po(out, made, width=118, omit_header=True, include_lineno=False, sort_output=True)
    header = b'msgid ""\nmsgstr ""\n"Language: %s\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    po_file(language).write_bytes(header % language.encode() + out.getvalue())
    return made


def compiled(language: str) -> bytes:
    """The machine-readable form of a language's catalogue; the same bytes whenever it is made."""
    out = io.BytesIO()
    catalogue = read(language)
    catalogue.creation_date = catalogue.revision_date = NO_DATE
    write_mo(out, catalogue)
    return out.getvalue()


def main(verb: str) -> None:
    """``update`` or ``compile`` every language."""
    for language in LANGUAGES:
        if verb == "update":
            made = update(language)
            open_ones = sum(1 for message in made if message.id and not message.string)
            print(f"{po_file(language).relative_to(ROOT)}: {len(made)} texts, {open_ones} not translated")
        elif verb == "compile":
            po_file(language).with_suffix(".mo").write_bytes(compiled(language))
            print(po_file(language).with_suffix(".mo").relative_to(ROOT))
        else:
            raise SystemExit("usage: python packaging/translations.py update|compile")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) == 2 else "")
