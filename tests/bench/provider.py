# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole register through the playbook `customers`, against the usual loops over the same connection."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ansible_collections.magmasoft.hosting.tests.bench.figures import Figure
from ansible_collections.magmasoft.hosting.tests.bench.register import PHP_OF_TEN, write_customer, write_register

HOST = "hosting-bench"
JSON = "ansible.posix.json"
ROUNDS = 3
GOAL_NOTHING = 1 / 500
GOAL_CREATION = 1 / 100
_HASHED = re.compile(r"passwords hashed: \d+ in ([0-9.]+) s")
_LATER = ("Apply cloud accounts", "Apply chat accounts")
_MODULES = ("customer_account", "mailbox", "database", "site", "cloud_account", "chat_account")


@dataclass(frozen=True)
class Loop:
    """What the usual loops take for one item each, in seconds, by the name of the module."""

    seconds: dict[str, float]

    def extrapolated(self, items: dict[str, int]) -> float:
        """Return what they would take for all items; Ansible's own start is left out in their favour."""
        return sum(self.seconds[module] * number for module, number in items.items())


@dataclass(frozen=True)
class Run:
    """A run of a playbook: its seconds, its results, and what it said beside them."""

    seconds: float
    output: str
    told: str


class Bench:
    """The host of the benchmark and its register."""

    def __init__(self, root: Path, customers: int) -> None:
        self.root = root
        self.customers = customers
        self.directory = root / "build" / "bench"
        self._container = (self.directory / "hosts" / f"{HOST}.container").read_text("utf-8").strip()
        self.register = self.directory / "register"
        self.register.mkdir(parents=True, exist_ok=True)
        write_register(self.register, customers)

    def play(self, playbook: str, *options: str, **environment: str) -> Run:
        """Run a playbook to its end."""
        command = ["ansible-playbook", "-i", str(self.root / "tests/bench/inventory"), playbook, *options]
        started = time.perf_counter()
        done = subprocess.run(command, check=False, capture_output=True, text=True, env={**os.environ, **environment})
        seconds = time.perf_counter() - started
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[-4000:]}{done.stderr}")
        return Run(seconds, done.stdout, done.stderr)

    def own(self, name: str) -> str:
        """Return the path of a playbook of the benchmark."""
        return str(self.root / "tests/bench/playbooks" / f"{name}.yml")

    def add(self) -> str:
        """Write one more customer into the register and return its name."""
        name = write_customer(self.register, self.customers)
        self.customers += 1
        return name

    def on_host(self, *command: str, stdin: str = "") -> str:
        """Run a command on the host and return what it printed."""
        done = subprocess.run(
            ["podman", "exec", "-i", self._container, *command], input=stdin, check=True, capture_output=True, text=True
        )
        return done.stdout


def measure(bench: Bench, sample: int) -> list[Figure]:
    """Return the figures of creation, nothing to do, and one customer more."""
    size = bench.customers
    items = _items(size)
    _say(f"The usual loops, {sample} items of each kind")
    bench.play(bench.own("peers_prepare"))
    creating, again = (_loop(bench, sample) for _time in range(2))
    _say(f"First creation of {size} customers")
    created = bench.play("magmasoft.hosting.customers", ANSIBLE_STDOUT_CALLBACK=JSON)
    hashing = float(_found(_HASHED, created.told))
    later = _spent(created, _LATER)
    _say("Nothing to do")
    nothing = min(_unchanged(bench) for _round in range(ROUNDS))
    _say("One customer more")
    bench.add()
    one_more = bench.play("magmasoft.hosting.customers").seconds
    _check_writes_only_its_own(bench)
    usual = f"looped ldap_entry, mysql_db, mysql_user, user, file and template, {sample} items each, extrapolated"
    loops, first = again.extrapolated(items), creating.extrapolated(items)
    return [
        Figure("customers-nothing", "customers, nothing to do", size, nothing, loops, usual, GOAL_NOTHING),
        Figure(
            "customers-create",
            "creation of accounts, mailboxes, databases and sites, hashing apart",
            size,
            created.seconds - hashing - later,
            creating.extrapolated(_foundation(items, size)),
            usual,
            GOAL_CREATION,
        ),
        Figure(
            "customers-create-more",
            "creation of cloud and chat, of which most is Prosody bringing its domains in",
            size,
            later,
            first - creating.extrapolated(_foundation(items, size)),
            usual,
        ),
        Figure("customers-hash", "hashing of the passwords, all processors", size, hashing),
        Figure("customers-one-more", "one customer more", size, one_more, loops, usual),
    ]


