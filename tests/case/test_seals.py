"""Seals and tags as the case keeps them, entries with both times, and the first broken place named first."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from pathlib import Path

import pytest

from case.tampering import rechain, rewrite_record, sql, unguarded
from facet.case import Case
from facet.core.canonical import canonical_json
from facet.core.errors import InputError
from facet.core.seal import SealStatement, Signature

SIGNED = Signature(algorithm="Ed25519", public_key="ab" * 32, signature="cd" * 64)
"""Not of any key: what a signature is worth is looked at elsewhere."""


def seal(case: Case) -> str:
    return case.add_seal(case.seal_statement("moment"), SIGNED)


def failed(path: Path) -> dict[str | None, list[str]]:
    with Case.open(path, suspect=True) as case:
        found: dict[str | None, list[str]] = {}
        for row in case.verify().failed:
            found.setdefault(row.exhibit, []).append(row.message)
    return found


def test_a_seal_names_the_entry_before_it_and_stays(harbour: Path) -> None:
    with Case.open(harbour, examiner="Kim") as case:
        head = case.head()
        assert [seal(case), seal(case)] == ["K1", "K2"]
        first, second = case.seals()
        assert (first.head_seq, first.head_sha256) == (head["seq"], head["sha256"])
        assert second.head_seq == first.head_seq + 1
        assert first.signature == SIGNED
        entry = case.journal()[-1]
        assert (entry.action, entry.exhibit, entry.at) == ("seal", None, second.at)
        assert case.verify().ok
        assert [each["id"] for each in case.show()["seals"]] == ["K1", "K2"]  # type: ignore[index,union-attr]


def test_a_seal_over_what_is_not_the_last_entry_any_more_is_not_kept(harbour: Path) -> None:
    with Case.open(harbour, examiner="Kim") as case:
        statement = case.seal_statement("report")
        case.note("in between")
        before = case.head()
        with pytest.raises(InputError, match=r"recorded while harbour\.facet was being sealed"):
            case.add_seal(statement, SIGNED)
        assert case.head() == before


def test_a_journal_that_was_altered_is_not_sealed(harbour: Path) -> None:
    sql(harbour, "UPDATE journal SET sha256 = 'ab' WHERE seq = 4")
    with (
        Case.open(harbour, examiner="Kim") as case,
        pytest.raises(InputError, match="entry 4 has been altered"),
    ):
        case.seal_statement("moment")


def test_a_case_open_to_read_is_not_sealed(harbour: Path) -> None:
    with Case.open(harbour) as case, pytest.raises(InputError, match="open only to read"):
        case.seal_statement("moment")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE seals SET head_seq = 3",
        "UPDATE seals SET head_sha256 = 'ab'",
        "UPDATE seals SET fingerprint = 'ab'",
        "UPDATE seals SET record = x'00'",
        "DELETE FROM seals",
    ],
)
def test_a_seal_tampered_with_is_named(harbour: Path, statement: str) -> None:
    with Case.open(harbour, examiner="Kim") as case:
        seal(case)
    with sqlite3.connect(harbour) as connection, pytest.raises(sqlite3.DatabaseError, match="append-only"):
        connection.execute(statement)
    connection.close()
    sql(harbour, statement)
    assert "K1" in failed(harbour)


def test_a_seal_moved_to_another_entry_with_the_chain_made_to_fit_is_named(harbour: Path) -> None:
    with Case.open(harbour, examiner="Kim") as case:
        seal(case)
        first = case.journal()[0]
    with unguarded(harbour) as connection:
        head = {"seq": 1, "sha256": first.sha256}
        rewrite_record(connection, "seals", "K1", lambda record: record.update(head=head))
        connection.execute("UPDATE seals SET head_seq = 1, head_sha256 = ?", (first.sha256,))
        (digest,) = connection.execute("SELECT record_sha256 FROM seals").fetchone()

        def resigned(entries: list[dict]) -> list[dict]:
            entries[-1]["rows"][0]["digests"]["record"] = digest
            return entries

        rechain(connection, resigned)
    assert set(failed(harbour)) == {"K1"}


def test_what_is_signed_is_spelt_as_the_format_says() -> None:
    statement = SealStatement(
        identity="ab", head_seq=3, head_sha256="cd", at="2026-11-02T09:30:00.000000Z", examiner="김민지",
        purpose="moment",
    )  # fmt: skip
    assert statement.canonical().decode() == (
        '{"at":"2026-11-02T09:30:00.000000Z","case":"ab","examiner":"김민지","head":{"seq":3,"sha256":"cd"},'
        '"purpose":"moment","schema":"facet.seal-statement/1"}'
    )


def test_every_entry_has_the_local_time_of_its_moment(harbour: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setenv("TZ", "Asia/Seoul")
    time.tzset()
    try:
        with Case.open(harbour, examiner="Kim") as case:
            case.note("now")
            entry = case.journal()[-1]
            assert case.verify().ok
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()
    assert entry.local is not None
    assert entry.local.endswith("+09:00")
    assert datetime.fromisoformat(entry.local) == datetime.fromisoformat(entry.at)


@pytest.mark.parametrize("local", ["2026-11-02T09:30:00.000000+09:00", "2026-11-02 09:30", "", 5])
def test_a_local_time_that_is_another_moment_is_an_alteration(harbour: Path, local: object) -> None:
    def put_off(entries: list[dict]) -> list[dict]:
        entries[3]["local"] = local
        return entries

    with unguarded(harbour) as connection:
        rechain(connection, put_off)
    assert "Journal entry 4 has been altered: it is not a journal entry." in failed(harbour)[None]


def test_entries_of_the_older_form_have_no_place_after_newer_ones(harbour: Path) -> None:
    def aged(entries: list[dict]) -> list[dict]:
        entries[4] = {k: v for k, v in entries[4].items() if k != "local"} | {"schema": "facet.journal/1"}
        return entries

    with unguarded(harbour) as connection:
        rechain(connection, aged)
    told = failed(harbour)[None]
    assert "Journal entry 5 is not of the case's format." in told


def test_a_case_all_of_whose_entries_are_older_never_was_of_this_format(harbour: Path) -> None:
    def aged(entries: list[dict]) -> list[dict]:
        return [{k: v for k, v in entry.items() if k != "local"} | {"schema": "facet.journal/1"} for entry in entries]

    with unguarded(harbour) as connection:
        rechain(connection, aged)
    assert failed(harbour)[None] == ["The journal does not tell of the case's copy into its format."]


def test_the_first_broken_place_is_what_was_recorded_earliest(harbour: Path) -> None:
    with Case.open(harbour) as case:
        whole = case.verify()
        assert whole.first is None
    sql(harbour, "UPDATE frames SET png = x'00' WHERE id = '1/F413'")
    sql(harbour, "UPDATE outputs SET png = x'00' WHERE id = '1/F412/C1/E1'")
    with Case.open(harbour) as case:
        found = case.verify()
    assert found.first is not None
    assert found.first.exhibit == "1/F412/C1/E1"
    assert "Output 1/F412/C1/E1: picture differs from its digest." in [row.message for row in found.failed]
    assert "Frame 1/F413: picture differs from its digest." in [row.message for row in found.failed]
    assert found.to_json()["first"] == found.first.to_json()


def test_a_tag_is_shown_with_its_exhibit_until_it_is_withdrawn(harbour: Path) -> None:
    with Case.open(harbour, examiner="Kim") as case:
        tag = case.tag("man in the hood", "1/F412/C1")
        case.tag("urgent")
        with pytest.raises(InputError, match="already tagged"):
            case.tag("man in the hood", "1/F412/C1")
        for wrong in (("", "1/F412"), ("hood", "9/F1"), ("two\nlines", None)):
            with pytest.raises(InputError):
                case.tag(*wrong)
        assert next(row.tags for row in case.crops()) == ("man in the hood",)
        case.withdraw(tag, "another man")
        assert next(row.tags for row in case.crops()) == ()
        assert [(each.exhibit, each.withdrawn) for each in case.tags()] == [("1/F412/C1", "another man"), (None, None)]
        assert case.tag("man in the hood", "1/F412/C1") != tag
        assert [remark.kind for remark in case.remarks()] == ["note", "finding", "withdrawal"]
        assert case.verify().ok


def test_entries_are_canonical_json_that_any_program_can_spell(harbour: Path) -> None:
    with Case.open(harbour, examiner="Kim") as case:
        seal(case)
    with sqlite3.connect(harbour) as connection:
        entries = [row[0] for row in connection.execute("SELECT entry FROM journal ORDER BY seq")]
    connection.close()
    for content in entries:
        told = json.loads(content)
        assert canonical_json(told) == content
        assert told["schema"] == "facet.journal/2"
        assert not any("host" in name for name in told)
