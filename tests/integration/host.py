# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host under test, and the modules run on it as operators run them."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from .runs import results

ROOT = Path(__file__).resolve().parents[2]
# Arguments of a module, and whether it runs in check mode.
_Run: TypeAlias = "tuple[dict[str, Any], bool]"


@dataclass(frozen=True)
class Host:
    """A container, reached over SSH with a key in ``keys``, or where there is none by podman, which is slower."""

    name: str
    keys: Path | None = None

    @contextmanager
    def admitted(self) -> Iterator[Host]:
        """Make the key, and hold one connection open that all commands share."""
        subprocess.run([ROOT / "lab" / "ssh", self.name, str(self.keys)], check=True)
        _quietly([*self._ssh(), "-MNf", self._address()])
        try:
            yield self
        finally:
            # it is gone already where a test has killed the host
            _quietly([*self._ssh(), "-O", "exit", self._address()], check=False)

    def run(self, *command: str, stdin: str | None = None, check: bool = True) -> str:
        """Run a command as root in the container and return what it printed."""
        way = ["podman", "exec", "-i", self.name, *command]
        if self.keys is not None:
            way = [*self._ssh(), self._address(), shlex.join(command)]
        done = subprocess.run(way, input=stdin or "", check=False, capture_output=True, text=True)
        if check and done.returncode != 0:
            raise AssertionError(f"{command} ended with {done.returncode}: {done.stderr}{done.stdout}")
        return done.stdout

    def module(self, name: str, arguments: dict[str, Any], *, check: bool = False) -> dict[str, Any]:
        """Run a module of the collection on the host, with ``--diff``, and return its result, failed or not."""
        return self._results(name, [(arguments, check)])[0]

    def leave(self, name: str, arguments: dict[str, Any]) -> str:
        """Run a module and leave it on the host together with its arguments; return its path there."""
        self.run("rm", "-rf", "/root/.ansible/tmp")
        environment = {**os.environ, "ANSIBLE_PIPELINING": "0", "ANSIBLE_KEEP_REMOTE_FILES": "1"}
        with self._playbook(name, [(arguments, False)]) as options:
            subprocess.run(["ansible-playbook", *options], check=True, capture_output=True, env=environment)
        return self.run("sh", "-c", f"ls /root/.ansible/tmp/*/AnsiballZ_{name}.py").strip()

    def modules(self, name: str, *arguments: dict[str, Any]) -> list[dict[str, Any]]:
        """Run a module several times with other arguments, in one start of Ansible."""
        return self._results(name, [(one, False) for one in arguments])

    def converge(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Run a module three times: what check mode predicts must be done, and the second run must change nothing."""
        predicted, done, again = self._results(name, [(arguments, check) for check in (True, False, False)])
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
        with self._playbook(name, [(arguments, False)]) as options:
            process = subprocess.Popen(["ansible-playbook", *options], stdout=nothing, stderr=nothing, env=environment)
            try:
                yield process
            finally:
                process.kill()
                process.wait()

    def _results(self, name: str, runs: Sequence[_Run]) -> list[dict[str, Any]]:
        with self._playbook(name, runs) as arguments:
            printed = results(*arguments)
        try:
            return [task["hosts"][self.name] for task in printed["plays"][0]["tasks"]]
        except LookupError:
            raise AssertionError(f"no result: {printed}") from None

    @contextmanager
    def _playbook(self, name: str, runs: Sequence[_Run]) -> Iterator[list[str]]:
        """Hold the arguments that run a module several times, in check mode or not: one start of Ansible for all."""
        tasks = [
            {f"magmasoft.hosting.{name}": arguments, "check_mode": check, "diff": True, "ignore_errors": True}
            for arguments, check in runs
        ]
        play = {"hosts": self.name, "gather_facts": False, "tasks": tasks}
        with tempfile.TemporaryDirectory() as place:
            inventory, playbook = Path(place, "hosts.json"), Path(place, "play.json")
            inventory.write_text(json.dumps({"all": {"hosts": {self.name: self._connection()}}}), "utf-8")
            playbook.write_text(json.dumps([play]), "utf-8")
            yield ["-i", str(inventory), str(playbook)]

    def _connection(self) -> dict[str, str]:
        return {
            "ansible_connection": "ssh",
            "ansible_host": self._address(),
            "ansible_user": "root",
            "ansible_ssh_common_args": shlex.join(self._options()),
            "ansible_python_interpreter": "/usr/bin/python3",
        }

    def _address(self) -> str:
        return (ROOT / "build" / "hosts" / self.name).read_text("utf-8").strip()

    def _ssh(self) -> list[str]:
        return ["ssh", *self._options(), "-l", "root", "-o", f"ControlPath={self.keys}/control"]

    def _options(self) -> list[str]:
        options = {
            "BatchMode": "yes",
            "IdentitiesOnly": "yes",
            "IdentityFile": f"{self.keys}/id_ed25519",
            "HostKeyAlias": self.name,
            "UserKnownHostsFile": f"{self.keys}/known_hosts",
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
