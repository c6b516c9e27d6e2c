# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The register: reading it, and validation and expansion, each figure apart."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.expansion import expand
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.files import read_directory
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.validation import validate
from ansible_collections.magmasoft.hosting.tests.bench.figures import Figure

CUSTOMERS = 10_000
ROUNDS = 3
PHP_OF_TEN = 3
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
        write_customer(directory, number)


def write_customer(directory: Path, number: int) -> str:
    """Write the register file of one customer and return the customer's name."""
    name = f"customer-{number}"
    kind = "php" if number % 10 < PHP_OF_TEN else "static"
    language = ("de", "en", "it", "es")[number % 4]
    text = FILE.format(number=number, name=name, language=language, kind=kind)
    (directory / f"{name}.yml").write_text(text, encoding="utf-8")
    return name


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


def measure() -> list[Figure]:
    """Return the figures for a tenth of the customers and for all, so that one sees whether the cost is linear."""
    return [figure for size in (CUSTOMERS // 10, CUSTOMERS) for figure in _measure(size)]


def _measure(customers: int) -> list[Figure]:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        write_register(directory, customers)
        reading, files = timed(lambda: read_directory(name))
        peer, _nothing = timed(lambda: safe_load(directory))
    validating, register = timed(lambda: validate(files))
    expanding, plan = timed(lambda: expand(register))
    if register["errors"] or len(plan["customers"]) != customers:
        raise SystemExit(f"the register of the benchmark is broken: {register['errors'][:3]}")
    other = "yaml.CSafeLoader, which keeps no positions and checks nothing"
    return [
        Figure("register-read", "register: read, with the line of every value", customers, reading, peer, other),
        Figure("register-plan", "register: validate and expand", customers, validating + expanding),
    ]
