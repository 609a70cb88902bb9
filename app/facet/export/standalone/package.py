"""What a package of Facet holds beside the case, compared with what the case says of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from facet.export.standalone.bagfile import labels
from facet.export.standalone.canonical import sha256_of, spell
from facet.export.standalone.chain import Chain
from facet.export.standalone.findings import N_, Findings
from facet.export.standalone.pictures import LARGEST_PICTURE, read_png
from facet.export.standalone.rows import PICTURED, UNREADABLE, Rows

CASE_PATH = "data/case.facet"
HEAD_LABEL = "Facet-Journal-Head"
LARGEST_FILE = 3 * LARGEST_PICTURE
"""Bytes of a picture file; a larger one is not read."""
_FOLDER = "facet.folder/1"


def picture_name(exhibit: str) -> str:
    """The file of an exhibit's picture: ``1-F412-C1-E3.png``, ``1-F412-C1-E3.spread.png``."""
    head, slash, last = exhibit.rpartition("/")
    companion = slash and not re.fullmatch("[SFCE].*", last)
    stem = head.replace("/", "-") + "." + last if companion else exhibit.replace("/", "-")
    return stem + ".png"


def examine_contents(
    folder: Path, digests: dict[str, str], chain: Chain, rows: Rows, findings: Findings, *, pixels: bool
) -> None:
    """Compare every file of the payload (``digests`` by path) with the case; what the case does not know is told."""
    told = labels(folder, {"bag-info.txt": 0} if "bag-info.txt" in digests else {}).get(HEAD_LABEL)
    if told != chain.head:
        findings.bad("", "package", N_("The case ends with another journal entry than bag-info.txt tells."))
    known = _known(chain, rows)
    marked = {"data/pictures/" + picture_name(name): record
              for table in ("outputs", "companions") for name, record in rows.records[table].items()}  # fmt: skip
    looked_at = 0
    for path, digest in sorted(digests.items()):
        if not path.startswith("data/") or path == CASE_PATH or path.startswith("data/footage/"):
            continue
        findings.say(looked_at, len(digests), path)
        looked_at += 1
        if path in marked:
            if pixels and not _holds(folder / path, marked[path]):
                findings.bad(path, "package", N_("{place} does not show the picture that the case holds."), place=path)
        elif digest not in known.get(_kind(path), {}).get(path, ()):
            findings.bad(path, "package", N_("{place} is not what the case says, or is unknown to it."), place=path)
    _footage(digests, rows, folder, findings)
    if not findings.failed:
        findings.well("", "package", N_("All {count} files are those of the case."), count=looked_at)


def _known(chain: Chain, rows: Rows) -> dict[str, Any]:
    """By kind: for each path the digests that its file may have."""
    records = rows.records
    pictures = {"data/pictures/" + picture_name(name): (record["png_sha256"],)
                for table in PICTURED[:2] for name, record in records[table].items()}  # fmt: skip
    receipts = {"data/receipts/" + picture_name(name)[:-4] + ".json": (record["receipt_sha256"],)
                for name, record in records["outputs"].items()}  # fmt: skip
    cards = {"data/cards/" + name + ".json": (name,) for name in records["cards"]}
    weights = {"data/weights/" + str(card["id"]) + ending: (card["weights_sha256"],)
               for card in records["cards"].values() for ending in (".safetensors", ".pth")}  # fmt: skip
    return {"pictures": pictures, "receipts": receipts, "cards": cards, "weights": weights,
            "report.pdf": {"data/report.pdf": chain.reports}}  # fmt: skip


def _kind(path: str) -> str:
    return path.split("/")[1]


def _holds(path: Path, record: dict[str, Any]) -> bool:
    """Whether a marked picture has, inside its banner, the pixels of the case."""
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE)
        marked = read_png(content, plain=False)
        x, y, w, h = (int(number) for number in marked.texts["Facet-Picture-Box"].split(","))
        return marked.cut(x, y, w, h).digest() == record["picture_sha256"] == marked.texts["Facet-Picture-SHA256"]
    except (OSError, *UNREADABLE):
        return False


def _footage(digests: dict[str, str], rows: Rows, folder: Path, findings: Findings) -> None:
    """Compare footage in the bag: a file ``data/footage/1.mp4``, or numbered pictures in ``data/footage/1/``."""
    wanted = {name: record["sha256"] for name, record in rows.records["footage"].items()}
    folders: dict[str, list[str]] = {}
    for path in sorted(path for path in digests if path.startswith("data/footage/")):
        name = path.split("/")[2]
        if path.count("/") == 2:
            exhibit = name.partition(".")[0]
            _tell_footage(path, exhibit, digests[path] == wanted.get(exhibit), findings)
        else:
            folders.setdefault(name, []).append(path)
    for exhibit, paths in folders.items():
        files = [
            {"name": path.split("/", 3)[3], "sha256": digests[path], "size": (folder / path).stat().st_size}
            for path in sorted(paths, key=_number)
        ]
        content = spell({"schema": _FOLDER, "files": files})
        _tell_footage("data/footage/" + exhibit, exhibit, sha256_of(content) == wanted.get(exhibit), findings)


def _tell_footage(path: str, exhibit: str, well: bool, findings: Findings) -> None:
    if well:
        findings.well(exhibit, "footage", N_("{place} has the digest it was ingested with."), place=path)
    else:
        findings.bad(exhibit, "footage", N_("The digest of {place} differs: it is not what was ingested."), place=path)


def _number(path: str) -> tuple[int, str]:
    """The last number in a picture's name, by which a folder is in order."""
    numbers = re.findall("[0-9]{1,18}", path.rpartition(".")[0])
    return int(numbers[-1]) if numbers else -1, path
