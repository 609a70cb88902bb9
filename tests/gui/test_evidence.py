from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QPushButton

from clips import make_clip
from facet.core.geometry import Box
from facet.gui.dialogs.answers import Answer, AnswersDialog
from facet.gui.dialogs.case_form import NewCase, NewCaseDialog
from facet.gui.dialogs.export_form import CASE_UCO, PACKAGE, ExportDialog
from facet.gui.dialogs.migrate_form import MigrateDialog
from facet.gui.dialogs.passphrase_form import PassphraseDialog
from facet.gui.dialogs.relink_form import RelinkDialog
from facet.gui.dialogs.seal_form import NewKeyDialog, SealDialog
from facet.gui.dialogs.tag_form import TagDialog
from facet.gui.dialogs.verify_form import VerifyDialog
from facet.gui.dialogs.words import WithdrawDialog
from facet.gui.main_window import MainWindow
from facet.gui.panels.integrity import Standing
from facet.gui.wiring.answering import apart, counted
from facet.workbench.difference import Difference
from facet.workbench.repetition import Repetition, Verdict
from gui.asking import dialog, texts
from released import released

Settle = Callable[[], None]
SECRET = "four correct words"


def test_a_new_case_is_encrypted_only_with_the_same_passphrase_twice(window: MainWindow) -> None:
    window.ask_new_case()
    asked = dialog(window, NewCaseDialog)
    asked.number.setText("7")
    assert asked.ok.isEnabled()
    assert asked.case.passphrase is None
    asked.encrypted.setChecked(True)
    for first, again, good in (("short", "short", False), (SECRET, SECRET[:-1], False), (SECRET, SECRET, True)):
        asked.secret.first.setText(first)
        asked.secret.again.setText(again)
        assert asked.ok.isEnabled() is good
    assert asked.case.passphrase == SECRET
    assert SECRET not in repr(asked.case)
    asked.reject()


def test_an_encrypted_case_asks_for_its_passphrase_until_it_is_right(
    window: MainWindow, tmp_path: Path, settle: Settle
) -> None:
    path = tmp_path / "secret.facet"
    window.case.create(NewCase(path=path, number="7", examiner="Lee Minji", agency="", title="", passphrase=SECRET))
    settle()
    assert window.case.session is not None
    assert window.case.session.case.encrypted
    window.case_wiring.close_case()
    window.open_path(path)
    settle()
    asked = dialog(window, PassphraseDialog)
    asked.secret.setText("another passphrase")
    asked.ok.click()
    settle()
    asked = dialog(window, PassphraseDialog)
    asked.secret.setText(SECRET)
    asked.ok.click()
    settle()
    assert window.case.path == path
    assert window.integrity.standing is Standing.SOUND


def test_a_case_can_be_searched_and_tagged(case: MainWindow, settle: Settle) -> None:
    panel = case.parts.case
    panel.tree.choose("1")
    settle()
    case.actions_["tag"].trigger()
    settle()
    asked = dialog(case, TagDialog)
    asked.field.setText("hood")
    asked.ok.click()
    settle()
    settle()
    assert "#hood" in panel.tree.topLevelItem(0).text(1)
    for words, told in (("tag:hood", "1 found"), ("zebra", "Nothing found")):
        panel.search.setText(words)
        case.case_wiring.search()
        settle()
        assert panel.counted.text() == told
    panel.search.clear()
    case.case_wiring.search()
    settle()
    assert panel.counted.isHidden()
    panel.tree.choose("1")
    settle()
    case.actions_["tag"].trigger()
    settle()
    button = next(one for one in dialog(case, TagDialog).findChildren(QPushButton) if one.text() == "Withdraw …")
    button.click()
    why = dialog(case, WithdrawDialog)
    why.words.setPlainText("Wrong word.")
    why.ok.click()
    settle()
    settle()
    assert "#hood" not in panel.tree.topLevelItem(0).text(1)


def test_moved_footage_is_found_by_its_digest_alone(window: MainWindow, tmp_path: Path, settle: Settle) -> None:
    footage, path = make_clip(tmp_path / "corridor.mp4", frames=5), tmp_path / "m.facet"
    with (
        window.bench.create_case(path, number="8", examiner="Lee Minji") as session,
        window.bench.open_footage(footage) as reader,
    ):
        session.ingest(reader)
    moved = tmp_path / "elsewhere" / "renamed.mp4"
    moved.parent.mkdir()
    footage.rename(moved)
    other = make_clip(tmp_path / "elsewhere" / "other.mp4", frames=6)
    window.open_path(path)
    settle()
    window.case_wiring.visit("1")
    settle()
    settle()
    assert "was not found" in texts(window)
    window.parts.case.tree.choose("1")
    settle()
    for place, found in ((other, False), (moved, True)):
        window.parts.messages.clear()
        window.actions_["relink"].trigger()
        settle()
        asked = dialog(window, RelinkDialog)
        asked._file.line.setText(str(place))
        asked.ok.click()
        settle()
        settle()
        assert ("was found by its digest" in texts(window)) is found
    window.case_wiring.visit("1")
    settle()
    assert window.footage.reader is not None
    assert window.footage.reader.path == moved


