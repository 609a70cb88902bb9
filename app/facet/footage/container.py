"""Opening evidence: which formats are let in, which stream is read, and one plain line for what can't be."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
from av.codec.context import ThreadType
from av.container import InputContainer
from av.packet import Packet
from av.stream import Discard, Disposition
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from facet.core.errors import InputError
from facet.core.image_folder import is_image_folder, list_images
from facet.footage.extent import dahua_offset, missing_bytes, scrambled
from facet.footage.foreign import is_foreign, refusal
from facet.footage.isobmff import read_boxes

PIXEL_LIMIT = 1 << 28
"""Pixels in one picture. A larger one is taken for a memory bomb."""

FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,mpeg1video,mpeg2video,h264,hevc,m4v,mjpeg,gif,"
    "asf,flv,live_flv,dhav,mxf,nut,ogg,wtv,rm,dv,ivf,obu,av1,vc1,h261,h263,cavsvideo,apng,yuv4mpegpipe,mpjpeg,smjpeg,"
    "ifv,luodat,hxvs,amv,png_pipe,jpeg_pipe,jpegls_pipe,j2k_pipe,bmp_pipe,tiff_pipe,webp_pipe,pgm_pipe,ppm_pipe,"
    "mp3,wav,w64,aac,flac,ac3,amr,aiff,caf"
)
"""The demuxers that are let in. Playlists (hls, concat, dash, sdp, image2 patterns) would open other files or the
network, and text renderers would show any text as a video; neither is evidence. Sound formats are here to be told apart
from what is unknown."""

SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "png_pipe"),
    (b"\xff\xd8\xff", "jpeg_pipe"),
    (b"II*\0", "tiff_pipe"),
    (b"MM\0*", "tiff_pipe"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "j2k_pipe"),
    (b"P5", "pgm_pipe"),
    (b"P6", "ppm_pipe"),
)
STILLS = {"png_pipe", "jpeg_pipe", "jpegls_pipe", "j2k_pipe", "bmp_pipe", "tiff_pipe", "webp_pipe"} | {
    "pgm_pipe",
    "ppm_pipe",
}
_PLAIN = (b"RIFF", b"\x1a\x45\xdf\xa3", b"DHAV", b"DAHUA", b"\x47\x40", b"\0\0\1\xba", b"\0\0\0\1", b"\0\0\1")
"""Beginnings of files in which no Dahua recording is looked for."""


class Container:
    """Opened footage and the one video stream that is read from it. A context manager.

    ``single_thread``: whether its decoder keeps to one thread. ``missing``: bytes that the file lacks by its own
    account. ``skipped``: foreign bytes in front of the recording. ``folder``: the pictures, where the footage is a
    folder of them; ``av`` and ``video`` are then those of the first.
    """

    def __init__(
        self, path: Path, name: str, *, stream: int | None = None, single_thread: bool = False, strict: bool = False
    ) -> None:
        """``name`` is how messages call the file; ``stream`` the stream's index (default: the best); ``strict`` has the
        decoder refuse a damaged packet instead of concealing the damage. Raises ``InputError``."""
        self.name, self.single_thread = name, single_thread
        self.folder = list_images(path) if is_image_folder(path) else None
        if self.folder is not None:
            path = self.folder.paths[0]
        look = _look(path, name)
        self.format, self.encrypted, self.missing, self.skipped = (
            look.format,
            look.encrypted,
            look.missing,
            look.skipped,
        )
        options = {"protocol_whitelist": "file", "format_whitelist": FORMATS, "max_pixels": str(PIXEL_LIMIT)}
        if look.skipped:
            options["skip_initial_bytes"] = str(look.skipped)
        try:
            self.av: InputContainer = av.open(
                f"file:{path}", format=look.format, options=options, metadata_errors="replace"
            )
        except MemoryError:
            raise  # PyAV's is an FFmpegError too
        except (av.FFmpegError, OSError, ValueError) as error:
            raise _unreadable(path, name, error) from error
        try:
            self.video = self._choose(stream)
            if self.av.format.name == "mpegts" and scrambled(path, self.video.id):
                raise _encrypted(name)
            self._prepare(single_thread, strict)
        except BaseException:
            self.av.close()
            raise

    def __enter__(self) -> Container:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        with contextlib.suppress(av.FFmpegError):
            self.av.close()

    @property
    def layout(self) -> str:
        """What kind of container it is, in FFmpeg's words; ``folder`` for a folder of pictures."""
        return "folder" if self.folder is not None else self.av.format.name

    @property
    def title(self) -> str:
        """The container's name in words."""
        return "folder of numbered pictures" if self.folder is not None else self.av.format.long_name

    @property
    def still(self) -> bool:
        """Whether this is a single still picture."""
        return self.folder is None and self.av.format.name in STILLS

    @property
    def apart(self) -> bool:
        """Whether pictures may be decoded by decoders of their own, to which the stream's rotation is not known."""
        return self.folder is None and self.video.codec_context.name in {"png", "mjpeg"}

    @property
    def lasting(self) -> Fraction | None:
        """Seconds that the video lasts as the file declares, or None."""
        if self.folder is not None:
            return None
        if self.video.duration and self.video.time_base:
            return self.video.duration * self.video.time_base
        return Fraction(self.av.duration, 1_000_000) if self.av.duration and self.av.duration > 0 else None

    @property
    def rate(self) -> Fraction | None:
        """Pictures in a second as the file declares, or None; always None for a folder."""
        rate = None if self.folder is not None else self.video.average_rate or self.video.guessed_rate
        return Fraction(rate) if rate and rate > 0 else None

    def packets(self, first: int = 0) -> Iterator[Packet[Any]]:
        """The stream's packets from where the container stands. A folder's are its files, one each, from file ``first``
        on; they bear no times."""
        if self.folder is None:
            return self.av.demux(self.video)
        return (Packet(_whole_file(path)) for path in self.folder.paths[first:])

    def decode(self, packet: Packet[Any] | None) -> list[VideoFrame]:
        """The pictures that the packet gives, or with None those that the decoder still holds. Raises ``FFmpegError``.

        Pictures of a folder know nothing of each other; FFmpeg's PNG decoder adds the end of the last picture to the
        next one (8.1: the row above the first is not cleared); its JPEG decoder leaves in a torn picture what lay in
        the memory before. These have a decoder of their own each, whose memory begins empty, so that they repeat
        themselves.
        """
        whole = self.video.codec_context
        if self.folder is None and whole.name != "png" and not (self.single_thread and whole.name == "mjpeg"):
            return self.video.decode(packet)
        if packet is None:
            return []
        context = cast(VideoCodecContext, VideoCodecContext.create(whole.name, "r"))
        context.options, context.extradata = whole.options, whole.extradata
        context.width, context.height = whole.width, whole.height
        context.thread_type, context.thread_count = ThreadType.NONE, 1
        return [*context.decode(packet), *context.decode(None)]

    def _choose(self, wanted: int | None) -> VideoStream:
        videos = [video for video in self.av.streams.video if not video.disposition & Disposition.attached_pic]
        if not videos:
            if self.av.streams.audio:
                raise InputError("{name}: no video stream (audio only). Choose another file.", name=self.name)
            raise InputError("{name}: no video stream. Choose another file.", name=self.name)
        if wanted is not None:
            return next(video for video in videos if video.index == wanted)
        if self.encrypted:
            raise _encrypted(self.name)
        best = self.av.streams.best("video")
        return next((video for video in videos if best is not None and video.index == best.index), videos[0])

    def _prepare(self, single_thread: bool, strict: bool) -> None:
        video = self.video
        try:
            context = video.codec_context
            width, height = context.width, context.height
        except AttributeError:  # PyAV gives no context where FFmpeg has no decoder
            raise InputError(
                "{name}: there is no decoder for its video. Choose another file.", name=self.name
            ) from None
        check_size(self.name, width, height)
        context.options = {"max_pixels": str(PIXEL_LIMIT), **({"err_detect": "explode"} if strict else {})}
        # A damaged stream decodes differently with every run of several threads; one thread repeats itself.
        context.thread_type = ThreadType.NONE if single_thread else ThreadType.AUTO
        context.thread_count = 1 if single_thread else 0
        for other in self.av.streams:
            if other.index != video.index:
                other.discard = Discard.all


