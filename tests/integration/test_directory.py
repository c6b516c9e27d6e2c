# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules customer_account and mailbox against a real slapd."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.tests.integration.host import Host

CUSTOMER = "test-directory"
OTHER = "test-directory-other"
DOMAIN = "directory-test.example"
# The configuration that the role has made, and the program that takes one over.
LDIF, PROGRAM = "/etc/ldap/hosting.ldif", "/usr/local/sbin/hosting-directory-config"
HASH = "{ARGON2}$argon2id$v=19$m=65536,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$m4o3vR8mNQNmAfpBGcSXBN4NNFdxDLiN3xmUcdDQYjc"


class Directory:
    """The two modules with the options that all tests share."""

    def __init__(self, host: Host, base: str) -> None:
        self.host = host
        self.options = {"directory": {"base": base}}

    def accounts(self, customers: list[dict[str, Any]], logins: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
        """Return the arguments of customer_account."""
        return {**self.options, "customers": customers, "file_logins": logins, **more}

    def mailboxes(self, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Return the arguments of mailbox."""
        return {**self.options, "mailboxes": [{"customer": CUSTOMER, **item} for item in items], **more}


def _customer(name: str = CUSTOMER, **fields: Any) -> dict[str, Any]:
    return {"name": name, "display_name": "Test Ä", "domains": [DOMAIN], **fields}


def _address(local: str, **fields: Any) -> dict[str, Any]:
    return {"name": f"{local}@{DOMAIN}", **fields}


def _only(result: dict[str, Any]) -> dict[str, Any]:
    (item,) = result["results"]
    return dict(item)


@pytest.fixture
def directory(host: Host, directory_base: str) -> Iterator[Directory]:
    """Two customers that are there before, and nothing of them that is there after."""
    found = Directory(host, directory_base)
    done = host.converge("customer_account", found.accounts([_customer(), _customer(OTHER)], []))
    assert [item["action"] for item in done["results"]] == ["create", "create"]
    yield found
    for name in (CUSTOMER, OTHER):
        dn = f"o={name},ou=customers,{directory_base}"
        host.run("ldapdelete", "-Q", "-Y", "EXTERNAL", "-H", "ldapi:///", "-r", dn, check=False)


def test_a_customer_gets_a_number_that_nobody_gets_again(directory: Directory) -> None:
    first = directory.host.module("customer_account", directory.accounts([_customer()], []))["users"][CUSTOMER]
    directory.host.converge("customer_account", directory.accounts([_customer(state="absent")], []))
    again = directory.host.converge("customer_account", directory.accounts([_customer()], []))["users"][CUSTOMER]
    assert again["uid"] > first["uid"]
    assert again["web_gid"] == again["uid"] + 10000


def test_numbers_and_names_in_use_on_a_host_are_left_alone(directory: Directory) -> None:
    issued = directory.host.module("customer_account", directory.accounts([_customer("test-new")], []), check=True)
    number = issued["users"]["test-new"]["uid"]
    taken = {"system_users": {"somebody": number, "hc-test-other": 1234}, "system_groups": {"staff": number + 10001}}
    wanted = directory.accounts(
        [_customer(), _customer("test-new"), _customer("test-other")],
        [{"name": "somebody", "customer": CUSTOMER}],
        **taken,
    )
    result = directory.host.module("customer_account", wanted, check=True)
    codes = {item["name"]: (item["error"] or {}).get("code") for item in result["results"]}
    assert result["users"]["test-new"]["uid"] == number + 2
    assert codes["test-other"] == "system-name-taken"
    assert codes["somebody"] == "system-name-taken"


def test_a_system_user_can_not_be_exchanged(directory: Directory) -> None:
    wanted = directory.accounts([_customer(unix_user="somebody", unix_uid=1042)], [])
    result = directory.host.module("customer_account", wanted)
    assert _only(result)["error"]["code"] == "system-user-changed"
    assert not result["changed"]


def test_file_logins_are_locked_into_a_tree(directory: Directory) -> None:
    logins = [
        {"name": "test-all", "customer": CUSTOMER},
        {"name": "test-blog", "customer": CUSTOMER, "site": "blog.example"},
    ]
    wanted = directory.accounts([_customer()], logins, password_hashes={"test-all": HASH})
    done = directory.host.converge("customer_account", wanted)
    fields = {item["name"]: item["fields"] for item in done["results"]}
    assert fields == {"test-all": ["group", "home", "number", "password"], "test-blog": ["group", "home", "number"]}
    entry = directory.host.run(
        "ldapsearch", "-Q", "-LLL", "-Y", "EXTERNAL", "-H", "ldapi:///", "-b", directory.options["directory"]["base"],
        "(uid=test-blog)", "homeDirectory",
    )  # fmt: skip
    assert f"homeDirectory: /srv/www/{CUSTOMER}/blog.example" in entry
    assert HASH not in str(done)


def test_a_mailbox_through_its_life(directory: Directory) -> None:
    first = directory.mailboxes(
        _address("office", quota=1000, aliases=[f"info@{DOMAIN}"], cloud={"quota": 5}, chat=True)
    )
    assert _only(directory.host.converge("mailbox", first))["action"] == "create"
    changed = directory.mailboxes(_address("office", quota=2000, cloud={}))
    assert _only(directory.host.converge("mailbox", changed))["fields"] == [
        "aliases",
        "cloud_quota",
        "quota",
        "services",
    ]
    suspended = directory.mailboxes(_address("office", quota=2000, cloud={}, state="suspended"))
    assert _only(directory.host.converge("mailbox", suspended))["action"] == "suspend"
    assert _only(directory.host.converge("mailbox", changed))["action"] == "resume"
    gone = directory.mailboxes(_address("office", state="absent"))
    assert _only(directory.host.converge("mailbox", gone))["action"] == "remove"


def test_a_password_is_set_once_and_never_shown(directory: Directory) -> None:
    wanted = directory.mailboxes(_address("office"), password_hashes={f"office@{DOMAIN}": HASH})
    done = directory.host.converge("mailbox", wanted)
    assert "password" in _only(done)["fields"]
    assert HASH not in str(done)
    assert directory.host.module("mailbox", directory.mailboxes(_address("office")))["changed"] is False


@pytest.mark.parametrize("turned", [False, True])
def test_an_alias_moves_in_one_run_whatever_the_order(directory: Directory, *, turned: bool) -> None:
    alias = f"info@{DOMAIN}"
    directory.host.converge("mailbox", directory.mailboxes(_address("office", aliases=[alias]), _address("desk")))
    items = [_address("office"), _address("desk", aliases=[alias])]
    directory.host.converge("mailbox", directory.mailboxes(*(reversed(items) if turned else items)))
    items = [_address("desk"), _address("info")]
    directory.host.converge("mailbox", directory.mailboxes(*(reversed(items) if turned else items)))


def test_an_address_in_use_is_refused_and_the_others_are_applied(directory: Directory) -> None:
    directory.host.converge("mailbox", directory.mailboxes(_address("office", aliases=[f"info@{DOMAIN}"])))
    wanted = directory.mailboxes(_address("info"), _address("desk"), _address("office2", aliases=[f"office@{DOMAIN}"]))
    result = directory.host.module("mailbox", wanted)
    outcome = {
        item["name"].partition("@")[0]: (item["status"], (item["error"] or {}).get("code"))
        for item in result["results"]
    }
    assert outcome == {
        "info": ("failed", "address-in-use"),
        "desk": ("done", None),
        "office2": ("failed", "address-in-use"),
    }
    assert result["failed"]


def test_what_is_not_ours_is_never_touched(directory: Directory, directory_base: str) -> None:
    dn = f"cn=foreign,{directory_base}"
    entry = f"dn: {dn}\nobjectClass: inetOrgPerson\ncn: foreign\nsn: foreign\nmail: foreign@{DOMAIN}\n"
    directory.host.run("ldapadd", "-Q", "-Y", "EXTERNAL", "-H", "ldapi:///", stdin=entry)
    try:
        result = directory.host.module("mailbox", directory.mailboxes(_address("foreign")))
        assert _only(result)["error"]["code"] == "not-ours"
        result = directory.host.module("mailbox", directory.mailboxes(_address("foreign", state="absent")))
        assert result["results"] == []
        result = directory.host.module("mailbox", directory.mailboxes(_address("foreign", managed=False)))
        assert [item["name"] for item in result["unmanaged"]] == [f"foreign@{DOMAIN}"]
        assert not result["changed"]
    finally:
        directory.host.run("ldapdelete", "-Q", "-Y", "EXTERNAL", "-H", "ldapi:///", dn)


def test_another_customers_mailbox_can_not_be_taken_over(directory: Directory) -> None:
    directory.host.converge("mailbox", directory.mailboxes(_address("office")))
    result = directory.host.module("mailbox", directory.mailboxes(_address("office", customer=OTHER)))
    assert _only(result)["error"]["code"] == "owned-by-other"


@pytest.mark.parametrize(
    "name",
    ["*@x.example", "a)(mail=*@x.example", "a,o=b@x.example", "a\n@x.example", "A@x.example", "a@x", "a@x..example"],
)
def test_names_that_could_mean_something_else_are_refused(directory: Directory, name: str) -> None:
    result = directory.host.module("mailbox", directory.mailboxes({"name": name}))
    assert _only(result)["error"]["code"] == "invalid-name"
    assert not result["changed"]


def test_absent_removes_the_mail_only_when_told(directory: Directory) -> None:
    root = f"/srv/mail/{CUSTOMER}/{DOMAIN}/office"
    host = directory.host
    host.converge("mailbox", directory.mailboxes(_address("office")))
    host.run("mkdir", "-p", f"{root}/Maildir/cur")
    host.run("ln", "-sfn", "/etc", f"{root}/Maildir/link")
    gone = directory.mailboxes(_address("office", state="absent"))
    host.converge("mailbox", gone)
    assert host.run("ls", root) == "Maildir\n"
    host.converge("mailbox", {**gone, "purge": True, "maildir_root": "/srv/mail"})
    assert host.run("sh", "-c", f"test -e {root} || echo gone; test -e /etc/passwd && echo kept") == "gone\nkept\n"


def test_orphans_are_told_and_left(directory: Directory) -> None:
    host = directory.host
    host.converge("mailbox", directory.mailboxes(_address("office"), _address("desk")))
    result = host.module("mailbox", directory.mailboxes(_address("office"), complete=True))
    assert f"desk@{DOMAIN}" in [item["name"] for item in result["orphans"]]
    result = host.module("mailbox", directory.mailboxes(_address("office"), complete=True, withheld=[CUSTOMER]))
    assert f"desk@{DOMAIN}" not in [item["name"] for item in result["orphans"]]
    assert not result["changed"]


def test_a_new_index_has_the_entries_that_were_there(directory: Directory, directory_base: str) -> None:
    """Without that, slapd would answer that there is none, and mail would stay where it should be forwarded."""
    host = directory.host
    lines = host.run("cat", LDIF).splitlines(keepends=True)
    fewer = [line for line in lines if not line.startswith("olcDbIndex: hostingForwardTo")]
    assert len(fewer) == len(lines) - 1
    try:
        host.run("sh", "-ec", f"cat >{LDIF}.fewer; {PROGRAM} apply {LDIF}.fewer", stdin="".join(fewer))
        host.converge("mailbox", directory.mailboxes(_address("office", forward_to=["carla@outside.example"])))
    finally:
        host.run("rm", "-f", f"{LDIF}.fewer")
        host.run(PROGRAM, "apply", LDIF)
    search = ("ldapsearch", "-Q", "-LLL", "-Y", "EXTERNAL", "-H", "ldapi:///", "-b", directory_base)
    assert f"dn: mail=office@{DOMAIN}," in host.run(*search, "(hostingForwardTo=*)", "mail")


def test_a_configuration_that_nobody_has_seen_to_work_is_put_aside(directory: Directory) -> None:
    """A run that is killed between the swap and the proof leaves one, perhaps one with which slapd does not start."""
    host = directory.host
    host.run("systemctl", "stop", "slapd")
    host.run("sh", "-ec", "cd /etc/ldap; rm -rf slapd.d.former; mv slapd.d slapd.d.former; mkdir slapd.d")
    assert host.run("sh", "-c", f"{PROGRAM} applied {LDIF} || echo no") == "no\n"
    host.run(PROGRAM, "apply", LDIF)
    host.run(PROGRAM, "applied", LDIF)
    host.converge("mailbox", directory.mailboxes(_address("office")))


def test_a_stopped_slapd_is_named(directory: Directory) -> None:
    host = directory.host
    host.run("systemctl", "stop", "slapd")
    try:
        result = host.module("mailbox", directory.mailboxes(_address("office")))
        assert result["failed"]
        assert result["error"]["code"] == "service-unavailable"
        assert "slapd" in result["msg"]
    finally:
        host.run("systemctl", "start", "slapd")


# Where a directory may listen; as somebody else, and as a daemon, whose number says nothing.
_REACH = """
import json, os, socket, sys
os.setgid(int(sys.argv[1])); os.setuid(int(sys.argv[1]))
said = {}
for place in sys.argv[2:]:
    address, _colon, port = place.rpartition(":")
    try:
        socket.create_connection((address, int(port)), 5).close()
        said[place] = "connected"
    except OSError as error:
        said[place] = type(error).__name__
print(json.dumps(said))
"""


def test_strangers_do_not_reach_the_directory(host: Host) -> None:
    """Each try would be one that no service counts."""
    for port in (389, 636):
        with pytest.raises((TimeoutError, ConnectionRefusedError)):
            socket.create_connection((host.address, port), 2)
    # the host is there
    socket.create_connection((host.address, 993), 2).close()


@pytest.mark.parametrize("number", [1000, 20500, 59999])
def test_programs_of_customers_do_not_reach_the_directory(host: Host, number: int) -> None:
    own = json.loads(host.run("ip", "-json", "address"))
    addresses = [
        f"{a['local']}%{link['ifname']}" if a["scope"] == "link" else a["local"]
        for link in own
        for a in link["addr_info"]
    ]
    places = [f"{address}:636" for address in [*addresses, "127.0.0.9"]] + ["127.0.0.1:389"]
    assert {"127.0.0.1:636", f"{host.address}:636"} <= set(places)
    said = json.loads(host.run("python3", "-", str(number), *places, stdin=_REACH))
    assert set(said.values()) == {"ConnectionRefusedError"}, said
    # it listens there, and daemons come through
    daemon = json.loads(host.run("python3", "-", "1", *places, stdin=_REACH))
    assert {place for place, what in daemon.items() if what == "connected"} >= {
        "127.0.0.1:636",
        "127.0.0.1:389",
        f"{host.address}:636",
    }


def test_logins_of_the_directory_are_logged_and_searches_are_not(directory: Directory, directory_base: str) -> None:
    host = directory.host
    dn = f"mail=nobody-{host.run('date', '+%s%N').strip()}@{DOMAIN},{directory_base}"
    script = f"LDAPTLS_REQCERT=never ldapwhoami -x -H ldaps://127.0.0.1 -D '{dn}' -w wrong 2>&1; true"
    assert "Invalid credentials (49)" in host.run("sh", "-c", script)
    host.run(
        "ldapsearch",
        "-Q",
        "-LLL",
        "-Y",
        "EXTERNAL",
        "-H",
        "ldapi:///",
        "-b",
        directory_base,
        f"(mail=searched@{DOMAIN})",
    )
    logged = host.run("sh", "-c", "sleep 1; cat /var/log/auth.log")
    number = re.search(rf'slapd\[\d+\]: conn=(\d+) op=0 BIND dn="{re.escape(dn)}" method=128', logged)
    assert number
    assert re.search(rf"conn={number[1]} fd=\d+ ACCEPT from IP=127[.]0[.]0[.]1:\d+ ", logged)
    assert re.search(rf"conn={number[1]} op=0 RESULT tag=97 err=49 ", logged)
    assert host.run("sh", "-c", f"grep -rlF -e searched@{DOMAIN} -e ' SRCH ' /var/log --include='*log' || true") == ""


# Signs a certificate as somebody would who has taken over a host with sites; clients of the directory look at it.
_FORGE = """
set -eu
subject=$1 names=$2 host=$3
place=$(mktemp -d) certificates=/etc/hosting/certificates
cd "$place"
cp /etc/hosts hosts
trap 'cat "$place/hosts" >/etc/hosts; rm -rf "$place"' EXIT
echo "127.0.0.1 $host" >>/etc/hosts
openssl ecparam -name prime256v1 -genkey -noout -out key.pem
openssl req -new -key key.pem -subj "/CN=$subject" -out request.pem
: >names.ext
[ -z "$names" ] || echo "subjectAltName = $names" >names.ext
ca="-CA $certificates/issuing.crt -CAkey $certificates/issuing.key"
openssl x509 -req -in request.pem $ca -days 1 -extfile names.ext -out leaf.pem 2>/dev/null
trust="-CAfile $certificates/ca.crt -untrusted $certificates/issuing.crt"
case $host in
    *[!0-9.]*) openssl verify $trust -verify_hostname "$host" leaf.pem 2>&1 || true ;;
    *) openssl verify $trust -verify_ip "$host" leaf.pem 2>&1 || true ;;
