# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords, and the hashes by which the services know them."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from ...module_utils._core.errors import HostingError

# Without 0 O o, 1 l I, since these are typed from paper. Without quote, backslash, colon and blank, since they go into
# option files and URLs.
ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_GROUPS, _GROUP_LENGTH = 4, 5

# What slapd itself uses for the passwords that customers set. More would let few logins use up the server's memory, and
# gains nothing for a password of 116 random bits.
_MEMORY_KIB, _ROUNDS, _LANES = 7168, 5, 1
_SALT_BYTES, _HASH_BYTES = 16, 32

_HASH_FORMS = {
    "mailbox": re.compile(r"\{ARGON2\}\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+"),
    "database": re.compile(r"\*[0-9A-F]{40}"),
}
_HASH_FORMS["file_login"] = _HASH_FORMS["mailbox"]
_STAND_INS = {
    "mailbox": f"{{ARGON2}}$argon2id$v=19$m={_MEMORY_KIB},t={_ROUNDS},p={_LANES}${'A' * 22}${'A' * 43}",
    "database": f"*{'0' * 40}",
}
_STAND_INS["file_login"] = _STAND_INS["mailbox"]


def make_password() -> str:
    """Return a new random password: four groups of five characters, 116 bits."""
    groups = ("".join(secrets.choice(ALPHABET) for _number in range(_GROUP_LENGTH)) for _number in range(_GROUPS))
    return "-".join(groups)


def hash_password(kind: str, password: str) -> str:
    """Return the hash of ``password`` in the form that the service of this kind of login compares."""
    return _mariadb_hash(password) if kind == "database" else _directory_hash(password)


def hash_passwords(work: Iterable[tuple[str, str]]) -> list[str]:
    """Hash many (kind, password) at once, on all processors: argon2 computes outside of Python's global lock."""
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        return list(pool.map(lambda item: hash_password(*item), work))


def is_hash(kind: str, value: str) -> bool:
    """Tell whether ``value`` has the form of a hash of this kind of login."""
    return _HASH_FORMS[kind].fullmatch(value) is not None


def stand_in(kind: str) -> str:
    """Return a hash of nobody's password, by which check mode predicts that one will be set."""
    return _STAND_INS[kind]


def _directory_hash(password: str) -> str:
    try:
        from argon2 import low_level
    except ImportError:
        raise HostingError(
            "the Python library argon2-cffi is missing on the controller",
            remedy="install it for the Python that runs Ansible: python -m pip install argon2-cffi",
            code="library-missing",
        ) from None
    encoded = low_level.hash_secret(
        password.encode(),
        secrets.token_bytes(_SALT_BYTES),
        time_cost=_ROUNDS,
        memory_cost=_MEMORY_KIB,
        parallelism=_LANES,
        hash_len=_HASH_BYTES,
        type=low_level.Type.ID,
    )
    return f"{{ARGON2}}{encoded.decode('ascii')}"


def _mariadb_hash(password: str) -> str:
    """Return what mysql_native_password stores; the plugin leaves no choice of algorithm."""
    inner = hashlib.sha1(password.encode(), usedforsecurity=False).digest()
    return f"*{hashlib.sha1(inner, usedforsecurity=False).hexdigest().upper()}"
