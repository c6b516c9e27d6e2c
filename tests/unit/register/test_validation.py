# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of one customer and of the whole register."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.errors import format_errors, shown
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.expansion import expand
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.files import read_directory
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.validation import Register, validate

from .registers import ROOT, checked, customer_of, only_error, source, text_of


def test_a_short_file_gets_every_default() -> None:
    """What is not written is filled in."""
    assert customer_of() == {
        "customer": "alpenverein",
        "name": "Customer alpenverein",
        "contact": "owner@elsewhere.example",
        "language": "de",
        "contract": {"status": "active", "ended": None, "erasure": "ask"},
        "unix": None,
        "sites": [],
        "file_logins": [{"name": "alpenverein", "site": None}],
        "databases": [],
        "database_tool": False,
        "mailboxes": [
            {
                "address": "office@alpenverein.example",
                "aliases": [],
                "quota": None,
                "forward_to": [],
                "keep_copy": True,
                "managed": True,
                "login": None,
                "cloud": {"quota": None},
                "chat": True,
            }
        ],
        "backup": {
            "mode": "shared",
            "exclude": {"sites": [], "databases": [], "mailboxes": [], "cloud": [], "chat": []},
        },
        "erase": [],
    }


def test_defaults_are_not_shared() -> None:
    """No two places of the result ever hold the same list or mapping."""

    def containers(value: Any) -> list[int]:
        if not isinstance(value, dict | list):
            return []
        inside = value.values() if isinstance(value, dict) else value
        return [id(value), *(identity for item in inside for identity in containers(item))]

    more = "sites: [{{domain: {0}.example}}, {{domain: x.{0}.example}}]\ndatabases: [{{name: {0}}}]\n"
    register = validate([source(text_of(name, more.format(name)), name) for name in ("a", "b")])
    assert len(register["customers"]) == 2
    found = containers(register["customers"])
    assert len(found) == len(set(found))


def test_the_example_has_every_field() -> None:
    """All of them are used, and all are good."""
    register = validate(read_directory(str(ROOT / "register" / "example")), web_hosts=["web1", "web2"])
    assert register["errors"] == []
    customer = register["customers"][0]
    assert customer["contract"] == {"status": "ended", "ended": "2026-10-31", "erasure": "ask"}
    assert customer["unix"] == {"user": "alt", "uid": 1042}
    assert customer["sites"][1]["logs"] == ["/var/log/apache2/alt-access.log", "/var/log/apache2/alt-error.log"]
    assert customer["backup"]["exclude"]["mailboxes"] == "all"
    assert customer["mailboxes"][1]["cloud"] is False


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1K", 1024),
        ("500M", 500 << 20),
        ("2G", 2 << 30),
        ("2.5G", 5 << 29),
        ("1.999999K", 2047),
        ("1024T", 1 << 50),
        ('"1G"', 1 << 30),
    ],
)
def test_sizes_are_bytes(text: str, size: int) -> None:
    """Exactly, without a detour over floating point."""
    assert customer_of(mailbox=f"    quota: {text}\n")["mailboxes"][0]["quota"] == size


@pytest.mark.parametrize(
    "text", ["0", "0G", "01G", "1", "1B", "1g", "1 G", "1GB", "1.G", ".5G", "-1G", "1e3M", "1025T"]
)
def test_what_is_no_size(text: str) -> None:
    """One unit, one number, nothing else."""
    error = only_error(checked(mailbox=f"    quota: {text}\n"))
    assert (error["line"], error["field"]) == (7, "mailboxes[0].quota")
    assert "500M or 2.5G" in error["allowed"]


@pytest.mark.parametrize(
    ("contract", "field"),
    [
        ("{status: ended}", "contract.ended"),
        ("{status: active, ended: 2026-10-31}", "contract.ended"),
        ("{ended: 2026-10-31}", "contract.ended"),
        ("{status: ended, ended: 2026-02-29}", "contract.ended"),
        ("{status: ended, ended: 20261031}", "contract.ended"),
        ("{status: ended, ended: 2026-10-31T00:00:00}", "contract.ended"),
        ("{status: closed}", "contract.status"),
        ("{erasure: no}", "contract.erasure"),
        ("ended", "contract"),
        ("[]", "contract"),
        ("", "contract"),
    ],
)
def test_contracts_that_do_not_fit(contract: str, field: str) -> None:
    """A date only and always with ``ended``, and a real one."""
    error = only_error(checked(f"contract: {contract}\n"))
    assert (error["line"], error["field"]) == (7, field)