esac
echo by libldap
# by which the daemons ask the directory
chain="-cert leaf.pem -key key.pem -cert_chain $certificates/issuing.crt"
openssl s_server -quiet -accept 6360 $chain >/dev/null 2>&1 &
server=$!
sleep 0.3
export LDAPTLS_CACERT=$certificates/ca.crt LDAPTLS_REQCERT=demand
timeout 3 ldapwhoami -d 1 -x -H "ldaps://$host:6360" 2>&1 | grep TLS || true
kill $server
"""


@pytest.mark.parametrize("way", ["name", "other name", "wildcard", "address", "subject", "hostname"])
def test_who_signs_for_customers_can_t_pass_for_the_directory(host: Host, way: str) -> None:
    """Each web and chat host has such a key, and all clients of the directory trust the authority above it."""
    subject, names, called = {
        "name": (host.name, f"DNS:{host.name}", host.name),
        "other name": ("x.example", "DNS:x.example,DNS:mail.lab.example", "mail.lab.example"),
        "wildcard": ("*.lab.example", "DNS:*.lab.example", "mail.lab.example"),
        "address": ("x.example", "IP:127.0.0.1", "127.0.0.1"),
        "subject": ("mail.lab.example", "", "mail.lab.example"),
        "hostname": ("localhost", "DNS:localhost", "localhost"),
    }[way]
    openssl, _line, libldap = host.run("sh", "-c", _FORGE, "sh", subject, names, called).partition("by libldap\n")
    assert "subtree violation" in openssl, openssl
    assert "TLS certificate verification: Error" in libldap, libldap


def test_who_signs_for_customers_signs_for_customers(host: Host) -> None:
    names = ("alpenverein.example", "DNS:alpenverein.example", "alpenverein.example")
    assert "leaf.pem: OK" in host.run("sh", "-c", _FORGE, "sh", *names)
