# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host under test, and the modules run on it as operators run them."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Host:
    """A container, reached as the modules reach it."""

    name: str

    def run(self, *command: str, stdin: str | None = None, check: bool = True) -> str:
        """Run a command as root in the container and return what it printed."""
        done = subprocess.run(
            ["podman", "exec", "-i", self.name, *command], input=stdin, check=False, capture_output=True, text=True
        )
        if check and done.returncode != 0:
            raise AssertionError(f"{command} ended with {done.returncode}: {done.stderr}{done.stdout}")
        return done.stdout

    def module(self, name: str, arguments: dict[str, Any], *, check: bool = False) -> dict[str, Any]:
        """Run a module of the collection on the host, with ``--diff``, and return its result, failed or not."""
        command = self.command(name, arguments) + (["--check"] if check else [])
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=self.environment())
        try:
            task = json.loads(done.stdout)["plays"][0]["tasks"][0]
        except (ValueError, LookupError):
            raise AssertionError(f"no result: {done.stdout}{done.stderr}") from None
        result: dict[str, Any] = task["hosts"][self.name]
        return result

    def command(self, name: str, arguments: dict[str, Any]) -> list[str]:
        """Return the command that runs a module; it wants the environment of ``environment``."""
        command = ["ansible", self.name, "-i", f"{self.name},", "-c", "containers.podman.podman", "--diff"]
        command += ["-e", "ansible_python_interpreter=/usr/bin/python3"]
        return [*command, "-m", f"magmasoft.hosting.{name}", "-a", json.dumps(arguments)]

    def environment(self) -> dict[str, str]:
        """Return the environment in which a module's result is printed as JSON."""
        return {**os.environ, "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json", "ANSIBLE_LOAD_CALLBACK_PLUGINS": "1"}

    def converge(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Run a module three times: what check mode predicts must be done, and the second run must change nothing."""
        predicted = self.module(name, arguments, check=True)
        done = self.module(name, arguments)
        again = self.module(name, arguments)
        assert _told(predicted, "planned") == _told(done, "done")
        assert predicted.get("diff") == done.get("diff")
        assert not again["changed"], again["results"]
        assert _told(again, "done") == []
        return done


def _told(result: dict[str, Any], status: str) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [
        (item["kind"], item["name"], item["action"], tuple(item["fields"]))
        for item in result["results"]
        if item["status"] == status
    ]
