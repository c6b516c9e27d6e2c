#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Chat accounts of addresses on Prosody."""

from __future__ import annotations

DOCUMENTATION = r"""
module: chat_account
short_description: Chat accounts of addresses on Prosody
version_added: 1.0.0
description:
  - Sees to it that Prosody serves the domain of each address, with a certificate for it. Who may log in, and by which
    password, stands in the directory; see M(magmasoft.hosting.mailbox).
  - The domains are written beside the present ones, checked, swapped in as a whole, taken over without ending any
    session, and proved. If Prosody does not serve them, the former ones are put back, and the domain at fault is named
    and left out.
  - What is managed stands in the current generation below O(state_directory). What does not is never touched.
author:
  - The magmasoft.hosting authors (@magmasoft)
requirements:
  - Prosody as the role P(magmasoft.hosting.chat#role) sets it up
  - python3-cryptography on the host, for O(certificates.source=local)
extends_documentation_fragment:
  - magmasoft.hosting._attributes
  - magmasoft.hosting._items
  - magmasoft.hosting._items.incarnations
options:
  accounts:
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
        description: Whose address it is.
        type: str
        required: true
      state:
        description:
          - V(suspended) ends the sessions of the address and keeps its data. The directory has to refuse the login by
            then.
          - V(absent) ends the sessions as well and removes everything that the server holds of the address - contacts,
            profile, settings, messages that wait, uploads. Take the address out of the directory first.
        type: str
        choices: [present, suspended, absent]
        default: present
      managed:
        description: With V(false) nothing is ever changed, only reported.
        type: bool
        default: true
  certificates:
    description: Where certificates come from.
    type: dict
    default: {}
    suboptions:
      source:
        description:
          - With V(local), an authority on this host signs one for each domain, for 825 days, anew when 30 are left.
          - With V(files), they lie where the role's C(hosting_chat_certificates_directory) says, and a domain that has
            none is refused.
        type: str
        choices: [local, files]
        default: local
      ca_certificate:
        description: The certificate of the local authority.
        type: path
        default: /etc/hosting/certificates/issuing.crt
      ca_key:
        description: The key of the local authority.
        type: path
        default: /etc/hosting/certificates/issuing.key
  certificates_directory:
    description: Where the certificates of the domains are kept, one directory for each.
    type: path
    default: /etc/hosting/certificates/chat
  state_directory:
    description: Where the generations of the configuration are.
    type: path
    default: /var/lib/hosting/chat
  socket:
    description: Where our module in Prosody listens.
    type: path
    default: /run/prosody/hosting.sock
  group:
    description: The group that Prosody reads its configuration and its certificates as.
    type: str
    default: prosody
"""

EXAMPLES = r"""
- name: Two accounts
  magmasoft.hosting.chat_account:
    accounts:
      - name: office@alpenverein.example
        customer: alpenverein
      - name: treasurer@alpenverein.example
        customer: alpenverein
        state: suspended

- name: An account that is erased
  magmasoft.hosting.chat_account:
    accounts:
      - name: old@alpenverein.example
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
      description: Always V(chat_account).
      type: str
    name:
      description: The address.
      type: str
    customer:
      description: Whose it is.
      type: str
    action:
      description: One of V(create), V(change), V(suspend), V(resume), V(remove).
      type: str
    fields:
      description:
        - What differs, of C(certificate), C(configuration), C(sessions), and with O(accounts[].state=absent) C(data),
          C(uploads) and C(mark).
      type: list
      elements: str
    status:
      description: One of V(planned), V(done), V(failed), V(skipped).
      type: str
    error:
      description: With V(failed), the error as C(code), C(message) and C(remedy).
      type: dict
  sample:
    - kind: chat_account
      name: office@alpenverein.example
      customer: alpenverein
      action: suspend
      fields: [sessions]
      status: done
      error: null
unmanaged:
  description: Accounts with O(accounts[].managed=false), which need work by hand.
  returned: always
  type: list
  elements: dict
orphans:
  description: What carries our mark and is not in the register of its customer.
  returned: always
  type: list
  elements: dict
counts:
  description: How many accounts were unchanged, done, planned, failed, skipped or, with Prosody down, unknown.
  returned: always
  type: dict
error:
  description: Why the run as a whole could not go on, as C(code), C(message) and C(remedy). Null if it could.
  returned: always
  type: dict
"""

import gc

# Whatever is loaded and read stays to the end; the collector would only walk over it again and again.
gc.disable()

from collections.abc import Iterable
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.magmasoft.hosting.plugins.module_utils._data_model.incarnations import NameKind
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.argspec import COMMON, INCARNATIONS, ITEM
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.items import read_items
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.reconcile import (
    Batch,
    scope_of,
    with_incarnations,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.run import run_module
from ansible_collections.magmasoft.hosting.plugins.module_utils._service.chat.account import make_service

_ACCOUNT = {**ITEM, "managed": {"type": "bool", "default": True}}
_CERTIFICATES = {
    "source": {"type": "str", "choices": ["local", "files"], "default": "local"},
    "ca_certificate": {"type": "path", "default": "/etc/hosting/certificates/issuing.crt"},
    "ca_key": {"type": "path", "default": "/etc/hosting/certificates/issuing.key", "no_log": False},
}


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            **COMMON,
            **INCARNATIONS,
            "accounts": {"type": "list", "elements": "dict", "required": True},
            "certificates": {"type": "dict", "default": {}, "options": _CERTIFICATES},
            "certificates_directory": {"type": "path", "default": "/etc/hosting/certificates/chat"},
            "state_directory": {"type": "path", "default": "/var/lib/hosting/chat"},
            "socket": {"type": "path", "default": "/run/prosody/hosting.sock"},
            "group": {"type": "str", "default": "prosody"},
        },
        supports_check_mode=True,
    )
    run_module(module, lambda: _batches(module.params, check_mode=module.check_mode), lock="chat")


def _batches(params: dict[str, Any], *, check_mode: bool) -> Iterable[Batch]:
    service = make_service(params, read_items("accounts", params["accounts"], _ACCOUNT), check_mode=check_mode)
    wanted = with_incarnations(service.wanted(), params["incarnations"], NameKind.MAILBOX)
    return [Batch(service, wanted, scope_of(params))]


if __name__ == "__main__":
    main()
