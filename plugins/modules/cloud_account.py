#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cloud accounts of addresses: contacts, calendars and files."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cloud_account
short_description: Cloud accounts of addresses, with contacts, calendars and files
version_added: 1.0.0
description:
  - Sees to it that each address has its place in the cloud, with its quota, and that whoever is suspended is refused.
    Passwords stand in the directory; see M(magmasoft.hosting.mailbox).
  - The application looks at an account at every request, so nothing is reloaded, and nobody else notices.
author:
  - The magmasoft.hosting authors (@magmasoft)
requirements:
  - the cloud as the role P(magmasoft.hosting.cloud#role) sets it up
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
          - V(suspended) refuses the address and keeps its data.
          - V(absent) does so as well, and with O(purge=true) removes contacts, calendars, files and links.
        type: str
        choices: [present, suspended, absent]
        default: present
      managed:
        description: With V(false) nothing is ever changed, only reported.
        type: bool
        default: true
      quota:
        description: How many bytes the files may take. Without it there is no limit.
        type: int
      language:
        description: Language of the page.
        type: str
        choices: [de, en, it, es]
        default: en
  purge:
    description: Remove the data of the absent.
    type: bool
    default: false
  backend:
    description: What the cloud is made of. V(dav) is Radicale and WsgiDAV.
    type: str
    choices: [dav]
    default: dav
  root:
    description: Where the files of all addresses lie.
    type: path
    default: /srv/cloud
  collections:
    description: Where Radicale keeps contacts and calendars.
    type: path
    default: /var/lib/hosting/cloud/collections
  user:
    description: The system user that the cloud runs as.
    type: str
    default: hosting-cloud
"""

EXAMPLES = r"""
- name: Two accounts
  magmasoft.hosting.cloud_account:
    accounts:
      - name: office@alpenverein.example
        customer: alpenverein
        quota: 5368709120
        language: de
      - name: treasurer@alpenverein.example
        customer: alpenverein
        state: suspended

- name: An account that is erased
  magmasoft.hosting.cloud_account:
    accounts:
      - name: old@alpenverein.example
        customer: alpenverein
        state: absent
    purge: true
"""

RETURN = r"""
results:
  description: What was done, or in check mode would be, without the unchanged.
  returned: always
  type: list
  elements: dict
  contains:
    kind:
      description: Always V(cloud_account).
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
        - What differs, of C(language), C(place) and C(quota), and with O(purge=true) C(data).
      type: list
      elements: str
    status:
      description: One of V(planned), V(done), V(failed), V(skipped).
      type: str
    error:
      description: With V(failed), the error as C(code), C(message) and C(remedy).
      type: dict
  sample:
    - kind: cloud_account
      name: office@alpenverein.example
      customer: alpenverein
      action: suspend
      fields: []
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
  description: How many accounts were unchanged, done, planned, failed, skipped or unknown.
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
from ansible_collections.magmasoft.hosting.plugins.module_utils._service.cloud.account import (
    CloudAccountService,
    wanted_account,
)
from ansible_collections.magmasoft.hosting.plugins.module_utils._service.cloud.dav import DavBackend

_ACCOUNT = {
    **ITEM,
    "managed": {"type": "bool", "default": True},
    "quota": {"type": "int"},
    "language": {"type": "str", "choices": ["de", "en", "it", "es"], "default": "en"},
}


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            **COMMON,
            **INCARNATIONS,
            "accounts": {"type": "list", "elements": "dict", "required": True},
            "purge": {"type": "bool", "default": False},
            "backend": {"type": "str", "choices": ["dav"], "default": "dav"},
            "root": {"type": "path", "default": "/srv/cloud"},
            "collections": {"type": "path", "default": "/var/lib/hosting/cloud/collections"},
            "user": {"type": "str", "default": "hosting-cloud"},
        },
        supports_check_mode=True,
    )
    run_module(module, lambda: _batches(module.params), lock="cloud")


def _batches(params: dict[str, Any]) -> Iterable[Batch]:
    backend = DavBackend(params["root"], params["collections"], params["user"])
    items = read_items("accounts", params["accounts"], _ACCOUNT)
    wanted = [wanted_account(item, backend.place(), purge=params["purge"]) for item in items]
    service = CloudAccountService(backend, purge=params["purge"])
    known = with_incarnations(wanted, params["incarnations"], NameKind.MAILBOX)
    return [Batch(service, known, scope_of(params))]


if __name__ == "__main__":
    main()
