"""Whatever is done to a case, verification tells, and names what was touched."""

from __future__ import annotations

import json
import random
import shutil
import threading
from pathlib import Path

import pytest

from case.closing import raw
from case.evidence import CARD, add_run, enlarge, ingest, make_footage, make_frame
from case.tampering import flip, places, rechain, rewrite_record, sql, unguarded
from facet.case import Case, Verification, encode_png
from facet.core.canonical import canonical_json
from facet.core.digest import picture_digest, sha256_bytes
from facet.core.errors import Cancelled, FacetError, InputError, NegativeAnswer
from facet.core.geometry import Box
from facet.core.progress import cancellable

OUTPUT = "1/F413/C2/E1"


def verify(path: Path, **options) -> Verification:
    with Case.open(path, suspect=True) as case:
        return case.verify(**options)


def blamed(verification: Verification) -> set[str | None]:
    assert not verification.ok
    return {row.exhibit for row in verification.failed}


def test_an_untouched_case_is_well_in_every_respect(harbour: Path):
    answer = verify(harbour)
    assert answer.ok
    assert answer.failed == ()
    checks = {(row.exhibit, row.check) for row in answer.rows}
    assert {(OUTPUT, check) for check in ("record", "png", "picture", "receipt")} <= checks
    assert {("1/F413/C2", check) for check in ("record", "png", "picture", "cut")} <= checks
    assert {(None, check) for check in ("file", "schema", "foreign-keys", "journal")} <= checks
    assert {("1", "record"), ("1", "footage"), ("case", "case"), ("R1", "record")} <= checks
    with Case.open(harbour) as case:
        assert answer.head is not None
        assert answer.head.to_json() == case.head()
    json.dumps(canonical_json(answer.to_json()).decode())


@pytest.mark.parametrize("part", [0.0, 0.1, 0.33, 0.5, 0.77, 0.9, 1.0])
@pytest.mark.parametrize("exhibit", [OUTPUT, "1/F412", "1/F412/C1"])
def test_a_flipped_byte_of_a_stored_picture_names_its_exhibit(harbour: Path, exhibit: str, part: float):
    with Case.open(harbour) as case:
        content = case.png(exhibit)
    where = places(harbour, content)
    assert len(where) == len(content)
    flip(harbour, where[round(part * (len(where) - 1))])
    answer = verify(harbour)
    assert exhibit in blamed(answer)
    if exhibit == OUTPUT:
        assert blamed(answer) == {OUTPUT}
    with Case.open(harbour) as case, pytest.raises(InputError, match="altered"):
        case.png(exhibit)


@pytest.mark.parametrize("part", [0.0, 0.3, 0.6, 1.0])
def test_a_flipped_byte_of_a_receipt_names_its_output(harbour: Path, part: float):
    with Case.open(harbour) as case:
        where = places(harbour, case.receipt(OUTPUT).canonical())
    flip(harbour, where[round(part * (len(where) - 1))])
    assert OUTPUT in blamed(verify(harbour))


@pytest.mark.slow
def test_any_flipped_byte_of_the_file_is_told_or_changes_nothing_that_the_case_says(harbour: Path, tmp_path: Path):
    def said(path: Path) -> bytes:
        with Case.open(path) as case:
            pixels = [case.png(row.id) for row in (*case.frames(), *case.crops(), *case.outputs())]
            return canonical_json(case.show()) + b"".join(pixels)

    truth = said(harbour)
    chance = random.Random(20260131)
    copy = tmp_path / "copy.facet"
    shutil.copy(make_footage(tmp_path), harbour.parent / "corridor.mp4")
    size = harbour.stat().st_size
    told = 0
    for place in [chance.randrange(size) for _ in range(90)] + list(range(16, 100, 2)):
        shutil.copyfile(harbour, copy)
        flip(copy, place, 1 << chance.randrange(8))
        try:
            answer = verify(copy)
        except (InputError, NegativeAnswer):
            told += 1
            continue
        if answer.ok:
            assert said(copy) == truth
        else:
            told += 1
    assert told > 40  # the rest is room that SQLite leaves empty, and counters


@pytest.mark.parametrize("zeroed", ["journal", "outputs", "frames", "crops"])
def test_a_ruined_page_is_survived_and_what_it_held_is_named(harbour: Path, zeroed: str):
    with unguarded(harbour) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (zeroed,)).fetchone()
        ids = [] if zeroed == "journal" else [row[0] for row in connection.execute(f"SELECT id FROM {zeroed}")]
    with harbour.open("r+b") as stream:
        stream.seek((root - 1) * 8192)
        stream.write(b"\xa5" * 8192)
    answer = verify(harbour)
    assert set(ids) <= blamed(answer)
    assert None in blamed(answer)
    if zeroed == "outputs":
        assert all(row.ok for row in answer.rows if row.exhibit in ("1/F412", "1/F412/C1"))