def test_whole_numbers() -> None:
    """True is no number one, and a text no number."""
    for written in ("true", "1042.0", '"1042"', "[1042]"):
        error = only_error(checked(f"unix: {{user: alt, uid: {written}}}\n"))
        assert (error["field"], error["message"]) == ("unix.uid", "is no whole number")
    for written in ("999", "-1042", "65534", "2147483647"):
        error = only_error(checked(f"unix: {{user: alt, uid: {written}}}\n"))
        assert (error["field"], error["message"]) == ("unix.uid", "is a number that may not stand here")


def test_scalars_are_read_as_the_field_wants_them() -> None:
    """A club may be called 1848, Yes or True."""
    for written, name in (("1848", "1848"), ("yes", "yes"), ("true", "true"), ("'007'", "007"), ("-0", "-0")):
        register = validate([source(text_of().replace("Customer alpenverein", written))])
        assert register["errors"] == []
        assert register["customers"][0]["name"] == name


def test_cloud_and_chat() -> None:
    """True is the default, false opts out, a mapping sets the quota."""
    for written, cloud in (("true", {"quota": None}), ("false", False), ("{}", {"quota": None})):
        assert customer_of(mailbox=f"    cloud: {written}\n")["mailboxes"][0]["cloud"] == cloud
    assert customer_of(mailbox="    cloud: {quota: 1K}\n    chat: false\n")["mailboxes"][0]["cloud"] == {"quota": 1024}
    assert only_error(checked(mailbox="    cloud: no\n"))["field"] == "mailboxes[0].cloud"


def test_forwarding() -> None:
    """Without a copy it needs targets, itself is none, and none stands twice."""
    box = customer_of(mailbox="    forward_to: [A+b@elsewhere.example]\n    keep_copy: false\n")["mailboxes"][0]
    assert box["forward_to"] == ["A+b@elsewhere.example"]
    for mailbox, line, field in (
        ("    keep_copy: false\n", 7, "mailboxes[0].keep_copy"),
        ("    forward_to: [Office@alpenverein.example]\n", 7, "mailboxes[0].forward_to[0]"),
        # what follows a plus counts as the address itself, everywhere
        ("    forward_to: [office+archive@alpenverein.example]\n", 7, "mailboxes[0].forward_to[0]"),
        (
            "    forward_to: [office+a+b@alpenverein.example]\n    keep_copy: false\n",
            7,
            "mailboxes[0].forward_to[0]",
        ),
        ("    aliases: [a@b.example]\n    forward_to: [a@b.example]\n", 8, "mailboxes[0].forward_to[0]"),
        ("    forward_to: [a@b.example, a@b.example]\n", 7, "mailboxes[0].forward_to[1]"),
    ):
        error = only_error(checked(mailbox=mailbox))
        assert (error["line"], error["field"]) == (line, field)


def _mailboxes(**fields: str) -> Register:
    """Return the register of customers with a mailbox each, ``<customer>@<customer>.example`` with further fields."""
    files = [
        source(
            text_of(name).replace(f"- address: office@{name}.example", f"- {{address: {name}@{name}.example, {more}}}"),
            name,
        )
        for name, more in fields.items()
    ]
    return validate(files)


def _told(register: Register) -> dict[str, tuple[str, str]]:
    return {error["customer"]: (error["field"], error["message"]) for error in register["errors"]}


@pytest.mark.parametrize(
    ("target", "is_lost"),
    [
        ("nobody@anna.example", True), ("nobody+x@bert.example", True), ("NOBODY@bert.example", True),
        ("bert@bert.example", False), ("Bert+x@bert.example", False), ("info@bert.example", False),
        # nobody knows what is there
        ("nobody@elsewhere.example", False), ("nobody@carla.example", False), ("nobody@sub.anna.example", False),
    ],
)  # fmt: skip
def test_a_forwarding_to_us_has_to_arrive(target: str, *, is_lost: bool) -> None:
    register = _mailboxes(anna=f"forward_to: ['{target}']", bert="aliases: [info@bert.example]", carla="managed: false")
    told = _told(register)
    assert told == ({"anna": ("mailboxes[0].forward_to[0]", told["anna"][1])} if is_lost else {})
    assert not is_lost or "no mailbox of the register has this address" in told["anna"][1]


