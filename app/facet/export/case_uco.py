"""A case as CASE/UCO JSON-LD: footage, pictures, who did what to them with which tool, and the digests of all.

The terms are those of CASE 1.5 and the UCO that it builds on. The same case gives the same bytes: ids are made of the
case's random identity and of exhibit numbers, and nothing is said of when or where the file was made.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from facet.case import Case, CompanionRow, CropRow, FootageRow, FrameRow, OutputRow
from facet.core.descriptor import Family
from facet.core.progress import SILENT, Progress
from facet.core.receipt import Receipt
from facet.export.uco_configuration import configured, spelt
from facet.export.uco_terms import CONTEXT, Ids, Node, content, moment, picture, reference, whole_number

GENERATED = ("AI-generated", "AI 생성")
"""Tags of what a generative backend made; the second is the label that Korea's AI Basic Act asks for."""


def case_uco(case: Case, progress: Progress = SILENT) -> tuple[bytes, int]:
    """The file, UTF-8 JSON-LD, and how many objects it tells of. Raises ``InputError`` where the case was altered."""
    graph = _Graph(case)
    graph.add_all(progress)
    text = json.dumps({"@context": CONTEXT, "@graph": graph.nodes}, ensure_ascii=False, indent=1)
    return f"{text}\n".encode(), len(graph.nodes)