def _foundation(items: dict[str, int], customers: int) -> dict[str, int]:
    """Return the items without those of cloud and chat."""
    domains = customers
    return {**items, "ansible.builtin.file": 0, "ansible.builtin.template": items["ansible.builtin.template"] - domains}


def _spent(run: Run, tasks: Collection[str]) -> float:
    """Return how many seconds some tasks of a run took."""
    found = [task["task"] for play in json.loads(run.output)["plays"] for task in play["tasks"]]
    seconds = [_duration(task["duration"]) for task in found if task["name"] in tasks]
    if len(seconds) != len(tasks):
        raise SystemExit(f"{len(seconds)} of the tasks {tasks} were run")
    return sum(seconds)


def _items(customers: int) -> dict[str, int]:
    """Return how many items of each kind that many customers of our register are in the usual way."""
    php_sites = sum(number % 10 < PHP_OF_TEN for number in range(customers))
    return {
        # the customer, its two addresses and its login for files
        "community.general.ldap_entry": 4 * customers,
        "community.mysql.mysql_db": customers,
        "community.mysql.mysql_user": customers,
        "ansible.builtin.user": customers,
        # a directory for each address that has a cloud
        "ansible.builtin.file": 2 * customers,
        # a virtual host for each site, a pool for each php site, a domain of chat for each customer
        "ansible.builtin.template": 2 * customers + php_sites,
    }


def _loop(bench: Bench, sample: int) -> Loop:
    names = json.dumps({"bench_sample": [f"peer{number:04}" for number in range(sample)]})
    run = bench.play(bench.own("peers"), "-e", names, ANSIBLE_STDOUT_CALLBACK=JSON)
    tasks = json.loads(run.output)["plays"][0]["tasks"]
    return Loop({task["task"]["name"]: _duration(task["task"]["duration"]) / sample for task in tasks})


def _duration(times: dict[str, str]) -> float:
    return (datetime.fromisoformat(times["end"]) - datetime.fromisoformat(times["start"])).total_seconds()


def _unchanged(bench: Bench) -> float:
    run = bench.play("magmasoft.hosting.customers")
    if not re.search(rf"^{HOST} .*changed=0 ", run.output, re.MULTILINE):
        raise SystemExit(f"nothing was to do, and yet something has changed:\n{run.output[-2000:]}")
    return run.seconds


def _check_writes_only_its_own(bench: Bench) -> None:
    """Add one more customer; only its items may be written, and each daemon is reloaded at most once."""
    name = bench.add()
    before = bench.on_host("date", "+%s.%N").strip()
    run = bench.play("magmasoft.hosting.customers", ANSIBLE_STDOUT_CALLBACK=JSON)
    tasks = [task for play in json.loads(run.output)["plays"] for task in play["tasks"]]
    results = [item for task in tasks for item in _results(task, _MODULES)]
    strangers = sorted({item["name"] for item in results if item["customer"] != name})
    if not results or strangers:
        raise SystemExit(f"{name} was added; written were {len(results)} items, those of others: {strangers}")
    bench.on_host("journalctl", "--sync")
    for unit in ("apache2.service", "php*-fpm.service"):
        journal = bench.on_host("journalctl", "--output=cat", f"--since=@{before}", "-u", unit)
        if journal.count("Reloading ") > 1:
            raise SystemExit(f"{name} was added; {unit} was reloaded {journal.count('Reloading ')} times")


def _results(task: dict[str, Any], modules: Iterable[str]) -> list[dict[str, Any]]:
    if task["hosts"].get(HOST, {}).get("action", "").rpartition(".")[2] not in modules:
        return []
    results: list[dict[str, Any]] = task["hosts"][HOST]["results"]
    return results


def _found(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    if found is None:
        raise SystemExit(f"no {pattern.pattern!r} in:\n{text[-2000:]}")
    return found[1]


def _say(text: str) -> None:
    print(f"==> {text}", file=sys.stderr, flush=True)