def test_a_forwarding_to_a_broken_file_is_no_further_error() -> None:
    slip = source(text_of("bert", "sites: [\n").replace("office@", "bert@"), "bert")
    slip["names"] = [["address", "bert@bert.example"]]
    files = [
        source(text_of("anna", mailbox="    forward_to: [bert@bert.example]\n"), "anna"),
        slip,
        source(text_of("carla").replace("office@carla.", "carla@bert."), "carla"),
    ]
    assert {error["customer"] for error in validate(files)["errors"]} == {"bert"}
    refused = source(text_of("bert", mailbox="    quota: much\n").replace("office@", "bert@"), "bert")
    assert {error["customer"] for error in validate([files[0], refused, files[2]])["errors"]} == {"bert"}


_AWAY = "keep_copy: false, forward_to"


def test_forwardings_in_a_circle_are_refused() -> None:
    """Postfix answers such a message, and all its other recipients, with a temporary error."""
    both = _mailboxes(
        anna=f"{_AWAY}: [bert@bert.example]",
        bert=f"{_AWAY}: [x@elsewhere.example, anna@anna.example]",
    )
    told = _told(both)
    assert {name: field for name, (field, _message) in told.items()} == {
        "anna": "mailboxes[0].forward_to[0]", "bert": "mailboxes[0].forward_to[1]",
    }  # fmt: skip
    assert "bert@bert.example (bert.yml:6), then anna@anna.example (anna.yml:6)" in told["anna"][1]


def test_forwardings_in_a_circle_by_an_alias_an_extension_and_a_third() -> None:
    three = _mailboxes(
        anna=f"aliases: [info@anna.example], {_AWAY}: [bert+x@bert.example]",
        bert=f"{_AWAY}: [CARLA@carla.example]",
        carla=f"{_AWAY}: [info@anna.example]",
        dora=f"{_AWAY}: [anna@anna.example]",
        emil=f"{_AWAY}: [x@elsewhere.example]",
    )
    # who only forwards into the circle is not at fault
    assert _told(three).keys() == {"anna", "bert", "carla"}
    assert [entry["customer"] for entry in three["customers"]] == ["dora", "emil"]


@pytest.mark.parametrize(
    "bert",
    [
        "forward_to: [anna@anna.example]", f"{_AWAY}: [carla@carla.example]",
        f"managed: false, {_AWAY}: [anna@anna.example]",
        f"{_AWAY}: [anna@elsewhere.example]",
    ],
)  # fmt: skip
def test_forwardings_that_end_somewhere_are_none(bert: str) -> None:
    """An address that keeps a copy ends it, and so does one elsewhere; of unmanaged ones nobody knows."""
    register = _mailboxes(anna=f"{_AWAY}: [bert@bert.example]", bert=bert, carla="forward_to: [bert@bert.example]")
    assert register["errors"] == []


def test_many_forwardings_take_time_in_proportion() -> None:
    """A line of three thousand of them, which ends, and a circle."""
    for last, errors in (("x@elsewhere.example", 0), ("a0@a.example", 200)):
        boxes = "".join(
            f"  - {{address: a{n}@a.example, {_AWAY}: [{f'a{n + 1}@a.example' if n < 2998 else last}]}}\n"
            for n in range(2999)
        )
        text = text_of("a").partition("  - address")[0] + boxes
        found = validate([source(text, "a")])["errors"]
        assert len(found) == errors + bool(errors)


