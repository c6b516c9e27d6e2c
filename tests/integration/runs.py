# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of ansible-playbook, which is loaded once for all of them: see preloaded.py."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

_PRELOADED = Path(__file__).with_name("preloaded.py")


def ansible_playbook(*arguments: str | Path, as_json: bool = False) -> subprocess.CompletedProcess[str]:
    """Run ansible-playbook to its end, good or bad; with ``as_json`` its results are printed as JSON."""
    command = ["ansible-playbook", *map(str, arguments)]
    with tempfile.TemporaryDirectory() as place:
        output, errors = Path(place, "output"), Path(place, "errors")
        code = _ansible(as_json=as_json).run(command, output, errors)
        return subprocess.CompletedProcess(command, code, output.read_text("utf-8"), errors.read_text("utf-8"))


def results(*arguments: str | Path) -> dict[str, Any]:
    """Run ansible-playbook and return what it prints as JSON."""
    done = ansible_playbook(*arguments, as_json=True)
    try:
        found: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise AssertionError(f"no results: {done.stdout}{done.stderr}") from None
    return found


@cache
def _ansible(*, as_json: bool) -> _Ansible:
    # a setting that Ansible reads while it is loaded
    callback = {"ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json"} if as_json else {}
    return _Ansible({**os.environ, **callback})


class _Ansible:
    """The process that has it loaded; it ends with this one, whose end of the pipe closes."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, _PRELOADED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def run(self, command: Sequence[str], output: Path, errors: Path) -> int:
        """Run a command line; return its exit status."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([command, str(output), str(errors)]), file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())
