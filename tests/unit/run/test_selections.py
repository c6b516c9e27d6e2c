# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose data are asked for, which of them, and of which host."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.module_utils._bag.options import read_selections, read_stores
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import ItemRefused
from ansible_collections.magmasoft.hosting.plugins.module_utils._stores._table import ON_HOSTS, STORES
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.errors import NotAsked
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.selections import (
    Request,
    export_request,
    export_share,
    selections_on,
    stores_on,
)

OFFICE, OTHER = "office@ann.example", "other@ann.example"


def _site(name: str, host: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "name": name, "customer": "ann", "state": "present", "unix_user": "hc-ann", "managed": True, "kind": "php",
        "aliases": [],
        "log": "own", "databases": [], "host": host, "language": "de", "root": None, "logs": [],
        "shared_logs": [], **more,
    }  # fmt: skip


def _box(name: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name, "customer": "ann", "state": "present", "managed": True, "aliases": [f"info-{name}"],
        "quota": None,
        "forward_to": [], "keep_copy": True, "cloud": {"quota": None}, "chat": True, **more,
    }  # fmt: skip


@pytest.fixture
def plan() -> dict[str, list[dict[str, Any]]]:
    """Return the plan of one customer."""
    return {
        "customers": [{"name": "ann"}],
        "sites": [
            _site("ann.example", "web1"),
            _site("shop.ann.example", "web2", log="shared", logs=["/var/log/x.log"]),
        ],
        "databases": [{"name": "ann-web", "customer": "ann", "managed": True}],
        "mailboxes": [_box(OFFICE), _box(OTHER, keep_copy=False, cloud=None, chat=False)],
        "file_logins": [{"name": "ann", "customer": "ann"}],
    }


def _all(plan: Any) -> Request:
    return export_request(plan)


def test_everything_is_asked_for(plan: Any) -> None:
    request = _all(plan)
    assert request["kinds"] == list(ON_HOSTS)
    assert (request["sites"], request["mailboxes"]) == (None, None)


def test_each_host_has_its_own_sites_and_everything_else(plan: Any) -> None:
    one, two = (selections_on(plan, _all(plan), host, ["web1", "web2"])[0] for host in ("web1", "web2"))
    assert [site["name"] for site in one["sites"]] == ["ann.example"]
    assert [(site["name"], site["logs"]) for site in two["sites"]] == [("shop.ann.example", ["/var/log/x.log"])]
    assert one["databases"] == two["databases"] == plan["databases"]
    assert one["own_addresses"] == sorted([OFFICE, OTHER, f"info-{OFFICE}", f"info-{OTHER}"])


def test_logs_that_others_have_too_are_told(plan: Any) -> None:
    plan["sites"][0].update(managed=False, root="/x", logs=["/var/log/x.log"], shared_logs=["/var/log/x.log"])
    (selection,) = read_selections("customers", selections_on(plan, _all(plan), "web1", ["web1", "web2"]))
    assert [site.shared_logs for site in selection.sites] == [("/var/log/x.log",)]


def test_what_the_filter_makes_the_module_takes(plan: Any) -> None:
    (selection,) = read_selections("customers", selections_on(plan, _all(plan), "web1", ["web1", "web2"]))
    assert [box.cloud is not None for box in selection.mailboxes] == [True, False]
    assert STORES["mail_messages"].expected(selection) == [OFFICE]
    assert STORES["cloud_files"].expected(selection) == [OFFICE]
    assert STORES["site_files"].expected(selection) == ["ann.example"]
    assert STORES["credentials"].expected(selection) == [""]


def test_who_picks_a_mailbox_gets_what_belongs_to_it(plan: Any) -> None:
    request = export_request(plan, mailbox=OFFICE)
    assert {"mail_messages", "mail_log", "chat_account", "cloud_files"} <= set(request["kinds"])
    assert not {"site_files", "databases", "credentials", "file_transfer_log"} & set(request["kinds"])
    (selection,) = selections_on(plan, request, "web1", ["web1", "web2"])
    assert [box["name"] for box in selection["mailboxes"]] == [OFFICE]
    assert selection["sites"] == []


def test_who_picks_a_site_gets_what_belongs_to_it(plan: Any) -> None:
    request = export_request(plan, site=["ann.example"])
    assert set(request["kinds"]) == {"site_files", "web_access_log", "web_error_log", "web_statistics"}
    (selection,) = selections_on(plan, request, "web1", ["web1", "web2"])
    assert [site["name"] for site in selection["sites"]] == ["ann.example"]
    assert selection["mailboxes"] == []


def test_kinds_are_picked_by_name(plan: Any) -> None:
    assert export_request(plan, kinds="mail_log,databases")["kinds"] == ["databases", "mail_log"]


def test_requests_are_told_apart(plan: Any) -> None:
    digests = {export_request(plan, mailbox=picked)["digest"] for picked in (None, OFFICE, OTHER)}
    assert len(digests) == 3
    assert export_request(plan, kinds="mail_log,databases") == export_request(plan, kinds="databases,mail_log")


def test_everything_wrong_is_said_at_once(plan: Any) -> None:
    with pytest.raises(NotAsked) as caught:
        export_request(plan, kinds="mails", site="bob.example", mailbox="office@bob.example")
    for part in ("no mails", "no bob.example", "no office@bob.example", "allowed: ann.example", "mail_messages"):
        assert part in str(caught.value)


