#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Databases of customers in MariaDB."""

from __future__ import annotations

DOCUMENTATION = r"""
module: database
short_description: Databases of customers in MariaDB
version_added: 1.0.0
description:
  - Keeps databases, each with a user of the same name who has all rights on exactly this database and on nothing else.
  - What is managed is marked in the table C(magmasoft_hosting.ownership). What has no mark is never touched.
  - Rights that the user has beyond its own database are taken away, missing ones are given back.
author:
  - The magmasoft.hosting authors (@magmasoft)
requirements:
  - PyMySQL on the host
extends_documentation_fragment:
  - magmasoft.hosting._attributes
  - magmasoft.hosting._items
  - magmasoft.hosting._items.passwords
  - magmasoft.hosting._items.incarnations
options:
  databases:
    description: The databases, as the filter P(magmasoft.hosting.expand#filter) makes them.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - The database and its user.
          - C(a) to C(z), C(0) to C(9), hyphen and underscore, a letter first; at most 64, underscores counted twice.
            With O(databases[].managed=false) whatever MariaDB takes.
        type: str
        required: true
      customer:
        description: Whose database it is.
        type: str
        required: true
      state:
        description:
          - V(suspended) locks the user and ends its sessions.
          - V(absent) removes the user and ends its sessions; the data stay, unless O(purge=true).
        type: str
        choices: [present, suspended, absent]
        default: present
      managed:
        description: With V(false) nothing is ever changed, only reported.
        type: bool
        default: true
      tool:
        description:
          - Whether the database may be opened with the tool of the role C(database_tool), which runs on the same host.
          - The user may then come from V(localhost) as well.
        type: bool
        default: false
  client_hosts:
    description:
      - Where the users may come from. MariaDB has an account for each of them, and those for other hosts are removed.
      - Where one of these is the definer of a trigger, view, event or routine, which would fail without it, it stays,
        locked and without a password.
      - From all but V(localhost), V(127.0.0.1) and V(::1) TLS is required.
    type: list
    elements: str
    default: [localhost]
  purge:
    description: Whether O(databases[].state=absent) removes the data as well.
    type: bool
    default: false
  socket:
    description: Where the server listens on this host. It knows O(user) by the system user that the module runs as.
    type: path
    default: /run/mysqld/mysqld.sock
  host:
    description: A server that is not on this host. It is spoken to over TLS only, and its certificate is checked.
    type: str
  port:
    description: Port of O(host).
    type: int
    default: 3306
  user:
    description: Who administers the databases.
    type: str
    default: root
  password:
    description: Password of O(user) on O(host).
    type: str
  ca_file:
    description: Certificates that may have signed that of O(host).
    type: path
    default: /etc/hosting/certificates/ca.crt
"""

EXAMPLES = r"""
- name: One database for the web server on the same host
  magmasoft.hosting.database:
    databases:
      - name: alpenverein-web
        customer: alpenverein
    password_hashes:
      alpenverein-web: "*6BB4837EB74329105EE4568DDA7DC67ED2CA2AD9"

- name: The same for two web hosts, which have to use TLS
  magmasoft.hosting.database:
    client_hosts: [localhost, web1.example.org, 192.0.2.17]
    databases:
      - name: alpenverein-web
        customer: alpenverein

- name: A database that is erased with its data
  magmasoft.hosting.database:
    purge: true
    databases:
      - name: alpenverein-old
        customer: alpenverein
        state: absent
"""

