"""What a backend was set to in one run, as the configuration of a tool."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from facet.core.canonical import Json, canonical_json
from facet.core.receipt import Receipt
from facet.export.uco_terms import Ids, Node


def configured(ids: Ids, receipt: Receipt, card: Mapping[str, Any]) -> tuple[Node, str]:
    """A configuration with an entry for everything that decides what the run makes, and all of it as one text: runs of
    the same text share the configuration."""
    said: dict[str, Any] = {
        "backend.title": card["title"],
        **_flat("backend", receipt.backend),
        **_flat("params", receipt.params),
        "seed": receipt.seed,
        **_flat("engine", receipt.engine),
        **_flat("software", receipt.software),
        "preparation": receipt.preparation or None,
    }
    told = {name: spelt(value) for name, value in said.items() if value is not None}
    key = spelt(told)
    entries = [
        {
            "@id": ids("ConfigurationEntry", f"{key}{name}"),
            "@type": "uco-configuration:ConfigurationEntry",
            "uco-configuration:itemName": name,
            "uco-configuration:itemValue": value,
        }
        for name, value in told.items()
    ]
    node: Node = {
        "@id": ids("Configuration", key),
        "@type": "uco-configuration:Configuration",
        "uco-configuration:configurationEntry": entries,
    }
    return node, key


def spelt(value: object) -> str:
    """A value as text: itself, or its canonical JSON."""
    return value if isinstance(value, str) else canonical_json(value).decode("utf-8")


def _flat(prefix: str, values: Mapping[str, Json]) -> dict[str, Json]:
    return {f"{prefix}.{name}": value for name, value in values.items()}