def test_what_is_listed_needs_a_host_in_its_group() -> None:
    """Else every run would pass it over, and customers would read that there is no such service."""
    more = "sites:\n  - domain: a.example\ndatabases:\n  - {name: a-web, managed: false}\n"
    groups = {"hosting_web": ["web1"], "hosting_database": ["db1"], "hosting_mail": ["mail1"]}
    assert checked(more, groups=groups)["errors"] == []
    assert checked(more)["errors"] == []
    for group, field in (
        ("hosting_web", "sites[0]"), ("hosting_database", "databases[0]"), ("hosting_mail", "mailboxes[0]"),
    ):  # fmt: skip
        for hosts in ({name: some for name, some in groups.items() if name != group}, {**groups, group: []}):
            error = only_error(checked(more, groups=hosts))
            assert (error["field"], group in error["message"], group in error["allowed"]) == (field, True, True)
    # a pure forwarding has no storage
    away = "    forward_to: [x@elsewhere.example]\n    keep_copy: false\n"
    assert checked(mailbox=away, groups={})["errors"] == []


def test_what_mail_logs_call_a_user() -> None:
    unmanaged = "    managed: false\n    login: {}\n"
    assert customer_of(mailbox=unmanaged.format("Web1p1"))["mailboxes"][0]["login"] == "web1p1"
    for login in ("anna@one.example", "12345", "a b", "'<x>'", "-x", "''", "'x,y'"):
        assert only_error(checked(mailbox=unmanaged.format(login)))["field"] == "mailboxes[0].login"
    assert only_error(checked(mailbox="    login: anna\n"))["field"] == "mailboxes[0].login"
    twice = validate([source(text_of(name, mailbox=unmanaged.format("web1p1")), name) for name in ("a", "b")])
    assert {error["field"] for error in twice["errors"]} == {"mailboxes[0].login"}
    assert [error["customer"] for error in twice["errors"]] == ["a", "b"]


def test_a_pure_forwarding_has_no_accounts_unless_they_are_asked_for() -> None:
    """Nobody logs in there, so there is no password to hand over either."""
    forwarding = "    forward_to: [a@b.example]\n    keep_copy: false\n"
    for more, expected in (
        ("", (False, False)),
        ("    cloud: true\n", ({"quota": None}, False)),
        ("    cloud: {quota: 1G}\n    chat: true\n", ({"quota": 2**30}, True)),
    ):
        box = customer_of(mailbox=forwarding + more)["mailboxes"][0]
        assert (box["cloud"], box["chat"]) == expected
    box = customer_of(mailbox="    forward_to: [a@b.example]\n")["mailboxes"][0]
    assert (box["cloud"], box["chat"]) == ({"quota": None}, True)
    # what it has not, can't be kept out of a backup either
    error = only_error(checked("backup: {exclude: {chat: [office@alpenverein.example]}}\n", forwarding))
    assert error["message"] == "is not among this customer's chat"


def test_sites() -> None:
    """The default of ``log`` depends on the kind; logs may be one path."""
    customer = customer_of(
        "sites:\n"
        "  - domain: A.example\n"
        "    kind: php\n"
        "  - domain: b.example\n"
        "  - {domain: c.example, managed: false, root: /var/www/c, logs: /var/log/c.log, kind: php, log: shared}\n"
    )
    assert [site["log"] for site in customer["sites"]] == ["own", "shared", "shared"]
    assert [site["domain"] for site in customer["sites"]] == ["a.example", "b.example", "c.example"]
    assert customer["sites"][2]["logs"] == ["/var/log/c.log"]
    empty = only_error(checked("sites:\n  - {domain: c.example, managed: false, logs: []}\n"))
    assert (empty["line"], empty["field"], empty["message"]) == (8, "sites[0].logs", "has 0 entries")


@pytest.mark.parametrize("field", ["root", "logs"])
@pytest.mark.parametrize(
    "path",
    [
        "a/b",
        "/",
        "//a/b",
        "/a//b",
        "/a/b/",
        "/a/../b",
        "/a/./b",
        "/..",
        "/var/www",
        "/etc",
        "/etc/passwd",
        "/root/x",
        "/home",
        "/var/lib/mysql/x",
        "/srv",
        '"/var/www/a b"',
        '"/var/www/{{ x }}"',
        "/var/www/*",
        '"/var/www/a\\nb"',
        "/" + "x" * 256,
        "/x" * 513,
    ],
)
def test_paths_that_are_refused(field: str, path: str) -> None:
    """Relative, not plain, the system's own, or several customers'."""
    error = only_error(checked(f"sites:\n  - domain: a.example\n    managed: false\n    {field}: {path}\n"))
    assert (error["line"], error["field"]) == (10, f"sites[0].{field}")


