#!/usr/bin/env python
# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Damages a copy of the checkout in each way of tests/mutations.toml, and runs the tests that have to notice it.

tests/mutate           all of them
tests/mutate NAME...   these

What needs no host is done one after the other. Damage to what sets hosts up is done all at once, to one golden host.
Fails where one goes unnoticed. Takes a quarter of an hour.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

ROOT = Path(os.environ["HOSTING_ROOT"])
COPY = ROOT / "build" / "mutant"
UNIT = "unit"


@dataclass(frozen=True)
class Mutation:
    """A row of tests/mutations.toml."""

    name: str
    what: str
    file: str
    old: str
    new: str
    tests: str
    on: str
    also: Mapping[str, str] = field(default_factory=dict)

    def apply(self) -> None:
        """Damage the copy."""
        own = {"file": self.file, "old": self.old, "new": self.new}
        for damage in (own, self.also) if self.also else (own,):
            path = COPY / damage["file"]
            text = path.read_text("utf-8")
            if text.count(damage["old"]) != 1:
                sys.exit(f"tests/mutations.toml: {self.name}: {damage['file']} does not hold `old` exactly once")
            path.write_text(text.replace(damage["old"], damage["new"]), "utf-8")

    def noticed(self) -> bool:
        """Run the tests; tell whether any of them has failed."""
        command = ["tests/run-unit", f"tests/{self.tests}"]
        if self.on != UNIT:
            command = ["tests/run", "--shard", self.on, f"tests/{self.tests}"]
        log = ROOT / "build" / f"mutant.{self.name}.log"
        with log.open("wb") as output:
            code = _in_copy(command, output)
        # 1 is what pytest says of tests that failed; anything else is no test
        noticed = code == 1 and "FAILED tests/" in log.read_text("utf-8", "replace")
        print(f"{'noticed  ' if noticed else 'UNNOTICED'}  {self.name}: {self.what} ({self.tests})", flush=True)
        return noticed


def main() -> int:
    """Run; the exit status tells whether every damage was noticed."""
    with (ROOT / "tests" / "mutations.toml").open("rb") as file:
        rows = {name: Mutation(name, **row) for name, row in tomllib.load(file).items()}
    unknown = [name for name in sys.argv[1:] if name not in rows]
    if unknown:
        sys.exit(f"tests/mutate: no damage {', '.join(unknown)}; there are: {', '.join(rows)}")
    wanted = [rows[name] for name in sys.argv[1:] or rows]
    try:
        noticed = _one_by_one([row for row in wanted if row.on == UNIT])
        noticed += _all_at_once([row for row in wanted if row.on != UNIT])
    finally:
        if COPY.exists():
            _in_copy(["lab/clean"])
            shutil.rmtree(COPY)
    print(f"{sum(noticed)} passed, {len(noticed) - sum(noticed)} failed")
    return 0 if all(noticed) else 1


def _one_by_one(rows: Sequence[Mutation]) -> list[bool]:
    noticed = []
    for row in rows:
        _copy()
        row.apply()
        noticed.append(row.noticed())
    return noticed


def _all_at_once(rows: Sequence[Mutation]) -> list[bool]:
    if not rows:
        return []
    _copy()
    for row in rows:
        row.apply()
    if _in_copy(["tests/golden", "make"]):
        sys.exit("tests/mutate: the damaged golden host could not be built")
    # the first is on the original; those after it on copies
    return [row.noticed() for row in rows]


def _copy() -> None:
    """Make the copy anew, with what this checkout has installed."""
    files = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], check=True, capture_output=True
    ).stdout
    (COPY / "build").mkdir(parents=True, exist_ok=True)
    subprocess.run(["rsync", "--archive", "--from0", "--files-from=-", f"{ROOT}/", f"{COPY}/"], input=files, check=True)
    venv = COPY / "build" / "venv"
    if not venv.exists():
        venv.symlink_to(ROOT / "build" / "venv")


def _in_copy(command: Sequence[str], output: IO[bytes] | None = None) -> int:
    """Run a command in the copy, without what is set for this checkout; return its exit status."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HOSTING_")}
    return subprocess.run(
        command, check=False, cwd=COPY, env=clean, stdout=output, stderr=subprocess.STDOUT if output else None
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
