"""Samples, candidates and their spread are kept with their output in one piece, and checked with it."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from case.closing import REFUSED, raw
from case.evidence import (
    CARD,
    SAMPLER,
    add_run,
    add_samples,
    enlarge,
    ingest,
    make_footage,
    make_frame,
    noise,
    receipt_of,
    samples_of,
)
from case.tampering import flip, places, rechain, rewrite_record, sql, unguarded
from facet.case import Case, encode_png
from facet.core.digest import picture_digest, sha256_bytes
from facet.core.errors import EnvironmentLacksError, InputError, InternalError
from facet.core.geometry import Box
from facet.core.run import Companion
from facet.core.spread import spread

CROP = "1/F412/C1"
OUTPUT = f"{CROP}/E2"


@pytest.fixture(scope="module")
def _made() -> dict[str, Path]:
    return {}


@pytest.fixture
def made(case_kind: str, _made: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    if case_kind in _made:
        return _made[case_kind]
    folder = tmp_path_factory.mktemp("sampled")
    film = make_footage(folder)
    with Case.create(folder / "case.facet", number="2026-18", examiner="Kim") as case:
        footage = ingest(case, film)
        frame = case.add_frame(footage, make_frame(film, 412, picture=noise(12, 16, seed=1)))
        crop = case.add_crop(frame, Box(x=2, y=1, w=10, h=8))
        add_run(case, crop)
        add_samples(case, crop)
        add_samples(case, crop, samples_of(enlarge(case.picture(crop)), 2, role="candidate"))
    _made[case_kind] = folder / "case.facet"
    return _made[case_kind]


@pytest.fixture
def sampled(made: Path, tmp_path: Path) -> Path:
    """A case with an output without companions, one of three samples, and one of two candidates."""
    path = tmp_path / made.name
    path.write_bytes(made.read_bytes())
    make_footage(tmp_path)
    return path


def failed(path: Path) -> dict[str, list[str]]:
    with Case.open(path, suspect=True) as case:
        told: dict[str, list[str]] = {}
        for row in case.verify().failed:
            told.setdefault(str(row.exhibit), []).append(row.message)
        return told


def test_they_are_found_again_with_their_output(sampled: Path) -> None:
    with Case.open(sampled) as case:
        plain, one, other = case.outputs()
        assert plain.companions == ()
        assert [each.name for each in one.companions] == ["spread", "sample-1", "sample-2", "sample-3"]
        assert [each.id for each in other.companions] == [
            f"{CROP}/E3/{name}" for name in ("spread", "candidate-1", "candidate-2")
        ]
        wanted = samples_of(enlarge(case.picture(CROP)))
        for row, companion in zip(one.companions, wanted, strict=True):
            assert np.array_equal(case.companion_picture(row.id), companion.picture)
            assert row.told() == companion.told()
        assert case.receipt(OUTPUT).output["companions"] == [row.told() for row in one.companions]
        assert [each["id"] for each in case.show()["outputs"][1]["companions"]] == [row.id for row in one.companions]
        entry = next(entry for entry in case.journal() if entry.exhibit == OUTPUT)
        assert [row.table for row in entry.rows] == ["outputs", "cards", *["companions"] * 4]
        answer = case.verify()
    assert answer.ok, answer.failed
    redrawn = [row.message for row in answer.rows if row.check == "spread"]
    assert redrawn == [
        f"Output {CROP}/E2: its spread is the one that its 3 samples make.",
        f"Output {CROP}/E3: its spread is the one that its 2 samples make.",
    ]


def without(companions: tuple[Companion, ...], *names: str) -> tuple[Companion, ...]:
    return tuple(one for one in companions if one.name not in names)


@pytest.mark.parametrize(
    "names", [("spread",), ("sample-1",), ("sample-2", "sample-3"), ("spread", "sample-1", "sample-2", "sample-3")]
)
def test_nothing_is_recorded_of_several_samples_without_their_spread(sampled: Path, names: tuple[str, ...]) -> None:
    with Case.open(sampled, examiner="Kim") as case:
        before = case.head()
        few = without(samples_of(enlarge(case.picture(CROP))), *names)
        with pytest.raises(InternalError, match="spread is missing"):
            add_samples(case, CROP, few)
        assert case.head() == before


def test_companions_of_another_size_or_out_of_order_are_refused(sampled: Path) -> None:
    with Case.open(sampled, examiner="Kim") as case:
        whole = samples_of(enlarge(case.picture(CROP)))
        small = tuple(dataclasses.replace(one, picture=np.ascontiguousarray(one.picture[::2, ::2])) for one in whole)
        for wrong in (small, whole[1:] + whole[:1], (whole[0], whole[2], whole[1], whole[3])):
            with pytest.raises(InternalError):
                add_samples(case, CROP, wrong)
        assert len(case.outputs()) == 3


def test_a_receipt_that_tells_of_other_samples_is_refused(sampled: Path) -> None:
    with Case.open(sampled, examiner="Kim") as case:
        output = enlarge(case.picture(CROP))
        receipt = receipt_of(case, CROP, output, SAMPLER, reason="why", companions=samples_of(output, 2))
        with pytest.raises(InternalError, match="companions"):
            case.add_output(CROP, picture=output, receipt=receipt, descriptor=SAMPLER, companions=samples_of(output))
        assert len(case.outputs()) == 3


@pytest.mark.parametrize(
    ("name", "words"), [("spread", "its spread"), ("sample-2", "its sample 2"), ("candidate-1", "its candidate 1")]
)
def test_a_flipped_byte_names_the_place(sampled: Path, name: str, words: str) -> None:
    output = f"{CROP}/E3" if name.startswith("candidate") else OUTPUT
    with Case.open(sampled) as case:
        row = next(each for row in case.outputs() if row.id == output for each in row.companions if each.name == name)
        content = encode_png(case.companion_picture(row.id))
    flip(sampled, places(sampled, content)[60])
    told = failed(sampled)
    assert set(told) == {f"{output}/{name}"}
    assert f"Output {output}: {words} differs from its digest." in told[f"{output}/{name}"]
    with Case.open(sampled) as case, pytest.raises(InputError, match=f"{output}/{name} has been altered"):
        case.companion_picture(f"{output}/{name}")


def test_a_spread_exchanged_with_everything_that_speaks_of_it_is_not_what_its_samples_make(sampled: Path) -> None:
    """Whoever rewrites the whole chain still has to draw the right map."""
    tame = np.zeros_like(enlarge(noise(8, 10)))
    png, digest = encode_png(tame), picture_digest(tame)

    def lie(record: dict) -> None:
        record.update(picture_sha256=digest, png_sha256=sha256_bytes(png), png_bytes=len(png))

    with unguarded(sampled) as connection:
        rewrite_record(connection, "companions", f"{OUTPUT}/spread", lie)
        connection.execute(
            "UPDATE companions SET png = ?, picture_sha256 = ?, png_sha256 = ? WHERE id = ?",
            (png, digest, sha256_bytes(png), f"{OUTPUT}/spread"),
        )
        (content,) = connection.execute("SELECT receipt FROM outputs WHERE id = ?", (OUTPUT,)).fetchone()
        receipt = json.loads(content)
        receipt["output"]["companions"][0]["picture_sha256"] = digest
        content = json.dumps(receipt, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
        rewrite_record(
            connection, "outputs", OUTPUT, lambda record: record.update(receipt_sha256=sha256_bytes(content))
        )
        connection.execute(
            "UPDATE outputs SET receipt = ?, receipt_sha256 = ? WHERE id = ?", (content, sha256_bytes(content), OUTPUT)
        )
        stored = dict(connection.execute("SELECT id, record_sha256 FROM companions").fetchall())
        (of_output,) = connection.execute("SELECT record_sha256 FROM outputs WHERE id = ?", (OUTPUT,)).fetchone()

        def resigned(entries: list[dict]) -> list[dict]:
            for row in (row for entry in entries for row in entry["rows"]):
                if row["id"] == f"{OUTPUT}/spread":
                    row["digests"] = {"record": stored[row["id"]], "png": sha256_bytes(png), "picture": digest}
                elif row["id"] == OUTPUT:
                    row["digests"].update(record=of_output, receipt=sha256_bytes(content))
            return entries

        rechain(connection, resigned)
    assert failed(sampled) == {
        f"{OUTPUT}/spread": [f"Output {OUTPUT}: its spread is not the one that its samples make."]
    }


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (f"DELETE FROM companions WHERE id = '{OUTPUT}/spread'", f"{OUTPUT}/spread"),
        (f"DELETE FROM companions WHERE id = '{CROP}/E3/candidate-2'", f"{CROP}/E3/candidate-2"),
        (f"UPDATE companions SET number = 9 WHERE id = '{OUTPUT}/sample-2'", f"{OUTPUT}/sample-2"),
        (f"UPDATE companions SET role = 'mask' WHERE id = '{OUTPUT}/sample-2'", f"{OUTPUT}/sample-2"),
        (f"UPDATE companions SET output = '{CROP}/E1' WHERE id = '{OUTPUT}/sample-2'", f"{OUTPUT}/sample-2"),
        (f"UPDATE companions SET png = x'00' WHERE id = '{OUTPUT}/sample-2'", f"{OUTPUT}/sample-2"),
    ],
)
def test_tampering_with_the_guards_off_is_told(sampled: Path, statement: str, named: str) -> None:
    sql(sampled, statement)
    assert named in failed(sampled)


def test_an_output_whose_spread_was_deleted_is_not_shown_at_all(sampled: Path) -> None:
    sql(sampled, f"DELETE FROM companions WHERE id = '{OUTPUT}/spread'")
    with Case.open(sampled) as case:
        for ask in (case.outputs, case.show, case.tree):
            with pytest.raises(InputError, match=f"{OUTPUT}/spread has been altered"):
                ask()


def test_a_spread_taken_out_with_its_journal_and_receipt_rewritten_is_still_missed(sampled: Path) -> None:
    with unguarded(sampled) as connection:
        connection.execute("DELETE FROM companions WHERE output LIKE '%/E3'")

        def forgotten(entries: list[dict]) -> list[dict]:
            for entry in entries:
                entry["rows"] = [row for row in entry["rows"] if not row["id"].startswith(f"{CROP}/E3/")]
            return entries

        rechain(connection, forgotten)
    told = failed(sampled)
    assert set(told) == {f"{CROP}/E3"}
    assert "tells of other samples" in told[f"{CROP}/E3"][0]


@pytest.mark.parametrize("statement", ["UPDATE companions SET number = 5", "DELETE FROM companions"])
def test_the_file_itself_refuses_to_be_rewritten(sampled: Path, statement: str) -> None:
    with raw(sampled) as connection, pytest.raises(REFUSED, match="append-only"):
        connection.execute(statement)
    connection.close()


def test_a_disk_that_is_full_in_the_midst_of_them_leaves_neither_output_nor_companions(sampled: Path) -> None:
    with Case.open(sampled, examiner="Kim") as case:
        before = case.show()
        large = [Companion(role="sample", number=n, picture=noise(32, 40, seed=n)) for n in range(1, 9)]
        connection = case._database._connection
        assert connection is not None
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 4}")
        connection.rollback()
        with pytest.raises(EnvironmentLacksError, match="disk is full"):
            add_samples(case, CROP, (spread(large), *large))
        assert case.show() == before
        assert case.verify().ok


KILLED = """
import os, signal, sys
from pathlib import Path
from case.evidence import add_samples
from facet.case import Case, recording
row = recording.Recording.row
def deadly(self, table, record, **blobs):
    made = row(self, table, record, **blobs)
    if record["id"].endswith(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    return made
recording.Recording.row = deadly
with Case.open(Path(sys.argv[1]), examiner="Kim") as case:
    add_samples(case, "1/F412/C1")
"""


def test_a_writer_killed_between_two_samples_leaves_neither(sampled: Path) -> None:
    paths = os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(sampled), "E4/sample-2"], env={**os.environ, "PYTHONPATH": paths},
        check=False, capture_output=True,
    )  # fmt: skip
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    with Case.open(sampled, examiner="Kim") as case:
        assert [row.id for row in case.outputs()] == [f"{CROP}/E{n}" for n in (1, 2, 3)]
        assert case.verify().ok
        assert add_samples(case, CROP) == f"{CROP}/E4"
        assert case.verify().ok


def test_a_withdrawn_output_takes_its_samples_along(sampled: Path) -> None:
    with Case.open(sampled, examiner="Kim") as case:
        case.withdraw(OUTPUT, "wrong crop")
        row = next(row for row in case.outputs() if row.id == OUTPUT)
        assert row.withdrawal is not None
        assert len(row.companions) == 4
        assert case.verify().ok


def test_what_makes_one_picture_may_still_bring_several_with_their_spread(sampled: Path) -> None:
    with Case.open(sampled, examiner="Kim") as case:
        assert add_samples(case, CROP, card=CARD) == f"{CROP}/E4"
        assert case.verify().ok