RETURN = r"""
results:
  description: What was done, or in check mode would be, without the unchanged.
  returned: always
  type: list
  elements: dict
  contains:
    kind:
      description: Always V(database).
      type: str
    name:
      description: The database.
      type: str
    customer:
      description: Whose it is.
      type: str
    action:
      description: One of V(create), V(change), V(suspend), V(resume), V(remove).
      type: str
    fields:
      description:
        - What differs, of C(charset), C(collation), C(client_hosts), C(data), C(password), C(rights), C(sessions),
          C(tls) and C(tool).
      type: list
      elements: str
    status:
      description: One of V(planned), V(done), V(failed), V(skipped).
      type: str
    error:
      description: With V(failed), the error as C(code), C(message) and C(remedy).
      type: dict
  sample:
    - kind: database
      name: alpenverein-web
      customer: alpenverein
      action: suspend
      fields: [sessions]
      status: done
      error: null
unmanaged:
  description: Items with O(databases[].managed=false), which need work by hand.
  returned: always
  type: list
  elements: dict
  sample:
    - {kind: database, name: alpenverein-old, customer: alpenverein, found: "yes"}
orphans:
  description: What carries our mark and is not in the register of its customer.
  returned: always
  type: list
  elements: dict
  sample:
    - {kind: database, name: alpenverein-test, customer: alpenverein}
counts:
  description: How many items were unchanged, done, planned, failed, skipped or, with MariaDB down, unknown.
  returned: always
  type: dict
  sample: {unchanged: 999, done: 1}
error:
  description: Why the run as a whole could not go on, as C(code), C(message) and C(remedy). Null if it could.
  returned: always
  type: dict
"""

import gc

# Whatever is loaded and read stays to the end; the collector would only walk over it again and again.
gc.disable()

import re
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.mariadb import Address, Server
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import ItemRefused
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.incarnations import NameKind
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.items import Database, item_of, spec_of
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.argspec import COMMON, INCARNATIONS, PASSWORDS
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.items import read_items
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.reconcile import (
    Batch,
    scope_of,
    with_incarnations,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.run import run_module
from ansible_collections.magmasoft.hosting.plugins.module_utils._service.database import (
    DatabaseService,
    wanted_database,
)

_DATABASE = spec_of(Database)
_CLIENT_HOST = re.compile(r"[a-z0-9.:%_/-]{1,255}")


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            **COMMON,
            **INCARNATIONS,
            **PASSWORDS,
            "databases": {"type": "list", "elements": "dict", "required": True},
            "client_hosts": {"type": "list", "elements": "str", "default": ["localhost"]},
            "purge": {"type": "bool", "default": False},
            "socket": {"type": "path", "default": "/run/mysqld/mysqld.sock"},
            "host": {"type": "str"},
            "port": {"type": "int", "default": 3306},
            "user": {"type": "str", "default": "root"},
            "password": {"type": "str", "no_log": True},
            "ca_file": {"type": "path", "default": "/etc/hosting/certificates/ca.crt"},
        },
        required_by={"host": ["password"]},
        supports_check_mode=True,
    )
    with ExitStack() as stack:
        run_module(module, lambda: _batches(module.params, stack), lock="database")


def _batches(params: dict[str, Any], stack: ExitStack) -> Iterable[Batch]:
    hosts = _client_hosts(params["client_hosts"])
    databases = [item_of(Database, item) for item in read_items("databases", params["databases"], _DATABASE)]
    wanted = [wanted_database(item, params["password_hashes"], hosts, purge=params["purge"]) for item in databases]
    address = Address(**{name: params[name] for name in ("socket", "user", "host", "port", "password", "ca_file")})
    service = DatabaseService(stack.enter_context(Server(address)))
    known = with_incarnations(wanted, params["incarnations"], NameKind.DATABASE)
    return [Batch(service, known, scope_of(params))]


def _client_hosts(given: Iterable[str]) -> list[str]:
    hosts = sorted({host.lower() for host in given})
    bad = [host for host in hosts if _CLIENT_HOST.fullmatch(host) is None]
    if bad or not hosts:
        raise ItemRefused(
            f"client_hosts: {', '.join(map(repr, bad)) or 'an empty list'} can't be used",
            remedy="name at least one: host names, addresses, or patterns of MariaDB",
            code="invalid-option",
        )
    return hosts


if __name__ == "__main__":
    main()