def test_a_ruined_leaf_leaves_the_other_rows_readable(harbour: Path):
    with Case.open(harbour, examiner="Kim") as case:
        for n in range(60):
            case.note(f"{n} " + "x" * 1500)
    with unguarded(harbour) as connection:
        pages = connection.execute("SELECT pageno FROM dbstat WHERE name = 'remarks' AND pagetype = 'leaf'").fetchall()
    with harbour.open("r+b") as stream:
        stream.seek((pages[len(pages) // 2][0] - 1) * 8192)
        stream.write(b"\0" * 8192)
    answer = verify(harbour)
    remarks = {row.exhibit: row.ok for row in answer.rows if row.exhibit and row.exhibit.startswith("R")}
    assert len(remarks) == 62
    assert 1 <= list(remarks.values()).count(False) < 20


AT = "WHERE id = '1/F413/C2/E1'"
RESPELT = "CAST(replace(CAST(record AS TEXT), '{}', '{}') AS BLOB)"
ZEROS = "lower(hex(zeroblob(32)))"
OF_CROP = {"1/F413/C2", "1/F413/C2/E1", "1/F413/C2/E2"}


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (f"UPDATE outputs SET png = zeroblob(length(png)) {AT}", {OUTPUT}),
        (f"UPDATE outputs SET png = (SELECT png FROM outputs WHERE id = '1/F412/C1/E1') {AT}", {OUTPUT}),
        (f"UPDATE outputs SET png_sha256 = {ZEROS} {AT}", {OUTPUT}),
        (f"UPDATE outputs SET receipt = (SELECT receipt FROM outputs LIMIT 1) {AT}", {OUTPUT}),
        (f"UPDATE outputs SET crop = '1/F412/C1' {AT}", {OUTPUT}),
        (f"UPDATE outputs SET id = '1/F413/C2/E7' {AT}", {OUTPUT}),
        (f"UPDATE outputs SET seq = 1000 {AT}", {OUTPUT}),
        (f"UPDATE outputs SET record_sha256 = '' {AT}", {OUTPUT}),
        (f"UPDATE outputs SET record = x'7b7d' {AT}", {OUTPUT}),
        (f"UPDATE outputs SET record = {RESPELT.format(':', ': ')} {AT}", {OUTPUT}),
        ("UPDATE crops SET x = x + 1 WHERE id = '1/F413/C2'", OF_CROP),
        ("UPDATE crops SET frame = '1/F412', y = 9 WHERE id = '1/F413/C2'", OF_CROP),
        (f"UPDATE footage SET sha256 = {ZEROS}", {"1", "1/F412", OUTPUT}),
        ("UPDATE remarks SET exhibit = '1/F413' WHERE id = 'R1'", {"R1"}),
        ("UPDATE remarks SET kind = 'finding' WHERE id = 'R1'", {"R1"}),
        ("UPDATE remarks SET seq = 4611686018427387904 WHERE id = 'R2'", {"R2"}),
        ("UPDATE remarks SET seq = -5 WHERE id = 'R2'", {"R2"}),
        (f"DELETE FROM outputs {AT}", {OUTPUT}),
        ("DELETE FROM remarks WHERE id = 'R2'", {"R2"}),
        ("DELETE FROM case_facts", {"case"}),
        ("DELETE FROM journal WHERE seq = 5", {None}),
        ("DELETE FROM journal WHERE seq = (SELECT max(seq) - 1 FROM journal)", {None, "R2"}),
        ("DELETE FROM journal", {None, OUTPUT, "1", "case"}),
        (f"UPDATE journal SET sha256 = {ZEROS} WHERE seq = 3", {None}),
        ("UPDATE journal SET seq = 1000 WHERE seq = 3", {None}),
        ("UPDATE journal SET seq = -3 WHERE seq = 3", {None}),
        (f"UPDATE journal SET entry = {RESPELT.format('Kim', 'Lee').replace('record', 'entry')} WHERE seq = 4", {None}),
        ("UPDATE journal SET entry = x'00' WHERE seq = 4", {None}),
        (f"UPDATE cards SET record = {RESPELT.format('adds no', 'adds')}", {OUTPUT, CARD.card_sha256}),
        (
            (
                "INSERT INTO remarks (seq, id, kind, exhibit, record_sha256, record) "
                "SELECT 3, 'R3', kind, exhibit, record_sha256, record FROM remarks WHERE id = 'R1'"
            ),
            {"R1"},
        ),
        (
            (
                "INSERT INTO footage (seq, id, sha256, record_sha256, record) "
                f"SELECT 2, '2', {ZEROS}, {ZEROS}, {RESPELT.format('corridor', 'another')} FROM footage"
            ),
            {"1"},
        ),
    ],
)
def test_tampering_with_the_guards_off_is_told(harbour: Path, statement: str, named: set):
    sql(harbour, statement)
    assert named <= blamed(verify(harbour))


@pytest.mark.parametrize("column", ["png", "receipt", "record", "picture_sha256", "card_sha256", "seq", "id"])
def test_only_what_was_touched_is_named(harbour: Path, column: str):
    value = {"png": "x'89'", "receipt": "x'7b7d'", "record": "x'7b7d'", "seq": "77"}.get(column, "'sly'")
    sql(harbour, f"UPDATE outputs SET {column} = {value} {AT}")
    assert blamed(verify(harbour)) <= {OUTPUT, None}


def test_a_record_that_was_rewritten_with_its_digest_is_told(harbour: Path):
    with unguarded(harbour) as connection:
        rewrite_record(connection, "remarks", "R2", lambda record: record.update(text="It is certainly him."))
    assert blamed(verify(harbour)) == {"R2"}


def test_a_picture_exchanged_with_record_and_columns_is_told(harbour: Path):
    with Case.open(harbour) as case:
        fake = enlarge(case.picture("1/F412/C1"))
    png = encode_png(fake)
    with unguarded(harbour) as connection:
        facts = {"picture_sha256": picture_digest(fake), "png_sha256": sha256_bytes(png), "png_bytes": len(png)}
        rewrite_record(connection, "outputs", OUTPUT, lambda record: record.update(facts))
        connection.execute(
            "UPDATE outputs SET png = ?, png_sha256 = ?, picture_sha256 = ? WHERE id = ?",
            (png, facts["png_sha256"], facts["picture_sha256"], OUTPUT),
        )
    assert blamed(verify(harbour)) == {OUTPUT}


def test_a_crop_that_is_not_from_its_frame_is_told_even_when_the_journal_was_rewritten(harbour: Path):
    """Somebody who rewrites everything, chain and all, still has to keep the picture's story straight."""
    with Case.open(harbour) as case:
        head = case.head()
        fake = case.picture("1/F412/C1")[::-1].copy()
    png = encode_png(fake)
    facts = {"picture_sha256": picture_digest(fake), "png_sha256": sha256_bytes(png), "png_bytes": len(png)}
    with unguarded(harbour) as connection:
        rewrite_record(connection, "crops", "1/F412/C1", lambda record: record.update(facts))
        connection.execute(
            "UPDATE crops SET png = ?, png_sha256 = ?, picture_sha256 = ? WHERE id = '1/F412/C1'",
            (png, facts["png_sha256"], facts["picture_sha256"]),
        )
        (record,) = connection.execute("SELECT record_sha256 FROM crops WHERE id = '1/F412/C1'").fetchone()

        def change(entries: list[dict]) -> list[dict]:
            for entry in entries:
                if entry["action"] == "crop" and entry["exhibit"] == "1/F412/C1":
                    entry["rows"][0]["digests"] = {
                        "record": record, "png": facts["png_sha256"], "picture": facts["picture_sha256"],
                    }  # fmt: skip
            return entries

        rechain(connection, change)
    answer = verify(harbour)
    assert [(row.exhibit, row.check) for row in answer.failed] == [
        ("1/F412/C1", "cut"), ("1/F412/C1/E1", "receipt"), ("1/F412/C1/E2", "receipt"),
    ]  # fmt: skip
    assert None in blamed(verify(harbour, against=head))


def test_an_output_taken_out_of_the_middle_leaves_a_gap_that_is_told(harbour: Path):
    with unguarded(harbour) as connection:
        connection.execute("DELETE FROM outputs WHERE id = '1/F412/C1/E1'")
        rechain(connection, lambda entries: [e for e in entries if e["exhibit"] != "1/F412/C1/E1"])
    assert "1/F412/C1/E2" in blamed(verify(harbour))


def test_deleted_last_entries_are_caught_by_a_head_kept_elsewhere(harbour: Path):
    with Case.open(harbour, examiner="Kim") as case:
        early = case.head()
        case.finding("This is not him.")
        late = case.head()
    with unguarded(harbour) as connection:
        connection.execute("DELETE FROM remarks WHERE id = 'R3'")
        connection.execute("DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)")
    assert verify(harbour).ok  # nothing inside the file can tell
    assert verify(harbour, against=early).ok
    assert blamed(verify(harbour, against=late)) == {None}
    for text in (f"{late['seq']}:{late['sha256']}", str(late["sha256"]), json.dumps(late)):
        answer = verify(harbour, against=text)
        assert [row.check for row in answer.failed] == ["against"]


def test_a_head_of_the_right_digest_at_another_number_is_not_in_the_chain(harbour: Path):
    with Case.open(harbour) as case:
        head = case.head()
    assert verify(harbour, against=f"{head['seq']}:{head['sha256']}").ok
    assert not verify(harbour, against={"seq": 1, "sha256": head["sha256"]}).ok


@pytest.mark.parametrize(
    "head", ["", "12", "12:abc", "x" * 64, "{}", '{"seq": 1}', "[" * 5000, {"seq": True, "sha256": "0" * 64}]
)
def test_what_is_not_a_head_is_one_plain_line(harbour: Path, head):
    with pytest.raises(InputError, match="not a journal head"):
        verify(harbour, against=head)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("DROP TRIGGER outputs_no_update", "missing trigger outputs_no_update"),
        ("CREATE TRIGGER sly AFTER INSERT ON remarks BEGIN SELECT 1; END", "foreign trigger sly"),
        ("CREATE VIEW sly AS SELECT * FROM outputs", "foreign view sly"),
        ("CREATE TABLE sly (a)", "foreign table sly"),
        ("CREATE INDEX sly ON outputs (crop)", "foreign index sly"),
        ("ALTER TABLE remarks ADD COLUMN sly TEXT", "changed table remarks"),
        ("ANALYZE", "foreign table sqlite_stat1"),
    ],
)
def test_an_altered_schema_is_refused_and_told(harbour: Path, statement: str, what: str):
    connection = raw(harbour)
    connection.execute(statement)
    connection.commit()
    connection.close()
    for examiner in (None, "Kim"):
        with pytest.raises(InputError, match="altered") as told:
            Case.open(harbour, examiner=examiner)
        assert what in str(told.value)
    failed = verify(harbour).failed
    assert any(row.check == "schema" and what in row.message for row in failed)


