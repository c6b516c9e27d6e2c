# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tests send modules to the host themselves, without a start of Ansible: results are those that Ansible has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.passwords import hash_password
from ansible_collections.magmasoft.hosting.tests.integration.host import Host

CUSTOMER, ADDRESS, DOMAIN = "sent", "anna@sent.example", "sent.example"
USERS = {CUSTOMER: {"user": f"hc-{CUSTOMER}", "uid": 28950, "web_gid": 38950}}
# What a playbook adds to a result, or takes away.
_OF_ANSIBLE = ("invocation", "warnings", "deprecations", "action", "_ansible_no_log")


def _arguments(base: str) -> dict[str, dict[str, Any]]:
    """Return arguments of each module that runs on hosts, by which it would do something."""
    directory = {"base": base}
    account = {"name": ADDRESS, "customer": CUSTOMER}
    customer = {"customer": CUSTOMER, "mailboxes": [{"name": ADDRESS}], "own_addresses": [ADDRESS]}
    stores = {"mail_messages": {"path": "/srv/mail/{customer}/{domain}/{local}/Maildir"}}
    return {
        "account_info": {"directory": directory, "database_socket": "/run/mysqld/mysqld.sock"},
        "name_info": {"directory": directory, "customers": [CUSTOMER]},
        "customer_account": {"directory": directory, "customers": [{"name": CUSTOMER, "customer": CUSTOMER}]},
        "mailbox": {
            "directory": directory,
            "mailboxes": [account],
            "password_hashes": {ADDRESS: hash_password("mailbox", "a-good-pass-word")},
        },
        "database": {
            "databases": [{"name": f"{CUSTOMER}-web", "customer": CUSTOMER}],
            "password_hashes": {f"{CUSTOMER}-web": hash_password("database", "a-good-pass-word")},
        },
        "site": {"sites": [{"name": DOMAIN, "customer": CUSTOMER}], "users": USERS},
        "cloud_account": {"accounts": [account]},
        "chat_account": {"accounts": [account]},
        "session": {"daemon": "dovecot", "logins": [account]},
        "customer_info": {"customers": [customer], "stores": stores},
        "customer_export": {
            "state": "part",
            "name": "2026-11-30",
            "request": "everything",
            "directory": "/var/lib/hosting/bags-of-tests",
            "host": "here",
            "customers": [customer],
            "stores": stores,
        },
        "export_offer": {"directory": "/var/lib/hosting/bags", "customer": CUSTOMER, "name": "2026-11-30"},
        "download_link": {"customers": [CUSTOMER]},
    }


MODULES = sorted(_arguments(""))


@pytest.mark.parametrize("name", MODULES)
def test_a_module_that_is_sent_says_what_it_says_in_a_playbook(host: Host, directory_base: str, name: str) -> None:
    """With diff and in check mode, so that both find the same."""
    arguments = _arguments(directory_base)[name]
    sent, played = host.module(name, arguments, check=True), host.played(name, arguments, check=True)
    assert not sent.get("failed"), sent
    assert _result(sent) == _result(played)
    assert sent["invocation"] == played["invocation"]


def test_a_module_that_refuses_its_arguments_says_so_as_well(host: Host) -> None:
    sent, played = (run("mailbox", {"mailboxes": "none"}) for run in (host.module, host.played))
    assert sent["failed"]
    assert played["failed"]
    assert sent["msg"] == played["msg"]


def _result(result: Mapping[str, Any]) -> dict[str, Any]:
    return {"changed": False} | {key: value for key, value in result.items() if key not in _OF_ANSIBLE}
