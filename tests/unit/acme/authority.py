# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An authority that signs whatever is requested."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass
class Signer:
    """Signs for 90 days from ``begin`` on; ``names`` are put in place of those that are requested."""

    begin: int = 1_800_000_000
    names: list[str] = field(default_factory=list)
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def sign(self, request: bytes) -> bytes:
        """Return the certificate as dehydrated does, with words around it."""
        asked = x509.load_pem_x509_csr(request)
        wanted = asked.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names = self.names or wanted.get_values_for_type(x509.DNSName)
        begin = datetime.datetime.fromtimestamp(self.begin, datetime.UTC)
        signed = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([]))
            .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test")]))
            .public_key(asked.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(begin + datetime.timedelta(days=90))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=True)
            .sign(self.key, hashes.SHA256())
        )
        pem = signed.public_bytes(serialization.Encoding.PEM)
        return b"# INFO: Using main config file /etc/x\n# CERT #\n" + pem + b"\n"