def test_bytes_attached_to_the_end_are_told(harbour: Path):
    with harbour.open("ab") as stream:
        stream.write(b"a picture nobody journalled" * 400)
    assert {row.check for row in verify(harbour).failed} == {"file"}


def test_footage_that_changed_is_told_and_footage_that_is_away_is_no_tampering(harbour: Path, tmp_path: Path):
    film = harbour.parent / "corridor.mp4"
    content = film.read_bytes()
    film.write_bytes(b"?" + content[1:])
    assert [(row.exhibit, row.check) for row in verify(harbour).failed] == [("1", "footage")]
    film.unlink()
    answer = verify(harbour)
    assert answer.ok
    assert any(row.check == "footage" and "not found" in row.message for row in answer.rows)
    (tmp_path / "shelf").mkdir()
    (tmp_path / "shelf" / "corridor.mp4").write_bytes(content)
    answer = verify(harbour, footage=tmp_path / "shelf")
    assert any(row.check == "footage" and "has the digest" in row.message for row in answer.rows)
    with pytest.raises(InputError, match="not a folder"):
        verify(harbour, footage=tmp_path / "nowhere")


def made_to_fit(path: Path, table: str, row_id: str, change) -> None:
    """Change a record, and everything that vouches for it along."""
    with unguarded(path) as connection:
        rewrite_record(connection, table, row_id, change)
        query = f"SELECT record_sha256 FROM {table} WHERE id = ?"
        (digest,) = connection.execute(query, (row_id,)).fetchone()

        def vouched(entries: list[dict]) -> list[dict]:
            for row in (row for entry in entries for row in entry["rows"]):
                if (row["table"], row["id"]) == (table, row_id):
                    row["digests"]["record"] = digest
            return entries

        rechain(connection, vouched)