def check_size(name: str, width: int, height: int) -> None:
    """Raise ``InputError`` for a picture of more than ``PIXEL_LIMIT`` pixels."""
    if width * height > PIXEL_LIMIT:
        raise InputError(
            "{name}: pictures of {width}×{height} pixels are too large; Facet reads up to {limit} megapixels.",
            name=name, width=width, height=height, limit=PIXEL_LIMIT // 1_000_000,
        )  # fmt: skip


def claimed_size(path: Path) -> tuple[int, int] | None:
    """Width and height that a still picture's header claims, read without decoding; None where it tells nothing."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # nothing is decoded here
    try:
        with Image.open(path) as image:
            return image.size
    except Exception:  # noqa: BLE001  # whatever a broken header does to Pillow, it claims no size
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Look:
    """``format``: the demuxer, where FFmpeg must not find out by itself."""

    format: str | None = None
    encrypted: bool = False
    missing: int = 0
    skipped: int = 0


def _look(path: Path, name: str) -> _Look:
    """What the bytes of a file say before FFmpeg sees it.

    Stills are told by their content, because FFmpeg would take ``%`` in their names for a pattern; a Dahua recording
    with other bytes in front would pass for raw H.264 and lose pictures.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(1 << 12)
        if is_foreign(head):
            raise refusal(path, name)
        boxes = read_boxes(path)
        if boxes is not None:
            if not boxes.moov:
                raise InputError(
                    "{name}: the recording is incomplete: its table of contents («moov») is missing. "
                    "Copy it again from the recorder.",
                    name=name,
                )
            return _Look(encrypted=boxes.encrypted, missing=boxes.missing)
        if (still := _still(head, path.suffix.lower())) is not None:
            return _Look(format=still)
        if missing := missing_bytes(path, head):
            return _Look(missing=missing)
        if not head.startswith(_PLAIN) and (offset := dahua_offset(path)) is not None:
            return _Look(format="dhav", skipped=offset)
    except OSError as error:
        raise InputError("{name}: the file can't be read: {reason}.", name=name, reason=str(error.strerror)) from error
    return _Look()


