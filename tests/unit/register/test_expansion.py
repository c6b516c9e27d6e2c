# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a validated register to the lists of the modules."""

from __future__ import annotations

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.items import (
    Database,
    Mailbox,
    Site,
    spec_of,
)
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.expansion import UnknownCustomer, expand
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.files import read_directory
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.validation import Register, validate

from .registers import ROOT, source, text_of


def _register(**more: str) -> Register:
    register = validate([source(text_of(name, text), name) for name, text in more.items()])
    assert register["errors"] == []
    return register


def test_the_plan_says_just_what_items_are_given_by() -> None:
    plan = expand(_register(a="sites:\n  - domain: a.example\ndatabases:\n  - name: a-web\n"))
    for name, kind in (("sites", Site), ("databases", Database), ("mailboxes", Mailbox)):
        (item,) = plan[name]  # type: ignore[literal-required]
        assert set(item) == set(spec_of(kind))


def test_every_field_of_every_item() -> None:
    """Exactly what the modules take."""
    plan = expand(
        _register(
            a="    aliases: [z@a.example, b@c.example]\n    quota: 1K\n"
            "  - {address: f@a.example, forward_to: [z@x.example, y@x.example], keep_copy: false, cloud: false,"
            " chat: false}\n"
            "sites:\n"
            "  - {domain: a.example, aliases: [w.a.example, b.a.example], kind: php, databases: [a-web], host: web1}\n"
            "  - {domain: old.example, managed: false, root: /var/www/old, logs: /var/log/old.log}\n"
            "databases:\n  - name: a-web\n"
            "unix: {user: alt, uid: 1042}\n"
            "contract: {status: suspended}\n"
        )
    )
    common = {"customer": "a", "state": "suspended"}
    assert plan == {
        "customers": [
            {
                "name": "a",
                "display_name": "Customer a",
                "state": "suspended",
                "language": "de",
                "contact": "owner@elsewhere.example",
                "domains": ["a.example", "c.example"],
                "unix_user": "alt",
                "unix_uid": 1042,
                "names": [
                    "database a-web",
                    "file_login a",
                    "mailbox f@a.example",
                    "mailbox office@a.example",
                    "mailbox_alias b@c.example",
                    "mailbox_alias z@a.example",
                    "site a.example",
                    "site_alias b.a.example",
                    "site_alias w.a.example",
                ],
                "foreign_names": ["site old.example"],
            }
        ],
        "file_logins": [{"name": "a", **common, "site": None}],
        "mailboxes": [
            {
                "name": "f@a.example",
                **common,
                "managed": True,
                "login": None,
                "aliases": [],
                "quota": None,
                "forward_to": ["y@x.example", "z@x.example"],
                "keep_copy": False,
                "cloud": None,
                "chat": False,
            },
            {
                "name": "office@a.example",
                **common,
                "managed": True,
                "login": None,
                "aliases": ["b@c.example", "z@a.example"],
                "quota": 1024,
                "forward_to": [],
                "keep_copy": True,
                "cloud": {"quota": None},
                "chat": True,
            },
        ],
        "cloud_accounts": [{"name": "office@a.example", **common, "managed": True, "quota": None, "language": "de"}],
        "chat_accounts": [{"name": "office@a.example", **common, "managed": True}],
        "databases": [{"name": "a-web", **common, "managed": True, "tool": False}],
        "sites": [
            {
                "name": "a.example",
                **common,
                "unix_user": "alt",
                "managed": True,
                "kind": "php",
                "aliases": ["b.a.example", "w.a.example"],
                "log": "own",
                "databases": ["a-web"],
                "host": "web1",
                "language": "de",
                "root": None,
                "logs": [],
                "shared_logs": [],
            },
            {
                "name": "old.example",
                **common,
                "unix_user": "alt",
                "managed": False,
                "kind": "static",
                "aliases": [],
                "log": "shared",
                "databases": [],
                "host": None,
                "language": "de",
                "root": "/var/www/old",
                "logs": ["/var/log/old.log"],
                "shared_logs": [],
            },
        ],
        "closed_mailboxes": [{"name": f"{name}@a.example", "customer": "a"} for name in ("f", "office")],
        "closed_file_logins": [{"name": "a", "customer": "a"}],
        "owners": {"a": "suspended"},
        "erase": [],
        "withheld": [],
        "errors": [],
        "warnings": [],
    }


def test_logs_that_several_customers_have_are_told() -> None:
    """Of another host it is another log; of no host it may be this one."""
    text = "sites: [{{domain: {0}.example, managed: false, root: /srv/{0}, logs: [{1}, /var/log/{0}.log]{2}}}]\n"
    listed = {
        "a": ("/var/log/x.log", ", host: web1"),
        "b": ("/var/log/x.log", ", host: web1"),
        "c": ("/var/log/x.log", ", host: web2"),
        "d": ("/var/log/y.log", ", host: web1"),
        "e": ("/var/log/y.log", ""),
    }
    files = {name: text.format(name, *where) for name, where in listed.items()}
    shared = {site["customer"]: site["shared_logs"] for site in expand(_register(**files))["sites"]}
    assert shared == {
        "a": ["/var/log/x.log"],
        "b": ["/var/log/x.log"],
        "c": [],
        "d": ["/var/log/y.log"],
        "e": ["/var/log/y.log"],
    }
    # whoever is picked
    assert expand(_register(**files), "a")["sites"][0]["shared_logs"] == ["/var/log/x.log"]


