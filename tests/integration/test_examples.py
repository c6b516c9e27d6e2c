# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The example customers of register/lab, as `make lab` on-boards them: logins, a real application, what was there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ansible_collections.magmasoft.hosting.tests.integration.host import Host
from ansible_collections.magmasoft.hosting.tests.integration.runs import ansible_playbook

PAGE = "/var/www/altbestand/index.html"
# An address that keeps what comes, one that forwards it, and one that does both.
LEADS_TO = {
    "office@alpenverein.example": "office@alpenverein.example",
    "orders@xn--mller-grten-r8a91a.example": "sink@outside.example",
    "huettenwart@alpenverein.example": "office@alpenverein.example",
}
# All of its maps; what is not in one ends with 1.
ASK_POSTFIX = 'for map in /etc/postfix/hosting-*.cf; do postmap -q "$1" "ldap:$map" || [ $? = 1 ]; done'
# What slapd says of an attribute that it has no index for.
UNINDEXED = "not indexed"
SEARCHES = "/run/slapd/searches"


class Lab:
    """The playbooks, on the inventory of the scenario."""

    def __init__(self, inventory: Path, repository: Path) -> None:
        self._inventory = inventory
        self._repository = repository

    def run(self, playbook: str, *options: str) -> str:
        """Run a playbook to its end, which has to be good."""
        done = ansible_playbook("-i", self._inventory, self._repository / playbook, *options)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def changed(self, output: str) -> bool:
        """Tell whether a run has changed anything, here or there."""
        recap = output[output.rindex("PLAY RECAP") :]
        return any("changed=0 " not in line for line in recap.splitlines() if "unreachable=" in line)


@pytest.fixture(scope="module")
def lab(repository: Path) -> Lab:
    """The lab of the scenario."""
    inventory = os.environ.get("HOSTING_TEST_INVENTORY")
    if not inventory:
        pytest.skip("HOSTING_TEST_INVENTORY names no provider; Molecule sets it")
    return Lab(Path(inventory), repository)


@pytest.fixture(scope="module")
def searched(host: Host) -> Iterator[Callable[[], list[str]]]:
    """Have slapd tell how it searches; return what it searched without an index since."""
    # into a file of its own: what comes so thick, journald does not hand on to syslog in full
    _configure(host, olcLogFile=SEARCHES, olcLogFileOnly="TRUE", olcLogLevel="filter")
    yield lambda: [line for line in host.run("cat", SEARCHES).splitlines() if UNINDEXED in line]
    _configure(host, olcLogFile="", olcLogFileOnly="", olcLogLevel="none")
    host.run("rm", SEARCHES)


@pytest.mark.parametrize("customer", ["alpenverein", "fotostudio", "gaertnerei"])
@pytest.mark.usefixtures("searched")
def test_every_login_of_an_example_customer_works(lab: Lab, customer: str) -> None:
    said = lab.run("playbooks/onboard.yml", "-e", f"customer={customer}")
    assert " work, 0 do not, 0 were not tried" in said[said.index("Give the verdict on the logins") :]
    assert not lab.changed(lab.run("playbooks/onboard.yml", "-e", f"customer={customer}"))


def test_no_login_and_no_mail_is_searched_for_without_an_index(
    host: Host, searched: Callable[[], list[str]], directory_base: str
) -> None:
    """A directory of 10,000 entries is not read whole for each of them."""
    for address, leads_to in LEADS_TO.items():
        assert leads_to in host.run("sh", "-c", ASK_POSTFIX, "sh", address)
    assert searched() == []
    host.run("ldapsearch", "-Q", "-Y", "EXTERNAL", "-H", "ldapi:///", "-b", directory_base, "(telephoneNumber=1)")
    assert len(searched()) == 1, "slapd does not tell"


def test_a_customer_installs_wordpress_and_logs_in(lab: Lab) -> None:
    """The playbook fails where the start page or the login does."""
    assert lab.changed(lab.run("lab/playbooks/wordpress.yml"))
    assert not lab.changed(lab.run("lab/playbooks/wordpress.yml"))


def test_what_was_there_before_stays_as_it_is(lab: Lab, host: Host) -> None:
    lab.run("lab/playbooks/before_us.yml")
    before = _what_was_there(host)
    for options in (["--check", "--diff"], []):
        said = " ".join(lab.run("playbooks/customers.yml", *options).split())
        for item in ("site altbestand.example", "database altbestand"):
            assert f"by hand: {item} of altbestand on {host.name}" in said
    assert _what_was_there(host) == before
    host.run("sh", "-c", f"rm -r {Path(PAGE).parent}; mariadb --execute 'DROP DATABASE altbestand'")


def _configure(host: Host, **settings: str) -> None:
    """Give slapd settings; one that is empty has no value."""
    values = [f"replace: {name}\n" + (f"{name}: {value}\n" if value else "") for name, value in settings.items()]
    change = "dn: cn=config\nchangetype: modify\n" + "-\n".join(values)
    host.run("ldapmodify", "-Q", "-Y", "EXTERNAL", "-H", "ldapi:///", stdin=change)


def _what_was_there(host: Host) -> str:
    statements = (
        "SHOW CREATE DATABASE altbestand; SELECT User FROM mysql.global_priv WHERE User LIKE 'altbestand%';"
        " SELECT * FROM magmasoft_hosting.ownership WHERE customer = 'altbestand';"
    )
    configured = "find /var/lib/hosting/web/current/ -name 'altbestand*'; getent passwd hc-altbestand || true"
    page = host.run("sh", "-c", f"stat -c '%U %G %a %Y' {PAGE}; cat {PAGE}; {configured}")
    return page + host.run("mariadb", "--batch", stdin=statements)
