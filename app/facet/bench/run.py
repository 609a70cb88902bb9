"""A benchmark run: every backend on every picture, measured, and told with the protocol that makes it comparable."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facet.bench.figures import Fault, Figures, Measured, row
from facet.bench.keeping import Keeping, write_png
from facet.bench.pictures import Pair, pair, protocol
from facet.bench.sheet import KINDS, Column, contact_sheet
from facet.core.benchmark import Benchmark, Contestant
from facet.core.digest import picture_digest
from facet.core.errors import InputError
from facet.core.frame import Picture
from facet.core.progress import SILENT, Progress
from facet.core.run import Enhanced, EnhanceRequest
from facet.core.spread import CEILING
from facet.enhance.engine import Engine
from facet.measure import calibration, fidelity, identity
from facet.measure import consistency as agreement

SHARES = 1000
"""Units of progress per picture and backend."""
SPREAD = " spread"
"""What follows a backend's id over the column of its spread."""
SCALE = f"Spread: standard deviation of the samples, black 0, lightest {CEILING} levels of 255 or more. "


def run(order: Benchmark, files: Sequence[Path], keeping: Keeping, progress: Progress = SILENT) -> dict[str, Any]:
    """Measure; the result as JSON values. Keeps pictures and draws the sheet where the order says so.

    A picture that a backend can't enlarge (a face that PULSE does not find, a size) is told and left out of its
    means. Raises ``InputError`` (files), ``EnvironmentLacksError`` and what ``progress`` raises.
    """
    bench = _Bench(order, files, keeping, progress)
    each: list[Measured | Fault] = []
    rows = []
    for contestant in order.contestants:
        found = bench.measured(contestant)
        rows.append(row(contestant, found))
        each += found
    sheet = bench.sheet()
    if sheet is not None and order.sheet is not None:
        write_png(sheet, Path(order.sheet))
    several = any(isinstance(one, Measured) and one.calibration is not None for one in each)
    return {
        "data": order.data,
        "preparation": order.preparation,
        "crop": order.crop,
        "scale": order.scale,
        "degradation": order.degradation,
        "border": order.scale,
        "pictures": len(files),
        "truths_sha256": bench.truths_digest,
        "protocol": {
            "pictures": protocol(order),
            "fidelity": fidelity.PROTOCOL,
            "consistency": f"MSE of values in 0..1, times 1e5; {agreement.PROTOCOL}",
            "identity": None if order.identity is None else identity.PROTOCOL,
            "spread": calibration.PROTOCOL if several else None,
        },
        "engine": bench.engine_facts,
        "rows": rows,
        "each": [one.to_json() for one in each],
        "saved": order.save,
        "sheet": order.sheet,
    }


