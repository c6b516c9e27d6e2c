# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody who runs the playbooks, and the bags that come of it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.magmasoft.hosting.tests.integration.host import Host
from ansible_collections.magmasoft.hosting.tests.integration.runs import ansible_playbook
from ansible_collections.magmasoft.hosting.tests.kinds.world import unpacked

CUSTOMER = "verein"
_BAGS = "/var/lib/foreign-bags"


@dataclass(frozen=True)
class Run:
    """A finished run of a playbook."""

    code: int
    output: str
    warnings: str = ""

    @property
    def text(self) -> str:
        """Return all that was printed, without the line ends that Ansible puts in."""
        return " ".join(f"{self.output} {self.warnings}".split())


@dataclass(frozen=True)
class Bag:
    """An unpacked bag."""

    root: Path

    @property
    def data(self) -> dict[str, Any]:
        """Return what it says of itself."""
        found: dict[str, Any] = json.loads(self.read("data.json"))
        return found

    def paths(self) -> set[str]:
        """Return the paths of all payload files."""
        payload = self.root / "data"
        return {path.relative_to(payload).as_posix() for path in payload.rglob("*") if not path.is_dir()}

    def read(self, path: str) -> bytes:
        """Return a payload file."""
        return (self.root / "data" / path).read_bytes()

    def members(self, path: str) -> dict[str, tarfile.TarInfo]:
        """Return what is in an archive, without the directories."""
        with tarfile.open(self.root / "data" / path) as archive:
            return {each.name.removeprefix("./"): each for each in archive if not each.isdir()}

    def member(self, path: str, name: str) -> bytes:
        """Return a file of an archive."""
        with tarfile.open(self.root / "data" / path) as archive:
            found = archive.extractfile(self.members(path)[name].path)
            assert found is not None
            return found.read()

    def everything(self) -> Iterator[tuple[str, bytes]]:
        """Yield every file by name and content, those in archives as well."""
        for path in sorted(self.root.rglob("*")):
            if path.is_dir():
                continue
            yield str(path), path.read_bytes()
            if path.suffix == ".tar":
                yield from _members(path)


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path) as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isreg() else None
            yield f"{path}: {member.name} -> {member.linkname}", content.read() if content else b""


class Operator:
    """Runs playbooks with the inventory of the host, with places of its own for what they write."""

    def __init__(self, host: Host, inventory: Path, place: Path) -> None:
        self.host = host
        self.inventory = inventory
        self.place = place
        self.bags = f"{_BAGS}/{place.name}"

    def run(self, playbook: str, *options: str, as_json: bool = False, **variables: Any) -> Run:
        """Run a playbook to its end."""
        given = {
            "customer": CUSTOMER,
            "hosting_bags_dir": self.bags,
            "hosting_reports_dir": str(self.place / "reports"),
            "hosting_evidence_dir": str(self.place / "evidence"),
            **variables,
        }
        arguments = ["-i", str(self.inventory), f"magmasoft.hosting.{playbook}", *options, "-e", json.dumps(given)]
        done = ansible_playbook(*arguments, as_json=as_json)
        return Run(done.returncode, done.stdout, done.stderr)

    def export(self, name: str, **variables: Any) -> str:
        """Export, which has to end well; return where the bag lies on the host."""
        done = self.run("export", bag=name, **variables)
        assert done.code == 0, done.text[-3000:]
        return f"{self.bags}/{CUSTOMER}/{CUSTOMER}-{name}/{CUSTOMER}-{name}.tar"

    def bag(self, archive: str, place: Path) -> Bag:
        """Fetch a bag and unpack it."""
        place.mkdir()
        fetched = place / "bag.tar"
        with fetched.open("wb") as sink:
            subprocess.run(["podman", "exec", self.host.container, "cat", archive], check=True, stdout=sink)
        unpacked(fetched, place)
        fetched.unlink()
        (root,) = place.iterdir()
        return Bag(root)

    def on_host(self) -> list[str]:
        """Return all that lies where bags do."""
        return self.host.run("find", self.bags, "-type", "f", check=False).split()

    def evidence(self) -> list[dict[str, Any]]:
        """Return the lines of the customer's evidence."""
        file = self.place / "evidence" / f"{CUSTOMER}.jsonl"
        return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []

    def stores(self) -> dict[str, Any]:
        """Return `hosting_stores` of the inventory."""
        command = ["ansible-inventory", "-i", str(self.inventory), "--host", self.host.name]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ)
        found: dict[str, Any] = json.loads(done.stdout)["hosting_stores"]
        return found


def recap(output: str, host: str) -> str:
    """Return the line of the play recap for a host."""
    (line,) = re.findall(rf"(?m)^{re.escape(host)} +: .*$", output)
    return str(line)
