"""The main job on a sample clip, from footage to report, as a newcomer should see it once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from facet.case import Case
from facet.core.canonical import Json
from facet.core.errors import EnvironmentLacksError, FacetError, InputError
from facet.core.frame import Frame
from facet.core.geometry import Box, Face
from facet.core.i18n import _
from facet.core.progress import Progress
from facet.footage import Reader
from facet.workbench.sample import sample_clip
from facet.workbench.session import CaseSession
from facet.workbench.workbench import BackendState, Workbench

NUMBER = "FACET-DEMO"
EXAMINER = "Demonstration"
REASON = "Demonstration of the generative backends on a sample clip; no identification is intended."
SCALE = 4
"""How much larger all outputs of the demonstration are."""
SEARCHES = ("pulse",)
"""Backends that search for many minutes on a machine without a graphics card."""
LOOKS = 8
"""Frames, spread over the clip, in which a face is looked for."""
MINIMUM_FACE = 20
MARGIN = 1.35
"""How much wider and higher than the detected face the box is."""
LONGEST = 96
"""Pixels: a crop larger than this would make the demonstration slow on a machine without a GPU."""


def run_demo(
    bench: Workbench, folder: Path, *, say: Callable[[str], None], progress: Callable[[str], Progress]
) -> dict[str, Json]:
    """Run the main job and say what is done; where case and reports are, and what came of the checks.

    Works without a network too, with a rendered clip and the weights that are there, and says so. A demonstration
    that was made before in ``folder`` is replaced; any other case there is refused.
    """
    case_path, report_path = folder / "demo.facet", folder / "report.pdf"
    _make_room(case_path, report_path)
    _fetch_weights(bench, say, progress)
    sample, why = sample_clip(bench.home, folder, progress(_("Fetching the sample clip")))
    if why is not None:
        say(
            _(
                "The real clip could not be fetched: {why} A clip rendered from a portrait is used; "
                "it is not real footage."
            ).format(why=why.localised(_))
        )
    say(_("Footage: {title}.").format(title=sample.title))
    with (
        bench.open_footage(sample.path, progress(_("Reading"))) as reader,
        bench.create_case(
            case_path, number=NUMBER, examiner=EXAMINER, title="The main job, on a sample clip"
        ) as session,
    ):
        footage = session.ingest(reader)
        session.case.note(f"{sample.title}. Source: {sample.source}.", footage)
        say(_("Case: {case}; {count} frames indexed.").format(case=case_path, count=reader.count))
        frame, face = _best_face(bench, reader, progress(_("Looking for a face")))
        box = _box(face, frame)
        crop = session.record_crop(footage, frame, box)
        say(
            _("Face: frame {frame}, box {box}, confidence {confidence}; recorded as {crop}.").format(
                frame=frame.name.index, box=box, confidence=f"{face.confidence:.3f}", crop=crop
            )
        )
        outputs = _enhance(bench, session, crop, say, progress)
        session.case.finding(
            "The outputs are recorded to demonstrate the program. They support no conclusion about any person.", crop
        )
        verified = session.verify(progress(_("Verifying")))
        say(
            (
                _("Verified: all {count} checks passed.")
                if verified.ok
                else _("Verification: NOT all {count} checks passed.")
            ).format(count=len(verified.rows))
        )
        repeated = session.reproduce(outputs[-1], progress(_("Reproducing")))[0]
        say(
            _("Reproduced {id} ({backend}): {message}").format(
                id=repeated.enhancement, backend=repeated.backend, message=repeated.message
            )
        )
        reports = _write_reports(session, report_path, progress)
    say(_("Outputs of generative backends are invented detail that fits the crop: leads, never identification."))
    return {
        "case": str(case_path),
        "report": str(report_path),
        "reports": reports,
        "real_footage": sample.real,
        "crop": crop,
        "outputs": list(outputs),
        "verified": verified.ok,
        "reproduced": repeated.equal,
    }


def _make_room(case_path: Path, report_path: Path) -> None:
    try:
        case_path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentLacksError(
            "{folder} can't be made: {reason}.", folder=str(case_path.parent), reason=error.strerror or str(error)
        ) from error
    made_before = case_path.exists()
    if made_before:
        try:
            with Case.open(case_path) as before:
                number = before.meta.number
        except FacetError:
            number = ""
        if number != NUMBER:
            raise InputError(
                "{path} is not a demonstration's case. Choose another folder (--out).", path=str(case_path)
            )
        case_path.unlink()
    for report in (report_path, _korean(report_path)):
        if report.exists() and not made_before:
            raise InputError("{path} is not a demonstration's. Choose another folder (--out).", path=str(report))
        report.unlink(missing_ok=True)


def _fetch_weights(bench: Workbench, say: Callable[[str], None], progress: Callable[[str], Progress]) -> None:
    from_index = {row["id"] for row in bench.store.list() if row["requirement"]}
    missing = [
        state.descriptor.id
        for state in _demonstrated(bench)
        if state.descriptor.id in from_index and state.allowed and not state.installed
    ]
    if not missing:
        return
    say(_("Fetching weights: {names} (up to 100 MB each).").format(names=", ".join(missing)))
    try:
        bench.install(missing, progress(_("Installing weights")))
    except EnvironmentLacksError as error:
        say(_("Going on with what is there: {why}").format(why=error.localised(_)))


def _demonstrated(bench: Workbench) -> list[BackendState]:
    return [
        state
        for state in bench.backends()
        if SCALE in state.descriptor.scales and state.descriptor.id not in SEARCHES
    ]  # fmt: skip


def _best_face(bench: Workbench, reader: Reader, progress: Progress) -> tuple[Frame, Face]:
    best: tuple[Frame, Face] | None = None
    for look in range(LOOKS):
        progress(look, LOOKS)
        frame = reader.frame(reader.count * look // LOOKS)
        for face in bench.inference.detect(frame.picture, minimum_face=MINIMUM_FACE):
            if best is None or face.confidence > best[1].confidence:
                best = frame, face
    if best is None:
        raise InputError("No face was found in the sample clip. Install Facet again.")
    return best


def _box(face: Face, frame: Frame) -> Box:
    longest = max(face.box.w, face.box.h)
    return face.box.grown(max(1.0, min(MARGIN, LONGEST / longest)), frame.width, frame.height)


def _enhance(
    bench: Workbench,
    session: CaseSession,
    crop: str,
    say: Callable[[str], None],
    progress: Callable[[str], Progress],
) -> list[str]:
    outputs = []
    for state in _demonstrated(bench):
        card = state.descriptor
        if not (state.installed and state.allowed):
            say(_("  {id}: left out ({why}).").format(id=card.id, why=state.why_not or _("weights not installed")))
            continue
        reason = REASON if card.family == "generative" else None
        output = session.enhance(crop, card.id, reason=reason, progress=progress(card.id))
        agrees = session.case.receipt(output).consistency
        say(
            _("  {output}  {backend} ({family}): consistency {figure} dB (facet.consistency/1).").format(
                output=output, backend=card.id, family=card.family.value, figure=agrees["psnr_db"]
            )
        )
        outputs.append(output)
    for backend in SEARCHES:
        say(_("  {id}: left out ({why}).").format(id=backend, why=_("it searches for many minutes")))
    return outputs


def _write_reports(session: CaseSession, path: Path, progress: Callable[[str], Progress]) -> list[Json]:
    written: list[Json] = []
    for language, out in (("en", path), ("ko", _korean(path))):
        session.report(out, language=language, progress=progress(_("Writing the report")))
        written.append(str(out))
    return written


def _korean(report: Path) -> Path:
    return report.with_stem(f"{report.stem}-ko")
