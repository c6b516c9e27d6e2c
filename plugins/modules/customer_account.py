#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Customers and their file logins in the directory."""

from __future__ import annotations

DOCUMENTATION = r"""
module: customer_account
short_description: Customers and their file logins in the directory
version_added: 1.0.0
description:
  - Keeps the entry of each customer, the system user number that belongs to it, and the logins for FTP and SFTP.
  - A number is recorded in the directory before it is used, and is never issued twice.
author:
  - The magmasoft.hosting authors (@magmasoft)
extends_documentation_fragment:
  - magmasoft.hosting._attributes
  - magmasoft.hosting._items
  - magmasoft.hosting._items.passwords
  - magmasoft.hosting._items.directory
options:
  customers:
    description: The customers, as the filter P(magmasoft.hosting.expand#filter) makes them.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The customer's identifier.
        type: str
        required: true
      customer:
        description: The same as O(customers[].name), which is the default.
        type: str
      state:
        description: V(suspended) lets nobody in. V(absent) removes the entry and its file logins, not mailboxes.
        type: str
        choices: [present, suspended, absent]
        default: present
      display_name:
        description: What people call the customer. The default is the identifier.
        type: str
      domains:
        description: Domains for which mail is accepted.
        type: list
        elements: str
        default: []
      unix_user:
        description: Name of the customer's system user. The default is C(hc-) and the identifier.
        type: str
      unix_uid:
        description: Number of an existing system user that is adopted. Without it a number is issued.
        type: int
      names:
        description:
          - What the customer has by name, each as its kind, C(site), C(site_alias), C(mailbox), C(mailbox_alias),
            C(database) or C(file_login), a space and the name.
          - The directory notes since when each is theirs. A name that is not given any more stays theirs, until another
            customer gets it.
        type: list
        elements: str
        default: []
      foreign_names:
        description: Those that are not ours, and were theirs before we knew of them, unless another customer had them.
        type: list
        elements: str
        default: []
      language:
        description: Language of letters; the directory does not hold it.
        type: str
      contact:
        description: Where letters go; the directory does not hold it.
        type: str
  file_logins:
    description: The logins for FTP and SFTP.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The login.
        type: str
        required: true
      customer:
        description: Whose login it is.
        type: str
        required: true
      state:
        description: How it is wanted.
        type: str
        choices: [present, suspended, absent]
        default: present
      site:
        description: The only site it may enter. Without it the login sees all sites of its customer.
        type: str
  uid_range:
    description: First and last system user number to issue.
    type: list
    elements: int
    default: [20000, 29999]
  web_gid_offset:
    description: A customer's number plus this is the number of the group that the web server is in as well.
    type: int
    default: 10000
  web_root:
    description: Where the customers' trees lie on the web hosts.
    type: path
    default: /srv/www
  system_users:
    description: Names and numbers of the system users of all hosts, from M(magmasoft.hosting.account_info).
    type: dict
    default: {}
  system_groups:
    description: Names and numbers of the groups of all hosts, from M(magmasoft.hosting.account_info).
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: One customer with one login
  magmasoft.hosting.customer_account:
    directory:
      base: dc=example,dc=org
    customers:
      - name: alpenverein
        display_name: Alpenverein Musterdorf
        domains: [alpenverein.example]
    file_logins:
      - name: alpenverein
        customer: alpenverein
"""

RETURN = r"""
results:
  description: What was done, or in check mode would be, without the unchanged.
  returned: always
  type: list
  elements: dict
  sample:
    - kind: customer
      name: alpenverein
      customer: alpenverein
      action: create
      fields: [display_name, domains, names, number, unix_user]
      status: done
      error: null
users:
  description: The system user of each customer.
  returned: when the directory answers
  type: dict
  sample:
    alpenverein: {user: hc-alpenverein, uid: 20000, web_gid: 30000}
incarnations:
  description:
    - A line for each name that the customers have, with its kind, the name, and the random id of this life of the name.
      It is another one when the name has been somebody else's in between.
    - One text, since Ansible walks over each value of lists. The modules that hold data under names take it.
  returned: when the directory answers
  type: str
  sample: site www.alpenverein.example 9f86d081884c7d65
unmanaged:
  description: Items with C(managed=false), which need work by hand.
  returned: always
  type: list
  elements: dict
orphans:
  description: What carries our mark and is not in the register of its customer.
  returned: always
  type: list
  elements: dict
counts:
  description: How many items were unchanged, done, planned, failed, skipped or, with the directory down, unknown.
  returned: always
  type: dict
"""

