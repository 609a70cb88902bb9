"""What goes into a case comes out of it, under ids that never change."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from case.evidence import (
    CARD,
    DECODING,
    LEAD,
    add_run,
    enlarge,
    ingest,
    make_case,
    make_footage,
    make_frame,
    noise,
    receipt_of,
)  # fmt: skip
from facet.case import Case, modified_utc
from facet.core.canonical import canonical_json
from facet.core.digest import picture_digest, sha256_bytes
from facet.core.errors import EnvironmentLacksError, InputError, InternalError
from facet.core.frame import Decoding
from facet.core.geometry import Box

BOX = Box(x=4, y=6, w=24, h=20)
BACKEND = {"id": CARD.id, "card_sha256": CARD.card_sha256, "weights_sha256": None, "family": "interpolation"}


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return make_footage(tmp_path)


@pytest.fixture
def case(tmp_path: Path):
    with Case.create(tmp_path / "harbour.facet", number="2026-17", examiner="Kim Min-ji", title="항구") as opened:
        yield opened


def test_a_new_case_says_what_was_stated(case: Case):
    assert (case.meta.number, case.meta.examiner, case.meta.title, case.meta.agency) == (
        "2026-17", "Kim Min-ji", "항구", "",
    )  # fmt: skip
    assert case.writable
    assert [entry.action for entry in case.journal()] == ["create"]
    assert case.verify().ok


def test_two_cases_never_share_a_journal_head(tmp_path: Path):
    heads = set()
    for name in ("a", "b"):
        with Case.create(tmp_path / f"{name}.facet", number="1", examiner="Kim") as made:
            heads.add(made.head()["sha256"])
    assert len(heads) == 2


def test_exhibits_are_named_after_what_they_were_taken_from(case: Case, film: Path):
    footage = ingest(case, film)
    frame = case.add_frame(footage, make_frame(film, 412))
    crop = case.add_crop(frame, BOX)
    assert (footage, frame, crop) == ("1", "1/F412", "1/F412/C1")
    assert [add_run(case, crop) for _ in range(3)] == [f"1/F412/C1/E{n}" for n in (1, 2, 3)]
    assert case.add_crop(frame, dataclasses.replace(BOX, x=5)) == "1/F412/C2"
    assert case.add_frame(footage, make_frame(film, 0)) == "1/F0"
    assert case.add_frame(footage, make_frame(film, 412, stream=1)) == "1/S1F412"
    assert ingest(case, make_footage(film.parent, "other.mp4", b"other")) == "2"


def test_the_same_thing_again_keeps_its_id_and_writes_nothing(case: Case, film: Path):
    footage = ingest(case, film)
    frame = case.add_frame(footage, make_frame(film))
    crop = case.add_crop(frame, BOX)
    head = case.head()
    assert (ingest(case, film), case.add_frame(footage, make_frame(film)), case.add_crop(frame, BOX)) == (
        footage, frame, crop,
    )  # fmt: skip
    assert case.head() == head


def test_another_decoding_of_the_same_picture_is_another_frame(case: Case, film: Path):
    footage = ingest(case, film)
    first = make_frame(film, 412)
    case.add_frame(footage, first)
    other = noise(48, 64, seed=1)
    second = dataclasses.replace(first, picture=other, picture_sha256=picture_digest(other))
    assert case.add_frame(footage, second) == "1/F412v2"
    newer = dataclasses.replace(first, decoding=dataclasses.replace(DECODING, decoder="libavcodec 63.0.0"))
    assert case.add_frame(footage, newer) == "1/F412"  # a newer decoder that gives the same pixels is no other exhibit
    said = dataclasses.replace(DECODING, matrix="smpte170m", matrix_declared="bt709", overrides={"matrix": "smpte170m"})
    assert case.add_frame(footage, dataclasses.replace(first, decoding=said)) == "1/F412v3"
    field = dataclasses.replace(DECODING, fields="top", overrides={"fields": "top"})
    assert case.add_frame(footage, dataclasses.replace(first, decoding=field)) == "1/F412v4"
    assert case.add_frame(footage, dataclasses.replace(first, decoding=said)) == "1/F412v3"
    assert case.add_frame(footage, second) == "1/F412v2"


def test_a_frame_recorded_before_overrides_were_known_is_the_same_as_declared(case: Case, film: Path, monkeypatch):
    """Records of earlier versions tell less of the decoding."""
    footage, frame = ingest(case, film), make_frame(film, 412)
    known = {name: value for name, value in DECODING.to_json().items() if not name.endswith("_declared")}
    older = {**known, "chroma_location": None} | {"matrix_declared": None, "colour_range_declared": None}
    for name in ("fields", "overrides", "top_field_first"):
        del older[name]
    with monkeypatch.context() as patched:
        patched.setattr(Decoding, "to_json", lambda self: older)
        recorded = case.add_frame(footage, frame)
    assert case.frames()[0].decoding == older
    assert case.add_frame(footage, frame) == recorded
    assert case.verify().ok


@pytest.mark.parametrize("bits", [8, 16])
def test_pixels_come_back_as_they_went_in(case: Case, film: Path, bits: int):
    footage = ingest(case, film)
    frame = make_frame(film, picture=noise(48, 64, bits=bits))
    shown = case.add_frame(footage, frame)
    crop = case.add_crop(shown, BOX)
    assert np.array_equal(case.picture(shown), frame.picture)
    assert np.array_equal(case.picture(crop), BOX.cut(frame.picture))
    assert case.picture(crop).dtype == frame.picture.dtype
    output = add_run(case, crop)
    assert np.array_equal(case.picture(output), enlarge(BOX.cut(frame.picture)))
    assert sha256_bytes(case.png(output)) == case.outputs()[0].png_sha256
    assert case.verify().ok


def test_receipt_and_card_come_back_as_they_were_at_the_run(case: Case, film: Path):
    crop = case.add_crop(case.add_frame(ingest(case, film), make_frame(film)), BOX)
    first = add_run(case, crop)
    revised = dataclasses.replace(CARD, limitations=("adds no detail", "rings at edges"))
    second = add_run(case, crop, revised)
    assert case.card(first) == CARD.to_json()
    assert case.card(second) == revised.to_json()
    assert case.receipt(first).exhibit == first
    row = case.outputs()[1]
    assert sha256_bytes(case.receipt(second).canonical()) == row.receipt_sha256
    assert row.card_sha256 == revised.card_sha256
    add_run(case, crop)
    assert len(case.show()["cards"]) == 2  # type: ignore[arg-type]  # each card is kept once


@pytest.mark.parametrize(
    "change",
    [
        {"exhibit": "1/F412/C1/E2"},
        {"output": {"width": 96, "height": 80, "picture_sha256": "00" * 32}},
        {"output": {}},
        {"inputs": []},
        {"inputs": [{"exhibit": "1/F412/C1", "picture_sha256": "00" * 32}]},
        {"backend": {"id": "bicubic", "card_sha256": "00" * 32, "weights_sha256": None}},
        {"backend": {**BACKEND, "weights_sha256": "00" * 32}},
        {"backend": {**BACKEND, "family": "fusion"}},
    ],
)
def test_a_receipt_of_another_run_is_refused_and_nothing_is_kept(case: Case, film: Path, change: dict):
    crop = case.add_crop(case.add_frame(ingest(case, film), make_frame(film)), BOX)
    output = enlarge(case.picture(crop))
    right = receipt_of(case, crop, output)
    head = case.head()
    with pytest.raises(InternalError, match="tells of another run"):
        case.add_output(
            crop, picture=output, receipt=lambda e: dataclasses.replace(right(e), **change), descriptor=CARD
        )
    assert case.head() == head
    assert case.outputs() == []


def test_a_receipt_that_can_not_be_made_leaves_the_case_as_it_was(case: Case, film: Path):
    crop = case.add_crop(case.add_frame(ingest(case, film), make_frame(film)), BOX)
    head = case.head()

    def fails(exhibit: str):
        raise ZeroDivisionError(exhibit)

    with pytest.raises(ZeroDivisionError):
        case.add_output(crop, picture=enlarge(case.picture(crop)), receipt=fails, descriptor=CARD)
    assert case.head() == head
    assert add_run(case, crop) == "1/F412/C1/E1"
    assert case.verify().ok


def test_a_generative_output_needs_a_reason(case: Case, film: Path):
    crop = case.add_crop(case.add_frame(ingest(case, film), make_frame(film)), BOX)
    with pytest.raises(InputError, match="say why"):
        add_run(case, crop, LEAD, reason="  ")
    assert add_run(case, crop, LEAD, reason="A lead for the search.") == "1/F412/C1/E1"
    assert case.receipt("1/F412/C1/E1").reason == "A lead for the search."


def test_a_frame_that_is_not_what_its_digest_says_is_refused(case: Case, film: Path):
    footage = ingest(case, film)
    with pytest.raises(InternalError, match="digest"):
        case.add_frame(footage, dataclasses.replace(make_frame(film), picture_sha256="00" * 32))
    other = make_footage(film.parent, "other.mp4", b"other")
    with pytest.raises(InternalError, match="not from footage 1"):
        case.add_frame(footage, make_frame(other))


def test_a_box_outside_the_picture_is_refused(case: Case, film: Path):
    frame = case.add_frame(ingest(case, film), make_frame(film))
    with pytest.raises(InputError, match="leaves the picture"):
        case.add_crop(frame, Box(x=60, y=0, w=24, h=20))
    assert case.crops() == []


@pytest.mark.parametrize("exhibit", ["2", "1/F999", "1/F412/C9", "1/F412/C1/E99", "nonsense", "1/F0412", "", "../1"])
def test_an_exhibit_that_is_not_there_is_one_plain_line(harbour: Path, exhibit: str):
    with Case.open(harbour, examiner="Kim") as case:
        for ask in (case.picture, case.png, lambda e: case.note("text", e), lambda e: case.withdraw(e, "why")):
            with pytest.raises(InputError) as told:
                ask(exhibit)
            assert "\n" not in str(told.value)
        assert case.verify().ok


def test_withdrawn_exhibits_stay_and_are_shown_as_withdrawn_with_all_that_was_made_from_them(harbour: Path):
    with Case.open(harbour, examiner="Lee") as case:
        before = case.png("1/F412/C1/E1")
        case.withdraw("1/F412/C1", "Wrong person.")
        withdrawn = {row.id: row.withdrawal for row in [*case.frames(), *case.crops(), *case.outputs()]}
        assert {exhibit for exhibit, remark in withdrawn.items() if remark} == {
            "1/F412/C1", "1/F412/C1/E1", "1/F412/C1/E2",
        }  # fmt: skip
        told = withdrawn["1/F412/C1/E2"]
        assert told is not None
        assert (told.exhibit, told.text, told.examiner) == ("1/F412/C1", "Wrong person.", "Lee")
        assert case.png("1/F412/C1/E1") == before
        with pytest.raises(InputError, match="withdrawn before"):
            case.withdraw("1/F412/C1", "Again.")
        assert add_run(case, "1/F412/C1") == "1/F412/C1/E3"  # ids are never used again
        assert case.verify().ok


def test_an_alias_names_one_exhibit(harbour: Path):
    with Case.open(harbour, examiner="Kim") as case:
        case.alias("1/F412", "경찰청-2026-0042")
        with pytest.raises(InputError, match="already called"):
            case.alias("1/F413", "경찰청-2026-0042")
        assert case.frames()[0].aliases == ("경찰청-2026-0042",)


def test_notes_keep_their_lines_and_refuse_what_nobody_can_see(case: Case):
    case.note("  first\r\nsecond\t2 ")
    assert case.remarks()[0].text == "first\nsecond\t2"
    for text in ("", "  ", "a\x00b", "a\x1b[2Jb", "a\u202eb", "a\ud800b", "x" * 100_001):
        with pytest.raises(InputError):
            case.note(text)
    assert case.verify().ok


@pytest.mark.parametrize(("number", "examiner"), [("", "Kim"), ("1", " "), ("1\n2", "Kim"), ("1", "K" * 501)])
def test_a_case_without_number_or_examiner_is_not_made(tmp_path: Path, number: str, examiner: str):
    with pytest.raises(InputError):
        Case.create(tmp_path / "a.facet", number=number, examiner=examiner)
    assert list(tmp_path.iterdir()) == []


def test_every_write_has_one_entry_with_its_examiner(harbour: Path):
    with Case.open(harbour, examiner="Lee") as case:
        case.log("report", details={"pages": 4}, digests={"pdf": "12" * 32})
        entry = case.journal()[-1]
        assert (entry.examiner, entry.action, entry.details, entry.digests) == (
            "Lee", "report", {"pages": 4}, {"pdf": "12" * 32},
        )  # fmt: skip
        assert {each.examiner for each in case.journal()[:-1]} == {"Kim Min-ji"}
        with pytest.raises(InternalError):
            case.log("output")
        with pytest.raises(ValueError, match="not the name"):
            case.log("Two words")


def test_what_other_rooms_journal_must_be_canonical(case: Case):
    head = case.head()
    with pytest.raises(TypeError):
        case.log("refused", details={"seconds": 0.5})  # type: ignore[dict-item]
    with pytest.raises(ValueError, match="wrong type"):
        case.log("export", digests={"png": "not a digest"})
    assert case.head() == head


def test_show_is_the_same_wherever_the_case_lies(harbour: Path):
    with Case.open(harbour) as case:
        first = canonical_json(case.show())
    elsewhere = harbour.parent / "elsewhere"
    elsewhere.mkdir()
    moved = elsewhere / "renamed.facet"
    moved.write_bytes(harbour.read_bytes())
    with Case.open(moved) as case:
        shown = case.show()
    assert canonical_json(shown) == first
    assert "harbour.facet" not in first.decode()
    assert str(harbour.parent) not in first.decode()
    assert json.loads(first)["head"] == shown["head"]


def test_the_tree_holds_every_exhibit_under_its_origin(harbour: Path):
    with Case.open(harbour) as case:
        (footage,) = case.tree()
        assert [branch.row.id for branch in footage.branches] == ["1/F412", "1/F413"]
        crop = footage.branches[1].branches[0]
        assert [branch.row.id for branch in crop.branches] == ["1/F413/C1/E1", "1/F413/C1/E2"]


def test_footage_is_found_by_relative_path_wherever_both_are_moved(tmp_path: Path):
    path = make_case(tmp_path / "a" if (tmp_path / "a").mkdir() is None else tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    with Case.open(tmp_path / "b" / path.name) as case:
        assert case.footage()[0].path == "corridor.mp4"
        assert case.locate_footage("1") == tmp_path / "b" / "corridor.mp4"
        assert case.check_footage("1", full=False).ok
        assert case.check_footage("1", full=True).ok


def test_footage_that_is_ingested_from_a_new_place_is_looked_for_there(harbour: Path):
    (harbour.parent / "shelf").mkdir()
    film = (harbour.parent / "corridor.mp4").rename(harbour.parent / "shelf" / "film.mp4")
    with Case.open(harbour, examiner="Lee") as case:
        assert not case.check_footage("1").found
        assert case.locate_footage("1", harbour.parent / "shelf") == film  # renamed: known by its digest
        assert ingest(case, film) == "1"
        assert case.footage()[0].path == "shelf/film.mp4"
        assert case.locate_footage("1") == film
        assert case.verify().ok


def test_footage_that_is_nowhere_or_changed_is_told(harbour: Path):
    film = harbour.parent / "corridor.mp4"
    with Case.open(harbour) as case:
        content = film.read_bytes()
        film.write_bytes(content[:-1] + b"?")
        assert not case.check_footage("1", full=True).ok
        film.write_bytes(content + b"?")
        assert not case.check_footage("1", full=False).ok
        film.unlink()
        with pytest.raises(EnvironmentLacksError, match=r"corridor\.mp4"):
            case.locate_footage("1")
        with pytest.raises(InputError, match="not a folder"):
            case.locate_footage("1", harbour.parent / "nowhere")
        assert modified_utc(harbour).endswith("Z")


def test_a_file_name_that_is_no_text_can_be_ingested(case: Case, tmp_path: Path):
    try:
        film = make_footage(tmp_path, "caf\udce9.mp4")
    except (OSError, UnicodeError):
        pytest.skip("this file system takes only Unicode names")
    assert ingest(case, film) == "1"
    assert case.verify(footage=tmp_path).ok


def test_footage_is_looked_for_beside_the_case_itself_not_beside_a_link_to_it(harbour: Path, tmp_path: Path):
    link = tmp_path / "link.facet"
    link.symlink_to(harbour)
    for examiner in (None, "Kim"):
        with Case.open(link, examiner=examiner) as case:
            assert case.locate_footage("1") == harbour.parent / "corridor.mp4"


def test_a_reader_can_not_write(harbour: Path):
    with Case.open(harbour) as case:
        assert not case.writable
        for write in (lambda: case.note("text"), lambda: case.log("export"), lambda: case.withdraw("1", "why")):
            with pytest.raises(InputError, match="only to read"):
                write()
