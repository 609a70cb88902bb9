from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from facet.core.child import ChildDied
from facet.core.digest import picture_digest
from facet.core.errors import Cancelled, EnvironmentLacksError, InputError
from facet.core.receipt import EngineWish
from facet.inference.client import InferenceClient
from networks import card, portrait, request, scene, tiny_rrdbnet, with_digest

PATIENCE = 8
"""Seconds. Meant are two; a busy machine may need more, and what is waited for here would last for ever."""

SMALL = np.zeros((8, 8, 3), np.uint8)


def odd() -> InferenceClient:
    """A client of processes that misbehave (tests/odd_servers.py)."""
    return InferenceClient(module="odd_servers", environment={"PYTHONPATH": str(Path(__file__).parent.parent)})


@pytest.fixture(scope="module")
def client() -> Iterator[InferenceClient]:
    with InferenceClient() as made:
        yield made


def test_the_client_brings_no_torch_into_its_own_process() -> None:
    script = "import facet.inference.client, sys; print([m for m in ('torch', 'cv2', 'PIL') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize("kernel", ["nearest", "bilinear", "bicubic", "lanczos"])
def test_an_output_comes_back_with_its_consistency(kernel: str, client: InferenceClient) -> None:
    picture = scene(16, 12)
    made = client.enhance(request(picture, card(f"interpolation/{kernel}"), rotation=90, sample_aspect="4/3"))
    assert made.picture.shape == (64, 64, 3)
    assert made.picture.dtype == np.uint8
    assert float(str(made.consistency["psnr_db"])) > 15
    assert "bicubic" in str(made.consistency["protocol"])
    assert [step["step"] for step in made.preparation] == ["square pixels", "rotate", "prepared"]


def test_two_processes_make_the_same_bytes_warm_or_cold(client: InferenceClient, tmp_path: Path) -> None:
    weights = tiny_rrdbnet(tmp_path)
    asked = request(scene(40, 30), with_digest(card("rrdbnet"), weights), weights, wish=EngineWish(threads=2), seed=3)
    first, warm = client.enhance(asked), client.enhance(asked)
    with InferenceClient() as other:
        cold = other.enhance(asked)
    assert picture_digest(first.picture) == picture_digest(warm.picture) == picture_digest(cold.picture)
    assert first.engine == warm.engine == cold.engine
    assert first.software == cold.software
    assert first.consistency == cold.consistency


