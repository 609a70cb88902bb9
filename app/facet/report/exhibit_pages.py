"""The exhibits in the order of the case: frame, crop, output, each on pages of its own."""

from __future__ import annotations

from reportlab.platypus import Flowable, PageBreak

from facet.report.cabinet import Cabinet
from facet.report.crop_pages import crop_page, frame_page
from facet.report.document import ReportDocument
from facet.report.output_pages import output_page
from facet.report.sheet import Sheet


def exhibit_pages(sheet: Sheet, document: ReportDocument, cabinet: Cabinet) -> list[Flowable]:
    """Every frame without crops, every crop, every output."""
    content: list[Flowable] = []
    names = {footage.id: footage.name for footage in document.footage}
    for frame in document.frames:
        footage = names.get(frame.footage, frame.footage)
        if not frame.crops:
            content += [PageBreak(), *frame_page(sheet, frame, footage, cabinet)]
        for crop in frame.crops:
            content += [PageBreak(), *crop_page(sheet, frame, crop, footage, cabinet)]
            for output in crop.outputs:
                content += [PageBreak(), *output_page(sheet, frame, crop, output, cabinet)]
    return content
