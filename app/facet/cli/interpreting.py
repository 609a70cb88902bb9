"""The options by which an examiner says what a file does not, or says otherwise than it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from facet.core.i18n import _
from facet.core.interpretation import (
    CHROMA_LOCATIONS,
    COLOUR_RANGES,
    FIELD_ORDERS,
    FIELDS,
    MATRICES,
    ROTATIONS,
    Interpretation,
)
from facet.core.overrides import override_sentences

BOB = "bob"
"""Both fields, one after the other in the order of time. A walk through them, not something a picture is."""
OPTIONS = {
    "matrix": "matrix",
    "colour_range": "range",
    "chroma_location": "chroma",
    "sample_aspect": "pixel_aspect",
    "rotation": "rotate",
    "field_order": "field_order",
}
"""Names of an interpretation's fields as they stand in parsed arguments."""


def interpretation_options(*, bob: bool = False) -> argparse.ArgumentParser:
    """A parent parser with the options; ``bob`` where both fields may be asked for."""
    parser = argparse.ArgumentParser(add_help=False)
    said = parser.add_argument_group(_("what the examiner says instead of the file; recorded with the frame"))
    said.add_argument("--matrix", choices=MATRICES, help=_("colour matrix"))
    said.add_argument("--range", choices=COLOUR_RANGES, help=_("range of the samples: limited (tv) or full (pc)"))
    said.add_argument("--chroma", choices=CHROMA_LOCATIONS, help=_("where chroma samples lie"))
    said.add_argument(
        "--pixel-aspect", metavar="W/H", help=_("a pixel's width over its height, such as 16/11; source pixels stay")
    )
    said.add_argument("--rotate", type=int, choices=ROTATIONS, help=_("clockwise degrees that make it upright"))
    said.add_argument("--field-order", choices=FIELD_ORDERS, help=_("rows of one moment, or top or bottom field first"))
    said.add_argument(
        "--fields",
        choices=(*FIELDS, BOB) if bob else FIELDS,
        default="weave",
        help=_("all rows (weave), or the rows of one field alone"),
    )
    return parser


def interpretation_of(given: argparse.Namespace, *, fields: str | None = None) -> Interpretation:
    """What the options say; ``fields`` instead of theirs. Raises ``InputError``."""
    said: dict[str, Any] = {name: getattr(given, option) for name, option in OPTIONS.items()}
    return Interpretation(**said, fields=fields or given.fields)


def overrides_told(decoding: Mapping[str, Any]) -> list[str]:
    """A sentence for each thing that the examiner says of a picture otherwise than its file."""
    return [_(template).format(**values) for template, values in override_sentences(decoding)]