@pytest.mark.parametrize(
    "path", ["/var/www/alt", "/home/müller/public_html", "/srv/www/..a/b..c", "/var/www/a.b-c_d@e+f~"]
)
def test_paths_that_are_good(path: str) -> None:
    """A directory of the customer's own."""
    assert customer_of(f"sites:\n  - {{domain: a.example, managed: false, root: {path}}}\n")["sites"][0]["root"] == path


_VICTIM = "sites:\n  - {domain: victim.example, kind: php}\n"


def _errors_of(name: str, sites: str, **settings: Any) -> list[str]:
    """Return what is said of a customer beside one with a managed site; of that one nothing may be."""
    register = validate(
        [source(text_of(name, f"sites:\n{sites}"), name), source(text_of("victim", _VICTIM), "victim")], **settings
    )
    assert {error["customer"] for error in register["errors"]} <= {name}
    return [f"{error['field']}: {error['message']}" for error in register["errors"]]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("root: /srv/www/victim/victim.example/htdocs", "sites[0].root: lies in the tree of the managed sites of"),
        ("root: /srv/www/victim", "sites[0].root: holds the tree of the managed sites of customer victim"),
        ("logs: /srv/www/victim/victim.example/htdocs/wp-config.php", "sites[0].logs[0]: lies in the tree of the"),
        ("root: /srv/mail/victim.example/office", "sites[0].root: lies in /srv/mail, which is the provider's"),
        ("logs: [/srv/mail/victim.example/office/Maildir/cur/1]", "sites[0].logs[0]: lies in /srv/mail, which is"),
        ("root: /srv/alt", "sites[0].root: holds /srv/alt/cloud, which is the provider's"),
    ],
)
def test_a_place_in_somebody_elses_tree_is_refused(fields: str, expected: str) -> None:
    site = f"  - {{domain: a.example, managed: false, {fields}}}\n"
    (said,) = _errors_of("robber", site, provider_trees=["/srv/mail", "/srv/alt/cloud"])
    assert said.startswith(expected)


@pytest.mark.parametrize(
    ("fields", "web_root"),
    [
        ("root: /srv/www/victims/htdocs", "/srv/www"),
        ("root: /srv/www/victim/htdocs", "/var/www"),
        ("root: /srv/www/robber/old, logs: /var/log/apache2/victim.log", "/srv/www"),
        ("root: /srv/mailing", "/srv/www"),
    ],
)
def test_a_place_beside_it_is_none_of_theirs(fields: str, web_root: str) -> None:
    site = f"  - {{domain: a.example, managed: false, {fields}}}\n"
    assert _errors_of("robber", site, web_root=web_root, provider_trees=["/srv/mail"]) == []


@pytest.mark.parametrize(
    "name", ["WordPress_DB", "1und1_shop", "db.verein", "verein$shop", "Verein-2020", "x" * 60 + "____"]
)
def test_a_database_that_exists_is_called_as_it_is(name: str) -> None:
    """One that we make is called as its user can be; what there was before has any name, wherever that stands."""
    one = f"databases:\n  - name: {name}\n"
    excluded = f"backup: {{exclude: {{databases: [{name}]}}}}\n"
    assert customer_of(f"{one}    managed: false\n{excluded}")["databases"] == [{"name": name, "managed": False}]
    assert customer_of(f"erase: [{{kind: database, name: {name}, approved: 2026-11-02}}]\n")["erase"][0]["name"] == name
    error = only_error(checked(one))
    assert error["field"] == "databases[0].name"
    assert error["allowed"].endswith("or managed: false for one that exists")
    site = f"sites:\n  - {{domain: a.example, databases: [{name}]}}\n"
    error = only_error(checked(f"{one}    managed: false\n{site}"))
    assert error["field"] == "sites[0].databases[0]"


