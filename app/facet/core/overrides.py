"""What the examiner said of a picture otherwise than its file, in whole sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from facet.core.canonical import Json
from facet.core.i18n import N_

SAID = {
    "matrix": (
        N_("The examiner set the colour matrix to {said}; the file declares {declared}."),
        N_("The examiner set the colour matrix to {said}; the file declares none."),
    ),
    "colour_range": (
        N_("The examiner set the range of the samples to {said}; the file declares {declared}."),
        N_("The examiner set the range of the samples to {said}; the file declares none."),
    ),
    "chroma_location": (
        N_("The examiner set the place of the chroma samples to {said}; the file or its standard says {declared}."),
        N_("The examiner set the place of the chroma samples to {said}; the file says nothing of it."),
    ),
    "sample_aspect": (
        N_("The examiner set the pixel aspect to {said}; the file declares {declared}."),
        N_("The examiner set the pixel aspect to {said}; the file declares none."),
    ),
    "rotation": (
        N_("The examiner set the rotation to {said}°; the file declares {declared}°."),
        N_("The examiner set the rotation to {said}°; the file declares none that is a quarter turn."),
    ),
    "field_order": (
        N_("The examiner set the order of the fields to {said}; the file declares {declared}."),
        N_("The examiner set the order of the fields to {said}; the file declares none."),
    ),
}
"""By the name of an override: the sentence where the file declares something too, and where it does not."""
SHOWN = {
    "top": N_("The examiner chose the top field alone: every second row from the first. Nothing is interpolated."),
    "bottom": N_(
        "The examiner chose the bottom field alone: every second row from the second. Nothing is interpolated."
    ),
}


def override_sentences(decoding: Mapping[str, Any]) -> list[tuple[str, dict[str, Json]]]:
    """A template and its values for each override of a decoding (``Decoding.to_json``, or a record of a case, which
    may be anybody's)."""
    overrides = decoding.get("overrides")
    told: list[tuple[str, dict[str, Json]]] = []
    for name, said in overrides.items() if isinstance(overrides, dict) else ():
        if name in SAID:
            declared = decoding.get(f"{name}_declared")
            told.append((SAID[name][declared is None], {"said": said, "declared": declared}))
        elif name == "fields" and str(said) in SHOWN:
            told.append((SHOWN[str(said)], {}))
    return told
