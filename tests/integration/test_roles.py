# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roles on a host that was new: what check mode predicted, what the first run did, and what the second did not."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.tests.integration.host import PLACE, ROOT, Host

SCENARIO, PLAYBOOK = ROOT / "molecule" / "shared", "converge.yml"
ROLES = (
    "common", "certificates", "directory", "database", "mail", "web", "file_access", "statistics", "downloads",
    "webmail", "database_tool", "cloud", "chat",
)  # fmt: skip
# What follows from a task that check mode predicts, and can't be asked beforehand, since the service that would have to
# answer is not set up yet. Task -> the prediction that stands for it.
_SIGNED, _CONFIGURED = "certificates : Say that a new certificate would be signed", "directory : Configure slapd"
_TIMER = "statistics : Describe the service and its timer"
FOLLOWS = {
    "certificates : Install the certificate of the authority": _SIGNED,
    "certificates : Let those read the key who may": _SIGNED,
    "certificates : Sign it": _SIGNED,
    "certificates : Install the certificate": _SIGNED,
    "certificates : Let the services that run take the certificate over": _SIGNED,
    "certificates : Put the certificate of the authority on the controller": _SIGNED,
    "directory : Take the configuration over": _CONFIGURED,
    "directory : Add the entries that are missing": _CONFIGURED,
    "directory : Set the passwords of the services that cannot": _CONFIGURED,
    "database : Bring accounts and databases to the wanted state": (
        "database : Say what would be changed in accounts and databases"
    ),
    "common : Start the firewall": "common : Have the rules loaded at every boot",
    "common : Load the firewall": "common : Have the rules loaded at every boot",
    "mail : Restart the check of senders": "mail : Install its unit",
    "mail : Start the daemons": "mail : Install its unit",
    "web : Do so once a day": "web : Have large files .htaccess looked for",
    "web : Switch modules, configurations and sites on and off": "web : Say what would be switched",
    "statistics : Leave /ldap-status to the sites": "statistics : Load the modules for logins of the directory",
    "statistics : Start the timer of the statistics anew": _TIMER,
    "statistics : Make statistics and pages with what has changed": _TIMER,
    "statistics : Start the timer": _TIMER,
    "downloads : Start the timer of the downloads anew": "downloads : Describe when it runs",
    "downloads : Start the timer": "downloads : Describe when it runs",
    "web : Start it before Apache asks it": "web : Describe the service",
    "webmail : Make the tables, or bring them to the version of the package": (
        "webmail : Say what would be done to the tables"
    ),
    "webmail : Have what is old removed": "webmail : Describe what removes old sessions",
    "database_tool : Make the account": "database_tool : Say what would be changed",
    "cloud : Restart the cloud": "cloud : Describe the service",
    "cloud : Restart the web server of the cloud": "cloud : Describe the service of the web server",
    "cloud : Start both": "cloud : Describe the service",
}

# What check mode predicts of two tasks, of which the run needs only the first: the second -> by what it is done.
# Where the packages are there from the start, the role web finds their configurations before the roles that want them.
ONCE = {
    "web : Leave the sites without what its package would add to all of them": (
        "web : Switch modules, configurations and sites on and off"
    ),
}


@pytest.fixture(scope="module")
def runs(host: Host, tmp_path_factory: pytest.TempPathFactory) -> list[Mapping[str, Any]]:
    """Return what each run changed: in check mode on a host that is new, the first, and the second on the same host.

    The first is the one that has built the golden host. The host under test is a copy of it, started anew.
    """
    first = PLACE / "changes.jsonl"
    if not first.exists():
        pytest.skip(f"{first} is not there: the scenario default writes it")
    place = tmp_path_factory.mktemp("new")
    with _new_host(host.name, place):
        predicted = _applied(place / "predicted.jsonl", "--check", place=place)
    again = _applied(place / "again.jsonl")
    done = next(run for run in map(json.loads, first.read_text("utf-8").splitlines()) if run["playbook"] == PLAYBOOK)
    return [predicted, done, again]


@contextmanager
def _new_host(name: str, place: Path) -> Iterator[None]:
    """Have a host of that name that knows nothing yet, in a place of its own."""
    environment = {**os.environ, "HOSTING_PLACE": str(place), "HOSTING_FROM": ""}
    # as molecule/shared/create.yml makes it
    place.chmod(0o755)
    subprocess.run([ROOT / "lab" / "host", "up", name], check=True, env=environment)
    try:
        subprocess.run([ROOT / "lab" / "ssh", name], check=True, env=environment)
        yield
    finally:
        subprocess.run([ROOT / "lab" / "host", "down"], check=True, env=environment)


def _applied(record: Path, *options: str, place: Path = PLACE) -> Mapping[str, Any]:
    """Run what has built the golden host; return what it changed, or would change."""
    done = subprocess.run(
        ["ansible-playbook", "-i", os.environ["HOSTING_TEST_INVENTORY"], SCENARIO / PLAYBOOK, *options],
        check=False, capture_output=True, text=True,
        env={
            **os.environ,
            "HOSTING_PLACE": str(place),
            "HOSTING_CHANGES": str(record),
            "ANSIBLE_CALLBACK_PLUGINS": str(SCENARIO / "callback"),
            "ANSIBLE_CALLBACKS_ENABLED": "changes",
        },
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    found: Mapping[str, Any] = json.loads(record.read_text("utf-8"))
    return found


def _of_roles(run: Mapping[str, Any]) -> set[str]:
    names = (name.removeprefix("magmasoft.hosting.") for name in run["changed"])
    return {name for name in names if name.partition(" : ")[0] in ROLES}


def _unexplained(done: Iterable[str], predicted: set[str]) -> list[str]:
    return sorted(name for name in done if name not in predicted and FOLLOWS.get(name) not in predicted)


def test_check_mode_predicts_what_the_first_run_does(runs: list[Mapping[str, Any]]) -> None:
    assert [run["check"] for run in runs] == [True, False, False]
    predicted, done = _of_roles(runs[0]), _of_roles(runs[1])
    assert _unexplained(done, predicted) == []
    left = sorted(predicted - done - set(FOLLOWS.values()))
    assert [name for name in left if ONCE.get(name) not in done] == []


def test_every_role_changes_a_new_host(runs: list[Mapping[str, Any]]) -> None:
    assert {name.partition(" : ")[0] for name in _of_roles(runs[1])} == set(ROLES)


def test_the_second_run_changes_nothing(runs: list[Mapping[str, Any]]) -> None:
    assert _of_roles(runs[2]) == set()
