"""An authority of one's own, and school certificates by it: for a demo, and for schools before they buy one."""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from survey.report.seal import Seal

YEARS = timedelta(days=3 * 365)
#: Clocks differ: a certificate counts from a little before it was made.
EARLIER = timedelta(hours=1)


def make_seal(school: str, authority: str, now: datetime) -> Seal:
    """Make an authority, and a school's certificate by it; the authority's key is thrown away, so it signs no other."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _sign(_begin(authority, authority, root_key.public_key(), now, is_authority=True), root_key)
    own = _sign(_begin(school, authority, key.public_key(), now, is_authority=False), root_key)
    return Seal((own, root), key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def _begin(
    subject: str, issuer: str, key: ec.EllipticCurvePublicKey, now: datetime, *, is_authority: bool
) -> x509.CertificateBuilder:
    """Say whose key it is, who says so, how long, and what it may do: sign certificates, or documents."""
    usage = x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=not is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(now + YEARS)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None), critical=True)
        .add_extension(usage, critical=True)
    )


def _sign(begun: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    return begun.sign(key, SHA256())


def _name(text: str) -> x509.Name:
    """Write a name as certificates can bear it: at most 64 bytes."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text.encode()[:64].decode(errors="ignore"))])
