"""A case with all that belongs to it, packed for others; and a package that came from others."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from facet.case import Case
from facet.core.canonical import Json
from facet.core.errors import EnvironmentLacksError, InputError
from facet.core.progress import SILENT, Progress
from facet.export.bag import must_be_new
from facet.export.packing import PackageParts, write_package
from facet.weights import Store
from facet.workbench.exports import marked_files, recordable_name
from facet.workbench.runs import ensure_footage


def export_package(
    case: Case,
    store: Store,
    out: Path,
    *,
    report: Callable[[Path], object],
    language: str,
    with_footage: bool = False,
    with_weights: bool = False,
    progress: Progress = SILENT,
) -> dict[str, Json]:
    """Look whether the footage is still what it was, pack the case into the new folder ``out``, and journal that.

    ``report`` writes and journals the report. Raises ``EnvironmentLacksError`` where footage or weights shall be packed
    and are not here.
    """
    must_be_new(out)
    footage = {}
    for row in case.footage():
        ensure_footage(case, row.id, full=True, progress=progress)
        if with_footage:
            footage[row.id] = case.locate_footage(row.id)
    parts = PackageParts(
        report=report,
        marked=lambda output: marked_files(case, output, language)[0],
        footage=footage,
        weights=_weights(case, store) if with_weights else {},
    )
    made = write_package(case, out, parts, progress)
    digests = {"manifest_sha256": made.bag.manifest_sha256, "tagmanifest_sha256": made.bag.tag_manifest_sha256}
    facts: dict[str, Json] = {"files": made.bag.files, "bytes": made.bag.size}
    try:
        case.log(
            "export",
            details={
                "what": "package",
                "name": recordable_name(out),
                "footage": with_footage,
                "weights": with_weights,
                "of_head": made.head.to_json(),
                **facts,
            },
            digests=digests,
        )
    except BaseException:
        shutil.rmtree(out, ignore_errors=True)  # nothing leaves without an entry
        raise
    return {"out": str(out), "head": made.head.to_json(), **facts, **digests}


def _weights(case: Case, store: Store) -> dict[str, Path]:
    """The weights that outputs of the case were made with, by backend, each the very file of the card in the case."""
    found: dict[str, Path] = {}
    for row in case.outputs():
        card = case.card(row.id)
        wanted = card["weights_sha256"]
        if row.withdrawal is not None or wanted is None or row.backend in found:
            continue
        try:
            here = store.card(row.backend).descriptor.weights_sha256
        except InputError:
            here = None
        if here != wanted:
            raise EnvironmentLacksError(
                "The weights that made {exhibit} ({backend}, SHA-256 {digest}) are not here. Install them, or pack "
                "without weights.",
                exhibit=row.id, backend=row.backend, digest=wanted,
            )  # fmt: skip
        found[row.backend] = store.path(row.backend)
    return found
