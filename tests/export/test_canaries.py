# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Three customers with everything, and each finds all of theirs in their bag and nothing of anybody else.

A fourth one names them wherever somebody can choose what a server writes down.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores._table import ON_HOSTS
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.network import Network
from ansible_collections.magmasoft.hosting.tests.integration.host import Host
from ansible_collections.magmasoft.hosting.tests.playbooks.exports import Exports, contents
from ansible_collections.magmasoft.hosting.tests.playbooks.provider import Provider

from .planting import CA, Customer, Planting

# the certificate names the host, and the library goes to its address
pytestmark = pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
KINDS = {*ON_HOSTS, "customer_record"}
# Nothing that an earlier run has left has the names of this one.
_RUN = secrets.token_hex(2)
_ANIMALS = ("pangolin", "capybara", "marmoset")
CUSTOMERS = [Customer(f"{animal}{_RUN}") for animal in _ANIMALS]
FORGER = Customer(f"wolverine{_RUN}")
EVERYBODY = [*CUSTOMERS, FORGER]
# Where the forger has written down the names of the others, and what else stands in these lines.
FORGED = (
    ("/var/log/mail.log", "message-id="),
    ("/var/log/mail.log", "helo="),
    ("/var/log/mail.log", "sasl_username="),
    ("/var/log/mail.log", "imap-login"),
    ("/var/log/apache2/other_vhosts_access.log", "192.0.2.1"),
    ("/var/log/apache2/other_vhosts_access.log", "%0a"),
    ("/var/log/apache2/error.log", "Invalid command"),
    (f"/var/log/hosting/web/{FORGER.domain}/access.log", "192.0.2.1"),
    (f"/var/log/hosting/web/{FORGER.domain}/error.log", "[core:error]"),
    ("/var/log/proftpd/xferlog", "_ftp_0_*_c"),
    ("/var/log/hosting/cloud/access.log", "192.0.2.1"),
    ("/var/log/hosting/cloud/access.log", "PROPFIND"),
)


@dataclass(frozen=True)
class Bag:
    """Everything that a customer is handed, unpacked: by path, and which payload is of which kind and item."""

    contents: Mapping[str, bytes]
    items: Mapping[tuple[str, str], frozenset[str]]

    def has(self, word: str, kind: str, item: str) -> bool:
        """Tell whether a word stands in what was delivered of an item."""
        paths = self.items[kind, item]
        return any(
            word.encode() in content
            for path, content in self.contents.items()
            if path.removeprefix("data/").partition(":")[0] in paths
        )

    def paths_with(self, word: str) -> list[str]:
        """Return the files in which a word stands, or that are called so."""
        return [
            path for path, content in self.contents.items() if word in path.lower() or word.encode() in content.lower()
        ]


@pytest.fixture(scope="module")
def exports(
    host: Host,
    directory_base: str,
    new_provider: Callable[[], Provider],
    tmp_path_factory: pytest.TempPathFactory,
) -> Exports:
    """Return the customers, who have used everything."""
    place = tmp_path_factory.mktemp("canaries")
    ca_file = place / "ca.crt"
    ca_file.write_text(host.run("cat", CA), "utf-8")
    address = host.address
    provider = new_provider()
    found = Exports(provider, place)
    for customer in CUSTOMERS:
        found.customer(customer.name, **customer.fields())
    named = " and ".join(customer.address for customer in CUSTOMERS)
    found.customer(FORGER.name, **{**FORGER.fields(), "name": f"{FORGER.name} of {named}"})
    provider.apply()
    planting = Planting(provider, directory_base, Network({"*": address}, str(ca_file), 20))
    for customer in EVERYBODY:
        planting.plant(customer)
    planting.forge(FORGER, CUSTOMERS)
    host.run("systemctl", "start", "hosting-statistics.service")
    return found


@pytest.fixture(scope="module")
def bags(exports: Exports, tmp_path_factory: pytest.TempPathFactory) -> Mapping[Customer, Bag]:
    """Return what the three are handed."""
    place = tmp_path_factory.mktemp("bags")
    return {customer: _exported(exports, customer, place) for customer in CUSTOMERS}


def _exported(exports: Exports, customer: Customer, place: Path) -> Bag:
    code, output = exports.run("export", customer=customer.name, bag="all", compress="true")
    assert code == 0, output
    found = dict(contents(exports.bag(customer.name, "all", place, ["zstd", "-q"])))
    kinds = json.loads(found["data/data.json"])["kinds"]
    items = {
        (kind["kind"], item["item"]): frozenset(str(file["path"]) for file in item["files"])
        for kind in kinds
        for item in kind["items"]
    }
    return Bag(found, items)


@pytest.mark.parametrize("customer", CUSTOMERS, ids=_ANIMALS)
def test_everybody_finds_all_of_theirs(bags: Mapping[Customer, Bag], customer: Customer) -> None:
    bag = bags[customer]
    assert {kind for kind, _item in bag.items} == KINDS
    assert [(kind, item) for kind, item in bag.items if not bag.has(customer.canary(kind), kind, item)] == []


@pytest.mark.parametrize("customer", CUSTOMERS, ids=_ANIMALS)
def test_nobody_finds_anything_of_anybody_else(bags: Mapping[Customer, Bag], customer: Customer) -> None:
    found = {other.name: bags[customer].paths_with(other.name) for other in EVERYBODY if other is not customer}
    assert {name: paths for name, paths in found.items() if paths} == {}


@pytest.mark.usefixtures("exports")
def test_the_forger_has_written_the_names_down(host: Host) -> None:
    lines = {log: host.run("grep", "-F", FORGER.name, log).splitlines() for log, _word in FORGED}
    unnamed = [
        (log, word, customer.name)
        for log, word in FORGED
        for customer in CUSTOMERS
        if not any(word in line and customer.name in line for line in lines[log])
    ]
    assert unnamed == []
