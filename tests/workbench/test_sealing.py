"""A key put to a case: what it vouches for, what it does not, and what an attacker can't make fit without it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from case.evidence import ingest, make_case, make_footage, make_frame
from case.tampering import rechain, rewrite_record, unguarded
from facet.case import Case, Check, Verification
from facet.core.canonical import canonical_json
from facet.core.errors import InputError
from facet.core.seal import STATEMENT
from facet.inference.client import InferenceClient
from facet.seal import SealKey, make_key, public_path
from facet.weights import Store
from facet.workbench.reporting import make_report
from facet.workbench.sealing import Sealed, Trusted, seal_case
from facet.workbench.settings import Settings
from facet.workbench.witnesses import seal_file, verified, write_seal
from seal.authority import Authority

HARBOUR = "harbour.facet"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[SealKey, Path]]:
    """Kim's key and Lee's, and where the public halves lie."""
    folder = tmp_path_factory.mktemp("keys")
    made = {name: make_key(folder / f"{name}.pem", "correct horse") for name in ("kim", "lee")}
    return {name: (key, public_path(folder / f"{name}.pem")) for name, key in made.items()}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, keys: dict[str, tuple[SealKey, Path]]) -> Path:
    """A case that Kim sealed, with a note thereafter. Never touch this one."""
    path = make_case(tmp_path_factory.mktemp("sealed"), frames=1, crops=1, outputs=2)
    with Case.open(path, examiner="Kim") as case:
        seal_case(case, keys["kim"][0])
        case.note("After the seal.")
    return path


@pytest.fixture
def harbour(finished: Path, tmp_path: Path) -> Path:
    shutil.copytree(finished.parent, tmp_path / "case")
    return tmp_path / "case" / HARBOUR


def _checked(path: Path, *keys: Path, against: str | None = None) -> Verification:
    with Case.open(path, suspect=True) as case:
        return verified(case, trusted=Trusted(keys=tuple(map(str, keys))), against=against)


def _seals(found: Verification) -> list[Check]:
    return [row for row in found.rows if row.check == "seal"]


def test_verify_says_who_sealed_up_to_where_and_what_is_not_sealed_since(
    harbour: Path, keys: dict[str, tuple[SealKey, Path]]
) -> None:
    found = _checked(harbour, keys["kim"][1])
    assert found.ok, found.failed
    seal, since = _seals(found)
    assert seal.exhibit == "K1"
    assert seal.message.startswith("Sealed up to entry 9 by Kim at ")
    assert keys["kim"][0].fingerprint in seal.message
    assert seal.message.endswith("No time stamp.")
    assert since.message == "Not sealed since entry 9: 1 of the journal's entries, the first of them 11."


def test_without_the_key_verify_says_that_nobody_checked_whose_it_is(harbour: Path) -> None:
    found = _checked(harbour)
    assert found.ok
    assert "was not checked" in _seals(found)[-1].message
    assert any(row.message.startswith("Completeness not checked") for row in found.rows if row.check == "against")


def test_the_key_in_the_settings_is_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings().changed("seal_key", "kim.p12").seal_key == str(tmp_path / "kim.p12")
    assert Settings(seal_key="a").changed("seal_key", "").seal_key == ""


def test_a_case_that_nobody_sealed_says_so_and_fails_where_a_key_is_given(
    tmp_path: Path, keys: dict[str, tuple[SealKey, Path]]
) -> None:
    path = make_case(tmp_path, frames=1, crops=1, outputs=0)
    assert [row.message[:17] for row in _seals(_checked(path))] == ["Nothing is sealed"]
    assert [row.message for row in _checked(path, keys["kim"][1]).failed] == [
        f"Nothing in this case is sealed with the key {keys['kim'][0].fingerprint}."
    ]


def test_a_seal_by_another_key_than_those_given_is_a_failure(
    harbour: Path, keys: dict[str, tuple[SealKey, Path]]
) -> None:
    with Case.open(harbour, examiner="Lee") as case:
        seal_case(case, keys["lee"][0])
    assert [row.exhibit for row in _checked(harbour, keys["kim"][1]).failed] == ["K2"]
    both = _checked(harbour, keys["kim"][1], keys["lee"][1])
    assert both.ok
    assert _seals(both)[-1].message == "Everything recorded is sealed."


def _rewrite(path: Path, key: SealKey | None) -> None:
    """The whole chain anew with another note, all digests fitting; the seal made again where there is a ``key``."""
    with unguarded(path) as connection:
        rewrite_record(connection, "remarks", "R1", lambda record: record.update(text="Nobody at the door."))
        (note,) = connection.execute("SELECT record_sha256 FROM remarks WHERE id = 'R1'").fetchone()
        (facts,) = connection.execute("SELECT record FROM case_facts").fetchone()
        identity = json.loads(facts)["identity"]

        def change(entries: list[dict]) -> list[dict]:
            for entry in entries:
                for row in entry["rows"]:
                    if row["id"] == "R1":
                        row["digests"]["record"] = note
            return entries

        rechain(connection, change)
        seq, sha256 = connection.execute("SELECT seq, sha256 FROM journal WHERE seq = 9").fetchone()

        def seal(record: dict) -> None:
            record["head"] = {"seq": seq, "sha256": sha256}
            said = {"schema": STATEMENT, "case": identity, "head": record["head"]}
            said |= {name: record[name] for name in ("at", "examiner", "purpose")}
            if key is not None:
                record.update(key.sign(canonical_json(said)).to_json())

        rewrite_record(connection, "seals", "K1", seal)
        connection.execute("UPDATE seals SET head_sha256 = ?", (sha256,))
        connection.execute("UPDATE seals SET fingerprint = json_extract(CAST(record AS TEXT), '$.fingerprint')")
        (digest,) = connection.execute("SELECT record_sha256 FROM seals").fetchone()

        def resign(entries: list[dict]) -> list[dict]:
            for entry in entries:
                for row in entry["rows"]:
                    if row["id"] == "K1":
                        row["digests"]["record"] = digest
            return entries

        rechain(connection, resign)


def test_a_chain_made_anew_is_found_by_its_seal(harbour: Path) -> None:
    _rewrite(harbour, None)
    with Case.open(harbour) as case:
        assert case.verify().ok  # whole in itself
        assert case.remarks()[0].text == "Nobody at the door."
    assert [row.message for row in _checked(harbour).failed] == [
        "Seal K1 is false: its signature is not of this case's journal up to entry 9."
    ]


def test_a_chain_made_anew_and_sealed_with_another_key_is_found_by_the_examiners_public_key(
    harbour: Path, keys: dict[str, tuple[SealKey, Path]]
) -> None:
    _rewrite(harbour, keys["lee"][0])
    assert _checked(harbour).ok  # nobody asked whose key it is
    assert {row.exhibit for row in _checked(harbour, keys["kim"][1]).failed} == {"K1", None}


def test_a_seal_taken_out_with_everything_after_it_is_found_by_the_key_and_by_the_seal_kept_elsewhere(
    harbour: Path, tmp_path: Path, keys: dict[str, tuple[SealKey, Path]]
) -> None:
    with Case.open(harbour, examiner="Kim") as case:
        write_seal(seal_case(case, keys["kim"][0]), tmp_path / "second.json")
    with unguarded(harbour) as connection:
        connection.execute("DELETE FROM seals WHERE seq = 2")
        connection.execute("DELETE FROM remarks WHERE seq = 3")
        rechain(connection, lambda entries: entries[:10])
    assert _checked(harbour, keys["kim"][1]).ok  # an older state, whole in itself
    failed = _checked(harbour, against=str(tmp_path / "second.json")).failed
    assert [row.check for row in failed] == ["against"]
    with unguarded(harbour) as connection:
        connection.execute("DELETE FROM seals")
        rechain(connection, lambda entries: entries[:9])
    assert not _checked(harbour, keys["kim"][1]).ok


def test_a_seal_in_a_file_is_a_witness_of_its_own_case_alone(
    harbour: Path, tmp_path: Path, keys: dict[str, tuple[SealKey, Path]]
) -> None:
    with Case.open(harbour, examiner="Kim") as case:
        sealed = seal_case(case, keys["kim"][0])
    out = tmp_path / "seal.json"
    write_seal(sealed, out)
    assert _checked(harbour, keys["kim"][1], against=str(out)).ok
    other = make_case(tmp_path, "other.facet", frames=1, crops=1, outputs=0)
    assert "is of another case" in " ".join(row.message for row in _checked(other, against=str(out)).failed)
    with pytest.raises(InputError, match="exists"):
        write_seal(sealed, out)
    strangers = [row for row in _checked(harbour, keys["lee"][1], against=str(out)).failed if row.check == "against"]
    assert [row.message[:48] for row in strangers] == ["The seal that was given is of another key than t"]


def test_a_report_is_sealed_first_names_the_seals_entry_and_is_a_witness(
    tmp_path: Path, keys: dict[str, tuple[SealKey, Path]]
) -> None:
    report, film = tmp_path / "report.pdf", make_footage(tmp_path)
    with Case.create(tmp_path / "small.facet", number="1", examiner="Kim") as case:
        case.add_frame(ingest(case, film), make_frame(film))
        with InferenceClient() as inference:  # no crop, no enlargement: it never starts
            facts = make_report(case, Store(tmp_path), inference, report, language="en", key=keys["kim"][0])
        seal, journalled = case.seals()[0], case.journal()[-1]
        assert (seal.purpose, journalled.action) == ("report", "report")
        assert facts["head"] == {"seq": seal.head_seq + 1, "sha256": case.journal()[-2].sha256}
        assert facts["seal"]["no_time_stamp"] == "No time-stamping authority is set."  # type: ignore[index,call-overload]
    assert _checked(tmp_path / "small.facet", keys["kim"][1], against=str(report)).ok
    with unguarded(tmp_path / "small.facet") as connection:
        connection.execute("DELETE FROM seals")
        rechain(connection, lambda entries: entries[:-2])
    assert not _checked(tmp_path / "small.facet", against=str(report)).ok


@pytest.mark.parametrize(
    "bend",
    [
        lambda told: told["statement"]["head"].update(seq=3),
        lambda told: told["statement"].update(examiner="Lee"),
        lambda told: told.update(schema="facet.seal-file/2"),
        lambda told: told.update(signature="00" * 64),
        lambda told: told.update(certificates=None),
        lambda told: told.pop("statement"),
    ],
)
def test_a_bent_seal_file_is_refused_in_one_line(
    tmp_path: Path, harbour: Path, keys: dict[str, tuple[SealKey, Path]], bend: Callable[[dict], object]
) -> None:
    with Case.open(harbour, examiner="Kim") as case:
        told = json.loads(seal_file(seal_case(case, keys["kim"][0])))
    bend(told)
    (tmp_path / "bent.json").write_text(json.dumps(told))
    with pytest.raises(InputError) as refused:
        _checked(harbour, against=str(tmp_path / "bent.json"))
    assert str(refused.value).isprintable()


def _stamped(path: Path, key: SealKey, authority: Authority | None) -> Sealed:
    def carry(_address: str, query: bytes) -> bytes:
        if authority is None:
            raise OSError("no route to the host")
        return authority.answer(query)

    with Case.open(path, examiner="Kim") as case:
        return seal_case(case, key, authority="https://clock.example/stamp", transport=carry)


def test_a_time_stamp_is_told_with_what_was_checked_of_it(
    harbour: Path, tmp_path: Path, keys: dict[str, tuple[SealKey, Path]]
) -> None:
    clock = Authority()
    assert _stamped(harbour, keys["kim"][0], clock).no_stamp is None
    assert _seals(_checked(harbour))[1].message.endswith(
        "Its time stamp says 2026-11-02T09:30:00.000000Z; whose it is was not checked."
    )
    for authority, right in ((clock, True), (Authority("Another"), False)):
        (tmp_path / "authority.pem").write_bytes(authority.pem)
        with Case.open(harbour) as case:
            found = verified(case, trusted=Trusted(authorities=tmp_path / "authority.pem"))
        assert [row.exhibit for row in found.failed] == ([] if right else ["K2"])


def test_an_authority_that_is_out_of_reach_leaves_a_seal_that_says_no_time_stamp(
    harbour: Path, keys: dict[str, tuple[SealKey, Path]]
) -> None:
    sealed = _stamped(harbour, keys["kim"][0], None)
    assert (sealed.id, sealed.time_stamp) == ("K2", None)
    assert "no route to the host" in str(sealed.no_stamp)
    assert sealed.to_json()["time_stamp"] is None
    found = _checked(harbour, keys["kim"][1])
    assert found.ok
    assert _seals(found)[1].message.endswith("No time stamp.")
    assert _seals(found)[-1].message == "Everything recorded is sealed."
