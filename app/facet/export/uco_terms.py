"""The words of CASE and UCO that Facet speaks: prefixes, ids, literals, and facets of files."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, TypeAlias

Node: TypeAlias = dict[str, Any]

UCO = "https://ontology.unifiedcyberontology.org/uco"
CONTEXT: Node = {
    "kb": "https://facet.invalid/kb/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    **{
        f"uco-{room}": f"{UCO}/{room}/"
        for room in ("action", "configuration", "core", "identity", "observable", "tool", "types")
    },
}
"""``facet.invalid`` is nobody's: the ids are names, not addresses."""
NAMESPACE = uuid.UUID("6f2d3a54-6f0a-5e0e-9a35-4b1c7e0f9f11")


class Ids:
    """Makes ids: the same for the same object of the same case, others in every other case."""

    def __init__(self, identity: str) -> None:
        self._own = uuid.uuid5(NAMESPACE, identity)

    def __call__(self, kind: str, key: str) -> str:
        """The id of the object that ``key`` names among those of its kind."""
        return f"kb:{kind}-{uuid.uuid5(self._own, f'{kind} {key}')}"


def reference(made: str) -> Node:
    """A pointer to an object that stands elsewhere."""
    return {"@id": made}


def moment(text: str) -> Node:
    """A time: UTC, ISO 8601."""
    return {"@type": "xsd:dateTime", "@value": text}


def whole_number(value: int) -> Node:
    """An integer."""
    return {"@type": "xsd:integer", "@value": str(value)}


def content(ids: Ids, key: str, hashes: Mapping[str, str], *, size: int | None = None, mime: str | None = None) -> Node:
    """What a file's bytes are known by: digests by method, size in bytes."""
    return {
        "@id": ids("ContentDataFacet", key),
        "@type": "uco-observable:ContentDataFacet",
        **({} if size is None else {"uco-observable:sizeInBytes": whole_number(size)}),
        **({} if mime is None else {"uco-observable:mimeType": mime}),
        "uco-observable:hash": [
            {
                "@id": ids("Hash", f"{method} {key}"),
                "@type": "uco-types:Hash",
                "uco-types:hashMethod": method,
                "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": digest},
            }
            for method, digest in hashes.items()
        ],
    }


def picture(ids: Ids, key: str, width: int, height: int, bits: int) -> list[Node]:
    """What a picture is: sizes in pixels, bits per pixel; kept as PNG under its exhibit's number."""
    return [
        {
            "@id": ids("FileFacet", key),
            "@type": "uco-observable:FileFacet",
            "uco-observable:fileName": f"{key.replace('/', '-')}.png",
        },
        {
            "@id": ids("RasterPictureFacet", key),
            "@type": "uco-observable:RasterPictureFacet",
            "uco-observable:pictureWidth": whole_number(width),
            "uco-observable:pictureHeight": whole_number(height),
            "uco-observable:bitsPerPixel": whole_number(bits),
            "uco-observable:imageCompressionMethod": "PNG",
        },
    ]