@pytest.mark.parametrize("name", ["mysql", "Information_Schema", "magmasoft_hosting", "roundcube"])
def test_a_database_of_the_server_is_no_customers(name: str) -> None:
    error = only_error(checked(f"databases:\n  - {{name: {name}, managed: false}}\n"))
    assert "MariaDB or this collection uses itself" in error["message"]


def test_web_hosts() -> None:
    """With several, each site names its own; a name that is none is refused."""
    one = "sites:\n  - domain: a.example\n"
    named = f"{one}    host: web1\n"
    assert customer_of(one)["sites"][0]["host"] is None
    assert customer_of(one, web_hosts=["web1"])["sites"][0]["host"] is None
    assert customer_of(named, web_hosts=["web1", "web2"])["sites"][0]["host"] == "web1"
    missing = only_error(checked(one, web_hosts=["web1", "web2"]))
    assert (missing["field"], missing["allowed"]) == ("sites[0].host", "one of web1, web2")
    assert only_error(checked(named, web_hosts=["web2"]))["line"] == 9


def test_reserved_domains() -> None:
    """The name, and what lies below it; nothing that only ends alike."""
    settings: dict[str, Any] = {"reserved_domains": ["Mail.lab.example", "müller.example", "lan"]}
    for domain in ("xn--mller-kva.example", "printer.lan"):
        assert (
            "which the provider needs" in only_error(checked(f"sites:\n  - domain: {domain}\n", **settings))["message"]
        )
    for domain in ("mail.lab.example", "x.MAIL.lab.example"):
        error = only_error(checked(f"sites:\n  - domain: {domain}\n", **settings))
        assert "lies in mail.lab.example" in error["message"]
    assert only_error(checked(mailbox="    aliases: [a@mail.lab.example]\n", **settings))["line"] == 7
    assert customer_of("sites:\n  - domain: email.lab.example\n    aliases: [lab.example]\n", **settings)


def test_backup() -> None:
    """``all`` is written out, names must be the customer's, and a service that is off has nothing to exclude."""
    everything = customer_of("backup: {exclude: all}\n")["backup"]["exclude"]
    assert everything == dict.fromkeys(["sites", "databases", "mailboxes", "cloud", "chat"], "all")
    good = customer_of("backup: {exclude: {cloud: [OFFICE@alpenverein.example], chat: all}}\n")["backup"]["exclude"]
    assert (good["cloud"], good["chat"], good["mailboxes"]) == (["office@alpenverein.example"], "all", [])
    for kind, name in (
        ("sites", "alpenverein.example"),
        ("databases", "alpenverein"),
        ("mailboxes", "info@alpenverein.example"),
        ("mailboxes", "ffice@alpenverein.example"),
    ):
        error = only_error(checked(f"backup: {{exclude: {{{kind}: [{name}]}}}}\n"))
        assert (error["line"], error["field"]) == (7, f"backup.exclude.{kind}[0]")
    off = checked("backup: {exclude: {chat: [office@alpenverein.example]}}\n", mailbox="    chat: false\n")
    assert only_error(off)["field"] == "backup.exclude.chat[0]"


def test_erase() -> None:
    """Names are normalised; what is wanted elsewhere in the file cannot be a tombstone."""
    good = customer_of(
        "erase:\n"
        "  - {kind: mailbox, name: OLD@Müller.example, approved: 2026-11-02}\n"
        "  - {kind: site, name: blog.example, approved: 2026-11-02}\n"
        "  - {kind: cloud, name: office@alpenverein.example, approved: 2026-11-02}\n",
        mailbox="    cloud: false\n",
    )
    assert [entry["name"] for entry in good["erase"]] == [
        "old@xn--mller-kva.example",
        "blog.example",
        "office@alpenverein.example",
    ]
    for kind in ("mailbox", "cloud", "chat"):
        more = f"erase:\n  - {{kind: {kind}, name: Office@alpenverein.example, approved: 2026-11-02}}\n"
        error = only_error(checked(more))
        assert (error["line"], error["field"]) == (8, "erase[0].name")
        assert "(line 8)" in error["message"]
        assert "wanted in line 6" in error["message"]


