# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords and their hashes."""

from __future__ import annotations

import math
import string
import sys

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import HostingError
from ansible_collections.magmasoft.hosting.plugins.module_utils._service import database
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters import passwords
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError


def test_a_password_is_long_random_and_easy_to_type() -> None:
    """Strong enough, and nothing in it that any option file, URL or reader could take for something else."""
    made = [passwords.make_password() for _number in range(500)]
    assert len(set(made)) == len(made)
    assert {len(password) for password in made} == {23}
    assert {character for password in made for character in password} == {*passwords.ALPHABET, "-"}
    assert not {*passwords.ALPHABET} & {*"0Oo1lI"}
    assert {*passwords.ALPHABET} < {*string.ascii_letters, *string.digits}
    assert 20 * math.log2(len(passwords.ALPHABET)) > 115


def test_mailboxes_and_file_logins_get_argon2id() -> None:
    """The reference library accepts the password and no other."""
    for kind in ("mailbox", "file_login"):
        stored = passwords.hash_password(kind, "abc-def")
        assert stored.startswith("{ARGON2}$argon2id$v=19$m=7168,t=5,p=1$")
        assert passwords.is_hash(kind, stored)
        PasswordHasher().verify(stored.removeprefix("{ARGON2}"), "abc-def")
        with pytest.raises(VerifyMismatchError):
            PasswordHasher().verify(stored.removeprefix("{ARGON2}"), "abc-deg")


def test_databases_get_what_mariadb_computes() -> None:
    """SELECT PASSWORD('password') of MariaDB 11.8."""
    assert passwords.hash_password("database", "password") == "*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19"
    assert passwords.is_hash("database", passwords.hash_password("database", "x"))


def test_many_are_hashed_in_order() -> None:
    """Whatever thread ends first."""
    work = [("database" if number % 3 else "mailbox", f"password-{number}") for number in range(30)]
    for (kind, password), stored in zip(work, passwords.hash_passwords(work), strict=True):
        if kind == "database":
            assert stored == passwords.hash_password(kind, password)
        else:
            PasswordHasher().verify(stored.removeprefix("{ARGON2}"), password)


def test_stand_ins_have_the_form_that_modules_check() -> None:
    """Otherwise check mode would predict a failure."""
    assert all(passwords.is_hash(kind, passwords.stand_in(kind)) for kind in ("mailbox", "file_login", "database"))
    assert database._HASH.fullmatch(passwords.stand_in("database"))


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to install."""
    monkeypatch.setitem(sys.modules, "argon2", None)
    with pytest.raises(HostingError, match=r"argon2-cffi is missing.*pip install"):
        passwords.hash_password("mailbox", "x")
