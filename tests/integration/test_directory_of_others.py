# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A tree in which attributes and classes have other names than ours, and that is as large as one may get.

A second slapd on the host under test, with the configuration that the role has made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from ansible_collections.magmasoft.hosting.tests.integration.host import Host

PLACE = "/run/test-tree"
URI = "ldapi://" + f"{PLACE}/ldapi".replace("/", "%2F")
CUSTOMER = "test-tree"
DOMAIN = "tree-test.example"
READER = "a-reader-of-the-tree"
HASH = "{ARGON2}$argon2id$v=19$m=65536,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$m4o3vR8mNQNmAfpBGcSXBN4NNFdxDLiN3xmUcdDQYjc"
ENTRIES = 10_000
# Ours -> theirs.
NAMES = {
    f"hosting{name}": f"acme{name}"
    for name in (
        "CloudQuota", "Counter", "Customer", "FileLogin", "ForwardTo", "KeepCopy", "Mailbox", "NextNumber", "Number",
        "Quota", "Service", "Status", "User",
    )
}  # fmt: skip


class Tree:
    """The second slapd."""

    def __init__(self, host: Host, base: str) -> None:
        self.host, self.base = host, base
        self.options = {"directory": {"uri": URI, "base": base, "attributes": NAMES}}

    def start(self) -> None:
        """Make and fill it."""
        configuration = self.host.run("cat", "/etc/ldap/hosting.ldif")
        configuration = re.sub(r"\bhosting(?=[A-Z])", "acme", configuration)
        configuration = configuration.replace("/var/lib/ldap/hosting", f"{PLACE}/data")
        configuration = configuration.replace("/run/slapd/", f"{PLACE}/")
        self.host.run("mkdir", "-p", f"{PLACE}/config", f"{PLACE}/data")
        self.host.run("slapadd", "-n", "0", "-F", f"{PLACE}/config", stdin=configuration)
        self.host.run("slapadd", "-q", "-n", "1", "-F", f"{PLACE}/config", stdin=self._entries())
        self.host.run("slapd", "-h", URI, "-F", f"{PLACE}/config")

    def stop(self) -> None:
        """Leave nothing of it."""
        self.host.run("sh", "-c", f"kill $(cat {PLACE}/slapd.pid); sleep 0.5; rm -rf {PLACE}", check=False)

    def search(self, *arguments: str, bind: tuple[str, ...] = ("-Q", "-Y", "EXTERNAL")) -> str:
        """Ask it as an administrator does, or as somebody else."""
        return self.host.run("ldapsearch", "-LLL", "-o", "ldif-wrap=no", "-H", URI, *bind, "-b", self.base, *arguments)

    def _entries(self) -> str:
        top, customers, services = self.base, f"ou=customers,{self.base}", f"ou=services,{self.base}"
        name = self.base.partition(",")[0].removeprefix("dc=")
        crowd = {"acmeCustomer": "crowd", "acmeStatus": "active"}
        entries = [
            _entry(top, "dcObject", "organization", dc=name, o=name),
            _entry(customers, "organizationalUnit", "acmeCounter", ou="customers"),
            _entry(services, "organizationalUnit", ou="services"),
            _entry(
                f"cn=reader,{services}", "applicationProcess", "simpleSecurityObject",
                cn="reader", userPassword=READER,
            ),
            _entry(
                f"o=crowd,{customers}", "organization", "acmeCustomer",
                **crowd, o="crowd", acmeNumber="29000", acmeUser="hc-crowd",
            ),
        ]  # fmt: skip
        for number in range(ENTRIES):
            mail = f"a{number}@crowd.example"
            entries.append(
                _entry(
                    f"mail={mail},o=crowd,{customers}", "inetOrgPerson", "inetLocalMailRecipient", "acmeMailbox",
                    **crowd, mail=mail, cn=mail, sn=mail, acmeService="mail",
                )
            )  # fmt: skip
        return "\n".join(entries)


def _entry(dn: str, *classes: str, **attributes: str) -> str:
    lines = [f"dn: {dn}", *(f"objectClass: {name}" for name in classes)]
    return "\n".join([*lines, *(f"{name}: {value}" for name, value in attributes.items()), ""])


@pytest.fixture(scope="module")
def tree(host: Host, directory_base: str) -> Iterator[Tree]:
    """The second slapd, with ten thousand addresses in it."""
    made = Tree(host, directory_base)
    made.stop()
    made.start()
    yield made
    made.stop()


def test_modules_use_the_names_of_the_tree(tree: Tree) -> None:
    customer = {"name": CUSTOMER, "display_name": "Test", "domains": [DOMAIN]}
    login = {"name": CUSTOMER, "customer": CUSTOMER}
    mailbox = {
        "name": f"office@{DOMAIN}", "customer": CUSTOMER, "aliases": [f"info@{DOMAIN}"], "quota": 1000,
        "forward_to": ["a@elsewhere.example"], "cloud": {"quota": 5}, "chat": True,
    }  # fmt: skip
    for state, status in (("present", "active"), ("suspended", "suspended")):
        accounts = {"customers": [{**customer, "state": state}], "file_logins": [{**login, "state": state}]}
        tree.host.converge("customer_account", {**tree.options, **accounts, "password_hashes": {CUSTOMER: HASH}})
        mailboxes = {"mailboxes": [{**mailbox, "state": state}], "password_hashes": {mailbox["name"]: HASH}}
        tree.host.converge("mailbox", {**tree.options, **mailboxes})
        text = tree.search(f"(|(o={CUSTOMER})(acmeCustomer={CUSTOMER}))")
        assert text.count(f"acmeStatus: {status}") == 3
        for line in ("acmeQuota: 1000", "acmeCloudQuota: 5", "acmeForwardTo: a@elsewhere.example", "acmeService: chat"):
            assert line in text.splitlines()
    found = tree.host.module("account_info", tree.options)["with_password"]
    assert CUSTOMER in found["file_login"]
    assert f"office@{DOMAIN}" in found["mailbox"]
    assert "hosting" not in tree.search("-s", "sub", "(objectClass=*)", "*", "+").replace("/hosting", "")


def test_ten_thousand_entries_are_read_by_whom_they_concern_and_nobody_else(tree: Tree) -> None:
    crowd = "(mail=*@crowd.example)"
    services = ("-x", "-D", f"cn=reader,ou=services,{tree.base}", "-w", READER)
    assert tree.search(crowd, "mail").count("mail: ") == ENTRIES
    assert tree.search(crowd, "mail", bind=services).count("mail: ") == ENTRIES
    with pytest.raises(AssertionError, match="No such object"):
        tree.search(crowd, "mail", bind=("-x",))
    wanted = {"name": "a1@crowd.example", "customer": "crowd"}
    done = tree.host.module("mailbox", {**tree.options, "mailboxes": [wanted], "complete": True})
    assert done["counts"]["unchanged"] == 1
    assert len(done["orphans"]) >= ENTRIES - 1
