"""Every backend that can run here, made again by a program that has the case alone: bit for bit the same."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from case.evidence import ingest, make_footage, make_frame
from command import facet
from facet.case import Case
from facet.core.geometry import Box
from facet.workbench import Settings, Workbench
from networks import portrait

FEW: dict[str, dict[str, str]] = {
    "sr3": {"samples": "2", "steps": "10"},
    "pulse": {"seeds": "2", "steps": "50"},
}
"""Parameters that spare time, by the first word of the architecture."""
SEARCH_STEPS = 2
"""Of a search, fewer than a user may choose."""
SIDE = 16


@pytest.mark.slow
@pytest.mark.weights
@pytest.mark.timeout(1200)
def test_every_backend_gives_the_same_bytes_again_its_companions_too(home_with_weights: Path, tmp_path: Path) -> None:
    path = tmp_path / "lab" / "every.facet"
    path.parent.mkdir()
    face = Image.fromarray(portrait()[0:220, 120:340]).resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    with Case.create(path, number="2026-19", examiner="Kim") as case:
        frame = make_frame(make_footage(path.parent), 0, picture=np.ascontiguousarray(face, np.uint8))
        crop = case.add_crop(
            case.add_frame(ingest(case, path.parent / "corridor.mp4"), frame), Box(x=0, y=0, w=SIDE, h=SIDE)
        )
    ran = []
    with Workbench(home_with_weights, Settings(language="en")) as bench, bench.open_case(path) as session:
        for state in bench.backends():
            card = state.descriptor
            if not (state.installed and state.allowed) or card.minimum_side > SIDE:
                continue
            kind = card.architecture.partition("/")[0]
            run = session.prepare_run(crop, card.id, parameters=FEW.get(kind), seed=11, reason="to compare them")
            if kind == "pulse":
                fewer = {**run.request.parameters, "steps": SEARCH_STEPS}
                run = dataclasses.replace(run, request=dataclasses.replace(run.request, parameters=fewer))
            session.record(run, run.execute(bench.inference))
            ran.append(card.id)
    assert {"bicubic", "srcnn-x4", "edsr-x4", "sr3-x4", "realesrgan-x4plus"} <= {*ran}
    alone = tmp_path / "elsewhere" / path.name
    alone.parent.mkdir()
    shutil.copyfile(path, alone)
    shutil.rmtree(path.parent)
    told = facet("reproduce", alone, "--json", FACET_HOME=str(home_with_weights)).json
    assert [row["message"] for row in told["rows"] if not row["equal"]] == []
    assert [(row["backend"], row["verdict"]) for row in told["rows"]] == [(each, "equal") for each in ran]
    assert told["equal"] is True
