# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates: signed by a local authority, by themselves, or requested of somebody else's.

With python3-cryptography, which is imported nowhere else.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._core.errors import ItemRefused, ServiceUnavailable

DAYS = 825
RENEW_DAYS = 30
_COMMON_NAME_LIMIT = 64
_KEY_BEGIN = b"-----BEGIN PRIVATE KEY-----"
_CLOCK_SKEW = datetime.timedelta(minutes=5)
_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+-----END CERTIFICATE-----\n")


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate and its key as PEM, one after the other, and the second from which on it has to be renewed.

    That is None where the authority itself ends before: only another authority can issue one that lasts longer.
    """

    content: bytes
    renew: int | None


class Authority:
    """A certification authority whose key lies on this host. It is read when it is first needed."""

    def __init__(self, certificate: str, key: str) -> None:
        self._certificate_path = Path(certificate)
        self._key_path = Path(key)
        self._loaded: tuple[Any, Any] | None = None

    def issue(self, names: Sequence[str]) -> Issued:
        """Sign a new certificate with a new key for these names, the first of them being its own."""
        certificate, key = self._load()
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes
        from cryptography.x509.oid import NameOID

        own = _new_key()
        short = len(names[0]) <= _COMMON_NAME_LIMIT
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])] if short else [])
        builder = (
            _server_certificate(names, subject, own, _end(certificate))
            .issuer_name(certificate.subject)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        )
        signed = builder.sign(key, hashes.SHA256())
        return Issued(_pem(signed) + self._chain() + _key_pem(own), _renewal(signed, certificate))

    def recognise(self, content: bytes, names: Sequence[str]) -> Issued | None:
        """Return a certificate that was issued before, None unless it is ours, for these names, and the key fits."""
        authority, _key = self._load()
        from cryptography import x509
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives import serialization

        try:
            found = x509.load_pem_x509_certificate(content)
            own = serialization.load_pem_private_key(content[content.find(_KEY_BEGIN) :], password=None)
            _require_signed(found, authority)
            extension = found.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
            return None
        same = found.public_key() == own.public_key()
        if not same or sorted(extension.value.get_values_for_type(x509.DNSName)) != sorted(names):
            return None
        return Issued(content, _renewal(found, authority))

    def _chain(self) -> bytes:
        """Return what clients need between a certificate and the authority that they know."""
        certificate, _key = self._load()
        return b"" if certificate.issuer == certificate.subject else self._certificate_path.read_bytes()

    def _load(self) -> tuple[Any, Any]:
        if self._loaded is not None:
            return self._loaded
        _require_library()
        from cryptography import x509
        from cryptography.hazmat.primitives import serialization

        try:
            certificate = x509.load_pem_x509_certificate(self._certificate_path.read_bytes())
            key = serialization.load_pem_private_key(self._key_path.read_bytes(), password=None)
        except OSError as error:
            raise ItemRefused(
                f"{error.filename}: {error.strerror}; without it the local authority can't sign",
                remedy="run the playbook servers, or set the source of certificates to acme",
                code="no-authority",
            ) from error
        except (ValueError, TypeError):
            raise ItemRefused(
                f"{self._certificate_path} and {self._key_path}: not a certificate and an unencrypted key",
                remedy="run the playbook servers",
                code="no-authority",
            ) from None
        self._loaded = (certificate, key)
        return self._loaded


class StandIns:
    """Certificates that nobody has signed, for sites that have to wait for a real one: a CertificateAuthority."""

    def issue(self, names: Sequence[str]) -> Issued:
        """Return a certificate with a new key for these names, signed with that key."""
        _require_library()
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes
        from cryptography.x509.oid import NameOID

        own = _new_key()
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "no certificate yet")])
        signed = _server_certificate(names, subject, own, None).issuer_name(subject).sign(own, hashes.SHA256())
        return Issued(_pem(signed) + _key_pem(own), None)

    def recognise(self, content: bytes, names: Sequence[str]) -> Issued | None:
        """Return None: one is as good as another."""
        return None


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What a certificate says: its names, and between which seconds it is good. A stand-in is signed by itself."""

    names: frozenset[str]
    begin: int
    end: int
    stand_in: bool


def facts_of(content: bytes) -> CertificateFacts | None:
    """Return what the first certificate of a PEM file says, None if there is no certificate for names in it."""
    from cryptography import x509

    try:
        found = x509.load_pem_x509_certificate(content)
        extension = found.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (ValueError, x509.ExtensionNotFound):
        return None
    names = frozenset(extension.value.get_values_for_type(x509.DNSName))
    begin, end = (int(moment.timestamp()) for moment in (_begin(found), _end(found)))
    return CertificateFacts(names, begin, end, found.issuer == found.subject)