@pytest.mark.parametrize(
    ("table", "row_id", "change"),
    [
        ("footage", "1", lambda record: record.pop("name")),
        ("footage", "1", lambda record: record.update(path=5)),
        ("footage", "1", lambda record: record.update(probe=[])),
        ("frames", "1/F412", lambda record: record["name"].update(time_base="1/0")),
        ("frames", "1/F412", lambda record: record.update(decoding="H.264")),
        ("crops", "1/F412/C1", lambda record: record.update(width="24")),
        ("case_facts", "case", lambda record: record.update(number={"a": 1})),
        ("remarks", "R1", lambda record: record.update(text=None)),
    ],
)
def test_a_record_that_fits_but_makes_no_sense_is_named(harbour: Path, table: str, row_id: str, change):
    made_to_fit(harbour, table, row_id, change)
    assert ("case" if table == "case_facts" else row_id) in blamed(verify(harbour))
    with Case.open(harbour) as case, pytest.raises(InputError, match="altered"):
        case.show()


@pytest.mark.parametrize("column", ["kind", "exhibit"])
def test_a_remark_is_what_its_entry_says_and_about_what_it_says(harbour: Path, column: str):
    changed = {"kind": "withdrawal", "exhibit": "1/F413"}[column]
    sql(harbour, f"UPDATE remarks SET {column} = ? WHERE id = 'R1'", changed)
    made_to_fit(harbour, "remarks", "R1", lambda record: record.update({column: changed}))
    assert "R1" in blamed(verify(harbour))


