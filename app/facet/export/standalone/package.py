"""What a package of Facet holds beside the case, compared with what the case says of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Callable, Iterable, NamedTuple

from facet.export.standalone.bagfile import labels
from facet.export.standalone.canonical import sha256_of, spell
from facet.export.standalone.findings import N_, Findings
from facet.export.standalone.pictures import LARGEST_PICTURE, read_png
from facet.export.standalone.rows import UNREADABLE

CASE_PATH, REPORT_PATH = "data/case.facet", "data/report.pdf"
HEAD_LABEL = "Facet-Journal-Head"
LARGEST_FILE = 3 * LARGEST_PICTURE
"""Bytes of a picture file; a longer one is not read to its end."""
FOLDER = "facet.folder/1"


class Told(NamedTuple):
    """What a case says of the files of its package. ``head`` is its last journal entry; ``pictures`` (frames, crops)
    and ``receipts`` the digests of files by exhibit; ``marked`` (outputs, companions) the picture digests by exhibit;
    ``cards`` and ``weights`` digests by card digest and backend; ``reports`` the digests of all; ``footage`` by id."""

    head: str
    pictures: dict[str, str]
    marked: dict[str, str]
    receipts: dict[str, str]
    cards: dict[str, str]
    weights: dict[str, str]
    reports: set[str]
    footage: dict[str, str]


def told_by(head: str, reports: Iterable[str], records: dict[str, dict[str, dict[str, Any]]]) -> Told:
    """From the records of a case, by table and id."""
    cards = records["cards"]
    return Told(
        head=head,
        pictures={name: row["png_sha256"] for table in ("frames", "crops") for name, row in records[table].items()},
        marked={
            name: row["picture_sha256"] for table in ("outputs", "companions") for name, row in records[table].items()
        },
        receipts={name: row["receipt_sha256"] for name, row in records["outputs"].items()},
        cards={digest: digest for digest in cards},
        weights={str(card["id"]): card["weights_sha256"] for card in cards.values()},
        reports=set(reports),
        footage={name: row["sha256"] for name, row in records["footage"].items()},
    )


def file_stem(exhibit: str) -> str:
    """What the files of an exhibit are called: ``1-F412-C1-E3``, of a companion ``1-F412-C1-E3.spread``."""
    head, _, last = exhibit.rpartition("/")
    companion = re.match("spread|sample|candidate", last)
    return head.replace("/", "-") + "." + last if companion else exhibit.replace("/", "-")


def shows(path: Path, picture_sha256: str) -> bool:
    """Whether a marked picture has, inside its banner, the pixels that the case holds."""
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE)
        marked = read_png(content, plain=False)
        x, y, w, h = (int(number) for number in marked.texts["Facet-Picture-Box"].split(","))
        return marked.cut(x, y, w, h).digest() == picture_sha256
    except (OSError, *UNREADABLE):
        return False


def examine_contents(
    folder: Path,
    digests: dict[str, str],
    told: Told,
    findings: Findings,
    *,
    look: Callable[[Path, str], bool] | None = shows,
) -> None:
    """Compare every file of the payload (``digests`` by path) with the case; what the case does not know is told.

    ``look`` says of a marked picture what :func:`shows` says; with None none is looked at.
    """
    if labels(folder, {"bag-info.txt": 0}).get(HEAD_LABEL) != told.head:
        findings.bad("", "package", N_("The case ends with another journal entry than bag-info.txt tells."))
    known = _files(told)
    marked = {f"data/pictures/{file_stem(name)}.png": digest for name, digest in told.marked.items()}
    payload = sorted(path for path in digests if path.startswith("data/") and path != CASE_PATH)
    for done, path in enumerate(payload):
        findings.say(done, len(payload), path)
        if path.startswith("data/footage/"):
            continue
        if path in marked:
            if look is not None and not look(folder / path, marked[path]):
                findings.bad(path, "package", N_("{place} does not show the picture that the case holds."), place=path)
        elif digests[path] not in known.get(path, ()):
            findings.bad(path, "package", N_("{place} is not what the case says, or is unknown to it."), place=path)
    _footage(folder, digests, told.footage, findings)
    if not any(row.check == "package" for row in findings.failed):
        findings.well("", "package", N_("The case knows all {count} files beside it."), count=len(payload))


def _files(told: Told) -> dict[str, set[str]]:
    """For each path the digests that a file there may have; more than one only of weights that a card changed."""
    known = {REPORT_PATH: told.reports}
    for place, ending, digests in (
        ("pictures", ".png", told.pictures),
        ("receipts", ".json", told.receipts),
        ("cards", ".json", told.cards),
        ("weights", ".safetensors", told.weights),
        ("weights", ".pth", told.weights),
    ):
        for name, digest in digests.items():
            known[f"data/{place}/{file_stem(name)}{ending}"] = {digest}
    return known


def _footage(folder: Path, digests: dict[str, str], wanted: dict[str, str], findings: Findings) -> None:
    """Compare footage in the bag: a file ``data/footage/1.mp4``, or numbered pictures in ``data/footage/1/``."""
    folders: dict[str, list[str]] = {}
    for path in sorted(path for path in digests if path.startswith("data/footage/")):
        name = path.split("/")[2]
        if path.count("/") == 2:
            _tell_footage(path, name.partition(".")[0], digests[path], wanted, findings)
        else:
            folders.setdefault(name, []).append(path)
    for exhibit, paths in folders.items():
        files = [
            {"name": path.split("/", 3)[3], "sha256": digests[path], "size": (folder / path).stat().st_size}
            for path in sorted(paths, key=_number)
        ]
        digest = sha256_of(spell({"schema": FOLDER, "files": files}))
        _tell_footage(f"data/footage/{exhibit}", exhibit, digest, wanted, findings)


def _tell_footage(path: str, exhibit: str, digest: str, wanted: dict[str, str], findings: Findings) -> None:
    if digest == wanted.get(exhibit):
        findings.well(exhibit, "footage", N_("{place} has the digest it was ingested with."), place=path)
    else:
        findings.bad(exhibit, "footage", N_("The digest of {place} differs: it is not what was ingested."), place=path)


def _number(path: str) -> tuple[int, str]:
    """The last number in a picture's name, by which a folder is in order."""
    numbers = re.findall("[0-9]{1,18}", path.rpartition(".")[0])
    return int(numbers[-1]) if numbers else -1, path
