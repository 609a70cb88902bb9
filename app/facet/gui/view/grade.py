"""How good the picture is that is seen, and which one to fetch next. Without Qt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from facet.core.interpretation import AS_DECLARED, Interpretation

REST = 0.15
"""Seconds without a new wish after which the evidence is fetched."""


class Grade(IntEnum):
    """``PREVIEW``: perhaps another picture, reduced. ``VIEW``: the right picture, converted for display.
    ``FRAME``: the exact pixels, with digests; only they can be boxed, searched and recorded."""

    PREVIEW = 1
    VIEW = 2
    FRAME = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """A picture that is wanted: which, and understood how."""

    index: int
    interpretation: Interpretation = AS_DECLARED


@dataclass(frozen=True, kw_only=True, slots=True)
class Errand:
    """A wish to be fetched in a grade."""

    wish: Wish
    grade: Grade


class Grader:
    """From wishes to errands. While the playhead is held, or places far apart are wished for in quick succession,
    previews do; then the right picture; at rest the evidence. Times are monotonic seconds that the caller gives."""

    def __init__(self) -> None:
        self._wish: Wish | None = None
        self._asked = 0.0
        self._held = self._hurried = self._failed = False
        self._reached: Grade | None = None

    @property
    def wish(self) -> Wish | None:
        """What is wanted."""
        return self._wish

    @property
    def satisfied(self) -> bool:
        """Whether nothing is left to be fetched, now or later: the evidence is seen, or could not be had."""
        return self._wish is None or self._failed or self._reached is Grade.FRAME

    def ask(self, wish: Wish, now: float) -> None:
        """Another picture is wanted; or the same again, where it could not be had."""
        before = self._wish
        jump = before is not None and abs(wish.index - before.index) > 1
        self._hurried = jump and now - self._asked < REST
        if wish != before:
            self._reached = None
        self._wish, self._asked, self._failed = wish, now, False

    def hold(self, *, held: bool) -> None:
        """The playhead was taken in hand, or let go."""
        self._held = held
        self._hurried = self._hurried and held

    def got(self, errand: Errand, grade: Grade) -> bool:
        """A picture is here, in ``grade``; whether it is worth showing: still wanted, and no worse than what is seen.

        While the hand is still moving a preview of an earlier wish is worth showing too.
        """
        if errand.wish == self._wish:
            if self._reached is not None and grade < self._reached:
                return False
            self._reached = grade
            return True
        return self._moving or grade is not Grade.PREVIEW

    def failed(self, errand: Errand) -> None:
        """It can't be had: nothing more is fetched until something is wished for again."""
        self._failed = self._failed or errand.wish == self._wish

    def errand(self, now: float) -> Errand | None:
        """What should be under way now; None where nothing is missing (yet)."""
        if self._wish is None or self._failed:
            return None
        quick = self._held or (self._hurried and now - self._asked < REST)
        reached = self._reached or 0
        if quick:
            return None if reached else Errand(wish=self._wish, grade=Grade.PREVIEW)
        if reached < Grade.VIEW:
            return Errand(wish=self._wish, grade=Grade.VIEW)
        if reached < Grade.FRAME and now - self._asked >= REST:
            return Errand(wish=self._wish, grade=Grade.FRAME)
        return None

    def due_in(self, now: float) -> float | None:
        """Seconds until :meth:`errand` may answer otherwise by itself; None where it will not."""
        if self.satisfied or self._held:
            return None
        return max(0.0, self._asked + REST - now) or None

    def gives_way(self, under_way: Errand, now: float) -> bool:
        """Whether what is under way should be stopped for what is wanted now.

        A preview is quick and always let finish. A step to the neighbour lets the picture before it finish too, so that
        something is seen on the way.
        """
        wanted = self.errand(now)
        if wanted is None or wanted == under_way or under_way.grade is Grade.PREVIEW:
            return False
        if wanted.grade is Grade.PREVIEW or under_way.grade is Grade.FRAME:
            return True
        return abs(wanted.wish.index - under_way.wish.index) > 1

    @property
    def _moving(self) -> bool:
        return self._held or self._hurried
