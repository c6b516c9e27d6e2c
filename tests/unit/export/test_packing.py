# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives compressed and encrypted: recipients, programs that are missing, that fail, that die."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients import packing
from ansible_collections.magmasoft.hosting.plugins.module_utils._core import process
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import (
    Incomplete,
    ItemRefused,
    ServiceUnavailable,
)

CONTENT = b"some bytes " * 100_000
AGE = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"


@pytest.mark.parametrize(
    ("recipient", "suffix"),
    [
        (AGE, ".age"),
        ("ssh-ed25519 " + "A" * 68 + " ann@home", ".age"),
        ("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQ\n-----END PGP PUBLIC KEY BLOCK-----\n", ".gpg"),
    ],
)
def test_recipients(recipient: str, suffix: str) -> None:
    assert packing.require_recipient(recipient) == suffix


@pytest.mark.parametrize(
    "recipient", ["", "ann", "--output=/etc/passwd", AGE + "\n--help", "AGE-SECRET-KEY-1QQ", "age1"]
)
def test_what_is_no_public_key_is_refused(recipient: str) -> None:
    with pytest.raises(ItemRefused, match="is no public key") as refused:
        packing.require_recipient(recipient)
    assert "SECRET" not in str(refused.value)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Return what puts a program in place of the real ones; without it there is none but those of the shell."""
    place = tmp_path / "bin"
    place.mkdir()
    monkeypatch.setitem(process._ENVIRONMENT, "PATH", f"{place}:/usr/bin:/bin")

    def put(name: str, script: str) -> None:
        path = place / name
        path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        path.chmod(0o755)

    return put


def _packed(tmp_path: Path, content: bytes, *, compress: bool, recipient: str | None) -> bytes:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(content)
    read, write = os.open(source, os.O_RDONLY), os.open(target, os.O_RDWR | os.O_CREAT)
    try:
        packing.pack(read, write, compress=compress, recipient=recipient)
    finally:
        os.close(read)
        os.close(write)
    return target.read_bytes()


def test_one_after_the_other(tmp_path: Path, programs: Callable[[str, str], None]) -> None:
    programs("zstd", "tr a-z A-Z")
    programs("age", 'printf "%s " "$@"; cat')
    packed = _packed(tmp_path, CONTENT, compress=True, recipient=AGE)
    assert packed == f"--encrypt --recipient {AGE} ".encode() + CONTENT.upper()


@pytest.mark.parametrize("failing", ["zstd", "age"])
@pytest.mark.parametrize("script", ["echo no such luck >&2; exit 3", "head -c 5 >/dev/null; kill -9 $$"])
def test_a_program_that_fails_fails_the_whole(
    tmp_path: Path, programs: Callable[[str, str], None], failing: str, script: str
) -> None:
    for name in ("zstd", "age"):
        programs(name, script if name == failing else "cat")
    with pytest.raises(Incomplete, match=f"{failing} ended with"):
        _packed(tmp_path, b"x" * 10**6, compress=True, recipient=AGE)


def test_what_is_missing_is_told_beforehand(programs: Callable[[str, str], None]) -> None:
    packing.require_programs(compress=False, recipient=None)
    programs("zstd", "cat")
    process._ENVIRONMENT["PATH"] = process._ENVIRONMENT["PATH"].partition(":")[0]
    packing.require_programs(compress=True, recipient=None)
    with pytest.raises(ServiceUnavailable, match="age can't be found"):
        packing.require_programs(compress=True, recipient=AGE)


@pytest.mark.parametrize("compress", [False, True])
def test_only_who_has_the_key_of_age_can_read_it(tmp_path: Path, *, compress: bool) -> None:
    identity = tmp_path / "identity"
    _run("age-keygen", "-o", str(identity))
    recipient = _run("age-keygen", "-y", str(identity)).decode().strip()
    packed = _packed(tmp_path, CONTENT, compress=compress, recipient=recipient)
    assert _plain(_run("age", "--decrypt", "--identity", str(identity), stdin=packed), compress) == CONTENT


def test_only_who_has_the_key_of_ssh_can_read_it(tmp_path: Path) -> None:
    identity = tmp_path / "identity"
    _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ann@home", "-f", str(identity))
    recipient = identity.with_suffix(".pub").read_text("ascii").strip()
    packed = _packed(tmp_path, CONTENT, compress=True, recipient=recipient)
    assert _plain(_run("age", "--decrypt", "--identity", str(identity), stdin=packed), True) == CONTENT


@pytest.mark.parametrize("compress", [False, True])
def test_only_who_has_the_key_of_openpgp_can_read_it(
    gpg: Callable[..., bytes], tmp_path: Path, *, compress: bool
) -> None:
    gpg("--quick-generate-key", "ann@example.org", "default", "default")
    packed = _packed(tmp_path, CONTENT, compress=compress, recipient=gpg("--armor", "--export").decode())
    assert _plain(gpg("--decrypt", stdin=packed), compress) == CONTENT


def test_an_openpgp_key_that_can_not_encrypt_fails(gpg: Callable[..., bytes], tmp_path: Path) -> None:
    gpg("--quick-generate-key", "ann@example.org", "default", "sign")
    with pytest.raises(Incomplete, match="gpg ended with"):
        _packed(tmp_path, CONTENT, compress=False, recipient=gpg("--armor", "--export").decode())


@pytest.fixture
def gpg() -> Iterator[Callable[..., bytes]]:
    """Return what runs gpg with keys of its own; a path of sockets has to be short."""
    with tempfile.TemporaryDirectory(dir="/tmp") as home:
        yield lambda *options, stdin=b"": _run(
            "gpg",
            f"--homedir={home}",
            "--batch",
            "--quiet",
            "--pinentry-mode=loopback",
            "--passphrase=",
            *options,
            stdin=stdin,
        )
        _run("gpgconf", f"--homedir={home}", "--kill", "all")


def _run(*command: str, stdin: bytes = b"") -> bytes:
    return subprocess.run(command, input=stdin, check=True, capture_output=True).stdout


def _plain(packed: bytes, compressed: bool) -> bytes:
    return _run("zstd", "-dc", stdin=packed) if compressed else packed