@pytest.mark.parametrize("path", ["x" * 5000, "a\0b", "/proc/self/mem/x", "../" * 200])
def test_a_path_that_leads_nowhere_is_footage_not_found(harbour: Path, path: str):
    (harbour.parent / "corridor.mp4").unlink()
    made_to_fit(harbour, "footage", "1", lambda record: record.update(path=path))
    answer = verify(harbour)
    assert answer.ok
    assert any(row.check == "footage" and "not found" in row.message for row in answer.rows)


def test_a_clock_that_was_put_back_is_told_but_is_no_tampering(harbour: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("facet.case.recording.utc_now", lambda: "2001-01-01T00:00:00.000000Z")
    with Case.open(harbour, examiner="Kim") as case:
        case.note("The battery was empty.")
    answer = verify(harbour)
    assert answer.ok
    assert any("clock" in row.message for row in answer.rows)


def test_a_verification_can_be_stopped(harbour: Path):
    stop = threading.Event()
    stop.set()
    with Case.open(harbour) as case:
        with pytest.raises(Cancelled):
            case.verify(cancellable(stop))
        assert case.verify().ok


def test_a_writer_may_go_on_while_a_reader_verifies(harbour: Path):
    with Case.open(harbour, examiner="Kim") as writer, Case.open(harbour) as reader:
        crop = writer.add_crop("1/F412", Box(x=0, y=0, w=30, h=30))
        written = []

        def meanwhile(done: int, total: int, label: str = "") -> None:
            if done and not written:
                written.append(add_run(writer, crop))
                written.append(writer.note("meanwhile"))

        assert reader.verify(meanwhile).ok
        assert len(written) == 2
        assert reader.verify().ok
        assert reader.head() == writer.head()


def test_verification_names_no_control_characters_of_a_hostile_file(harbour: Path):
    sql(harbour, "UPDATE remarks SET id = 'R1' || char(27) || '[2J' || char(10) || 'all is well' WHERE id = 'R1'")
    sql(harbour, "UPDATE outputs SET id = 'x' || char(27), record = x'80' WHERE id = ?", OUTPUT)
    for row in verify(harbour).rows:
        assert row.message.isprintable()
        assert row.exhibit is None or row.exhibit.isprintable()


def test_two_films_in_one_case_are_kept_apart(tmp_path: Path):
    with Case.create(tmp_path / "two.facet", number="1", examiner="Kim") as case:
        for name in ("a.mp4", "b.mp4"):
            film = make_footage(tmp_path, name, name.encode())
            frame = case.add_frame(ingest(case, film), make_frame(film, 7))
            add_run(case, case.add_crop(frame, Box(x=0, y=0, w=16, h=16)))
        assert [row.id for row in case.outputs()] == ["1/F7/C1/E1", "2/F7/C1/E1"]
        assert case.verify().ok


def test_damage_that_leaves_nothing_to_verify_is_a_plain_no(harbour: Path):
    content = harbour.read_bytes()
    harbour.write_bytes(content[: len(content) // 2])
    with pytest.raises(NegativeAnswer, match=r"cut off|is damaged"):  # an encrypted file tells no length of its own
        verify(harbour)
    harbour.write_bytes(content[:100] + b"\xa5" * (len(content) - 100))
    with pytest.raises((NegativeAnswer, InputError)) as told:
        verify(harbour)
    assert isinstance(told.value, FacetError)
