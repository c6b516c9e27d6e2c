# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates signed by a local authority, with python3-cryptography: the only place that imports it."""

from __future__ import annotations

import datetime
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
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

        now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
        end = min(now + datetime.timedelta(days=DAYS), _end(certificate))
        subject = [x509.NameAttribute(NameOID.COMMON_NAME, names[0])] if len(names[0]) <= _COMMON_NAME_LIMIT else []
        own = ec.generate_private_key(ec.SECP256R1())
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name(subject))
            .issuer_name(certificate.subject)
            .public_key(own.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _CLOCK_SKEW)
            .not_valid_after(end)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=not subject)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(x509), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        )
        signed = builder.sign(key, hashes.SHA256())
        pem = own.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        content = signed.public_bytes(serialization.Encoding.PEM) + self._chain() + pem
        return Issued(content, _renewal(signed, certificate))

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
        try:
            from cryptography import x509
            from cryptography.hazmat.primitives import serialization
        except ImportError as error:
            raise ServiceUnavailable(
                f"python3-cryptography can't be used on this host: {error}",
                remedy="install it: run the playbook servers",
            ) from error
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
