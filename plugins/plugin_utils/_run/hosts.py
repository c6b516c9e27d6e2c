# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes to which host, and what came back from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.items import NOT_OF_THE_MODULE

# Every host that holds data of customers.
_HOLDING = (
    "hosting_web",
    "hosting_database",
    "hosting_mail",
    "hosting_webmail",
    "hosting_directory",
    "hosting_cloud",
    "hosting_chat",
)
# Module, or what it is run for -> groups of the inventory on whose hosts it runs.
_MODULES = {
    "account_info": ("hosting_directory", "hosting_database", "hosting_mail", "hosting_web"),
    "name_info": ("hosting_directory",),
    "customer_account": ("hosting_directory",),
    "mailbox": ("hosting_directory",),
    "database": ("hosting_database",),
    "site": ("hosting_web",),
    "mailbox_session": ("hosting_mail",),
    "file_login_session": ("hosting_web",),
    "cloud_account": ("hosting_cloud",),
    "chat_account": ("hosting_chat",),
    "customer_export": _HOLDING,
    "customer_bag": _HOLDING,
    "customer_part": _HOLDING,
    "customer_info": _HOLDING,
    "download_link": _HOLDING,
}
_APPLYING = tuple(
    name for name in _MODULES if name == "customer_account" or not name.startswith(("customer_", "download_", "name_"))
)


def gather_runs(
    groups: Mapping[str, Sequence[str]],
    hostvars: Mapping[str, Mapping[str, Any]],
    modules: Sequence[str] = _APPLYING,
) -> dict[str, Any]:
    """Return module -> host -> what the module returned there, from the variables ``hosting_run_<module>``.

    The modules are those of the playbook `customers`, unless others are named. A host on which a module should have run
    and did not stands there with an empty result.
    """
    return {
        module: {
            host: hostvars[host].get(f"hosting_run_{module}", {})
            for name in _MODULES[module]
            for host in groups.get(name, ())
        }
        for module in modules
    }


def on_host(sites: Sequence[Mapping[str, Any]], host: str, hosts: Sequence[str]) -> list[Mapping[str, Any]]:
    """Return the sites that live on ``host``, as the module takes them; where it is the only web host, all of them."""
    mine = (site for site in sites if site["host"] == host or (site["host"] is None and len(hosts) == 1))
    return [{name: value for name, value in site.items() if name not in NOT_OF_THE_MODULE} for site in mine]


def system_users(
    customers: Sequence[Mapping[str, Any]], run: Mapping[str, Any], found: Mapping[str, int], web_gid_offset: int
) -> dict[str, Any]:
    """Return customer -> system user, as customer_account told.

    With the directory down, those that exist on a host already are taken from there, so that their sites can be served.
    """
    told = run.get("users") or {}
    users = {}
    for customer in customers:
        user = customer["unix_user"]
        if customer["name"] in told:
            users[customer["name"]] = told[customer["name"]]
        elif user in found:
            users[customer["name"]] = {"user": user, "uid": found[user], "web_gid": found[user] + web_gid_offset}
    return users
