"""Keys that examiners put to a case, the signatures they make, and time stamps from an authority."""

from facet.seal.keys import KEY_FILE, SealKey, make_key, open_key, public_path, public_pem
from facet.seal.known_key import KnownKey
from facet.seal.signatures import fits, holder_of
from facet.seal.stamping import StampTold, read_authorities, stamp_told
from facet.seal.time_stamps import Transport, post, request_stamp

__all__ = [
    "KEY_FILE",
    "KnownKey",
    "SealKey",
    "StampTold",
    "Transport",
    "fits",
    "holder_of",
    "make_key",
    "open_key",
    "post",
    "public_path",
    "public_pem",
    "read_authorities",
    "request_stamp",
    "stamp_told",
]