@pytest.mark.parametrize(
    ("contract", "state"),
    [("{}", "present"), ("{status: suspended}", "suspended"), ("{status: ended, ended: 2026-10-31}", "suspended")],
)
def test_states(contract: str, state: str) -> None:
    """An ended contract is closed like a suspended one; what is erased is another command's business."""
    plan = expand(_register(a=f"contract: {contract}\ndatabases: [{{name: x}}]\nsites: [{{domain: a.example}}]\n"))
    items = [*plan["customers"], *plan["file_logins"], *plan["mailboxes"], *plan["databases"], *plan["sites"]]
    assert len(items) == 5
    assert {item["state"] for item in items} == {state}


def test_only_logins_of_ours_that_are_suspended_are_closed() -> None:
    unmanaged = "    managed: false\ncontract: {status: suspended}\n"
    plan = expand(_register(a="contract: {status: suspended}\n", b="", c=unmanaged))
    assert plan["closed_mailboxes"] == [{"name": "office@a.example", "customer": "a"}]
    assert [login["name"] for login in plan["closed_file_logins"]] == ["a", "c"]


def test_orders_to_erase_are_those_of_whoever_is_picked() -> None:
    order = "erase: [{{kind: mailbox, name: old@{0}.example, approved: 2026-11-30}}]\n"
    register = _register(a=order.format("a"), b=order.format("b"))
    assert [item["name"] for item in expand(register)["erase"]] == ["old@a.example", "old@b.example"]
    assert expand(register, "b")["erase"] == [
        {"kind": "mailbox", "name": "old@b.example", "customer": "b", "approved": "2026-11-30"}
    ]


def test_mail_for_unmanaged_addresses_is_not_accepted_here() -> None:
    """Whoever runs them accepts it."""
    plan = expand(_register(a="  - {address: x@elsewhere.example, managed: false}\n"))
    assert plan["customers"][0]["domains"] == ["a.example"]
    assert [box["managed"] for box in plan["mailboxes"]] == [True, False]


def test_one_customer() -> None:
    """Its items only, sorted as always; who is withheld stays known."""
    register = validate([source(text_of("a"), "a"), source(text_of("b"), "b"), source("x", "broken")])
    plan = expand(register, "b")
    assert [item["name"] for item in plan["mailboxes"]] == ["office@b.example"]
    assert [item["name"] for item in plan["customers"]] == ["b"]
    assert plan["withheld"] == ["broken"]
    assert [error["customer"] for error in plan["errors"]] == ["broken"]
    assert expand(register, None) == expand(register, "") == expand(register)
    assert len(expand(register)["customers"]) == 2
    assert expand(register, ["b", "a"]) == expand(register)
    assert expand(register, ["b"]) == plan


def test_a_customer_that_cannot_be_had() -> None:
    """Unknown and withheld are told apart, and why."""
    register = validate([source(text_of("a"), "a"), source(text_of("b", "sites: 1\n"), "b")])
    with pytest.raises(UnknownCustomer, match="customer 'c' is in no file of the register; allowed"):
        expand(register, "c")
    with pytest.raises(UnknownCustomer, match=r"customer 'b' is withheld[^\n]*\nb\.yml:7: sites: is no list"):
        expand(register, "b")
    with pytest.raises(UnknownCustomer, match=r"'a\\n\{\{'"):
        expand(register, "a\n{{")
    # of several, each that cannot be had is named
    with pytest.raises(UnknownCustomer, match=r"'c' is in no file[^\n]*\n.*'d' is in no file"):
        expand(register, ["a", "c", "d"])


def test_the_order_of_files_does_not_matter() -> None:
    """Neither do the orders within them, as far as the modules see."""
    files = [source(text_of(name, f"databases: [{{name: {name}-z}}, {{name: {name}-a}}]\n"), name) for name in "bca"]
    plan = expand(validate(files))
    assert plan == expand(validate(files[::-1]))
    assert [item["name"] for item in plan["databases"]] == ["a-a", "a-z", "b-a", "b-z", "c-a", "c-z"]


def test_the_lab() -> None:
    """The four customers of the lab are what they are said to be."""
    register = validate(read_directory(str(ROOT / "register" / "lab")), ["hosting-lab"], ["mail.lab.example"])
    assert register["errors"] == []
    plan = expand(register)
    assert {item["name"]: item["language"] for item in plan["customers"]} == {
        "alpenverein": "de",
        "altbestand": "es",
        "fotostudio": "it",
        "gaertnerei": "en",
    }
    sites = {item["name"]: item for item in plan["sites"]}
    assert sites["alpenverein.example"]["kind"] == "php"
    assert sites["alpenverein.example"]["databases"] == ["alpenverein-web"]
    assert sites["fotostudio.example"]["log"] == "shared"
    unmanaged = [item["name"] for items in (plan["sites"], plan["databases"]) for item in items if not item["managed"]]
    assert unmanaged == ["altbestand.example", "altbestand"]
    assert [item["name"] for item in plan["mailboxes"] if not item["keep_copy"]] == [
        "orders@xn--mller-grten-r8a91a.example"
    ]