def test_a_case_is_sealed_and_the_seal_is_held_against_keys(case: MainWindow, tmp_path: Path, settle: Settle) -> None:
    key, kept = tmp_path / "seal.pem", tmp_path / "kept.json"
    case.seal_wiring.ask_key(key)
    made = dialog(case, NewKeyDialog)
    assert not made.ok.isEnabled()
    made._secret.first.setText(SECRET)
    made._secret.again.setText(SECRET)
    made.ok.click()
    settle()
    assert "fingerprint" in texts(case)
    case.actions_["seal"].trigger()
    for secret in ("wrong words here", SECRET):
        asked = dialog(case, SealDialog)
        asked._key.line.setText(str(key))
        asked._secret.setText(secret)
        asked._out.line.setText(str(kept))
        asked.ok.click()
        settle()
    assert "Sealed up to entry 2" in texts(case)
    assert "No time stamp" in texts(case)
    assert case.case.session is not None
    assert [seal.head_seq for seal in case.case.session.case.seals()] == [2]
    for fingerprint, sound in ((str(tmp_path / "seal.pem.pub"), True), ("ab" * 32, False)):
        case.actions_["verify"].trigger()
        ask = dialog(case, VerifyDialog)
        ask.against.line.setText(str(kept))
        ask.key.line.setText(fingerprint)
        ask.ok.click()
        settle()
        answer = dialog(case, AnswersDialog)
        assert ("Everything recorded is sealed" in answer.remarks.text()) is sound
        assert (case.integrity.standing is Standing.SOUND) is sound
        answer.close()
        settle()


def test_an_older_case_is_copied_into_the_present_format(window: MainWindow, tmp_path: Path, settle: Settle) -> None:
    path = released("1.2", tmp_path / "old.facet")
    before = path.read_bytes()
    window.open_path(path)
    settle()
    assert "older format 1.2" in texts(window)
    assert not window.actions_["seal"].isEnabled()
    window.actions_["migrate"].trigger()
    dialog(window, MigrateDialog).ok.click()
    settle()
    settle()
    assert window.case.path == tmp_path / "old-new.facet"
    assert window.case.current
    assert "older format" not in texts(window)
    assert path.read_bytes() == before


def test_an_altered_picture_is_told_in_the_status_and_alone_in_the_answers(
    case: MainWindow, tmp_path: Path, settle: Settle
) -> None:
    session, frame = case.case.session, case.footage.frame
    assert session is not None
    assert frame is not None
    case.jobs.run_task(lambda _progress: session.record_crop("1", frame, Box(x=10, y=10, w=40, h=40)))
    settle()
    case.case_wiring.close_case()
    settle()
    bad = tmp_path / "bad.facet"
    content = bytearray((tmp_path / "a.facet").read_bytes())
    content[content.rfind(b"IDAT") + 20] ^= 1
    bad.write_bytes(content)
    case.open_path(bad)
    settle()
    assert case.integrity.text() == "VERIFICATION FAILED"
    assert "VERIFICATION FAILED" in case.parts.case.state.text()
    case.integrity.click()
    answer = dialog(case, AnswersDialog)
    assert "NOT what was recorded" in answer.headline.text()
    assert 0 < answer.shown.rowCount() < answer.model.rowCount()
    assert all(answer.model.row(number)[-2] in ("holds", "fails") for number in range(answer.model.rowCount()))
    answer.close()


def test_a_case_leaves_as_a_package_and_as_case_uco(case: MainWindow, tmp_path: Path, settle: Settle) -> None:
    for row, name in ((0, "a-package"), (2, "a.jsonld")):
        case.actions_["export-all"].trigger()
        asked = dialog(case, ExportDialog)
        asked.what.setCurrentIndex(row)
        assert asked.wanted.what == (PACKAGE, CASE_UCO)[row // 2]
        assert asked.wanted.out == tmp_path / name
        asked.ok.click()
        settle()
        assert name in texts(case)
    assert (tmp_path / "a-package" / "bagit.txt").is_file()
    assert (tmp_path / "a.jsonld").is_file()
    shutil.rmtree(tmp_path / "a-package")


def test_outputs_made_again_are_counted_by_how_far_they_differ() -> None:
    def repetition(verdict: Verdict, *differences: Difference) -> Repetition:
        return Repetition(
            enhancement="1/F0/C1/E1", backend="edsr-x4", verdict=verdict, equal=verdict is Verdict.EQUAL,
            expected="", got="", message="", differences=differences,
        )  # fmt: skip

    equal, other = repetition(Verdict.EQUAL), repetition(Verdict.NOT_TRIED)
    within = repetition(Verdict.WITHIN, Difference(name="output", largest=1, mean=0.0125))
    assert counted([equal, within, other]) == (
        "1 of 3 outputs were made again, bit for bit. 1 more within the stated tolerance."
    )
    assert [apart(one) for one in (equal, within, other)] == [("0", "0"), ("1", "0.013"), ("–", "–")]


def test_answers_are_copied_whole_even_while_only_failures_are_shown(window: MainWindow) -> None:
    answers = [Answer(ok=number != 1, cells=(str(number), "png", f"Sentence {number}.")) for number in range(3)]
    shown = AnswersDialog("Title", "Headline", ("Exhibit", "Check", "Found"), answers, ok=False, parent=window)
    assert shown.shown.rowCount() == 1
    assert shown.text().splitlines()[-3:] == [
        "0\tpng\tholds\tSentence 0.", "1\tpng\tfails\tSentence 1.", "2\tpng\tholds\tSentence 2.",
    ]  # fmt: skip