GROUPS_OF_HOSTS = {
    "hosting_web": ["web1", "web2"],
    "hosting_mail": ["mail1"],
    "hosting_directory": ["mail1", "mail2"],
    "hosting_webmail": ["web1"],
}
PLACES = dict.fromkeys(ON_HOSTS, "none")


def test_of_a_group_the_first_is_asked_and_all_web_hosts() -> None:
    kinds = list(ON_HOSTS)
    assert "site_files" in stores_on(PLACES, kinds, GROUPS_OF_HOSTS, "web2")
    assert "credentials" in stores_on(PLACES, kinds, GROUPS_OF_HOSTS, "mail1")
    assert stores_on(PLACES, kinds, GROUPS_OF_HOSTS, "mail2") == {}
    assert stores_on(PLACES, ["mail_log"], GROUPS_OF_HOSTS, "web1") == {}
    # who logs in to the webmail stands in the log of its host
    for host in ("mail1", "web1"):
        assert "mail_login_log" in stores_on(PLACES, kinds, GROUPS_OF_HOSTS, host)


def test_a_kind_without_a_place_is_an_error() -> None:
    places = {kind: place for kind, place in PLACES.items() if kind != "mail_log"}
    with pytest.raises(
        NotAsked, match="mail1: hosting_stores says nothing of mail_log; allowed: where they lie, or none"
    ):
        stores_on(places, list(ON_HOSTS), GROUPS_OF_HOSTS, "mail1")


def test_no_such_service() -> None:
    assert read_stores(PLACES) == ({}, list(ON_HOSTS))


@pytest.mark.parametrize("places", [{"mails": {}}, {"databases": "/run/mysqld.sock"}, {"databases": None}])
def test_wrong_places_are_named(places: dict[str, Any]) -> None:
    with pytest.raises(ItemRefused, match=r"mails|databases"):
        read_stores(places)


@pytest.mark.parametrize(
    "change",
    [
        {"customer": "../ann"},
        {"own_addresses": ["*"]},
        {"file_logins": ["ann\n"]},
        {"databases": [{"name": "a`b"}]},
        {"databases": [{"name": "mysql", "managed": False}]},
        {"databases": [{"name": "a\n", "managed": False}]},
        {"sites": [{"name": "ann.example/..", "unix_user": "hc-ann"}]},
        {"sites": [{"name": "ann.example", "unix_user": "-x"}]},
        {"mailboxes": [{"name": "a b@ann.example"}]},
        {"mailboxes": [{"name": OFFICE, "colour": 1}]},
    ],
)
def test_what_is_no_name_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ItemRefused):
        read_selections("customers", [{"customer": "ann", **change}])


def test_a_database_that_was_there_before_has_any_name() -> None:
    given = {"customer": "ann", "databases": [{"name": "WordPress_DB.`1`", "managed": False}]}
    (selection,) = read_selections("customers", [given])
    assert STORES["databases"].expected(selection) == ["WordPress_DB.`1`"]


def test_a_host_has_to_hand_out_what_the_plan_says(plan: Any) -> None:
    """Written by hand: what nobody has picked, has opted out of or has no service of is not among it."""
    groups = {"hosting_web": ["web1", "web2"], "hosting_mail": ["web1"], "hosting_cloud": ["web1"]}
    places = {**{kind: {} for kind in ON_HOSTS}, "mail_filters": "none"}
    request = export_request(plan, kinds="site_files,mail_messages,mail_filters,cloud_files,mail_log,databases")
    assert export_share(plan, request, "web1", groups, places)["expected"] == {
        "ann": [["site_files", "ann.example"], ["mail_messages", OFFICE], ["mail_log", ""], ["cloud_files", OFFICE]]
    }
    share = export_share(plan, request, "web2", groups, places)
    assert share["expected"] == {"ann": [["site_files", "shop.ann.example"]]}


@pytest.mark.parametrize(
    ("kind", "host", "items"),
    [("site_files", "web2", "sites of ann: shop.ann.example"), ("mail_messages", "web1", f"mailboxes of ann: {OFFICE}"),
     ("databases", "db1", "databases of ann: ann-web")],
)  # fmt: skip
def test_what_the_register_lists_can_not_be_a_service_that_does_not_exist(
    plan: Any, kind: str, host: str, items: str
) -> None:
    groups = {"hosting_web": ["web1", "web2"], "hosting_mail": ["web1"], "hosting_database": ["db1"]}
    places = {**{name: {} for name in ON_HOSTS}, kind: "none"}
    with pytest.raises(
        NotAsked, match=f"{host}: hosting_stores.{kind} is none, and the register lists {items}; allowed: "
    ):
        export_share(plan, _all(plan), host, groups, places)
    # who has none, or does not ask for them, is not concerned; neither is a host that lacks what each address gets
    other = {**plan, "sites": [], "databases": [], "mailboxes": [_box(OTHER, keep_copy=False)]}
    export_share(other, _all(other), host, groups, places)
    export_share(plan, export_request(plan, kinds="cloud_files"), host, groups, places)
    export_share(plan, _all(plan), host, groups, {name: {} if name in _NAMED else "none" for name in ON_HOSTS})


_NAMED = ("site_files", "mail_messages", "databases")
