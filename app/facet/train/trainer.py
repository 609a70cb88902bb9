"""The training itself: step after step, each a function of the recipe, the pictures and the steps before it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from facet.core.errors import InputError
from facet.core.i18n import N_
from facet.core.progress import SILENT, Progress
from facet.enhance.device import Rig
from facet.enhance.kept_memory import kept_memory
from facet.train import checkpoint as checkpoints
from facet.train.batches import Batches, noise_seed
from facet.train.beginning import write_beginning
from facet.train.checkpoint import Checkpoint
from facet.train.curve import Curve
from facet.train.data.pictures import Pictures
from facet.train.degradations import degradation
from facet.train.learner import Learner
from facet.train.objective import Objective, objective
from facet.train.ranks import Ranks
from facet.train.recipe import Recipe
from facet.train.sheets import draw_curve, draw_samples
from facet.train.validation import validate

AHEAD = 2
"""Batches made ready while the network works on another."""


@dataclass(kw_only=True)
class Training:
    """One training of ``recipe`` in the folder ``work``; it goes on from the checkpoint that lies there.

    ``start`` are the weights it begins with, if the recipe names a start, and ``start_sha256`` their file's digest.
    ``held`` are pictures to measure on.
    ``workers`` are the threads that prepare batches.
    """

    recipe: Recipe
    pictures: Pictures
    held: Pictures | None
    start: dict[str, Tensor] | None
    work: Path
    rig: Rig
    start_sha256: str = ""
    ranks: Ranks = field(default_factory=Ranks)
    workers: int = 1

    @kept_memory()
    def run(self, progress: Progress = SILENT, until: int | None = None) -> int:
        """Train to the end, or to step ``until``; the number of steps done.

        Raises ``InputError`` where the folder holds another recipe's training, ``OSError``, and what ``progress``
        raises: then the last checkpoint is what the next run goes on from.
        """
        recipe = self.recipe
        if recipe.batch % self.ranks.count:
            raise InputError(
                "A batch of {batch} can't be shared out evenly between {count} processes. Change one of them.",
                batch=recipe.batch, count=self.ranks.count,
            )  # fmt: skip
        self.rig.settle(recipe.seed)
        goal = objective(recipe)
        learner = Learner(recipe, goal, self.start, rig=self.rig, ranks=self.ranks)
        self.work.mkdir(parents=True, exist_ok=True)
        digest = self.pictures.digest()
        begun, seconds = self._resumed(learner, digest)
        if self.ranks.first:
            write_beginning(self.work, self.start_sha256)
        curve = Curve(self.work, until=begun) if self.ranks.first else None
        batches = self._batches()
        end = min(recipe.steps, recipe.steps if until is None else until)
        clock = time.monotonic()
        for step, (low, high) in self._ahead(batches, begun, end):
            progress(step, recipe.steps, N_("Training"))
            generator = torch.Generator().manual_seed(noise_seed(recipe.seed, step, self.ranks.rank))
            loss = learner.step(step, low, high, generator)
            done = step + 1
            if curve is not None:
                curve.add(done, loss=loss, rate=recipe.rate_at(step))
                if done % recipe.preview == 0 or done == recipe.steps:
                    self._look(goal, learner, batches, curve, done)
            if done % recipe.checkpoint == 0 or done == end:
                if self.ranks.first:
                    spent = seconds + time.monotonic() - clock
                    checkpoints.save(
                        Checkpoint(step=done, seconds=spent, recipe=recipe.digest, pictures=digest, **learner.state()),
                        self.work,
                    )
                self.ranks.wait()
        return max(begun, end)

    def _batches(self) -> Batches:
        recipe = self.recipe
        return Batches(
            recipe=recipe,
            pictures=self.pictures,
            degradation=degradation(recipe.degradation, recipe.degradation_options),
        )

    def _ahead(self, batches: Batches, begun: int, end: int) -> Iterator[tuple[int, tuple[Tensor, Tensor]]]:
        """Each step with its batch, made ready in other threads; what is drawn does not depend on them."""
        with ThreadPoolExecutor(self.workers, thread_name_prefix="batches") as pool:
            ready: dict[int, Future[tuple[Tensor, Tensor]]] = {}
            for step in range(begun, end):
                for coming in range(step, min(end, step + self.workers + AHEAD)):
                    if coming not in ready:
                        ready[coming] = pool.submit(batches.batch, coming, self.ranks.rank, self.ranks.count)
                yield step, ready.pop(step).result()

    def _resumed(self, learner: Learner, digest: str) -> tuple[int, float]:
        """Steps done and seconds spent before, after everything was set as it was then."""
        found = checkpoints.load(self.work, self.rig.device)
        if found is None:
            return 0, 0.0
        if found.recipe != self.recipe.digest:
            raise InputError(
                "{path}: another recipe was trained here, or this one has changed since. Choose another folder.",
                path=str(self.work),
            )
        if found.pictures != digest:
            raise InputError(
                "{data}: these are not the pictures that the training in {path} began with. Give them back, or choose "
                "another folder.",
                data=self.recipe.data, path=str(self.work),
            )  # fmt: skip
        learner.restore(module=found.module, mean=found.mean, optimiser=found.optimiser)
        return found.step, found.seconds

    def _look(self, goal: Objective, learner: Learner, batches: Batches, curve: Curve, step: int) -> None:
        """Measure, and draw the curve and a sheet of samples."""
        if self.held is not None:
            score, shown = validate(self.recipe, goal, learner.mean, self.held, batches.degradation)
            curve.add(step, psnr_y=score)
            draw_samples(shown, self.work / f"samples-{step:07d}.png")
        draw_curve(self.work, self.work / "curve.png", f"{self.recipe.id}: {self.recipe.loss}, PSNR-Y")
