# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the register: reading, validation and expansion of 10,000 customers, each figure apart, as JSON."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "build" / "collections"))

from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.expansion import expand
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.files import read_directory
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.validation import validate

CUSTOMERS = 10_000
ROUNDS = 3
# One site, of three in ten a php one with a database, two addresses with an alias.
FILE = """\
customer: {name}
name: Customer {number} & Sons
contact: owner{number}@elsewhere.example
language: {language}
contract:
  status: active
  erasure: ask
sites:
  - domain: {name}.example
    aliases: [www.{name}.example]
    kind: {kind}
    databases: [{name}-web]
databases:
  - name: {name}-web
mailboxes:
  - address: office@{name}.example
    aliases: [info@{name}.example]
    quota: 2G
    cloud: {{quota: 5G}}
  - address: post@{name}.example
    quota: 500M
    forward_to: [office@{name}.example]
backup:
  mode: shared
  exclude:
    sites: [{name}.example]
"""


def write_register(directory: Path, customers: int) -> None:
    """Write that many register files."""
    for number in range(customers):
        text = FILE.format(
            number=number,
            name=f"customer-{number}",
            language=("de", "en", "it", "es")[number % 4],
            kind="php" if number % 10 < 3 else "static",
        )
        (directory / f"customer-{number}.yml").write_text(text, encoding="utf-8")


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the shortest time of some rounds, in seconds, and the result."""
    shortest, result = float("inf"), None
    for _round in range(ROUNDS):
        begin = time.perf_counter()
        result = work()
        shortest = min(shortest, time.perf_counter() - begin)
    return shortest, result


def safe_load(directory: Path) -> None:
    """Read the same files as most people would: PyYAML's safe loader with libyaml, without positions and checks."""
    for path in directory.glob("*.yml"):
        yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)


def measure(customers: int) -> list[dict[str, Any]]:
    """Return the figures for a register of that many customers."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        write_register(directory, customers)
        reading, files = timed(lambda: read_directory(name))
        peer, _nothing = timed(lambda: safe_load(directory))
    validating, register = timed(lambda: validate(files))
    expanding, plan = timed(lambda: expand(register))
    if register["errors"] or len(plan["customers"]) != customers:
        raise SystemExit(f"the register of the benchmark is broken: {register['errors'][:3]}")
    return [
        _figure("register-read", "read all files, with the line of every value", customers, reading, peer),
        _figure("register-validate-expand", "validate and expand", customers, validating + expanding, None),
    ]


def _figure(name: str, what: str, size: int, ours: float, other: float | None) -> dict[str, Any]:
    return {
        "name": name,
        "what": what,
        "size": size,
        "ours_s": round(ours, 3),
        "other_s": None if other is None else round(other, 3),
        "ratio": None if other is None else round(ours / other, 2),
        "other": None if other is None else "yaml.CSafeLoader, no positions, no checks",
    }


def main() -> None:
    """Print the figures for a tenth and for all, so that one sees whether the cost is linear."""
    print(json.dumps([figure for size in (CUSTOMERS // 10, CUSTOMERS) for figure in measure(size)], indent=2))


if __name__ == "__main__":
    main()
