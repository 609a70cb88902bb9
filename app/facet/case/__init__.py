"""The case file: evidence, kept so that it can be checked."""

from facet.case.case import Case
from facet.case.companions import CompanionRow, called
from facet.case.encryption import PassphraseWanted, PassphraseWrong
from facet.case.exhibits import Exhibit
from facet.case.finding import Hit, Match, words_of
from facet.case.footage_files import FootageCheck, modified_utc
from facet.case.header import is_encrypted_case
from facet.case.journal import Entry, Head, NamedRow
from facet.case.paging import KINDS as PAGED
from facet.case.paging import Listed, Page
from facet.case.png import decode_png, encode_png
from facet.case.remark_rows import ClockRow, Mark, Remark, Tag
from facet.case.rows import (
    Branch,
    CaseFacts,
    CropRow,
    ExhibitRow,
    FootageRow,
    FrameRow,
    OutputRow,
    PictureRow,
)
from facet.case.seals import SealRow
from facet.case.show import row_json
from facet.case.verification import Check, Verification

__all__ = [
    "PAGED",
    "Branch",
    "Case",
    "CaseFacts",
    "Check",
    "ClockRow",
    "CompanionRow",
    "CropRow",
    "Entry",
    "Exhibit",
    "ExhibitRow",
    "FootageCheck",
    "FootageRow",
    "FrameRow",
    "Head",
    "Hit",
    "Listed",
    "Mark",
    "Match",
    "NamedRow",
    "OutputRow",
    "Page",
    "PassphraseWanted",
    "PassphraseWrong",
    "PictureRow",
    "Remark",
    "SealRow",
    "Tag",
    "Verification",
    "called",
    "decode_png",
    "encode_png",
    "is_encrypted_case",
    "modified_utc",
    "row_json",
    "words_of",
]
