"""The package: a case with all that a stranger needs to check and to repeat it, as a bag."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from facet.case import Case, FootageRow, Head
from facet.core.canonical import canonical_json
from facet.core.errors import InputError
from facet.core.image_folder import is_image_folder, list_images
from facet.core.progress import SILENT, Progress
from facet.export.bag import BagWriter, WrittenBag
from facet.export.instructions import MAKER, MAKER_LABEL, NUMBER_LABEL, own_words
from facet.export.standalone.package import CASE_PATH, HEAD_LABEL, REPORT_PATH, file_stem


@dataclass(frozen=True, kw_only=True, slots=True)
class PackageParts:
    """What other rooms bring. ``report`` writes the report to a path and journals it; ``marked`` gives the PNG files of
    an output with its banner, itself under an empty name and its companions under theirs; ``footage`` and ``weights``
    are files by exhibit and backend, as far as they shall be packed."""

    report: Callable[[Path], object]
    marked: Callable[[str], Mapping[str, bytes]]
    footage: Mapping[str, Path] = field(default_factory=dict)
    weights: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Package:
    """A package in its place, and the journal's head in it: that of the case before it journals the export."""

    bag: WrittenBag
    head: Head


def write_package(case: Case, out: Path, parts: PackageParts, progress: Progress = SILENT) -> Package:
    """Pack ``case`` into a new folder ``out``, which appears when it is whole.

    Exhibits that were withdrawn are in the case alone. Raises ``FacetError``.
    """
    with BagWriter(out) as bag:
        parts.report(bag.place(REPORT_PATH.removeprefix("data/")))
        bag.take(REPORT_PATH.removeprefix("data/"))
        head = Head.parse(case.head())
        bag.add_file(CASE_PATH.removeprefix("data/"), case.path, _copying(case.path, progress))
        _add_pictures(bag, case, parts, progress)
        for row in case.footage():
            if row.id in parts.footage:
                _add_footage(bag, row, parts.footage[row.id], progress)
        for backend, path in parts.weights.items():
            bag.add_file(f"weights/{backend}{path.suffix}", path, _copying(path, progress))
        for name, content in own_words(case.meta.number, str(head)).items():
            bag.add_tag(name, content)
        return Package(bag=bag.finish(_labels(case, head)), head=head)


def _add_pictures(bag: BagWriter, case: Case, parts: PackageParts, progress: Progress) -> None:
    rows = [row for row in (*case.frames(), *case.crops(), *case.outputs()) if row.withdrawal is None]
    outputs = {row.id for row in case.outputs()}
    cards: set[str] = set()
    for done, row in enumerate(rows):
        progress(done, len(rows), row.id)
        stem = file_stem(row.id)
        if row.id not in outputs:
            bag.add(f"pictures/{stem}.png", case.png(row.id))
            continue
        for name, content in parts.marked(row.id).items():
            bag.add(f"pictures/{file_stem(f'{row.id}/{name}') if name else stem}.png", content)
        receipt, card = case.receipt(row.id), canonical_json(case.card(row.id))
        bag.add(f"receipts/{stem}.json", receipt.canonical())
        digest = str(receipt.backend["card_sha256"])
        if digest not in cards:
            bag.add(f"cards/{digest}.json", card)
            cards.add(digest)


def _add_footage(bag: BagWriter, row: FootageRow, path: Path, progress: Progress) -> None:
    if not is_image_folder(path):
        ending = path.suffix.lower()
        plain = ending if ending[1:].isascii() and ending[1:].isalnum() else ""
        if bag.add_file(f"footage/{row.id}{plain}", path, _copying(path, progress)) != row.sha256:
            raise InputError("{path}: the file changed while it was read. Try again.", path=str(path))
        return
    images = list_images(path)
    for done, file in enumerate(images.paths):
        progress(done, len(images.paths), path.name)
        bag.add_file(f"footage/{row.id}/{file.name}", file)


def _labels(case: Case, head: Head) -> dict[str, str]:
    meta = case.meta
    return {
        "Source-Organization": meta.agency,
        "Contact-Name": case.examiner or meta.examiner,
        NUMBER_LABEL: meta.number,
        "External-Description": meta.title,
        "Bagging-Date": datetime.now(UTC).date().isoformat(),
        MAKER_LABEL: MAKER,
        "Facet-Case-Identity": meta.identity,
        HEAD_LABEL: str(head),
    }


def _copying(path: Path, progress: Progress) -> Callable[[int], None]:
    total = path.stat().st_size
    return lambda done: progress(done, total, path.name)