import gc

# Whatever is loaded and read stays to the end; the collector would only walk over it again and again.
gc.disable()

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import asdict
from itertools import chain
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.ldap import Directory
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model import incarnations
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.argspec import (
    COMMON,
    DIRECTORY,
    ITEM,
    PASSWORDS,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.items import read_items
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.reconcile import Batch, scope_of
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.run import run_module
from ansible_collections.magmasoft.hosting.plugins.module_utils._service.customer_account import (
    CustomerService,
    DirectoryAccounts,
    FileLoginService,
    Numbers,
    system_users,
    wanted_customers,
    wanted_logins,
)

_CUSTOMER = {
    **ITEM,
    "customer": {"type": "str"},
    "display_name": {"type": "str"},
    "domains": {"type": "list", "elements": "str", "default": []},
    "names": {"type": "list", "elements": "str", "default": []},
    "foreign_names": {"type": "list", "elements": "str", "default": []},
    "unix_user": {"type": "str"},
    "unix_uid": {"type": "int"},
    "language": {"type": "str"},
    "contact": {"type": "str"},
}
_FILE_LOGIN = {**ITEM, "site": {"type": "str"}}


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            **COMMON,
            **PASSWORDS,
            **DIRECTORY,
            "customers": {"type": "list", "elements": "dict", "required": True},
            "file_logins": {"type": "list", "elements": "dict", "default": []},
            "uid_range": {"type": "list", "elements": "int", "default": [20000, 29999]},
            "web_gid_offset": {"type": "int", "default": 10000},
            "web_root": {"type": "path", "default": "/srv/www"},
            "system_users": {"type": "dict", "default": {}},
            "system_groups": {"type": "dict", "default": {}},
        },
        supports_check_mode=True,
    )
    told: dict[str, Any] = {}
    with ExitStack() as stack:
        run_module(
            module,
            lambda: _batches(module.params, stack, told),
            lock="directory",
            extra=lambda: _extra(told, check_mode=module.check_mode),
        )


def _batches(params: dict[str, Any], stack: ExitStack, told: dict[str, Any]) -> Iterable[Batch]:
    items = read_items("customers", params["customers"], _CUSTOMER)
    file_logins = read_items("file_logins", params["file_logins"], _FILE_LOGIN)
    for item in items:
        item["customer"] = item["customer"] or item["name"]
        item["display_name"] = item["display_name"] or item["name"]
        item["unix_user"] = item["unix_user"] or f"hc-{item['name']}"
    first, last = params["uid_range"]
    numbers = Numbers(first, last, params["web_gid_offset"], params["system_users"], params["system_groups"])
    accounts = DirectoryAccounts(stack.enter_context(Directory(params["directory"])), numbers)
    customers = wanted_customers(accounts, items)
    found = system_users(customers, numbers.web_gid_offset)
    told.update(users=found, accounts=accounts, customers=customers)
    logins = wanted_logins(file_logins, found, params["password_hashes"], params["web_root"])
    scope = scope_of(params)
    return [
        Batch(
            CustomerService(accounts, frozenset(chain(*(item["foreign_names"] for item in items)))), customers, scope
        ),
        Batch(FileLoginService(accounts, found), logins, scope),
    ]


def _extra(told: Mapping[str, Any], *, check_mode: bool) -> dict[str, Any]:
    found = told["accounts"].incarnations(told["customers"], check_mode=check_mode)
    return {
        "users": {name: asdict(user) for name, user in told["users"].items()},
        "incarnations": incarnations.written(found.items()),
    }


if __name__ == "__main__":
    main()