def _still(head: bytes, suffix: str) -> str | None:
    if head.startswith(b"BM") and head[14:18] in {bytes([size, 0, 0, 0]) for size in (12, 40, 52, 56, 64, 108, 124)}:
        return "bmp_pipe"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp_pipe"
    found = next((layout for signature, layout in SIGNATURES if head.startswith(signature)), None)
    if found == "png_pipe" and b"acTL" in head:
        return "apng"  # animated
    if found == "jpeg_pipe" and suffix in {".mjpg", ".mjpeg"}:
        return "mjpeg"  # one JPEG after the other
    return found


def _unreadable(path: Path, name: str, error: Exception) -> InputError:
    if isinstance(error, PermissionError):
        return InputError("{name}: no permission to read the file. Ask for access or copy it.", name=name)
    if isinstance(error, FileNotFoundError):
        return InputError("{name}: there is no such file. Check the name.", name=name)
    return refusal(path, name)


def _encrypted(name: str) -> InputError:
    return InputError(
        "{name}: the pictures are encrypted. Export the footage without encryption and open that.", name=name
    )


def _whole_file(path: Path) -> bytes:
    """The file's bytes; a byte that no decoder takes for one that can't be read, since an empty packet ends all."""
    try:
        return path.read_bytes() or b"\0"
    except OSError:
        return b"\0"
