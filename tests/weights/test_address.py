from __future__ import annotations

import hashlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import pinned
from facet.core.errors import Cancelled, EnvironmentLacksError, InputError
from facet.weights import Store, address, catalog, shelf
from facet.weights.address import fetch_file
from facet.weights.card import Address, read_card
from pinned import FIRST, SECOND

CONTENT = bytes(range(256)) * 8000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    """A small host of files: one whole, one that breaks off, one with more than was said."""

    def do_GET(self) -> None:
        answers = {"/whole.pth": CONTENT, "/half.pth": CONTENT[: len(CONTENT) // 2], "/more.pth": CONTENT + b"x" * 4096}
        if self.path == "/moved.pth":
            self.send_response(302)
            self.send_header("Location", "/whole.pth")
            self.end_headers()
        elif self.path in answers:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answers[self.path])
        else:
            self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def _this_host_is_spoken_to_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address, "SCHEMES", ("http",))
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def at(url: str, **changes: object) -> Address:
    return Address(**({"url": url, "name": "whole.pth", "size": len(CONTENT), "sha256": SHA256} | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["whole.pth", "moved.pth"])
def test_a_file_is_fetched_from_its_address_and_checked(name: str, host: str, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    found = fetch_file(at(f"{host}/{name}"), tmp_path / "f", lambda done, total, _label="": seen.append((done, total)))
    assert found.read_bytes() == CONTENT
    assert seen[0] == (0, len(CONTENT))
    assert seen[-1] == (len(CONTENT), len(CONTENT))


@pytest.mark.parametrize(
    ("name", "told"), [("more.pth", "not the file on the model card"), ("whole.pth", "not the file on the model card")]
)
def test_another_file_at_the_address_is_refused_and_nothing_of_it_kept(
    name: str, told: str, host: str, tmp_path: Path
) -> None:
    wrong = at(f"{host}/{name}", **({} if name == "more.pth" else {"sha256": "0" * 64}))
    with pytest.raises(InputError, match=told):
        fetch_file(wrong, tmp_path / "f")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "told"), [("half.pth", "broke off"), ("none.pth", "404")])
def test_a_file_that_can_not_be_had_is_named_so_that_it_can_be_brought(
    name: str, told: str, host: str, tmp_path: Path
) -> None:
    with pytest.raises(EnvironmentLacksError) as caught:
        fetch_file(at(f"{host}/{name}"), tmp_path / "f")
    text = str(caught.value)
    assert told in text
    for part in (f"{host}/{name}", "whole.pth", str(len(CONTENT)), SHA256, "facet models import whole.pth"):
        assert part in text
    assert "\n" not in text
    assert list(tmp_path.iterdir()) == []


def test_without_a_network_the_message_is_the_same(tmp_path: Path, unused_port: int) -> None:
    with pytest.raises(EnvironmentLacksError, match="facet models import whole"):
        fetch_file(at(f"http://127.0.0.1:{unused_port}/whole.pth"), tmp_path / "f")


@pytest.fixture
def unused_port() -> int:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_fetching_is_stopped_and_nothing_is_left(host: str, tmp_path: Path) -> None:
    def stop(done: int, _total: int, _label: str = "") -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        fetch_file(at(f"{host}/whole.pth"), tmp_path / "f", stop)
    assert list(tmp_path.iterdir()) == []


def test_only_encrypted_addresses_are_gone_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    with pytest.raises(ValueError, match="no address that is fetched from"):
        fetch_file(at("http://127.0.0.1/whole.pth"), tmp_path / "f")


@pytest.fixture
def restorer(store: Store, host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store that knows one more model, ``restorer``, by its address."""
    models = tmp_path / "models"
    card = (catalog.shipped("models") / FIRST / "card.toml").read_text("utf-8").partition("[archive]")[0]
    digest = read_card(catalog.shipped("models") / FIRST / "card.toml").digest
    (models / "restorer").mkdir(parents=True)
    (models / "restorer" / "card.toml").write_text(
        card.replace(FIRST, "restorer").replace(digest, SHA256)
        + f'[address]\nurl = "{host}/whole.pth"\nname = "whole.pth"\nsize = {len(CONTENT)}\nsha256 = "{SHA256}"\n',
        "utf-8",
    )
    monkeypatch.setattr(catalog, "shipped", lambda _folder: models)
    return store


def test_a_model_at_an_address_is_installed_as_it_is(restorer: Store) -> None:
    assert restorer.install(["restorer"]) == ["restorer"]
    assert restorer.path("restorer").name == shelf.AS_BROUGHT
    assert restorer.path("restorer").read_bytes() == CONTENT
    assert restorer.install(["restorer"]) == []
    (row,) = restorer.list()
    assert (row["installed"], row["installable"], row["requirement"]) == (True, True, None)
    assert str(row["address"]).endswith("/whole.pth")


def test_the_same_file_brought_under_any_name_is_known_by_its_content(restorer: Store, tmp_path: Path) -> None:
    (tmp_path / "called anything.pt").write_bytes(CONTENT)
    assert restorer.bring(tmp_path / "called anything.pt") == ["restorer"]
    assert restorer.path("restorer").read_bytes() == CONTENT


def test_what_lies_at_an_address_stays_out_of_an_export(restorer: Store, tmp_path: Path) -> None:
    restorer.install(["restorer"])
    with pytest.raises(EnvironmentLacksError, match="nothing to export"):
        restorer.export(tmp_path / "models.zip")


def test_a_card_whose_address_leads_to_other_weights_is_refused(restorer: Store) -> None:
    path = catalog.shipped("models") / "restorer" / "card.toml"
    path.write_text(path.read_text("utf-8").replace(f'\nsha256 = "{SHA256}"', f'\nsha256 = "{"0" * 64}"'), "utf-8")
    with pytest.raises(ValueError, match="not the weights it states"):
        read_card(path)


def test_a_pinned_archive_is_installed_from_the_file_that_was_brought(
    store: Store, world: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pinned.pip_looks_only_in(tmp_path / "nowhere", monkeypatch)
    assert store.bring(world.wheel) == [FIRST, SECOND]
    assert [row["ok"] for row in store.verify()] == [True, True]


def test_a_bundle_is_told_by_its_content_too(stocked: Store, tmp_path: Path) -> None:
    stocked.export(tmp_path / "models.zip")
    (tmp_path / "models.zip").rename(tmp_path / "models.pth")
    assert Store(tmp_path / "other").bring(tmp_path / "models.pth") == [FIRST, SECOND]


def test_a_model_file_that_no_card_names_is_left_to_be_the_users_own(store: Store, tmp_path: Path) -> None:
    (tmp_path / "mine.safetensors").write_bytes(b"x" * 100)
    assert store.bring(tmp_path / "mine.safetensors") == []
    assert not store.folder.exists()


def test_what_is_nothing_of_all_this_is_refused(store: Store, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Sir")
    with pytest.raises(InputError, match="neither weights exported by Facet"):
        store.bring(tmp_path / "letter.txt")
    with pytest.raises(InputError, match="no such file"):
        store.bring(tmp_path / "absent.pth")