def test_every_error_at_once() -> None:
    """Five things wrong are five errors, in the order of their lines."""
    text = (
        "customer: alpenverein\nname: 'x{'\ncontact: x\nlanguage: fr\nsites: x\nmailboxes:\n"
        "  - address: a@b.example\n    quota: 1\n    quotta: 1G\n"
    )
    register = validate([source(text)])
    assert [(error["line"], error["field"]) for error in register["errors"]] == [
        (2, "name"),
        (3, "contact"),
        (4, "language"),
        (5, "sites"),
        (8, "mailboxes[0].quota"),
        (9, "mailboxes[0].quotta"),
    ]
    assert "perhaps quota is meant" in register["errors"][-1]["message"]
    assert register["withheld"] == ["alpenverein"]


def test_a_flood_of_errors_ends() -> None:
    """Of ten thousand errors the first two hundred are told, and how many more there are."""
    register = checked("".join(f"unknown{number}: 1\n" for number in range(10_000)))
    assert len(register["errors"]) == 201
    assert any(error["message"] == "has 9800 further errors" for error in register["errors"])


_SITE = "sites:\n  - domain: {}\n"


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        (_SITE.format("x.example"), _SITE.format("X.example"), "domain"),
        (_SITE.format("x.example"), _SITE.format("y.example") + "    aliases: [x.example]\n", "domain"),
        (_SITE.format("müller.example"), _SITE.format("xn--mller-kva.example"), "domain"),
        ("databases: [{name: x}]\n", "databases: [{name: x, managed: false}]\n", "database"),
        ("file_logins: [{name: x}]\n", "file_logins: [{name: x}]\n", "file login"),
        ("file_logins: [{name: b}]\n", "", "file login"),
        ("unix: {user: x, uid: 1001}\n", "unix: {user: x, uid: 1002}\n", "system user"),
        ("unix: {user: x, uid: 1001}\n", "unix: {user: y, uid: 1001}\n", "system user number"),
        ("    aliases: [x@y.example]\n", "  - address: X@y.example\n", "address"),
    ],
)
def test_names_that_two_files_claim(first: str, second: str, kind: str) -> None:
    """Both are withheld, each error names the other's file and line, the third customer is applied."""
    files = [source(text_of(name, more), name) for name, more in (("a", first), ("b", second), ("c", ""))]
    register = validate(files)
    assert [customer["customer"] for customer in register["customers"]] == ["c"]
    assert register["withheld"] == ["a", "b"]
    one, other = register["errors"]
    assert one["message"].startswith(f"{kind} is claimed by b.yml:{other['line']} (customer b)")
    assert other["message"].startswith(f"{kind} is claimed by a.yml:{one['line']} (customer a)")


def test_a_name_that_many_claim() -> None:
    """The message stays readable."""
    files = [source(text_of(f"c{n}", "databases: [{name: x}]\n"), f"c{n}") for n in range(100)]
    register = validate(files)
    assert len(register["errors"]) == 100
    assert all("and 96 more" in error["message"] for error in register["errors"])


def test_names_of_a_broken_file_stay_reserved() -> None:
    """Whoever claims them is withheld as well, and nothing else is."""
    gone = "erase: [{kind: database, name: gone, approved: 2026-11-02}]\n"
    broken = source(
        text_of("a", f"sites: {{domain: x.example}}\ndatabase_tool: maybe\ndatabases: [{{name: x}}]\n{gone}"), "a"
    )
    for more in (_SITE.format("x.example"), "databases: [{name: x}]\n", "file_logins: [{name: a}]\n"):
        register = validate([broken, source(text_of("b", more), "b"), source(text_of("c"), "c")])
        assert [customer["customer"] for customer in register["customers"]] == ["c"]
        assert register["withheld"] == ["a", "b"]
    unreadable = validate([source("no mapping", "a"), source(text_of("b", "file_logins: [{name: a}]\n"), "b")])
    assert unreadable["withheld"] == ["a", "b"]
    assert validate([broken])["reserved"] == {
        "domain": {"x.example": "a"},
        "address": {"office@a.example": "a"},
        "database": {"x": "a"},
        "login": {"a": "a", "x": "a"},
        "mail_login": {},
        "user": {},
        "uid": {},
    }


