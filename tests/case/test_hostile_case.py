"""A case file from somebody who means harm: refused or told in plain lines, and costing no memory, no time, no command.

Its author made every digest fit, and the whole chain.
"""

from __future__ import annotations

import io
import json
import os
import random
import sqlite3
import struct
import sys
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from case.attacks.forging import Forgery
from case.attacks.naming import SLY, give_names
from case.attacks.on_journal import read_entries, write_entries
from case.attacks.seeing import plain
from case.tampering import sql, unguarded
from facet.case import Case, Verification
from facet.case.bounds import LARGEST_RECORD
from facet.core.canonical import canonical_json
from facet.core.digest import sha256_bytes
from facet.core.errors import FacetError, InputError

OUTPUT = "1/F412/C1/E1"


def refused(path: Path) -> str:
    """The line that is said of a file, the same to readers and writers."""
    said = set()
    for examiner in (None, "Kim"):
        with pytest.raises(InputError) as told:
            Case.open(path, examiner=examiner)
        said.add(str(told.value))
    (line,) = said
    assert line.isprintable()
    return line


def verified(path: Path) -> Verification:
    """The answer of a verification, which never is a fault, and is text whatever stands in the file."""
    with Case.open(path, suspect=True) as case:
        answer = case.verify()
    json.dumps(answer.to_json(), ensure_ascii=False).encode()
    assert all(row.message.isprintable() for row in answer.rows)
    return answer


def blamed(path: Path) -> set[str | None]:
    answer = verified(path)
    assert not answer.ok
    return {row.exhibit for row in answer.failed}


def made_to_fit(path: Path, change: Callable[[Forgery], object]) -> None:
    """Let ``change`` rewrite rows, and make the journal fit them."""
    with unguarded(path) as connection:
        forgery = Forgery(connection, random.Random(0))
        change(forgery)
        entries = read_entries(connection)
        forgery.fit(entries)
        write_entries(connection, entries, rechained_from=1)


def every_line_about(path: Path) -> list[str]:
    """Whatever a reader and a writer ask for ends in an answer or a plain line: the lines."""
    lines: list[str] = []

    def ask(question: Callable[[], object]) -> None:
        try:
            question()
        except FacetError as error:
            lines.append(plain(error))

    def by(case: Case) -> None:
        for question in (case.show, case.tree, case.outputs, case.remarks, case.journal, case.head):
            ask(question)
        for exhibit in ("1/F412", "1/F412/C1", OUTPUT):
            ask(lambda exhibit=exhibit: case.picture(exhibit))
        ask(lambda: case.receipt(OUTPUT))
        ask(lambda: case.card(OUTPUT))
        ask(lambda: case.stored_index("1"))
        ask(lambda: case.check_footage("1"))

    with Case.open(path) as case:
        by(case)
    with Case.open(path, examiner="Kim") as case:
        ask(lambda: case.note("seen", OUTPUT))
        ask(lambda: case.alias("1/F412", "K-1"))
        ask(lambda: case.log("export"))
    return lines


class Costs:
    """The most memory, in bytes, that was taken within."""

    def __enter__(self) -> Costs:
        tracemalloc.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()


def test_a_record_of_many_megabytes_is_not_read(harbour: Path) -> None:
    def longer(forgery: Forgery) -> None:
        record = forgery.record("remarks", "R1")
        forgery.put("remarks", "R1", {**record, "text": "x" * (LARGEST_RECORD + 1)})

    made_to_fit(harbour, longer)
    with Costs() as costs:
        assert "R1" in blamed(harbour)
        assert any("altered" in line for line in every_line_about(harbour))
    assert costs.most < LARGEST_RECORD


def test_a_journal_entry_of_many_megabytes_is_not_read(harbour: Path) -> None:
    with unguarded(harbour) as connection:
        entries = read_entries(connection)
        entries[-1]["details"] = "x" * (LARGEST_RECORD + 1)
        write_entries(connection, entries, rechained_from=1)
    with Costs() as costs:
        assert None in blamed(harbour)
        assert any("altered" in line for line in every_line_about(harbour))
    assert costs.most < LARGEST_RECORD


def test_what_is_too_long_is_not_recorded_either(harbour: Path) -> None:
    with Case.open(harbour, examiner="Kim") as case:
        before = case.head()
        with pytest.raises(InputError, match="too long for a case"):
            case.log("export", details={"names": "x" * LARGEST_RECORD})
        assert case.head() == before
        assert case.verify().ok


