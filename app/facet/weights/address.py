"""A file fetched from its makers' own address, when someone asks for it by name; nothing else of the program does so.

The site's proxy settings hold (``https_proxy``, the system's). What arrives is a file of the size and digest on the
card, or nothing. Where there is no network the message names the file, so that it can be brought.
"""

from __future__ import annotations

import contextlib
import http.client
import urllib.error
import urllib.request
from collections.abc import Generator
from pathlib import Path

from facet import __version__
from facet.core.digest import CHUNK, sha256_file
from facet.core.errors import EnvironmentLacksError, FacetError, InputError
from facet.core.i18n import _
from facet.core.progress import SILENT, Progress
from facet.weights.card import Address, Archive
from facet.weights.disk import write_new

SCHEMES = ("https",)
"""What an address may begin with."""
SECONDS = 30
"""How long a silent server is waited for."""


def fetch_file(address: Address, target: Path, progress: Progress = SILENT) -> Path:
    """The file at ``address`` as ``target``, its size and SHA-256 checked. ``progress`` counts bytes.

    Raises ``EnvironmentLacksError`` where it can't be had, ``InputError`` where it is another file, ``OSError`` for
    ``target``, and what ``progress`` raises; then nothing is left of it.
    """
    if address.url.partition("://")[0] not in SCHEMES:
        raise ValueError(f"{address.url}: no address that is fetched from")
    label = _("Fetching {name}").format(name=address.name)
    request = urllib.request.Request(address.url, headers={"User-Agent": f"facet/{__version__}"})  # noqa: S310  # https
    try:
        with contextlib.closing(_pieces(request, address, label, progress)) as pieces:
            digest = write_new(target, pieces)
        if digest != address.sha256:
            raise _differs(address)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return target


def is_that_file(file: Path, origin: Archive | Address) -> bool:
    """Whether ``file`` is the one that a card pins, by size and then by digest. Raises ``OSError``."""
    return file.stat().st_size == origin.size and sha256_file(file) == origin.sha256


def _pieces(request: urllib.request.Request, address: Address, label: str, progress: Progress) -> Generator[bytes]:
    done = 0
    progress(done, address.size, label)
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310  # the scheme was looked at
            while chunk := answer.read(CHUNK):
                done += len(chunk)
                if done > address.size:
                    raise _differs(address)
                progress(done, address.size, label)
                yield chunk
    except FacetError:
        raise
    except urllib.error.HTTPError as error:
        error.close()
        raise _absent(address, f"{error.code} {error.reason}") from error
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
        raise _absent(address, str(getattr(error, "reason", error)) or type(error).__name__) from error
    if done < address.size:
        raise _absent(address, _("the download broke off"))


def _absent(address: Address, reason: str) -> EnvironmentLacksError:
    return EnvironmentLacksError(
        "{url} could not be fetched ({reason}). Fetch {name} there with another computer ({size} bytes, SHA-256 "
        "{sha256}), bring it here, and run: facet models import {name}",
        url=address.url,
        reason=reason,
        name=address.name,
        size=address.size,
        sha256=address.sha256,
    )


def _differs(address: Address) -> InputError:
    return InputError(
        "{url}: what lies there is not the file on the model card (size or SHA-256 differ). Nothing of it was kept. "
        "It may have been replaced, or the network alters what it carries; tell the makers of Facet.",
        url=address.url,
    )
