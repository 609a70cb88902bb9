"""verify.py alone finds what was changed in a package, and says of an untouched one what Facet says."""

from __future__ import annotations

import ast
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from case.tampering import rechain, rewrite_record, sql, unguarded
from export.packing_up import pack, rebag, run_alone, small_case, troubles
from facet.case import Case, encode_png, schema
from facet.core.seal import Signature
from facet.export.standalone.bagfile import MANIFEST
from facet.export.standalone.casefile import SCHEMAS, CaseFile, schema_digest
from facet.export.standalone.chain import examine_chain
from facet.export.standalone.findings import Findings
from facet.export.standalone.pictures import Pixels
from facet.export.standalone.rows import Rows
from facet.export.standalone.script import examine_case
from facet.export.verifier import verifier_script
from released import released


def test_an_untouched_package_is_whole(packed: Path) -> None:
    done = run_alone(packed / "verify.py")  # from nothing but where it lies
    assert done.returncode == 0, done.stdout
    assert "Whole and untouched" in done.stdout
    assert "Completeness not checked" in done.stdout


def test_it_is_the_same_file_as_facet_has(packed: Path) -> None:
    assert (packed / "verify.py").read_text("utf-8") == verifier_script()


def test_its_parts_do_not_get_into_each_others_way() -> None:
    named: list[str] = []
    for node in ast.parse(verifier_script()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            named.append(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            named += [each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)]
    assert sorted(named) == sorted(set(named))


def test_it_runs_on_older_pythons() -> None:
    ast.parse(verifier_script(), feature_version=(3, 8))


def test_it_knows_the_tables_of_every_format() -> None:
    assert {minor: schema_digest(list(schema.expected(minor))) for minor in range(schema.MINOR + 1)} == SCHEMAS


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_it_reads_the_cases_of_older_versions(version: str, tmp_path: Path) -> None:
    path = released(version, tmp_path / "case.facet")
    findings = Findings()
    chain, _rows = examine_case(path, findings)
    with Case.open(path) as case:
        head = case.head()
    assert findings.failed == []
    assert chain.head == f"{head['seq']}:{head['sha256']}"


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


PICTURE = "data/pictures/1-F412-C1-E1.png"


@pytest.mark.parametrize("name", [PICTURE, "data/case.facet", "data/report.pdf", "verify.py", "bag-info.txt", MANIFEST])
def test_one_flipped_bit_is_found(package: Path, name: str) -> None:
    flip(package / name)
    assert troubles(package)


def test_a_file_that_was_slipped_in_or_taken_out_is_named(package: Path) -> None:
    (package / "data" / "pictures" / "extra.png").write_bytes(b"?")
    (package / "data" / "receipts" / "1-F412-C1-E1.json").unlink()
    assert troubles(package, pixels=False)[:2] == [
        "data/receipts/1-F412-C1-E1.json is missing, although a manifest names it.",
        "data/pictures/extra.png is named by no manifest: it was slipped in.",
    ]


def another_face(folder: Path) -> None:
    """The picture within the banner is another one; its words and its metadata are as before."""
    with Image.open(folder / PICTURE) as image:
        pixels, told = np.array(image), dict(image.text)  # type: ignore[attr-defined]
    x, y, w, h = map(int, told["Facet-Picture-Box"].split(","))
    pixels[y + h // 2, x + w // 2] ^= 1
    (folder / PICTURE).write_bytes(encode_png(pixels))


def added(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"")


REPLACED: dict[str, Callable[[Path], object]] = {
    "does not show the picture": another_face,
    "receipts/1-F412-C1-E1.json is not what": lambda folder: flip(folder / "data/receipts/1-F412-C1-E1.json"),
    "pictures/1-F412.png is not what": lambda folder: flip(folder / "data/pictures/1-F412.png"),
    "report.pdf is not what": lambda folder: flip(folder / "data/report.pdf"),
    "cards/": lambda folder: flip(next((folder / "data/cards").iterdir())),
    "footage/1.mp4 differs": lambda folder: flip(folder / "data/footage/1.mp4"),
    "weights/x.pth is not what": lambda folder: added(folder / "data" / "weights" / "x.pth"),
    "another journal entry": lambda folder: (folder / "bag-info.txt").write_text("Facet-Journal-Head: 1:00\n"),
}  # fmt: skip


@pytest.mark.parametrize("words", REPLACED)
def test_new_manifests_do_not_hide_what_the_case_does_not_know(package: Path, words: str) -> None:
    REPLACED[words](package)
    rebag(package)
    assert any(words in trouble for trouble in troubles(package))


def edited(case: Path, table: str, row: str, field: str) -> None:
    with unguarded(case) as connection:
        rewrite_record(connection, table, row, lambda record: record.update({field: "changed"}))


def other_pixels(case: Path) -> None:
    png = encode_png(np.zeros((20, 24, 3), np.uint8))
    sql(case, "UPDATE crops SET png = ? WHERE id = '1/F412/C1'", png)


ALTERED: dict[str, Callable[[Path], object]] = {
    "R1 has been altered": lambda case: edited(case, "remarks", "R1", "text"),
    "1/F412/C1/E1 has been altered": lambda case: edited(case, "outputs", "1/F412/C1/E1", "at"),
    "picture file of 1/F412/C1 has been altered": other_pixels,
    "receipt of 1/F412/C1/E1 has been altered": lambda case: sql(
        case, "UPDATE outputs SET receipt = CAST(receipt || ' ' AS BLOB) WHERE id = '1/F412/C1/E1'"
    ),
    "columns of 1/F412/C2 have been altered": lambda case: sql(case, "UPDATE crops SET x = 8 WHERE id = '1/F412/C2'"),
    "1/F412/C2/E1/spread is missing": lambda case: sql(case, "DELETE FROM companions WHERE role = 'spread'"),
    "entry 3 is missing": lambda case: sql(case, "DELETE FROM journal WHERE seq = 3"),
    "entry 2 has been altered": lambda case: sql(
        case, "UPDATE journal SET entry = CAST(entry || ' ' AS BLOB) WHERE seq = 2"
    ),
    "entry 4 has been altered: its digest": lambda case: sql(case, "UPDATE journal SET sha256 = '00' WHERE seq = 4"),
    "tables of the case have been altered": lambda case: _raw(case, "DROP TRIGGER journal_no_update"),
    "format that this program does not know": lambda case: _raw(case, "PRAGMA user_version = 65600"),
    "not a case of Facet": lambda case: _raw(case, "PRAGMA application_id = 1"),
    "longer than it is": lambda case: case.write_bytes(case.read_bytes() + b"!"),
    "encrypted": lambda case: case.write_bytes(b"FCET" + case.read_bytes()),
}  # fmt: skip


def _raw(case: Path, statement: str) -> None:
    with sqlite3.connect(case) as connection:
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize("words", ALTERED)
def test_new_manifests_do_not_hide_what_was_changed_in_the_case(noted: Path, tmp_path: Path, words: str) -> None:
    package = shutil.copytree(noted, tmp_path / "package")
    ALTERED[words](package / "data" / "case.facet")
    rebag(package)
    assert any(words in trouble for trouble in troubles(package, pixels=False))


@pytest.fixture(scope="module")
def noted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package with a note. Never touch this one."""
    folder = tmp_path_factory.mktemp("noted")
    path = small_case(folder)
    with Case.open(path, examiner="Kim") as case:
        case.note("The man at the door.", "1/F412")
    return pack(path, folder / "package", footage=False).bag.folder


class FromOneColumnFurther(Rows):
    """Compares each crop with what lies one column further in its frame."""

    def _cut_from(self, record: dict[str, Any], picture: Pixels) -> bool:
        return super()._cut_from({**record, "box": {**record["box"], "x": record["box"]["x"] + 1}}, picture)


def test_a_crop_that_is_not_cut_from_its_frame_is_named(packed: Path) -> None:
    findings, case = Findings(), CaseFile(packed / "data/case.facet")
    FromOneColumnFurther(case, examine_chain(case, findings), findings, pixels=True).examine()
    case.close()
    assert findings.failed[0].text() == "1/F412/C1 is not what its box cuts from its frame."


def sealed_package(folder: Path, *, algorithm: str = "Ed25519") -> tuple[Path, str]:
    """A package whose case was sealed before a last note, and the public key."""
    ed25519 = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.ed25519")
    key, path = ed25519.Ed25519PrivateKey.generate(), small_case(folder)
    public = key.public_key().public_bytes_raw().hex()
    with Case.open(path, examiner="Kim") as case:
        statement = case.seal_statement("moment")
        signature = key.sign(statement.canonical()).hex()
        case.add_seal(statement, Signature(algorithm=algorithm, public_key=public, signature=signature))
        case.note("After the seal.")
    return pack(path, folder / "package", footage=False).bag.folder, public


def test_seals_are_told_and_what_they_leave_open(tmp_path: Path) -> None:
    package, key = sealed_package(tmp_path)
    done = run_alone(package / "verify.py", package, "--key", key, "--json", "--without-pixels")
    told = [row["message"] for row in json.loads(done.stdout)["rows"] if row["check"] == "seal"]
    assert done.returncode == 0, done.stdout
    assert told[0].startswith("Sealed up to entry 7 by Kim at ")
    assert told[0].endswith("no time stamp.")
    assert "2 journal entries, from 9 on" in told[1]
    assert "another key" in troubles(package, key="00" * 32, pixels=False)[0]


def test_a_chain_made_anew_is_found_by_the_seal(tmp_path: Path) -> None:
    package, _key = sealed_package(tmp_path)
    with Case.open(package / "data/case.facet") as case:
        head = str(case.head()["sha256"])

    def older(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        entries[2]["details"] = "never said"
        return entries

    with unguarded(package / "data/case.facet") as connection:
        rechain(connection, older)
    rebag(package)
    found = troubles(package, against=head, pixels=False)
    assert any("is not of this journal" in trouble for trouble in found)
    assert any("does not hold the head" in trouble for trouble in found)


def test_a_seal_of_another_kind_is_told_as_not_checked(tmp_path: Path) -> None:
    package, key = sealed_package(tmp_path, algorithm="RSA-PSS-SHA256")
    done = run_alone(package / "verify.py", package, "--without-pixels")
    assert "only Facet itself checks" in done.stdout
    assert troubles(package, key=key, pixels=False) == [f"No seal of the case is made with the key {key}."]