def bomb(width: int, height: int) -> bytes:
    """A PNG file of a few kilobytes whose header claims ``width`` × ``height`` pixels; all that is there is black."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    pixels = zlib.compress(bytes(1 << 22), 9)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [16_000, 60_000, 0x7FFFFFFF])
def test_a_picture_that_claims_more_pixels_than_its_record_is_not_unpacked(harbour: Path, side: int) -> None:
    png = bomb(side, side)

    def exchanged(forgery: Forgery) -> None:
        facts = {"png_sha256": sha256_bytes(png), "png_bytes": len(png)}
        forgery.put("outputs", OUTPUT, {**forgery.record("outputs", OUTPUT), **facts}, png=png)

    made_to_fit(harbour, exchanged)
    with Costs() as costs, Case.open(harbour) as case, pytest.raises(InputError):
        case.picture(OUTPUT)
    assert costs.most < 1 << 22


def test_a_picture_file_longer_than_its_pixels_could_be_is_not_read(harbour: Path) -> None:
    content = bytes(40 << 20)

    def exchanged(forgery: Forgery) -> None:
        facts = {"png_sha256": sha256_bytes(content), "png_bytes": len(content)}
        forgery.put("outputs", OUTPUT, {**forgery.record("outputs", OUTPUT), **facts}, png=content)

    made_to_fit(harbour, exchanged)
    with Costs() as costs, Case.open(harbour) as case, pytest.raises(InputError, match="altered"):
        case.picture(OUTPUT)
    assert costs.most < 1 << 22
    assert OUTPUT in blamed(harbour)


RECURSIVE = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.mark.parametrize(
    ("statements", "what"),
    [
        ([f"CREATE VIEW sly AS {RECURSIVE}"], "foreign view sly"),
        (["DROP TABLE companions", f"CREATE VIEW companions AS {RECURSIVE}"], "companions"),
        (["CREATE VIEW a AS SELECT * FROM b", "CREATE VIEW b AS SELECT * FROM a"], "foreign view a"),
        ([f"CREATE VIEW v{n} AS SELECT {n}" for n in range(400)], "foreign view v0"),
        ([f"CREATE VIEW sly AS SELECT '{'x' * 900_000}'"], "foreign view sly"),
        (["CREATE VIRTUAL TABLE sly USING fts5(a)"], "foreign table sly"),
        (["CREATE TABLE sly (a, b GENERATED ALWAYS AS (a || a) VIRTUAL)"], "foreign table sly"),
        (["ALTER TABLE remarks ADD COLUMN b TEXT AS (kind || kind) VIRTUAL"], "changed table remarks"),
        (["CREATE INDEX sly ON remarks (length(record))"], "foreign index sly"),
        (["CREATE TRIGGER sly BEFORE INSERT ON journal BEGIN SELECT load_extension('x'); END"], "foreign trigger sly"),
    ],
    ids=["recursive", "view for a table", "each other", "thousands", "long", "virtual", "generated", "generated column",
         "expression", "trigger"],
)  # fmt: skip
def test_a_schema_of_somebody_elses_is_refused_before_anything_in_it_runs(
    harbour: Path, statements: list[str], what: str
) -> None:
    connection = sqlite3.connect(harbour, isolation_level=None)
    connection.execute("BEGIN")
    for statement in statements:
        connection.execute(statement)
    connection.execute("COMMIT")
    connection.close()
    assert what in refused(harbour)
    assert any(row.check == "schema" for row in verified(harbour).failed)


@pytest.mark.parametrize(
    "text",
    [
        "CREATE TABLE remarks (seq, id, kind, exhibit, record_sha256, record)",
        "CREATE TABLE remarks (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, kind ANY, exhibit, record_sha256, record)",
        "CREATE VIRTUAL TABLE remarks USING unheard_of(a)",
        "CREATE TABLE remarks AS SELECT load_extension('x')",
        "nonsense",
    ],
)
def test_a_table_that_claims_other_columns_is_refused(harbour: Path, text: str) -> None:
    connection = sqlite3.connect(harbour, isolation_level=None)
    connection.execute("PRAGMA writable_schema=ON")
    connection.execute("UPDATE sqlite_schema SET sql = ? WHERE name = 'remarks'", (text,))
    connection.close()
    refused(harbour)
    try:
        assert not verified(harbour).ok
    except FacetError as error:  # too far gone to be examined
        plain(error)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE remarks SET kind = CAST(x'ff80c1' AS TEXT) WHERE id = 'R1'",
        "UPDATE remarks SET exhibit = CAST(x'edb080' AS TEXT) WHERE id = 'R1'",
        "UPDATE remarks SET record_sha256 = CAST(x'00ff' AS TEXT) WHERE id = 'R1'",
        "UPDATE remarks SET id = CAST(x'f5' AS TEXT) WHERE id = 'R1'",
        "UPDATE remarks SET record = CAST('{\"id\":\"' || x'ff' || '\"}' AS BLOB) WHERE id = 'R1'",
        "UPDATE journal SET sha256 = CAST(x'ff' AS TEXT) WHERE seq = 2",
        "UPDATE outputs SET card_sha256 = CAST(x'c0' AS TEXT)",
    ],
)
def test_bytes_that_are_no_text_are_told(harbour: Path, statement: str) -> None:
    sql(harbour, statement)
    assert not verified(harbour).ok
    every_line_about(harbour)


FAR = (1 << 63) - 1


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE remarks SET seq = {FAR} WHERE id = 'R2'",
        f"UPDATE remarks SET seq = -{FAR} - 1 WHERE id = 'R2'",
        f"UPDATE journal SET seq = {FAR} WHERE seq = (SELECT max(seq) FROM journal)",
        f"UPDATE crops SET x = {FAR}, w = {FAR} WHERE id = '1/F412/C1'",
        f"UPDATE frames SET picture_index = -{FAR} - 1, version = {FAR} WHERE id = '1/F413'",
        f"UPDATE outputs SET seq = {FAR} WHERE id = '{OUTPUT}'",
    ],
)
def test_numbers_at_the_end_of_what_there_is_are_told(harbour: Path, statement: str) -> None:
    sql(harbour, statement)
    assert not verified(harbour).ok
    every_line_about(harbour)


@pytest.mark.parametrize(
    ("table", "row_id", "change"),
    [
        ("crops", "1/F412/C1", {"box": {"x": -5, "y": 0, "w": 24, "h": 20}}),
        ("crops", "1/F412/C1", {"box": {"x": 4, "y": 6, "w": (1 << 53) - 1, "h": (1 << 53) - 1}}),
        ("outputs", OUTPUT, {"width": (1 << 53) - 1, "height": (1 << 53) - 1}),
        ("outputs", OUTPUT, {"png_bytes": -1}),
        ("outputs", OUTPUT, {"number": 0}),
        ("frames", "1/F412", {"seconds": "1/0"}),
        ("frames", "1/F412", {"seconds": "9" * 5000}),
        ("frames", "1/F412", {"version": (1 << 53) - 1}),
        ("footage", "1", {"size": -1}),
        ("footage", "1", {"modified": "+999999-01-01"}),
        ("footage", "1", {"path": "\0" * 50}),
        ("footage", "1", {"name": ""}),
        ("remarks", "R1", {"at": "never"}),
    ],
)
def test_a_number_or_text_that_makes_no_sense_costs_a_line_at_most(
    harbour: Path, table: str, row_id: str, change: dict[str, Any]
) -> None:
    made_to_fit(harbour, lambda forgery: forgery.put(table, row_id, {**forgery.record(table, row_id), **change}))
    verified(harbour)
    every_line_about(harbour)


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b'{"id":' + b"9" * 100_000 + b"}",
        b'{"id":1e400}',
        b'{"id":NaN}',
        b'{"id":"\\ud800"}',
        b'{"id":"R1","id":"R2"}',
        b"\xef\xbb\xbf{}",
        "{\"id\":\"R1\"}".encode("utf-16"),
        b"",
        b"null",
    ],
    ids=["deep", "deep objects", "long number", "infinite", "not a number", "half a character", "twice", "byte order",
         "utf-16", "empty", "null"],
)  # fmt: skip
def test_what_is_no_record_is_told(harbour: Path, content: bytes) -> None:
    sql(harbour, "UPDATE remarks SET record = ?, record_sha256 = ? WHERE id = 'R1'", content, sha256_bytes(content))
    assert "R1" in blamed(harbour)
    lines = every_line_about(harbour)
    assert any("altered" in line for line in lines)
    sql(harbour, "UPDATE journal SET entry = ?, sha256 = ? WHERE seq = 3", content, sha256_bytes(content))
    assert None in blamed(harbour)
    every_line_about(harbour)


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes")
@pytest.mark.parametrize("name", ["corridor.mp4", "harbour.facet-journal", "harbour.facet"])
def test_a_pipe_in_the_place_of_a_file_holds_nobody_up(harbour: Path, name: str) -> None:
    place = harbour.with_name(name)
    place.unlink(missing_ok=True)
    os.mkfifo(place)
    if name == "corridor.mp4":
        assert any("not found" in row.message for row in verified(harbour).rows)
    else:
        refused(harbour)


@pytest.mark.parametrize("options", [(), ("--json",)])
@pytest.mark.parametrize("command", ["show", "verify"])
def test_no_name_in_a_case_commands_the_terminal(
    harbour: Path, command: str, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    from facet.cli.main import main

    give_names(harbour, SLY)
    with Case.open(harbour) as case:
        assert case.meta.number == SLY
    main([command, str(harbour), *options])
    printed = capsys.readouterr()
    for text in (printed.out, printed.err):
        assert text.replace("\n", "").isprintable(), [c for c in text if not c.isprintable() and c != "\n"]
    if options and command == "show":
        assert json.loads(printed.out)["case"]["number"] == SLY
    assert "<b onclick=x>" in printed.out or command == "verify"


def test_canonical_bytes_are_the_only_spelling(harbour: Path) -> None:
    """A record that says the same in other bytes is none."""
    with Case.open(harbour) as case:
        record = canonical_json(case.show()["case"])  # type: ignore[arg-type]
    for other in (record.replace(b":", b": ", 1), record + b"\n", io.BytesIO(record).read() + b"\0"):
        sql(harbour, "UPDATE case_facts SET record = ?, record_sha256 = ?", other, sha256_bytes(other))
        assert "case" in blamed(harbour)
