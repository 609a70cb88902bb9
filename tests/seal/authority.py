"""A time-stamping authority of the tests' own (RFC 3161): it answers over HTTP, or not at all, or wrongly."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.serialization import Encoding

NOW = dt.datetime(2026, 11, 2, 9, 30, tzinfo=dt.UTC)


class Authority:
    """Issues time stamps that say ``at``. ``pem`` is the certificate to be trusted."""

    def __init__(self, name: str = "Clock Tower", at: dt.datetime = NOW) -> None:
        self.at = at
        self._root_key, self._key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        self.root = _certificate(f"{name} Root", self._root_key, None, self._root_key)
        self._own = _certificate(name, self._key, self.root, self._root_key)
        self.pem = self.root.public_bytes(Encoding.PEM)

    def answer(self, query: bytes, change: Callable[[tsp.TSTInfo], None] | None = None) -> bytes:
        """The response to a request, both DER; ``change`` is what a false authority states instead."""
        asked = tsp.TimeStampReq.load(query)
        info = tsp.TSTInfo(
            {
                "version": "v1", "policy": "1.2.3.4.1", "message_imprint": asked["message_imprint"],
                "serial_number": 7, "gen_time": self.at, "nonce": asked["nonce"],
            }
        )  # fmt: skip
        if change is not None:
            change(info)
        return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": self._token(info)}).dump()

    def _token(self, info: tsp.TSTInfo) -> cms.ContentInfo:
        own = asn1_x509.Certificate.load(self._own.public_bytes(Encoding.DER))
        content = cms.EncapsulatedContentInfo(
            {"content_type": "tst_info", "content": core.ParsableOctetString(info.dump())}
        )
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": ["tst_info"]},
                {"type": "message_digest", "values": [_sha256(info.dump())]},
                {
                    "type": "signing_certificate_v2",
                    "values": [tsp.SigningCertificateV2({"certs": [{"cert_hash": own.sha256}]})],
                },
            ]
        )
        signature = self._key.sign(attributes.dump(), ec.ECDSA(SHA256()))
        sha256 = algos.DigestAlgorithm({"algorithm": "sha256"})
        signer = {
            "version": "v1",
            "sid": {"issuer_and_serial_number": {"issuer": own.issuer, "serial_number": own.serial_number}},
            "digest_algorithm": sha256, "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"}, "signature": signature,
        }  # fmt: skip
        signed = {
            "version": "v3", "digest_algorithms": [sha256], "encap_content_info": content,
            "certificates": [own], "signer_infos": [signer],
        }  # fmt: skip
        return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})


@contextlib.contextmanager
def listening(answer: Callable[[bytes], bytes | None]) -> Iterator[str]:
    """Answer queries at an address of this machine; None is the status 503."""

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200 if said is not None else 503)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(said or b"")

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    server = HTTPServer(("127.0.0.1", 0), Desk)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/stamp"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _sha256(content: bytes) -> bytes:
    digest = Hash(SHA256())
    digest.update(content)
    return digest.finalize()


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: x509.Certificate | None, signer: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - dt.timedelta(days=30))
        .not_valid_after(NOW + dt.timedelta(days=3000))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if issuer is not None:
        usage = x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(usage, critical=True)
    return builder.sign(signer, SHA256())
