#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Mailboxes and forwardings in the directory."""

from __future__ import annotations

DOCUMENTATION = r"""
module: mailbox
short_description: Mailboxes and forwardings in the directory
version_added: 1.0.0
description:
  - Keeps one entry for each address, with aliases, forwardings, quota, and whether it has cloud and chat.
  - The mail servers read the directory, so nothing has to be reloaded.
author:
  - The magmasoft.hosting authors (@magmasoft)
extends_documentation_fragment:
  - magmasoft.hosting._attributes
  - magmasoft.hosting._items
  - magmasoft.hosting._items.passwords
  - magmasoft.hosting._items.directory
options:
  mailboxes:
    description: The addresses, as the filter P(magmasoft.hosting.expand#filter) makes them.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The address, in lower case, its domain in A-label form.
        type: str
        required: true
      customer:
        description: Whose address it is. The customer's entry must exist.
        type: str
        required: true
      state:
        description: V(suspended) refuses logins and keeps what arrives. V(absent) removes the entry.
        type: str
        choices: [present, suspended, absent]
        default: present
      managed:
        description: With V(false) nothing is ever changed, only reported.
        type: bool
        default: true
      login:
        description: What mail logs call its user. Only read, for unmanaged mailboxes, by reports and exports.
        type: str
      aliases:
        description: Further addresses that reach this mailbox.
        type: list
        elements: str
        default: []
      quota:
        description: Size limit in bytes. Without it there is none.
        type: int
      forward_to:
        description: Where copies go.
        type: list
        elements: str
        default: []
      keep_copy:
        description: With V(false) the address is a pure forwarding and stores nothing.
        type: bool
        default: true
      cloud:
        description: The cloud account of the address. Without it there is none.
        type: dict
        suboptions:
          quota:
            description: Size limit of the cloud files in bytes. Without it there is none.
            type: int
      chat:
        description: Whether the address has a chat account.
        type: bool
        default: false
  purge:
    description: Whether O(mailboxes[].state=absent) removes the stored mail as well.
    type: bool
    default: false
  maildir_root:
    description:
      - Where the mail lies on this host, one directory per customer, domain and local part. Needed with O(purge=true).
    type: path
"""

EXAMPLES = r"""
- name: A mailbox, and a forwarding to somewhere else
  magmasoft.hosting.mailbox:
    directory:
      base: dc=example,dc=org
    mailboxes:
      - name: office@alpenverein.example
        customer: alpenverein
        aliases: [info@alpenverein.example]
        quota: 2147483648
        cloud: {}
        chat: true
      - name: treasurer@alpenverein.example
        customer: alpenverein
        forward_to: [someone@elsewhere.example]
        keep_copy: false
"""

RETURN = r"""
results:
  description: What was done, or in check mode would be, without the unchanged.
  returned: always
  type: list
  elements: dict
  sample:
    - kind: mailbox
      name: office@alpenverein.example
      customer: alpenverein
      action: change
      fields: [quota]
      status: done
      error: null
unmanaged:
  description: Items with O(mailboxes[].managed=false), which need work by hand.
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

from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.ldap import Directory
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.items import Mailbox, item_of, spec_of
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.argspec import (
    COMMON,
    DIRECTORY,
    PASSWORDS,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.items import read_items
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.reconcile import Batch, scope_of
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.run import run_module
from ansible_collections.magmasoft.hosting.plugins.module_utils._service.mailbox import MailboxService, wanted_mailbox

_MAILBOX = spec_of(Mailbox)


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            **COMMON,
            **PASSWORDS,
            **DIRECTORY,
            "mailboxes": {"type": "list", "elements": "dict", "required": True},
            "purge": {"type": "bool", "default": False},
            "maildir_root": {"type": "path"},
        },
        required_if=[("purge", True, ["maildir_root"])],
        supports_check_mode=True,
    )
    with ExitStack() as stack:
        run_module(module, lambda: _batches(module.params, stack), lock="directory")


def _batches(params: dict[str, Any], stack: ExitStack) -> Iterable[Batch]:
    boxes = [item_of(Mailbox, item) for item in read_items("mailboxes", params["mailboxes"], _MAILBOX)]
    wanted = [wanted_mailbox(box, params["password_hashes"], purge=params["purge"]) for box in boxes]
    directory = stack.enter_context(Directory(params["directory"]))
    service = MailboxService(directory, maildir_root=params["maildir_root"])
    return [Batch(service, wanted, scope_of(params))]


if __name__ == "__main__":
    main()