@dataclass(frozen=True, slots=True)
class CertificateRequest:
    """A new key, which stays here, and the request to certify it for names (PKCS #10), both as PEM."""

    key: bytes
    request: bytes

    def answered(self, said: bytes) -> bytes | None:
        """Return the certificate, what stands between it and its authority, and the key, as one PEM file.

        ``said`` is what the authority has answered, with other text around it or not. None if that is not a certificate
        of just the key and the names that were requested.
        """
        from cryptography import x509

        asked = x509.load_pem_x509_csr(self.request)
        wanted = asked.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        content = joined(said, self.key)
        facts = facts_of(content) if content else None
        fits = facts is not None and facts.names == frozenset(wanted.get_values_for_type(x509.DNSName))
        return content if fits else None


def joined(certificates: bytes, key: bytes) -> bytes | None:
    """Return the certificates of a PEM file and a key as one, None unless the first is for names, and of this key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization

    blocks = _CERTIFICATE.findall(certificates.replace(b"\r\n", b"\n"))
    if not blocks or facts_of(blocks[0]) is None:
        return None
    try:
        own = serialization.load_pem_private_key(key, password=None)
    except (ValueError, TypeError):
        return None
    same = x509.load_pem_x509_certificate(blocks[0]).public_key() == own.public_key()
    return b"".join(blocks) + key if same else None


def make_request(names: Sequence[str]) -> CertificateRequest:
    """Make a key and the request for a certificate of these names."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization

    own = _new_key()
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    # not critical, although there is no subject: dehydrated would not find the names in the text of such a request
    builder = builder.add_extension(_alternative_names(names), critical=False)
    request = builder.sign(own, hashes.SHA256())
    return CertificateRequest(_key_pem(own), request.public_bytes(serialization.Encoding.PEM))


def _require_library() -> None:
    """Raise ServiceUnavailable where the host does not have the library."""
    try:
        import cryptography.x509  # noqa: F401 - only whether that works
    except ImportError as error:
        raise ServiceUnavailable(
            f"python3-cryptography can't be used on this host: {error}", remedy="install it: run the playbook servers"
        ) from error


def _server_certificate(names: Sequence[str], subject: Any, own: Any, end: datetime.datetime | None) -> Any:
    """Return the builder of a certificate for web servers, which lacks its issuer; it ends after DAYS or before."""
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    last = now + datetime.timedelta(days=DAYS)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(last if end is None else min(last, end))
        .add_extension(_alternative_names(names), critical=not list(subject))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(x509), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
    )


def _alternative_names(names: Sequence[str]) -> Any:
    from cryptography import x509

    return x509.SubjectAlternativeName([x509.DNSName(name) for name in names])


def _new_key() -> Any:
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP256R1())


def _pem(certificate: Any) -> bytes:
    from cryptography.hazmat.primitives import serialization

    content: bytes = certificate.public_bytes(serialization.Encoding.PEM)
    return content


def _key_pem(key: Any) -> bytes:
    from cryptography.hazmat.primitives import serialization

    content: bytes = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return content


def _begin(certificate: Any) -> datetime.datetime:
    aware: datetime.datetime | None = getattr(certificate, "not_valid_before_utc", None)
    return aware or certificate.not_valid_before.replace(tzinfo=datetime.UTC)


def _end(certificate: Any) -> datetime.datetime:
    # Debian 12 has a release that knows the time without its zone only
    aware: datetime.datetime | None = getattr(certificate, "not_valid_after_utc", None)
    return aware or certificate.not_valid_after.replace(tzinfo=datetime.UTC)


def _renewal(certificate: Any, authority: Any) -> int | None:
    end = _end(certificate)
    if end >= _end(authority):
        return None
    return int((end - datetime.timedelta(days=RENEW_DAYS)).timestamp())


def _require_signed(certificate: Any, authority: Any) -> None:
    """Raise InvalidSignature or ValueError unless the authority has signed the certificate."""
    if hasattr(certificate, "verify_directly_issued_by"):
        certificate.verify_directly_issued_by(authority)
        return
    from cryptography.hazmat.primitives.asymmetric import ec, padding

    if certificate.issuer != authority.subject:
        raise ValueError("another issuer")
    public, algorithm = authority.public_key(), certificate.signature_hash_algorithm
    schemes = (
        (ec.ECDSA(algorithm),) if isinstance(public, ec.EllipticCurvePublicKey) else (padding.PKCS1v15(), algorithm)
    )
    public.verify(certificate.signature, certificate.tbs_certificate_bytes, *schemes)


def _key_usage(x509: Any) -> Any:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
