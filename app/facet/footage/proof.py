"""What holds a picture to the one that a sequential decode gave: more than its samples."""

from __future__ import annotations

import hashlib

from av.video.frame import VideoFrame

from facet.footage.frame_header import frame_header


def proof_of(frame: VideoFrame, planes: str) -> str:
    """SHA-256, lower-case hex, of the planes' digest and of all that the decoder tells of the picture and that enters
    its conversion to RGB: size, layout, matrix, range, fields, place of the chroma samples.

    A damaged stream may change what a decoder believes of it halfway, so that the same samples would be shown in other
    colours after a seek.
    """
    told = frame_header(frame)
    facts = (
        *(frame.width, frame.height, frame.format.name, int(frame.colorspace), int(frame.color_range)),
        *(bool(frame.interlaced_frame), told.top_field_first, told.chroma_location),
    )
    return hashlib.sha256(f"{planes} {facts}".encode()).hexdigest()