def test_a_file_with_another_customers_name_does_not_withhold_it() -> None:
    """It withholds whom it is named after; the name it took belongs to a good file."""
    register = validate([source(text_of("a"), "a"), source(text_of("a").replace("@a.", "@b."), "b")])
    assert [customer["customer"] for customer in register["customers"]] == ["a"]
    assert register["withheld"] == ["b"]
    alone = validate([source(text_of("a"), "b")])
    assert alone["withheld"] == ["a", "b"]


def test_directories_in_one_another() -> None:
    """Of two customers that is refused on both sides; within one it is not; a common beginning is no directory."""

    def site(name: str, *roots: str) -> dict[str, Any]:
        sites = "".join(f"  - {{domain: {n}.{name}.example, managed: false, root: {r}}}\n" for n, r in enumerate(roots))
        return source(text_of(name, f"sites:\n{sites}"), name)

    good = validate([site("a", "/srv/a", "/srv/a/blog"), site("b", "/srv/ab")])
    assert good["errors"] == []
    bad = validate([site("a", "/srv/a", "/srv/a/blog"), site("b", "/srv/a/blog/x"), site("c", "/srv/a-c", "/srv/a")])
    assert bad["customers"] == []
    assert {(error["customer"], error["field"]) for error in bad["errors"]} == {
        ("a", "sites[0].root"),
        ("a", "sites[1].root"),
        ("b", "sites[0].root"),
        ("c", "sites[1].root"),
    }


def test_nothing_is_changed_in_what_was_read() -> None:
    """Validation is pure: the same files give the same register again."""
    files = [source(text_of("a", "backup: {exclude: all}\n"), "a"), source(text_of("b", "sites: 1\n"), "b")]
    before = copy.deepcopy(files)
    first = validate(files)
    assert files == before
    assert validate(files) == first
    json.dumps(first)


@pytest.mark.parametrize(
    ("more", "mailbox", "told"),
    [
        ("sites: [{domain: login.a.example}]\n", "", ["sites[0].domain"]),
        ("sites: [{domain: b.example, aliases: [x.y.a.example]}]\n", "", ["sites[0].aliases[0]"]),
        ("", "  - address: ceo@a.example\n", ["mailboxes[1].address"]),
        ("", "    aliases: [ceo@mail.a.example]\n", ["mailboxes[0].aliases[0]"]),
        # its own, and what only looks alike
        ("sites: [{domain: b.example}, {domain: www.b.example}, {domain: aa.example}]\n", "", []),
    ],
)
def test_names_below_those_of_another_customer_are_looked_at(more: str, mailbox: str, told: list[str]) -> None:
    one = source(text_of("a", "sites: [{domain: a.example}, {domain: www.a.example}]\n"), "a")
    register = validate([one, source(text_of("b", more, mailbox), "b")])
    assert register["errors"] == []
    assert [warning["field"] for warning in register["warnings"]] == told
    assert expand(register, "a")["warnings"] == []
    lines = format_errors(expand(register, "b")["warnings"])
    assert all("which is a site of customer a (a.yml:7)" in line for line in lines)
    assert len(lines) == len(told)


def test_values_are_shown_safely() -> None:
    """Quoted, without anything but ASCII, cut."""
    assert shown("a\x1b[2J\n\u202e{{ x }}") == r"'a\x1b[2J\n\u202e{{ x }}'"
    assert len(shown("é" * 1000)) == 80
    assert shown("x" * 10**6).endswith("...")
    assert [shown(value) for value in (None, True, 3, [1], {"a": 1})] == [
        "nothing",
        "true",
        "3",
        "a list of 1",
        "a mapping of 1",
    ]


def test_lines_for_people() -> None:
    """Sorted by file and line; what has no line or field leaves them out."""
    register = validate([source("", "b"), source(text_of("a", "erase: x\n").replace("de\n", "no\n"), "a")])
    entries = "a list: mapping, each entry with kind, name, approved; [] for none"
    assert format_errors(reversed(register["errors"])) == [
        "a.yml:4: language: is none of the words that may stand here (value 'no'); allowed: de | en | it | es",
        f"a.yml:7: erase: is no list (value 'x'); allowed: {entries}",
        "b.yml: is empty; allowed: the fields of a customer",
    ]
