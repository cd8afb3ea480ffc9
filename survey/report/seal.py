"""The school's seal on a file: PAdES B-B by its certificate, and how to read it back in a known number of steps.

The seal is one more section at the end of the file; the bytes before it stay the ones that were rendered. It is read
by offsets and one ASN.1 structure, never as a PDF: what a stranger hands in is not parsed (docs/decisions/seal.md).
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from io import BytesIO
from typing import Any

from asn1crypto import cms, keys
from asn1crypto import tsp as _tsp  # noqa: F401  # it names attributes, which has to be before the first is read
from asn1crypto import x509 as der
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

FIELD = "Zegel"
DIGEST = "sha256"
TOLD = "message_digest"
#: Bytes of a seal beside its certificates: what is signed, the signature and the frame take some 600.
FRAME = 1_000
#: Bytes that a seal may take in a file, as digits.
LARGEST_SEAL = 64 * 1024

_RANGE = re.compile(rb"/ByteRange \[0 (\d{1,9}) (\d{1,9}) (\d{1,9})\]")
_MOMENT = re.compile(rb"/M \(D\\072(\d{14})Z\)")
_HEX = re.compile(rb"<((?:[0-9A-F]{2})+)>")  # one way to write it, so that no bit is free
#: What the ASN.1 library raises on bytes that are no such structure; found by turning every bit of one.
_ASN1_ERRORS = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True, repr=False)
class Seal:
    """A school's certificate with its issuers after it, and its key on the curve P-256."""

    certificates: tuple[x509.Certificate, ...]
    key: bytes  # PKCS #8, DER


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """What stands where a seal belongs: by which certificate it says to be, and when."""

    certificate: bytes  # DER
    moment: datetime | None
    message: bytes  # CMS in DER, with what follows it
    digest: bytes  # of all of the file around the seal
    is_last: bool  # nothing follows what it covers

    def holds(self, certificates: tuple[x509.Certificate, ...]) -> bool:
        """Return whether this is a seal by the first of these certificates, and every byte is as it was sealed."""
        if not self.is_last:
            return False
        try:
            signer = _signer(self.message)
            expected = _message(signer, [_load(each) for each in certificates])
            told = {each["type"].native: each["values"][0].native for each in signer["signed_attrs"]}[TOLD]
            signed = signer["signed_attrs"].untag().dump()
            signature = signer["signature"].native
        except _ASN1_ERRORS:
            return False
        spare = self.message.removeprefix(expected)
        if len(spare) == len(self.message) or spare.strip(b"\0") or told != self.digest:
            return False
        try:
            _public_key(certificates[0]).verify(signature, signed, ec.ECDSA(SHA256()))
        except InvalidSignature:
            return False
        return True


def fingerprint(certificate: bytes) -> str:
    """Give the SHA-256 of a certificate (DER) in hexadecimal digits."""
    return hashlib.sha256(certificate).hexdigest()


def load() -> None:
    """Load what sealing needs, in a process that forks those that seal."""
    import_module("pyhanko.sign.signers.cms_embedder")


def put_seal(pdf: bytes, seal: Seal, moment: datetime) -> bytes:
    """Give the file with an invisible seal that allows no change after it; what claims held still hold."""
    # Imported here: half a second and 40 MB that a process which only recognises seals does without.
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
    from pyhanko.sign.signers.pdf_byterange import SignatureObject
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    certificates = [_load(each) for each in seal.certificates]
    issuers = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    issuers.register_multiple(certificates[1:])
    signer = SimpleSigner(certificates[0], keys.PrivateKeyInfo.load(seal.key), cert_registry=issuers)
    placeholder = SignatureObject(moment.astimezone(UTC), SigSeedSubFilter.PADES, bytes_reserved=_reserve(seal))
    steps = PdfCMSEmbedder().write_cms(FIELD, IncrementalPdfFileWriter(BytesIO(pdf)))
    next(steps)
    closed = SigMDPSetup(md_algorithm=DIGEST, certify=True, docmdp_perms=MDPPerm.NO_CHANGES)
    steps.send(SigObjSetup(sig_placeholder=placeholder, mdp_setup=closed))
    prepared, output = steps.send(SigIOSetup(md_algorithm=DIGEST))
    signed = asyncio.run(signer.async_sign(prepared.document_digest, DIGEST, use_pades=True))
    steps.send(signed)
    sealed: bytes = output.getvalue()
    return sealed


def _reserve(seal: Seal) -> int:
    """Return the digits to keep free: known beforehand, so that the library does not sign twice to find out."""
    return 2 * (FRAME + sum(len(each.public_bytes(Encoding.DER)) for each in seal.certificates))


def find_seal(content: bytes) -> Found | None:
    """Give the last seal of a file; None when there is none that can be read. Takes time linear in the bytes."""
    start = content.rfind(b"/ByteRange")
    place = _RANGE.match(content, start) if start >= 0 else None
    if place is None:
        return None
    before, after, rest = (int(number) for number in place.groups())
    if not before < after <= before + LARGEST_SEAL or after > len(content):
        return None
    hole = _HEX.fullmatch(content, before, after)
    if hole is None:
        return None
    message = bytes.fromhex(hole[1].decode("ascii"))
    digest = hashlib.sha256(memoryview(content)[:before])
    digest.update(memoryview(content)[after:])
    try:
        certificate = _named(message)
    except _ASN1_ERRORS:
        return None
    said = _MOMENT.search(content, after)
    moment = datetime.strptime(said[1].decode("ascii"), "%Y%m%d%H%M%S").replace(tzinfo=UTC) if said else None
    return Found(certificate, moment, message, digest.digest(), after + rest == len(content))


def _load(certificate: x509.Certificate) -> Any:
    """Give a certificate as the ASN.1 library has it."""
    return der.Certificate.load(certificate.public_bytes(Encoding.DER))


def _public_key(certificate: x509.Certificate) -> ec.EllipticCurvePublicKey:
    """Give the key of a school's certificate, which is on a curve: `survey.seals` stores no other."""
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return key


def _signer(message: bytes) -> Any:
    """Give the one signer of a CMS structure; raises one of _ASN1_ERRORS for other bytes."""
    (signer,) = cms.ContentInfo.load(message)["content"]["signer_infos"]
    return signer


def _named(message: bytes) -> bytes:
    """Give the certificate (DER) that a CMS structure names as its signer's; raises one of _ASN1_ERRORS."""
    named = _signer(message)["sid"].chosen
    for each in cms.ContentInfo.load(message)["content"]["certificates"]:
        found = each.chosen
        if found.issuer == named["issuer"] and found.serial_number == named["serial_number"].native:
            content: bytes = found.dump()
            return content
    raise ValueError("the signer's certificate is not there")


def _message(signer: Any, certificates: list[Any]) -> bytes:
    """Write the CMS structure as `put_seal` does, with what is signed and the signature of this signer.

    Nothing signs the structure around those two. To be the same bytes as this one leaves it no bit to differ in.
    """
    first = certificates[0]
    digest = {"algorithm": DIGEST}
    own = {
        "version": "v1",
        "sid": {"issuer_and_serial_number": {"issuer": first.issuer, "serial_number": first.serial_number}},
        "digest_algorithm": digest,
        "signed_attrs": signer["signed_attrs"].untag().copy(),
        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
        "signature": signer["signature"].native,
    }
    signed = {
        "version": "v1",
        "digest_algorithms": [digest],
        "encap_content_info": {"content_type": "data"},
        "certificates": certificates,
        "signer_infos": [own],
    }
    written: bytes = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)}).dump()
    return written
