#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which system users, groups, logins and host keys exist."""

from __future__ import annotations

DOCUMENTATION = r"""
module: account_info
short_description: Which system users, groups, logins and host keys exist
version_added: 1.0.0
description:
  - Tells the names and numbers of the system users and groups of a host, so that no number is issued that is in use.
  - Tells which of our logins have a password, so that one is made only for those that have none.
  - Tells the keys by which the host is known, for the letters to customers.
  - Hashes are read only where O(letter_hashes) has some to be compared, and none is returned.
  - A service that does not answer does not fail the module. Its lists are null then and RV(errors) names it.
author:
  - The magmasoft.hosting authors (@magmasoft)
requirements:
  - ldap3 on the host, with O(directory)
  - PyMySQL on the host, with O(database_socket)
extends_documentation_fragment:
  - magmasoft.hosting._attributes
  - magmasoft.hosting._items.directory
attributes:
  diff_mode:
    description: There is nothing to show, since nothing is changed.
    support: none
options:
  directory:
    description: How to reach the LDAP directory. Without it nothing is said of mailboxes and file logins.
    required: false
  database_socket:
    description: Where MariaDB listens on this host. Without it nothing is said of databases.
    type: path
  letter_hashes:
    description:
      - Kind of login to name to the hash that was set with the password in the customer's letter, as
        P(magmasoft.hosting.letter_hashes#lookup) returns them. One text, since Ansible looks for each secret string
        in all that a module prints.
    type: json
  host_keys:
    description: Files with the public keys by which SFTP is known on this host. What is not there has none.
    type: list
    elements: path
    default: []
notes:
  - The state is read with one search and one query.
"""

EXAMPLES = r"""
- name: On a web host
  magmasoft.hosting.account_info:
    host_keys: [/etc/proftpd/ssh_host_ed25519_key.pub]
  register: accounts

- name: On the host that has directory and databases
  magmasoft.hosting.account_info:
    directory:
      base: dc=example,dc=org
    database_socket: /run/mysqld/mysqld.sock
  register: accounts
"""

RETURN = r"""
system_users:
  description: Name and number of every system user.
  returned: always
  type: dict
  sample: {root: 0, hc-alpenverein: 20000}
system_groups:
  description: Name and number of every group.
  returned: always
  type: dict
  sample: {root: 0, hw-alpenverein: 30000}
with_password:
  description:
    - The logins of ours that have a password. A service that was not asked for has no key here.
  returned: always
  type: dict
  contains:
    mailbox:
      description: Addresses. Null if the directory does not answer.
      returned: with O(directory)
      type: list
      elements: str
    file_login:
      description: Logins for FTP and SFTP. Null if the directory does not answer.
      returned: with O(directory)
      type: list
      elements: str
    database:
      description: Databases. Null if MariaDB does not answer.
      returned: with O(database_socket)
      type: list
      elements: str
  sample:
    mailbox: [office@alpenverein.example]
    file_login: [alpenverein]
    database: null
replaced:
  description:
    - The logins of O(letter_hashes) that have another password than their letter tells, since their owner has chosen
      one. The kinds are those of RV(with_password), with null where a service does not answer.
  returned: always
  type: dict
  sample:
    mailbox: [office@alpenverein.example]
    file_login: []
    database: null
host_keys:
  description: The lines of the files of O(host_keys).
  returned: always
  type: list
  elements: str
  sample: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1kYjV0c2FtcGxlc2FtcGxlc2FtcGxlc2FtcGxlc2Ft root@web1]
errors:
  description: The services that do not answer.
  returned: always
  type: list
  elements: dict
  contains:
    service:
      description: V(directory) or V(database).
      type: str
    code:
      description: What happened, for programs.
      type: str
    message:
      description: What happened.
      type: str
    remedy:
      description: What to do about it.
      type: str
  sample:
    - service: database
      code: service-unavailable
      message: "MariaDB /run/mysqld/mysqld.sock: OperationalError: Can't connect to MySQL server on 'localhost'"
      remedy: check that MariaDB runs and has been set up by the playbook servers
"""

import gc
import json

# Whatever is loaded and read stays to the end; the collector would only walk over it again and again.
gc.disable()


from ansible.module_utils.basic import AnsibleModule
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.argspec import DIRECTORY
from ansible_collections.magmasoft.hosting.plugins.module_utils._service.account_info import account_info


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            "directory": {**DIRECTORY["directory"], "required": False},
            "database_socket": {"type": "path"},
            "letter_hashes": {"type": "json", "no_log": True},
            "host_keys": {"type": "list", "elements": "path", "default": [], "no_log": False},
        },
        supports_check_mode=True,
    )
    options = module.params
    hashes = _hashes(options["letter_hashes"] or "{}")
    if hashes is None:
        module.fail_json(
            msg="letter_hashes: is no JSON of kinds of login; wanted is what the lookup of that name returns"
        )
    try:
        info = account_info(options["directory"], options["database_socket"], hashes, options["host_keys"])
    except OSError as error:
        module.fail_json(msg=f"host_keys: {error.filename}: {error.strerror}")
    module.exit_json(changed=False, **info)


def _hashes(text: str) -> dict[str, dict[str, str]] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    is_one = isinstance(found, dict) and all(isinstance(of_kind, dict) for of_kind in found.values())
    return found if is_one else None


if __name__ == "__main__":
    main()