def test_a_crop_that_is_a_view_and_has_sixteen_bits_travels(client: InferenceClient) -> None:
    view = scene(40, 40, bits=16)[::2, ::-2]
    made = client.enhance(request(view, card("interpolation/nearest"), parameters={"scale": 2}))
    np.testing.assert_array_equal(made.picture[::2, ::2], ((view.astype(np.uint32) + 128) // 257).astype(np.uint8))


def test_faces_come_back_as_faces(client: InferenceClient) -> None:
    (face,) = client.detect(portrait(), minimum_face=40)
    assert face.confidence > 0.9
    assert len(face.landmarks) == 5
    assert client.detect(SMALL) == []


def test_several_pictures_are_answered_in_their_order(client: InferenceClient) -> None:
    first, second, third = client.detect_all([SMALL, portrait(), portrait()[:, ::-1]], minimum_face=40)
    assert first == []
    assert second == client.detect(portrait(), minimum_face=40)
    assert third[0].box.x == pytest.approx(512 - second[0].box.x - second[0].box.w, abs=12)


def test_the_machine_tells_what_it_computes_on(client: InferenceClient) -> None:
    assert client.devices()[0]["id"] == "cpu"


def test_a_users_model_is_described_and_a_hostile_one_refused(client: InferenceClient, tmp_path: Path) -> None:
    import torch

    assert client.inspect(tiny_rrdbnet(tmp_path, growth=32))["scale"] == 4
    mark = tmp_path / "mark"
    evil = tmp_path / "evil.pth"

    class Evil:
        def __reduce__(self) -> tuple[object, ...]:
            return (Path.touch, (mark,))

    torch.save({"params": Evil()}, evil)
    with pytest.raises(InputError, match="refused") as caught:
        client.inspect(evil)
    assert "\n" not in str(caught.value)
    assert not mark.exists()


def test_errors_keep_their_kind_across_the_border(client: InferenceClient) -> None:
    with pytest.raises(InputError):
        client.enhance(request(scene(8, 8), card("interpolation/bicubic"), parameters={"scale": 7}))
    with pytest.raises(EnvironmentLacksError):
        client.enhance(request(scene(8, 8), card("rrdbnet"), wish=EngineWish(device="cuda:99")))
    with pytest.raises(InputError):
        client.detect(SMALL, minimum_face=1)


def test_a_run_that_listens_is_given_up_without_losing_the_process(client: InferenceClient, tmp_path: Path) -> None:
    weights = tiny_rrdbnet(tmp_path)
    client.devices()
    before = client.pid
    asked = request(scene(700, 700), card("rrdbnet"), weights, wish=EngineWish(threads=1, tile=64, overlap=16))

    def watch(done: int, total: int, label: str = "") -> None:
        if total:
            raise Cancelled

    with pytest.raises(Cancelled):
        client.enhance(asked, watch)
    assert client.devices()
    assert client.pid == before


def test_a_run_that_does_not_listen_is_given_up_within_two_seconds() -> None:
    with odd() as client:
        asked = client.submit_detect(SMALL)
        begun: list[float] = []

        def cancel() -> None:
            begun.append(time.monotonic())
            asked.cancel()

        timer = threading.Timer(1.0, cancel)
        timer.start()
        with pytest.raises(Cancelled):
            asked.wait()
        assert time.monotonic() - begun[0] < PATIENCE
        timer.join()
        assert client.devices()[0]["id"] == "slow"  # another process has taken its place


def test_progress_too_gives_up_a_run_that_does_not_listen() -> None:
    with odd() as client:
        client.start()
        begun = time.monotonic()

        def impatient(done: int, total: int, label: str = "") -> None:
            if time.monotonic() - begun > 0.5:
                raise Cancelled

        with pytest.raises(Cancelled):
            client.detect(SMALL, progress=impatient)
        assert time.monotonic() - begun < PATIENCE


def test_a_question_given_up_while_it_waits_does_not_disturb_the_one_before() -> None:
    with odd() as client:
        pids: list[int] = []
        running = threading.Thread(target=lambda: pids.append(client.devices()[0]["pid"]))
        running.start()
        time.sleep(0.3)
        waiting = client.submit_detect(SMALL)
        waiting.cancel()
        with pytest.raises(Cancelled):
            waiting.wait()
        running.join()
        assert pids == [client.pid]


def test_several_threads_are_answered_in_turn(client: InferenceClient) -> None:
    answers: dict[int, int] = {}

    def ask(scale: int) -> None:
        made = client.enhance(request(scene(9, 9), card("interpolation/bicubic"), parameters={"scale": scale}))
        answers[scale] = made.picture.shape[0]

    threads = [threading.Thread(target=ask, args=(scale,)) for scale in (2, 3, 4, 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert answers == {2: 18, 3: 27, 4: 36, 8: 72}


@pytest.mark.parametrize(
    ("how", "says"),
    [
        pytest.param("exit", r"ended unexpectedly \(exit code 7\)", id="exit"),
        pytest.param("segv", "ended unexpectedly", id="crash"),
        pytest.param("kill", "lack of memory", id="killed"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")
def test_a_process_that_dies_costs_one_plain_message_and_is_replaced(how: str, says: str) -> None:
    with odd() as client:
        with pytest.raises(ChildDied, match=says) as caught:
            client.inspect(Path(how))
        assert "\n" not in str(caught.value)
        assert isinstance(caught.value, EnvironmentLacksError)
        assert client.inspect(Path("pid"))["pid"] == client.pid


def test_after_a_fault_of_the_card_the_next_run_has_a_fresh_process() -> None:
    with odd() as client:
        before = client.inspect(Path("pid"))["pid"]
        with pytest.raises(EnvironmentLacksError, match="card failed"):
            client.inspect(Path("card"))
        assert client.inspect(Path("pid"))["pid"] != before


def test_closing_ends_the_process_and_may_be_done_twice() -> None:
    client = odd()
    pid = client.inspect(Path("pid"))["pid"]
    client.close()
    client.close()
    assert client.pid is None
    assert not Path(f"/proc/{pid}/cmdline").exists() or not Path(f"/proc/{pid}/cmdline").read_bytes()