class _Bench:
    """What is kept from one picture and backend to the next."""

    def __init__(self, order: Benchmark, files: Sequence[Path], keeping: Keeping, progress: Progress) -> None:
        self._order, self._files, self._keeping, self._progress = order, files, keeping, progress
        self._engine = Engine()
        self._measure = None if order.identity is None else identity.IdentityMeasure(Path(order.identity))
        self._faces: dict[Path, _Face | None] = {}
        self._digests: dict[Path, str] = {}
        self._shown: list[Pair] = []
        self._columns: list[Column] = []
        self._done = 0
        self.engine_facts: dict[str, Any] = {}

    @property
    def truths_digest(self) -> str:
        """SHA-256 over the picture digests of the truths, one a line, in order."""
        lines = "".join(f"{self._digests[path]}\n" for path in self._files)
        return hashlib.sha256(lines.encode("ascii")).hexdigest()

    def measured(self, contestant: Contestant) -> list[Measured | Fault]:
        """One backend on every picture."""
        descriptor = contestant.descriptor
        column = Column(descriptor.id, KINDS[descriptor.family], descriptor.family)
        spread = Column(f"{descriptor.id}{SPREAD}", "how far samples differ", descriptor.family)
        found: list[Measured | Fault] = []
        for number, path in enumerate(self._files):
            made = self._on(contestant, path, found)
            if self._order.sheet is not None and number < self._order.faces:
                column.pictures.append(None if made is None else made.picture)
                drawn = [one.picture for one in made.companions if one.role == "spread"] if made else []
                spread.pictures.append(drawn[0] if drawn else None)
            self._done += 1
        self._columns.append(column)
        if any(picture is not None for picture in spread.pictures):
            self._columns.append(spread)
        return found

    def sheet(self) -> Any:
        """The contact sheet, or None where none is wanted."""
        if self._order.sheet is None:
            return None
        drawn = any(column.heading.endswith(SPREAD) for column in self._columns)
        return contact_sheet(self._shown, self._columns, foot=f"{SCALE if drawn else ''}{protocol(self._order)}")

    def _on(self, contestant: Contestant, path: Path, found: list[Measured | Fault]) -> Enhanced | None:
        given = pair(path, self._order)
        if path not in self._digests:
            self._first_seen(path, given)
        backend, begun = contestant.descriptor.id, time.perf_counter()
        try:
            made, prepared = self._engine.run(self._request(contestant, given), self._part)
        except InputError as error:
            found.append(Fault(name=path.name, backend=backend, reason=str(error)))
            return None
        seconds = time.perf_counter() - begun
        self.engine_facts = {name: made.engine[name] for name in ("device", "device_name", "precision", "threads")}
        self._keeping.output(backend, path, made.picture)
        found.append(self._judged(path, given, backend=backend, made=made, prepared=prepared, seconds=seconds))
        return made

    def _first_seen(self, path: Path, given: Pair) -> None:
        self._digests[path] = picture_digest(given.truth)
        self._keeping.pair(path, given)
        if self._measure is not None:
            self._faces[path] = _Face.of(given.truth, self._measure)
        if self._order.sheet is not None and len(self._shown) < self._order.faces:
            self._shown.append(given)

    def _request(self, contestant: Contestant, given: Pair) -> EnhanceRequest:
        return EnhanceRequest(
            picture=given.low,
            descriptor=contestant.descriptor,
            weights=contestant.weights,
            parameters=contestant.parameters,
            seed=contestant.seed,
            wish=self._order.wish,
        )

    def _judged(
        self, path: Path, given: Pair, *, backend: str, made: Enhanced, prepared: Picture, seconds: float
    ) -> Measured:
        samples = [one.picture for one in made.companions if one.role == "sample"]
        calibrated = calibration.calibration(samples, given.truth, self._order.scale) if len(samples) > 1 else None
        return Measured(
            name=path.name,
            backend=backend,
            output=self._figures(path, given, made.picture, prepared),
            samples=tuple(self._figures(path, given, sample, prepared) for sample in samples),
            calibration=calibrated,
            seconds=seconds,
        )

    def _figures(self, path: Path, given: Pair, picture: NDArray[np.uint8], prepared: Picture) -> Figures:
        face = self._faces.get(path)
        return Figures(
            fidelity=fidelity.fidelity(picture, given.truth, self._order.scale),
            consistency=float(str(agreement.consistency(picture, prepared)["mse"])),
            identity=None if face is None else face.distance(picture),
        )

    def _part(self, done: int, total: int, label: str = "") -> None:
        """The engine's progress as a part of the whole."""
        share = min(SHARES, SHARES * done // total) if total else 0
        whole = SHARES * len(self._files) * len(self._order.contestants)
        contestant = self._order.contestants[self._done // len(self._files)]
        self._progress(SHARES * self._done + share, whole, contestant.descriptor.id)


class _Face:
    """The face of a truth: where it lies, and its point."""

    def __init__(self, measure: identity.IdentityMeasure, landmarks: Any, point: NDArray[np.float32]) -> None:
        self._measure, self._landmarks, self._point = measure, landmarks, point

    @classmethod
    def of(cls, truth: NDArray[np.uint8], measure: identity.IdentityMeasure) -> _Face | None:
        landmarks = measure.landmarks(truth)
        return None if landmarks is None else cls(measure, landmarks, measure.points([truth], landmarks)[0])

    def distance(self, output: NDArray[np.uint8]) -> float:
        return identity.distance(self._measure.points([output], self._landmarks)[0], self._point)
