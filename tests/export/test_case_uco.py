"""A case told in CASE/UCO: accepted by the ontology's own validator, complete, and the same every time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from case.evidence import LEAD, add_run, ingest, make_footage, make_frame
from export.packing_up import small_case
from facet.case import Case
from facet.core.geometry import Box
from facet.export.case_uco import case_uco
from facet.workbench.exports import export_case_uco


def graph_of(path: Path) -> list[dict[str, Any]]:
    with Case.open(path) as case:
        content, count = case_uco(case)
    found: list[dict[str, Any]] = json.loads(content)["@graph"]
    assert len(found) == count
    return found


def named(graph: list[dict[str, Any]], kind: str, name: str) -> dict[str, Any]:
    found = [node for node in graph if node["@type"].endswith(kind) and node.get("uco-core:name") == name]
    assert len(found) == 1, (kind, name, len(found))
    return found[0]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("told")
    path = small_case(folder)
    with Case.open(path, examiner="Lee") as case:
        lead = add_run(case, "1/F412/C1", LEAD, reason="to see the hood")
        case.withdraw(lead, "superseded")
        case.alias("1/F412/C1", "A-17")
        case.log("report", details={"name": "report.pdf"}, digests={"report_sha256": "ab" * 32})
    return path


def test_the_ontologys_validator_accepts_it(told: Path, tmp_path: Path) -> None:
    pytest.importorskip("case_utils")
    out = tmp_path / "case.jsonld"
    with Case.open(told) as case:
        out.write_bytes(case_uco(case)[0])
    program = "from case_utils.case_validate import main; main()"  # what the command case_validate does
    command = [sys.executable, "-c", program, "--built-version", "case-1.5.0", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=280)
    assert "Conforms: True" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0


def test_every_exhibit_is_there_with_its_digest(told: Path) -> None:
    graph = graph_of(told)
    with Case.open(told) as case:
        wanted = {row.id: row.png_sha256 for row in (*case.frames(), *case.crops(), *case.outputs())}
        wanted |= {each.id: each.png_sha256 for row in case.outputs() for each in row.companions}
        film = case.footage()[0]
    for exhibit, digest in wanted.items():
        (hashed,) = named(graph, "RasterPicture", exhibit)["uco-core:hasFacet"][-1]["uco-observable:hash"]
        assert hashed["uco-types:hashValue"]["@value"] == digest
    hashes = named(graph, ":File", "1")["uco-core:hasFacet"][-1]["uco-observable:hash"]
    assert {each["uco-types:hashMethod"]: each["uco-types:hashValue"]["@value"] for each in hashes} == {
        "SHA256": film.sha256, "MD5": film.md5,
    }  # fmt: skip


def test_an_enhancement_names_who_what_with_which_tool_from_what(told: Path) -> None:
    graph = graph_of(told)
    by_id = {node["@id"]: node for node in graph}
    output = named(graph, "RasterPicture", "1/F412/C2/E1")
    action = next(
        node for node in graph
        if node["@type"].endswith("InvestigativeAction") and {"@id": output["@id"]} in node["uco-action:result"]
    )  # fmt: skip
    assert by_id[action["uco-action:performer"]["@id"]]["uco-core:name"] == "Kim Min-ji"
    assert [by_id[each["@id"]]["uco-core:name"] for each in action["uco-action:object"]] == ["1/F412/C2"]
    tool = by_id[action["uco-action:instrument"]["@id"]]
    entries = {
        each["uco-configuration:itemName"]: each["uco-configuration:itemValue"]
        for each in tool["uco-configuration:usesConfiguration"]["uco-configuration:configurationEntry"]
    }
    with Case.open(told) as case:
        receipt = case.receipt("1/F412/C2/E1")
    assert entries["backend.card_sha256"] == receipt.backend["card_sha256"]
    assert entries["backend.weights_sha256"] == "ab" * 32
    assert entries["engine.precision"] == "float32"
    assert action["uco-action:startTime"]["@value"] == receipt.started
    results = {by_id[each["@id"]].get("uco-core:name") for each in action["uco-action:result"]}
    assert {"1/F412/C2/E1/spread", "1/F412/C2/E1/sample-3"} <= results
    informed = by_id[action["case-investigation:wasInformedBy"]["@id"]]
    assert informed["uco-core:name"] == "crop"


def test_generated_and_withdrawn_say_so(told: Path) -> None:
    graph = graph_of(told)
    lead = named(graph, "RasterPicture", "1/F412/C1/E2")
    assert lead["uco-core:tag"] == ["generative", "AI-generated", "AI 생성", "withdrawn"]
    assert lead["uco-core:objectStatus"] == "Deprecated"
    assert "Withdrawn: superseded" in lead["uco-core:description"]
    assert named(graph, "RasterPicture", "1/F412/C1/E1")["uco-core:tag"] == ["interpolation"]
    report = named(graph, ":File", "report.pdf")
    assert report["uco-core:hasFacet"][0]["uco-observable:hash"][0]["uco-types:hashValue"]["@value"] == "ab" * 32


def test_the_same_case_gives_the_same_file_and_another_case_other_ids(told: Path, tmp_path: Path) -> None:
    with Case.open(told) as case:
        assert case_uco(case) == case_uco(case)
    other = {node["@id"] for node in graph_of(small_case(tmp_path))}
    assert not other & {node["@id"] for node in graph_of(told)}


def test_strange_names_stay_text(tmp_path: Path) -> None:
    film = make_footage(tmp_path, name="<b>\"'& 사건 🙂.mp4")
    with Case.create(tmp_path / "a.facet", number="<b>7", examiner="Kim <b>\"'& 사건 🙂", agency="{lab}") as case:
        case.add_crop(case.add_frame(ingest(case, film), make_frame(film)), Box(x=4, y=6, w=24, h=20))
        graph = json.loads(case_uco(case)[0])["@graph"]
    named(graph, "Person", "Kim <b>\"'& 사건 🙂")
    named(graph, "Organization", "{lab}")
    assert named(graph, ":File", "1")["uco-core:hasFacet"][0]["uco-observable:fileName"] == film.name


def test_a_folder_of_pictures_is_no_file_with_a_digest(tmp_path: Path) -> None:
    with Case.create(tmp_path / "a.facet", number="7", examiner="Kim") as case:
        case.add_footage(path=tmp_path / "shots", sha256="ab" * 32, md5=None, size=3, modified="2026-01-31T12:00:00Z",
                         probe={"container": "folder", "frames": 3})  # fmt: skip
        graph = json.loads(case_uco(case)[0])["@graph"]
    (facet,) = named(graph, ":File", "1")["uco-core:hasFacet"]
    assert facet["uco-observable:isDirectory"] is True
    assert "ab" * 32 in named(graph, ":File", "1")["uco-core:description"][0]


def test_it_leaves_with_a_journal_entry(tmp_path: Path) -> None:
    with Case.open(small_case(tmp_path), examiner="Kim") as case:
        row = export_case_uco(case, tmp_path / "out" / "case.jsonld")
        entry = case.journal()[-1]
    assert (entry.action, entry.digests) == ("export", {"file_sha256": row["file_sha256"]})