class _Graph:
    """The objects of one case, each with an id that follows from what it is."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._meta = case.meta
        self._id = Ids(self._meta.identity)
        self._known: set[str] = set()
        self.nodes: list[Node] = []

    def add_all(self, progress: Progress) -> None:
        """Everything that the case holds, in the order in which one comes from another."""
        for footage in self._case.footage():
            self._footage(footage)
        for frame in self._case.frames():
            self._frame(frame)
        for crop in self._case.crops():
            self._crop(crop)
        outputs = self._case.outputs()
        for done, output in enumerate(outputs):
            progress(done, len(outputs), output.id)
            self._output(output)
        self._reports()
        self._investigation(outputs)

    def _footage(self, row: FootageRow) -> None:
        folder = row.probe.get("container") == "folder"
        told = "Footage, as it was ingested; it was opened for reading only."
        if folder:
            told = f"{told} A folder of numbered pictures; SHA-256 of the list of them (facet.folder/1): {row.sha256}"
        named: Node = {
            "@id": self._id("FileFacet", row.id),
            "@type": "uco-observable:FileFacet",
            "uco-observable:fileName": row.name,
            "uco-observable:filePath": row.path,
            "uco-observable:modifiedTime": moment(row.modified),
            "uco-observable:sizeInBytes": whole_number(row.size),
            "uco-observable:isDirectory": folder,
        }
        hashes = {"SHA256": row.sha256, **({} if row.md5 is None else {"MD5": row.md5})}
        facets = [named, *([] if folder else [content(self._id, row.id, hashes, size=row.size)])]
        self._add(
            "File", row.id, {**self._standing(row, told), "uco-core:hasFacet": facets}, kind="uco-observable:File"
        )
        self._action(row, "ingest", objects=[reference(self._id("File", row.id))], results=[])

    def _frame(self, row: FrameRow) -> None:
        told = (
            f"Frame {row.index} of stream {row.stream}, {row.seconds} s after the first; "
            f"PTS {row.pts} in {row.time_base}. SHA-256 of its decoded planes: {row.planes_sha256}. "
            f"Decoded as: {spelt(row.decoding)}"
        )
        bits = row.decoding.get("bits")
        self._picture(row, told, bits=48 if isinstance(bits, int) and bits > 8 else 24)
        self._action(row, "extract frame", objects=[reference(self._id("File", row.footage))])

    def _crop(self, row: CropRow) -> None:
        box = row.box
        self._picture(row, f"Source pixels of {row.frame} inside the box x {box.x}, y {box.y}, {box.w} by {box.h}.")
        self._action(row, "crop", objects=[reference(self._id("File", row.frame))])

    def _output(self, row: OutputRow) -> None:
        receipt, card = self._case.receipt(row.id), self._case.card(row.id)
        tags = [row.family.value, *(GENERATED if row.family is Family.GENERATIVE else ())]
        reason = f" Reason given: {receipt.reason}" if receipt.reason else ""
        told = f"Output of {card['title']} ({row.family.value}), not an original picture.{reason}"
        self._picture(row, told, tags=tags)
        for companion in row.companions:
            self._companion(companion, row, tags)
        inputs = [str(each["exhibit"]) for each in receipt.inputs if isinstance(each, dict)]
        self._action(
            row,
            "enhance",
            objects=[reference(self._id("File", each)) for each in inputs],
            results=[reference(self._id("File", each)) for each in (row.id, *(one.id for one in row.companions))],
            instrument=self._configured(receipt, card),
            times=(receipt.started, receipt.ended),
        )

    def _companion(self, row: CompanionRow, output: OutputRow, tags: Sequence[str]) -> None:
        told = f"{row.role} {row.number} of output {row.output}. {spelt(row.facts)}"
        self._add(
            "File",
            row.id,
            {
                "uco-core:name": row.id,
                "uco-core:description": f"{told} SHA-256 of its pixels (facet-picture/1): {row.picture_sha256}",
                **_tagged([*tags, row.role], withdrawn=output.withdrawal is not None),
                "uco-core:hasFacet": [*picture(self._id, row.id, row.width, row.height, 24), self._png(row)],
            },
            kind="uco-observable:RasterPicture",
        )

    def _picture(
        self, row: FrameRow | CropRow | OutputRow, told: str, *, bits: int = 24, tags: Sequence[str] = ()
    ) -> None:
        standing = self._standing(row, f"{told} SHA-256 of its pixels (facet-picture/1): {row.picture_sha256}")
        self._add(
            "File",
            row.id,
            {
                **standing,
                **_tagged(tags, withdrawn=row.withdrawal is not None),
                "uco-core:hasFacet": [*picture(self._id, row.id, row.width, row.height, bits), self._png(row)],
            },
            kind="uco-observable:RasterPicture",
        )

    def _png(self, row: FrameRow | CropRow | OutputRow | CompanionRow) -> Node:
        return content(self._id, row.id, {"SHA256": row.png_sha256}, size=row.png_bytes, mime="image/png")

    def _standing(self, row: FootageRow | FrameRow | CropRow | OutputRow, told: str) -> Node:
        """Name and description of an exhibit, and whether it was withdrawn."""
        withdrawn = row.withdrawal
        descriptions = [told, *(f"Also known as: {alias}" for alias in row.aliases)]
        if withdrawn is not None:
            descriptions.append(f"Withdrawn: {withdrawn.text}")
        return {
            "uco-core:name": row.id,
            "uco-core:description": descriptions,
            **_tagged((), withdrawn=withdrawn is not None),
        }

    def _action(
        self,
        row: FootageRow | FrameRow | CropRow | OutputRow,
        name: str,
        *,
        objects: list[Node],
        results: list[Node] | None = None,
        instrument: Node | None = None,
        times: tuple[str, str] | None = None,
    ) -> None:
        """What made an exhibit, by whom and with what, and the record that it belongs to the case."""
        begun, ended = times or (row.at, row.at)
        provenance = self._add(
            "ProvenanceRecord",
            row.id,
            {
                "uco-core:description": f"Exhibit {row.id} of case {self._meta.number}; SHA-256 of its record: "
                f"{row.record_sha256}",
                "case-investigation:exhibitNumber": row.id,
                "case-investigation:rootExhibitNumber": row.id.split("/", 1)[0],
                "uco-core:object": reference(self._id("File", row.id)),
            },
            kind="case-investigation:ProvenanceRecord",
        )
        parent = row.id.rpartition("/")[0]
        own = [reference(self._id("File", row.id))] if results is None else results
        self._add(
            "InvestigativeAction",
            row.id,
            {
                "uco-core:name": name,
                "uco-action:startTime": moment(begun),
                "uco-action:endTime": moment(ended),
                "uco-action:performer": self._person(row.examiner),
                "uco-action:instrument": instrument or self._tool(),
                "uco-action:object": objects,
                "uco-action:result": [*own, provenance],
                **(
                    {"case-investigation:wasInformedBy": reference(self._id("InvestigativeAction", parent))}
                    if parent
                    else {}
                ),
            },
            kind="case-investigation:InvestigativeAction",
        )

    def _configured(self, receipt: Receipt, card: Mapping[str, Any]) -> Node:
        """The backend with everything that decides what it makes."""
        configuration, key = configured(self._id, receipt, card)
        return self._add(
            "ConfiguredTool",
            key,
            {
                "uco-core:name": f"Facet {card['id']}",
                "uco-tool:toolType": "face super-resolution",
                "uco-tool:version": str(receipt.software.get("facet", self._meta.facet)),
                "uco-configuration:isConfigurationOf": self._tool(),
                "uco-configuration:usesConfiguration": configuration,
            },
            kind="uco-tool:ConfiguredTool",
        )

    def _tool(self) -> Node:
        return self._add(
            "Tool", "facet", {"uco-core:name": "Facet", "uco-tool:version": self._meta.facet}, kind="uco-tool:Tool"
        )

    def _person(self, name: str) -> Node:
        return self._add("Person", name, {"uco-core:name": name}, kind="uco-identity:Person")

    def _reports(self) -> None:
        """Reports that left the case, by what the journal says of them."""
        for entry in self._case.journal():
            if entry.action != "report" or "report_sha256" not in entry.digests:
                continue
            key = f"journal entry {entry.seq}"
            said = entry.details if isinstance(entry.details, dict) else {}
            file = self._add(
                "File",
                key,
                {
                    "uco-core:name": str(said.get("name", "report")),
                    "uco-core:description": f"Report; journalled as entry {entry.seq} with the digest {entry.sha256}",
                    "uco-core:hasFacet": [
                        content(self._id, key, {"SHA256": entry.digests["report_sha256"]}, mime="application/pdf")
                    ],
                },
                kind="uco-observable:File",
            )
            self._add(
                "InvestigativeAction",
                key,
                {
                    "uco-core:name": "report",
                    "uco-action:startTime": moment(entry.at),
                    "uco-action:endTime": moment(entry.at),
                    "uco-action:performer": self._person(entry.examiner),
                    "uco-action:instrument": self._tool(),
                    "uco-action:result": [file],
                },
                kind="case-investigation:InvestigativeAction",
            )

    def _investigation(self, outputs: Sequence[OutputRow]) -> None:
        meta, head = self._meta, self._case.head()
        objects = [reference(str(node["@id"])) for node in self.nodes]
        said = [f"Head of the journal: {head['seq']}:{head['sha256']}"]
        if any(row.family is Family.GENERATIVE for row in outputs):
            said.append(
                "Holds pictures made by generative networks (AI-generated, AI 생성): investigative leads, not for "
                "identification, not for automated face search."
            )
        author = self._person(meta.examiner)
        if meta.agency:
            author = self._add(
                "Organization", meta.agency, {"uco-core:name": meta.agency}, kind="uco-identity:Organization"
            )
        self._add(
            "Investigation",
            "case",
            {
                "uco-core:name": meta.number,
                "uco-core:description": [*([meta.title] if meta.title else []), *said],
                "uco-core:createdBy": author,
                "uco-core:objectCreatedTime": moment(meta.created),
                "uco-core:object": objects,
            },
            kind="case-investigation:Investigation",
        )

    def _add(self, name: str, key: str, fields: Node, *, kind: str) -> Node:
        """Add an object unless it is there; a reference to it."""
        made = self._id(name, key)
        if made not in self._known:
            self._known.add(made)
            self.nodes.append({"@id": made, "@type": kind, **fields})
        return reference(made)


def _tagged(tags: Sequence[str], *, withdrawn: bool) -> Node:
    """Tags, and the state of what was withdrawn in the ontology's own word."""
    said = [*tags, *(["withdrawn"] if withdrawn else [])]
    return {
        **({"uco-core:tag": said} if said else {}),
        **({"uco-core:objectStatus": "Deprecated"} if withdrawn else {}),
    }
