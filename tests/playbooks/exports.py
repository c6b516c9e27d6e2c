# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Customers whose data are exported by the playbook, and everything that is in their bags."""

from __future__ import annotations

import gzip
import io
import subprocess
import tarfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ansible_collections.magmasoft.hosting.tests.kinds.world import unpacked
from ansible_collections.magmasoft.hosting.tests.playbooks.provider import Provider

BAGS = "/var/lib/hosting/bags"
CANARY = "canary-of-{}"
# what programs append to the name of a file
SUFFIXES = {"age": ".age", "zstd": ".zst"}
# what makes an export take some time
FILES, MEGABYTES = 40, 1
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_TAR, _TAR_MAGIC = slice(257, 262), b"ustar"


class Exports:
    """Customers with something of every kind that can be put there from the host."""

    def __init__(self, provider: Provider, directory: Path) -> None:
        self.provider = provider
        self.evidence = directory / "evidence"
        self.names: list[str] = []

    def customer(self, name: str, /, **fields: Any) -> str:
        """Write a customer into the register."""
        self.names.append(self.provider.customer(name, **fields))
        return name

    def fill(self) -> None:
        """Apply the register and put the canaries in place."""
        self.provider.apply()
        for name in self.names:
            self._fill(name)

    def run(self, playbook: str, *options: str, **variables: str) -> tuple[int, str]:
        """Run a playbook; return how it ended and what it printed."""
        done = self.provider.run(playbook, *options, hosting_evidence_dir=str(self.evidence), **variables)
        return done.code, done.output

    def bag(self, name: str, bag: str, place: Path, *unpack: Sequence[str]) -> Path:
        """Bring a bag here and unpack it, with these programs first, whose names end that of the file."""
        archive = place / f"{name}-{bag}.tar"
        packed = place / "".join((archive.name, *(SUFFIXES[command[0]] for command in reversed(unpack))))
        path = f"{self.provider.host.container}:{BAGS}/{name}/{name}-{bag}/{packed.name}"
        subprocess.run(["podman", "cp", path, packed], check=True, capture_output=True)
        for command in unpack:
            plain = packed.with_suffix("")
            subprocess.run([*command, "-d", "-o", plain, packed], check=True)
            packed = plain
        return unpacked(archive, place) / f"{name}-{bag}"

    def left(self, name: str) -> list[str]:
        """Return what lies where the bags of a customer lie."""
        return sorted(self.provider.host.run("ls", "-A", f"{BAGS}/{name}", check=False).split())

    def _fill(self, name: str) -> None:
        host, canary = self.provider.host, CANARY.format(name)
        page = f"/srv/www/{name}/{name}.example/htdocs"
        script = f"for n in $(seq {FILES}); do head -c {MEGABYTES}M /dev/zero > $0/$n.bin; done; echo $1 > $0/page.html"
        host.run("runuser", "-u", f"hc-{name}", "--", "sh", "-c", script, page, canary)
        host.run("mariadb", f"{name}-web", stdin=f"CREATE TABLE t (v TEXT); INSERT INTO t VALUES ('{canary}')")
        host.run(
            "sendmail", "-f", "root", f"office@{name}.example", stdin=f"Subject: hello\n\n{canary}\n"
        )  # the log names root as its sender, who is nobody's customer
        until = time.monotonic() + 30
        while time.monotonic() < until:
            if host.run("sh", "-c", f"grep -rl {canary} /srv/mail/{name}/ || true"):
                return
            time.sleep(0.2)
        raise AssertionError("the message has not arrived")


def contents(bag: Path) -> Iterator[tuple[str, bytes]]:
    """Yield all files of a bag by their paths, and whatever is packed in them, however deep."""
    for path in sorted(bag.rglob("*")):
        if path.is_file():
            yield from _unpacked(str(path.relative_to(bag)), path.read_bytes())


def _unpacked(path: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    yield path, content
    if content.startswith(_GZIP):
        yield from _unpacked(f"{path}:", gzip.decompress(content))
    elif content.startswith(_ZSTD):
        plain = subprocess.run(["zstd", "-dcq"], input=content, check=True, capture_output=True).stdout
        yield from _unpacked(f"{path}:", plain)
    elif content[_TAR] == _TAR_MAGIC:
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            for member in archive:
                if (file := archive.extractfile(member) if member.isreg() else None) is not None:
                    yield from _unpacked(f"{path}:{member.name}", file.read())
