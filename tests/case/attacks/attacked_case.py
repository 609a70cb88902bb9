"""The case that is attacked: made by the program from real footage, with everything in it that a case can hold."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from case.evidence import add_run, add_samples, enlarge, samples_of
from clips import make_clip
from facet.case import Case
from facet.core.camera_clock import CameraClock
from facet.core.geometry import Box
from facet.seal import SealKey
from facet.workbench import Workbench
from facet.workbench.sealing import seal_case

NAME = "harbour.facet"
KEY = SealKey(private=Ed25519PrivateKey.from_private_bytes(b"examiner" * 4))
"""The examiner's."""
STRANGERS_KEY = SealKey(private=Ed25519PrivateKey.from_private_bytes(b"stranger" * 4))


@dataclass(frozen=True, kw_only=True)
class Attacked:
    """``case`` lies beside its footage, sealed with :data:`KEY`, at last as a whole. ``older`` are copies of it as it
    was before, each with fewer entries; ``head`` is that of ``case``. ``stranger`` is another case, by another
    examiner."""

    case: Path
    older: tuple[Path, ...]
    stranger: Path
    head: str


def make_attacked(folder: Path) -> Attacked:
    """Make all of it in ``folder``."""
    clip = make_clip(folder / "quay.mp4", frames=30, size=(96, 48), gop=10, bframes=2)
    older: list[Path] = []

    def keep(case: Case) -> None:
        older.append(folder / f"older-{len(older)}.facet")
        shutil.copyfile(case.path, older[-1])

    with Workbench(home=folder / "home") as bench:
        with (
            bench.create_case(folder / NAME, number="2026-17", examiner="Kim Min-ji", title="Harbour") as session,
            bench.open_footage(clip) as reader,
        ):
            case = session.case
            keep(case)
            footage = session.ingest(reader)
            crops = [
                session.record_crop(footage, reader.frame(n), Box(x=left, y=6, w=20, h=16))
                for n, left in ((3, 4), (3, 40), (17, 30))
            ]
            keep(case)
            for number, crop in enumerate(crops):
                add_run(case, crop)
                add_run(case, crop, shade=3 + number)
            add_samples(case, crops[0])
            add_samples(case, crops[1], samples_of(enlarge(case.picture(crops[1])), 2, role="candidate"))
            keep(case)
            case.note("The man at the door.\nHe turns.", crops[0])
            case.finding("Not enough pixels to tell.", f"{crops[2]}/E1")
            case.mark(footage, 3, 17, "he walks")
            case.set_clock(footage, CameraClock.read(index=3, seconds=Fraction(3, 25), shows="2026-11-02 14:03:12",
                                                     zone="Asia/Seoul"))  # fmt: skip
            case.alias(f"{footage}/F3", "K-2026-004/1")
            case.tag("door", crops[0])
            seal_case(case, KEY)
            keep(case)
            case.withdraw(f"{crops[2]}/E2", "The wrong crop.")
            case.note("Shown to the prosecutor.")
            case.log("export", f"{crops[0]}/E1", {"what": "png"}, {"png": "ef" * 32})
            seal_case(case, KEY, purpose="report")
            head = case.head()
        with bench.create_case(folder / "stranger.facet", number="2026-99", examiner="Park") as other:
            for n in range(12):
                other.case.note(f"Note {n}.")
    return Attacked(
        case=folder / NAME,
        older=tuple(older),
        stranger=folder / "stranger.facet",
        head=f"{head['seq']}:{head['sha256']}",
    )
