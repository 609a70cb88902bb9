"""What is added to a case beside exhibits: notes, findings, marks, clocks, tags, aliases, withdrawals, and seals."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from facet.case import recording, text
from facet.case.contents import Contents
from facet.case.exhibits import Exhibit
from facet.case.opened import OpenCase
from facet.case.reading import exists, missing
from facet.case.recording import Recording
from facet.case.schema import minor_of
from facet.core.camera_clock import CameraClock
from facet.core.canonical import LIMIT, Json
from facet.core.clock import utc_now
from facet.core.errors import InputError
from facet.core.i18n import N_
from facet.core.seal import SealStatement, Signature, TimeStamp


class RemarkingCase(OpenCase):
    """An open case as those write in it who have something to say of what it holds."""

    def note(self, content: str, exhibit: str | None = None) -> str:
        """Add a note, to an exhibit or to the case: its id."""
        return self._remark("note", exhibit, text.prose(content, lacking=N_("The note is empty. Write something.")))

    def finding(self, content: str, exhibit: str | None = None) -> str:
        """Add a finding, to an exhibit or to the case: its id."""
        return self._remark(
            "finding", exhibit, text.prose(content, lacking=N_("The finding is empty. Write something."))
        )

    def mark(self, footage_id: str, first: int, last: int | None = None, content: str = "") -> str:
        """Mark a frame of footage, or the frames ``first`` to ``last``: the mark's id. Raises ``InputError`` for frames
        that the footage does not have, and in a case of format 1.0."""
        for number in (first,) if last is None else (first, last):
            self._must_have(footage_id, number)
        if last is not None and last < first:
            raise InputError("The range ends at frame {last}, before it begins at {first}.", last=last, first=first)
        return self._remark("mark", footage_id, text.prose(content), first=first, last=last)

    def set_clock(self, footage_id: str, clock: CameraClock) -> str:
        """Record a reading of the clock in the picture: its id. It holds in place of earlier ones, which stay. Raises
        ``InputError`` for a frame that the footage does not have, and in a case of format 1.0."""
        self._must_have(footage_id, clock.index)
        return self._remark("camera-clock", footage_id, text.prose(clock.source), **clock.to_json())

    def tag(self, content: str, exhibit: str | None = None) -> str:
        """Tag an exhibit or the case with a word to find it by: the tag's id. Raises ``InputError`` before format 1.3,
        and where it has this tag already."""
        word = text.line(content, lacking=N_("The tag is empty. Write a word to find the exhibit by."))
        if not self.keeps_seals:
            raise self._too_old()
        if any(tag.withdrawn is None and (tag.exhibit, tag.text) == (exhibit, word) for tag in self.tags()):
            raise InputError("It is already tagged «{tag}».", tag=word)
        return self._remark("tag", exhibit, word)

    def seal_statement(self, purpose: str) -> SealStatement:
        """What is to be signed to seal the case as it is now, for :meth:`add_seal`. ``purpose`` is ``moment`` or
        ``report``. Raises ``InputError`` before format 1.3, in a case opened only to read, and where the journal was
        altered: nobody shall put a key to that."""
        if not self.keeps_seals:
            raise self._too_old()
        if self.examiner is None:
            raise InputError(
                "{name} is open only to read. Open it with your name as examiner to write.", name=self.path.name
            )
        head = self.journal()[-1]
        return SealStatement(
            identity=self.meta.identity, head_seq=head.seq, head_sha256=head.sha256, at=utc_now(),
            examiner=self.examiner, purpose=purpose,
        )  # fmt: skip

    def add_seal(self, statement: SealStatement, signature: Signature, time_stamp: TimeStamp | None = None) -> str:
        """Keep a seal over the case as it was when ``statement`` was made: its id. Raises ``InputError`` where
        something was recorded since, so that the seal would not follow what it seals."""
        with self._writing(statement.at) as writing:
            if self.head() != {"seq": statement.head_seq, "sha256": statement.head_sha256}:
                raise InputError(
                    "Something was recorded while {name} was being sealed. Nothing was sealed; seal it again.",
                    name=self.path.name,
                )
            return recording.record_seal(writing, statement, signature, time_stamp)

    def withdraw(self, exhibit: str, reason: str) -> str:
        """Withdraw an exhibit and what was made from it, a mark, a tag, or a reading of the camera's clock. It stays in
        the case and is shown as withdrawn."""
        return self._remark(
            "withdrawal", exhibit, text.prose(reason, lacking=N_("The reason is missing. Say why it is withdrawn."))
        )

    def alias(self, exhibit: str, name: str) -> str:
        """Give an exhibit the agency's own number, which no other exhibit may have."""
        return self._remark(
            "alias", exhibit, text.line(name, lacking=N_("The alias is empty. Write the number it shall have."))
        )

    @contextlib.contextmanager
    def _writing(self, at: str | None = None) -> Iterator[Recording]:
        with self._database.write() as connection:
            assert self.examiner is not None
            assert self._lock is not None
            self._lock.ensure(self.examiner)
            yield Recording(connection, self.examiner, at)

    def _remark(self, kind: str, exhibit: str | None, content: str, **more: Json) -> str:
        with self._writing() as writing:
            if more and minor_of(writing.connection) < 1:
                raise InputError(
                    "{name} has the format 1.0, which knows no marks and no camera clock. Nothing was recorded; make a "
                    "new case for them.",
                    name=self.path.name,
                )
            if exhibit is not None:
                held = Contents(writing.connection)
                said = held.remarks
                withdrawable = {
                    *(mark.id for mark in held.marks),
                    *(clock.id for clock in held.clocks),
                    *(tag.id for tag in held.tags),
                }
                if kind != "withdrawal" or exhibit not in withdrawable:
                    self._must_hold(writing, exhibit)
                if kind == "alias" and any(each.kind == kind and each.text == content for each in said):
                    raise InputError("Another exhibit is already called «{alias}». Choose another.", alias=content)
                if kind == "withdrawal" and any(each.kind == kind and each.exhibit == exhibit for each in said):
                    raise InputError("{exhibit} was withdrawn before. It stays withdrawn.", exhibit=exhibit)
            return recording.record_remark(writing, kind, exhibit, content, **more)

    def _too_old(self) -> InputError:
        return InputError(
            "{name} has an older format, which knows no seals and no tags. Nothing was recorded; copy it into the "
            "present format with facet migrate.",
            name=self.path.name,
        )

    def _must_have(self, footage_id: str, number: int) -> None:
        counted = self._footage(footage_id).probe.get("frames")
        frames = counted if isinstance(counted, int) else LIMIT
        if not 0 <= number < frames:
            raise InputError(
                "Footage {id} has no frame {index}; its frames are numbered 0 to {last}.",
                id=footage_id, index=number, last=frames - 1,
            )  # fmt: skip

    def _must_hold(self, writing: Recording, exhibit: str) -> None:
        if not exists(writing.connection, Exhibit.parse(exhibit).table, exhibit):
            raise missing(exhibit)
