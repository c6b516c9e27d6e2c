# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of ansible-playbook (preloaded.py), and modules as it sends them (packing.py); it is loaded once for all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


def ansible_playbook(*arguments: str | Path, as_json: bool = False) -> subprocess.CompletedProcess[str]:
    """Run ansible-playbook to its end, good or bad; with ``as_json`` its results are printed as JSON."""
    command = ["ansible-playbook", *map(str, arguments)]
    with tempfile.TemporaryDirectory() as place:
        output, errors = Path(place, "output"), Path(place, "errors")
        code = int(_ansible(as_json=as_json).ask([command, str(output), str(errors)]))
        return subprocess.CompletedProcess(command, code, output.read_text("utf-8"), errors.read_text("utf-8"))


def results(*arguments: str | Path) -> dict[str, Any]:
    """Run ansible-playbook and return what it prints as JSON."""
    done = ansible_playbook(*arguments, as_json=True)
    try:
        found: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise AssertionError(f"no results: {done.stdout}{done.stderr}") from None
    return found


def packed(module: str, arguments: dict[str, Any], *, check: bool) -> bytes:
    """Return what Ansible would send to a host to run a module there."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, module)
        assert _packer().ask([module, arguments, check, str(path)]) == "packed", f"{module} could not be packed"
        return path.read_bytes()


@cache
def _ansible(*, as_json: bool) -> _Loaded:
    # a setting that Ansible reads while it is loaded
    callback = {"ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json"} if as_json else {}
    return _Loaded("preloaded.py", callback)


@cache
def _packer() -> _Loaded:
    return _Loaded("packing.py", {})


class _Loaded:
    """A process that has Ansible loaded; it ends with this one, whose end of the pipe closes."""

    def __init__(self, program: str, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, _HERE / program],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            # what it prints is read
            env={**os.environ, "ANSIBLE_FORCE_COLOR": "0", **environment},
        )  # fmt: skip

    def ask(self, question: list[Any]) -> str:
        """Return the answer to one question."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(question), file=self._process.stdin, flush=True)
        return self._process.stdout.readline().strip()
