"""The chain: what it covers, and that nobody but its writer can make it fit."""

from __future__ import annotations

import hashlib
import json
import tempfile
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from case.closing import raw
from case.evidence import add_run, ingest, make_footage, make_frame, noise
from facet.case import Case, Head
from facet.case.journal import RECORDING, misfit, parse_entry
from facet.case.schema import MINOR
from facet.core.canonical import LIMIT, canonical_json
from facet.core.digest import sha256_bytes
from facet.core.errors import InputError
from facet.core.geometry import Box

DIGESTS = st.binary(min_size=32, max_size=32).map(bytes.hex)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(1 - LIMIT, LIMIT - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
OLDER = st.fixed_dictionaries(
    {
        "schema": st.just("facet.journal/1"),
        "seq": st.integers(1, LIMIT - 1),
        "previous": st.none() | DIGESTS,
        "at": TEXTS,
        "examiner": TEXTS,
        "action": st.sampled_from([*RECORDING, "export"]),
        "exhibit": st.none() | TEXTS,
        "rows": st.lists(
            st.fixed_dictionaries(
                {
                    "table": TEXTS,
                    "id": TEXTS,
                    "digests": st.dictionaries(TEXTS, DIGESTS, max_size=2).flatmap(
                        lambda more: DIGESTS.map(lambda record: {**more, "record": record})
                    ),
                }
            ),
            max_size=3,
        ),
        "digests": st.dictionaries(TEXTS, DIGESTS, max_size=3),
        "details": VALUES,
    }
)


def _newer(fields: dict, moment: datetime, minutes: int) -> dict:
    utc = moment.replace(tzinfo=UTC)
    local = utc.astimezone(timezone(timedelta(minutes=minutes))).isoformat(timespec="microseconds")
    at = utc.isoformat(timespec="microseconds").replace("+00:00", "Z")
    return {**fields, "schema": "facet.journal/2", "at": at, "local": local}


EARLY, LATE = datetime(1970, 1, 3), datetime(9990, 1, 1)  # noqa: DTZ001  # hypothesis wants them so
ENTRIES = OLDER | st.builds(_newer, OLDER, st.datetimes(EARLY, LATE), st.integers(-14 * 60, 14 * 60))


@given(ENTRIES)
def test_an_entry_reads_back_as_it_was_written(fields: dict):
    content = canonical_json(fields)
    entry = parse_entry(content)
    assert entry.sha256 == hashlib.sha256(content).hexdigest()
    told = entry.to_json()
    assert told.pop("sha256") == entry.sha256
    assert canonical_json(told) == content


@given(ENTRIES, st.data())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_no_other_bytes_are_read_as_the_same_entry(fields: dict, data: st.DataObject):
    content = canonical_json(fields)
    place = data.draw(st.integers(0, len(content) - 1))
    changed = bytearray(content)
    changed[place] ^= data.draw(st.integers(1, 255))
    try:
        other = parse_entry(bytes(changed))
    except ValueError:
        return
    assert other.sha256 != parse_entry(content).sha256
    assert other.to_json() != parse_entry(content).to_json()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{}", b"[]", b"null", b"\xff", b"{", b"[" * 100_000, b'{"a":1.5}', b'{"a":NaN}', b'{"a":1e3}',
        b'{"seq":' + b"9" * 5000 + b"}",
    ],
)  # fmt: skip
def test_what_is_not_an_entry_is_refused(content: bytes):
    with pytest.raises(ValueError):  # noqa: PT011  # the texts are for nobody
        parse_entry(content)


@given(ENTRIES, st.sampled_from(["space", "order", "twice", "escape", "more", "less"]))
def test_an_entry_has_one_spelling(fields: dict, way: str):
    content = canonical_json(fields).decode()
    spelt = {
        "space": content.replace(":", ": ", 1),
        "order": json.dumps(dict(reversed(json.loads(content).items())), ensure_ascii=False, separators=(",", ":")),
        "twice": '{"seq":1,' + content[1:],
        "escape": content.replace('"schema"', '"\\u0073chema"', 1),
        "more": '{"aa":1,' + content[1:],
        "less": canonical_json({k: v for k, v in fields.items() if k != "details"}).decode(),
    }[way]
    with pytest.raises(ValueError):  # noqa: PT011
        parse_entry(spelt.encode())


@given(ENTRIES)
def test_only_actions_that_record_may_name_evidence(fields: dict):
    entry = parse_entry(canonical_json(fields))
    if misfit(entry, MINOR) is None:
        tables = [row.table for row in entry.rows]
        assert tables in ([], *([list(t)[:1], list(t)] for t in RECORDING.values()), []) or tables == list(
            RECORDING[entry.action][: len(tables)]
        )
        assert bool(tables) == (entry.action in RECORDING)


@given(st.integers(1, 10**15), DIGESTS)
def test_a_head_reads_back_in_every_form(seq: int, sha256: str):
    head = Head(seq=seq, sha256=sha256)
    for form in (
        str(head),
        head.to_json(),
        json.dumps(head.to_json()),
        f" {seq} {sha256.upper()}\n",
        f"{seq}@{sha256}",
    ):
        assert Head.parse(form) == head
    assert Head.parse(sha256) == Head(seq=None, sha256=sha256)


def test_another_program_can_follow_the_chain_with_nothing_but_sqlite_and_sha256(harbour: Path):
    """What docs/case-file.md promises, done without this program."""
    connection = raw(harbour)
    previous, named = None, {}
    for n, (seq, stored, content) in enumerate(
        connection.execute("SELECT seq, sha256, entry FROM journal ORDER BY seq"), 1
    ):
        entry = json.loads(content)
        digest = hashlib.sha256(content).hexdigest()
        assert (seq, entry["seq"], stored, entry["previous"]) == (n, n, digest, previous)
        previous = digest
        for row in entry["rows"]:
            assert named.setdefault((row["table"], row["id"]), row["digests"]) is row["digests"]
    rows = 0
    for table in ("case_facts", "footage", "frames", "crops", "cards", "outputs", "remarks", "indexes"):
        cursor = connection.execute(f"SELECT * FROM {table} ORDER BY seq")
        columns = [column[0] for column in cursor.description]
        for values in cursor:
            row = dict(zip(columns, values, strict=True))
            digests = named[table, row["id"]]
            assert digests["record"] == hashlib.sha256(row["record"]).hexdigest()
            for blob in {"png", "receipt", "content"} & set(columns):
                assert digests[blob] == hashlib.sha256(row[blob]).hexdigest()
            rows += 1
    assert rows == len(named) == 1 + 1 + 2 + 4 + 1 + 8 + 2 + 1
    connection.close()


class Writing(RuleBasedStateMachine):
    """Any order of writes, openings and closings keeps the case whole and only adds to it."""

    exhibits = Bundle("exhibits")

    @initialize()
    def start(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "any.facet"
        self.film = make_footage(self.path.parent)
        self.case = Case.create(self.path, number="1", examiner="Kim")
        self.heads: list[dict] = [self.case.head()]
        self.said: dict[str, bytes] = {}

    @rule(target=exhibits, index=st.integers(0, 2), stream=st.integers(0, 1), seed=st.integers(0, 1))
    def frame(self, index: int, stream: int, seed: int) -> str:
        frame = make_frame(self.film, index, stream=stream, picture=noise(16, 16, seed=seed))
        return self.kept(self.case.add_frame(ingest(self.case, self.film), frame))

    @rule(target=exhibits, exhibit=exhibits, x=st.integers(0, 2), w=st.integers(4, 6))
    def crop(self, exhibit: str, x: int, w: int) -> str:
        return self.kept(self.case.add_crop("/".join(exhibit.split("/")[:2]), Box(x=x, y=1, w=w, h=5)))

    @rule(target=exhibits, exhibit=exhibits, shade=st.integers(0, 1))
    def output(self, exhibit: str, shade: int) -> str:
        if "/C" not in exhibit:
            return exhibit
        return self.kept(add_run(self.case, "/".join(exhibit.split("/")[:3]), shade=shade))

    @rule(exhibit=exhibits, text=st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20))
    def note(self, exhibit: str, text: str) -> None:
        self.case.note(text, exhibit)

    @rule(exhibit=exhibits)
    def withdraw(self, exhibit: str) -> None:
        gone = any(remark.kind == "withdrawal" and remark.exhibit == exhibit for remark in self.case.remarks())
        if gone:
            with pytest.raises(InputError):
                self.case.withdraw(exhibit, "again")
        else:
            self.case.withdraw(exhibit, "a mistake")

    @rule(exhibit=exhibits, details=VALUES, digest=DIGESTS)
    def export(self, exhibit: str, details, digest: str) -> None:
        self.case.log("export", exhibit, details, {"png": digest})

    @rule()
    def reopen(self) -> None:
        self.case.close()
        self.case = Case.open(self.path, examiner="Lee")

    @invariant()
    def is_whole_and_only_grows(self) -> None:
        assert self.case.verify(against=self.heads[-1]).ok
        assert self.case.verify(against=self.heads[0]).ok
        self.heads.append(self.case.head())
        for exhibit, png in self.said.items():
            assert self.case.png(exhibit) == png

    def kept(self, exhibit: str) -> str:
        png = self.case.png(exhibit)
        assert self.said.setdefault(exhibit, png) == png
        return exhibit

    def teardown(self) -> None:
        self.case.close()
        self.folder.cleanup()


def test_any_order_of_writes_keeps_the_case_whole():
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Writing, settings=settings(max_examples=8, stateful_step_count=12, deadline=None)
    )


def test_the_head_covers_every_byte_of_evidence(harbour: Path):
    """Each digest in the journal is of something in the case, and everything in the case has one there."""
    with Case.open(harbour) as case:
        entries = case.journal()
        journalled = {value for entry in entries for row in entry.rows for value in row.digests.values()}
        for row in (*case.frames(), *case.crops(), *case.outputs()):
            assert {row.record_sha256, row.png_sha256, row.picture_sha256} <= journalled
            assert sha256_bytes(case.png(row.id)) in journalled
        for output in case.outputs():
            assert output.receipt_sha256 in journalled
            assert output.card_sha256 in journalled
