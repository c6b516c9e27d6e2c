# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host under test, and the modules run on it as operators run them."""

from __future__ import annotations

import json
import os
import shlex
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from .runs import packed, results

ROOT = Path(__file__).resolve().parents[2]
# What belongs to the hosts under test: see lab/env.
PLACE = Path(os.environ.get("HOSTING_PLACE", ROOT / "build" / "lab"))


@dataclass(frozen=True)
class Host:
    """A host of the lab, reached over SSH with a key in ``keys``, or where there is none by podman, which is slower.

    ``name`` is that of the inventory.
    """

    name: str
    keys: Path | None = None

    @property
    def address(self) -> str:
        """Return the address, which changes when the host is started anew."""
        return (PLACE / "hosts" / self.name).read_text("utf-8").strip()

    @property
    def container(self) -> str:
        """Return the name by which podman knows the host."""
        return (PLACE / "hosts" / f"{self.name}.container").read_text("utf-8").strip()

    @contextmanager
    def admitted(self) -> Iterator[Host]:
        """Make the key, and hold one connection open that all commands share."""
        subprocess.run([ROOT / "lab" / "ssh", self.name, str(self.keys), "root"], check=True)
        _quietly([*self._ssh(), "-MNf", self.address])
        try:
            yield self
        finally:
            # it is gone already where a test has killed the host
            _quietly([*self._ssh(), "-O", "exit", self.address], check=False)

    def run(self, *command: str, stdin: str | None = None, check: bool = True) -> str:
        """Run a command as root in the container and return what it printed."""
        way = ["podman", "exec", "-i", self.container, *command]
        if self.keys is not None:
            way = [*self._ssh(), self.address, shlex.join(command)]
        done = subprocess.run(way, input=stdin or "", check=False, capture_output=True, text=True)
        if check and done.returncode != 0:
            raise AssertionError(f"{command} ended with {done.returncode}: {done.stderr}{done.stdout}")
        return done.stdout

    @contextmanager
    def forwarded(self, port: int) -> Iterator[int]:
        """Reach a port that is open to the host itself alone: yield one of this machine that leads there."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            here = int(free.getsockname()[1])
        way = ["-L", f"127.0.0.1:{here}:127.0.0.1:{port}", self.address]
        _quietly([*self._ssh(), "-O", "forward", *way])
        try:
            yield here
        finally:
            _quietly([*self._ssh(), "-O", "cancel", *way], check=False)

    def require(self, protection: str) -> None:
        """Skip the test where this protection of systemd does not take effect: lab/probe has tried."""
        in_effect = (PLACE / "protections").read_text("utf-8").split()
        if protection not in in_effect:
            pytest.skip(f"{protection}: not in effect on hosts of this machine, where only {', '.join(in_effect)} are")

    def process(self) -> int:
        """Return the number that the first process of the host has on this machine."""
        command = ["podman", "container", "inspect", "--format", "{{.State.Pid}}", self.container]
        return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    def start_timer(self, name: str) -> None:
        """Start a timer of systemd, which on a copy of the golden host waits for a test that does so."""
        self.run("touch", "/run/hosting-timers")
        self.run("systemctl", "start", name)

    def module(self, name: str, arguments: dict[str, Any], *, check: bool = False) -> dict[str, Any]:
        """Run a module of the collection on the host, with ``--diff``, and return its result, failed or not.

        What Ansible would send is sent over the connection that is open, without a start of Ansible:
        test_modules.py shows that the results are the same.
        """
        done = subprocess.run(
            [*self._ssh(), self.address, "/usr/bin/python3"],
            input=packed(name, arguments, check=check), check=False, capture_output=True,
        )  # fmt: skip
        try:
            result: dict[str, Any] = json.loads(done.stdout)
        except ValueError:
            said = (done.stdout + done.stderr).decode("utf-8", "replace")
            raise AssertionError(f"module {name} ended with {done.returncode} and no result: {said}") from None
        return result

    def played(self, name: str, arguments: dict[str, Any], *, check: bool = False) -> dict[str, Any]:
        """Run a module as ``module`` does, by a task of a playbook."""
        with self._playbook(name, arguments, check=check) as options:
            printed = results(*options)
        try:
            result: dict[str, Any] = printed["plays"][0]["tasks"][0]["hosts"][self.name]
        except LookupError:
            raise AssertionError(f"no result: {printed}") from None
        return result

    def leave(self, name: str, arguments: dict[str, Any]) -> str:
        """Run a module and leave it on the host together with its arguments; return its path there."""
        self.run("rm", "-rf", "/root/.ansible/tmp")
        environment = {**os.environ, "ANSIBLE_PIPELINING": "0", "ANSIBLE_KEEP_REMOTE_FILES": "1"}
        with self._playbook(name, arguments) as options:
            subprocess.run(["ansible-playbook", *options], check=True, capture_output=True, env=environment)
        return self.run("sh", "-c", f"ls /root/.ansible/tmp/*/AnsiballZ_{name}.py").strip()

    def modules(self, name: str, *arguments: dict[str, Any]) -> list[dict[str, Any]]:
        """Run a module several times with other arguments."""
        return [self.module(name, one) for one in arguments]

    def converge(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Run a module three times: what check mode predicts must be done, and the second run must change nothing."""
        predicted, done, again = (self.module(name, arguments, check=check) for check in (True, False, False))
        assert _told(predicted, "planned") == _told(done, "done")
        assert predicted.get("diff") == done.get("diff")
        assert not again["changed"], again["results"]
        assert _told(again, "done") == []
        return done

    @contextmanager
    def started(self, name: str, arguments: dict[str, Any]) -> Iterator[subprocess.Popen[bytes]]:
        """Start a module, whose process on the host is called AnsiballZ_<name>."""
        environment = {**os.environ, "ANSIBLE_PIPELINING": "0"}
        nothing = subprocess.DEVNULL
        with self._playbook(name, arguments) as options:
            process = subprocess.Popen(["ansible-playbook", *options], stdout=nothing, stderr=nothing, env=environment)
            try:
                yield process
            finally:
                process.kill()
                process.wait()

    @contextmanager
    def _playbook(self, name: str, arguments: dict[str, Any], *, check: bool = False) -> Iterator[list[str]]:
        """Hold the arguments of a run that runs a module."""
        task = {f"magmasoft.hosting.{name}": arguments, "check_mode": check, "diff": True, "ignore_errors": True}
        play = {"hosts": self.name, "gather_facts": False, "tasks": [task]}
        with tempfile.TemporaryDirectory() as place:
            inventory, playbook = Path(place, "hosts.json"), Path(place, "play.json")
            inventory.write_text(json.dumps({"all": {"hosts": {self.name: self._connection()}}}), "utf-8")
            playbook.write_text(json.dumps([play]), "utf-8")
            yield ["-i", str(inventory), str(playbook)]

    def _connection(self) -> dict[str, str]:
        return {
            "ansible_connection": "ssh",
            "ansible_host": self.address,
            "ansible_user": "root",
            "ansible_ssh_common_args": shlex.join(self._options()),
            "ansible_python_interpreter": "/usr/bin/python3",
        }

    def _ssh(self) -> list[str]:
        return ["ssh", *self._options(), "-l", "root", "-o", f"ControlPath={self.keys}/control"]

    def _options(self) -> list[str]:
        options = {
            "BatchMode": "yes",
            "IdentitiesOnly": "yes",
            "IdentityFile": f"{self.keys}/id_ed25519",
            "HostKeyAlias": self.name,
            "UserKnownHostsFile": f"{self.keys}/known_hosts",
            "GlobalKnownHostsFile": "/dev/null",
            "LogLevel": "ERROR",
        }
        return ["-F", "none", *(part for name, value in options.items() for part in ("-o", f"{name}={value}"))]


def _quietly(command: list[str], *, check: bool = True) -> None:
    # without our output, which a connection in the background would hold open
    nothing = subprocess.DEVNULL
    subprocess.run(command, check=check, stdin=nothing, stdout=nothing, stderr=nothing)


def _told(result: dict[str, Any], status: str) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [
        (item["kind"], item["name"], item["action"], tuple(item["fields"]))
        for item in result["results"]
        if item["status"] == status
    ]
