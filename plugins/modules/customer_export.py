#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Bags with the data of customers."""

from __future__ import annotations

DOCUMENTATION = r"""
module: customer_export
short_description: Puts the data of customers into bags
version_added: 1.0.0
description:
  - A bag (BagIt 1.0, RFC 8493) has all that is held of a customer, in formats that others take in, with the SHA-256 of
    every file and a page that explains it.
  - Each host makes its part with O(state=part). One of them seals the bag with O(state=sealed).
  - A bag is complete, or complete but for what it lists, or it is not there. Whatever could not be read fails the
    export and is named; nothing that looks finished is left then.
author:
  - The magmasoft.hosting authors (@magmasoft)
requirements:
  - zstd on the host, with O(compress=true)
  - age or gpg on the host, with O(recipient)
extends_documentation_fragment:
  - magmasoft.hosting._attributes
  - magmasoft.hosting._selections
options:
  state:
    description:
      - V(part) makes what this host has to give.
      - V(sealed) makes the bag of it, and of the parts of other hosts.
      - V(absent) removes a part. Sealed bags stay.
    type: str
    choices: [part, sealed, absent]
    required: true
  name:
    description: What the bags are called, behind the customer's identifier; usually the date.
    type: str
    required: true
  request:
    description: Tells what was asked for. A part that was made for something else is made anew, a sealed bag is kept.
    type: str
    required: true
  directory:
    description: Where bags lie. Root's alone.
    type: path
    default: /var/lib/hosting/bags
  host:
    description: What this host is called in the bag.
    type: str
    required: true
  abouts:
    description:
      - Of each customer, what the bag says of itself, with O(state=sealed).
      - Each has C(customer), C(name), C(language), C(provider) with C(name) and C(contact), C(asked), the kinds that
        were asked for, and C(only), the sites and addresses that were picked.
    type: dict
    default: {}
  records:
    description: Of each customer, what the controller holds, with O(state=sealed). Becomes C(customer.json).
    type: dict
    default: {}
  expected:
    description:
      - Of each customer, what has to be in the bag, with O(state=sealed), host to a list of pairs of kind and item.
      - What is missing in a part fails the bag. See C(export_share) of P(magmasoft.hosting.run#filter).
    type: dict
    default: {}
  parts:
    description:
      - The parts that other hosts offer, with O(state=sealed), host to C(address), C(port) and C(certificate).
      - See M(magmasoft.hosting.export_offer).
    type: dict
    default: {}
  form:
    description: One archive, or a directory.
    type: str
    choices: [tar, directory]
    default: tar
  compress:
    description: Whether the archive is compressed with zstd.
    type: bool
    default: false
  recipient:
    description:
      - To whom the archive is encrypted, a recipient of age, a public SSH key, or an OpenPGP public key in ASCII armor.
    type: str
notes:
  - Trees are read as the user they belong to, by GNU tar; bytes go once through memory, in constant space.
  - Logs that several customers share are read once, however many customers there are.
"""

EXAMPLES = r"""
- name: Make the part of this host
  magmasoft.hosting.customer_export:
    state: part
    name: "2026-11-25"
    request: everything
    host: "{{ inventory_hostname }}"
    customers: "{{ hosting_selections }}"
    stores:
      site_files: {root: /srv/www}
      databases: {socket: /run/mysqld/mysqld.sock}
      web_statistics: none

- name: Seal the bags
  magmasoft.hosting.customer_export:
    state: sealed
    name: "2026-11-25"
    request: everything
    host: "{{ inventory_hostname }}"
    customers: "{{ hosting_selections }}"
    abouts:
      alpenverein:
        customer: alpenverein
        name: Alpenverein Musterdorf
        language: de
        provider: {name: Musterhosting, contact: help@musterhosting.example}
        asked: [site_files, databases]
        only: []
    expected:
      alpenverein:
        web1: [[site_files, alpenverein.example], [databases, alpenverein-web]]
    compress: true
"""

RETURN = r"""
results:
  description: What was done, or in check mode would be, without the unchanged.
  returned: always
  type: list
  elements: dict
  contains:
    kind:
      description: V(export) for a part, V(bag) for a sealed bag.
      type: str
    name:
      description: Name of the bag.
      type: str
    customer:
      description: Whose it is.
      type: str
    action:
      description: V(create) or V(remove).
      type: str
    fields:
      description: What was asked for.
      type: list
      elements: str
    status:
      description: One of V(planned), V(done), V(failed), V(skipped).
      type: str
    error:
      description: With V(failed), the error as C(code), C(message) and C(remedy).
      type: dict
  sample:
    - kind: bag
      name: alpenverein-2026-11-25
      customer: alpenverein
      action: create
      fields: [form, request]
      status: done
      error: null
sealed:
  description: Of each customer, the bag that is sealed on this host.
  returned: always
  type: dict
  sample:
    alpenverein:
      bag: alpenverein-2026-11-25
      file: alpenverein-2026-11-25.tar
      bytes: 2147483648
      seal: 5f8d0e2b1c
counts:
  description: How many bags were unchanged, done, planned, failed, skipped or unknown.
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

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.magmasoft.hosting.plugins.module_utils._bag.describe import describe
from ansible_collections.magmasoft.hosting.plugins.module_utils._bag.run import STATES, ExportRun
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.run import run_module
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.argspec import SELECTIONS


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            **SELECTIONS,
            "state": {"type": "str", "choices": list(STATES), "required": True},
            "name": {"type": "str", "required": True},
            "request": {"type": "str", "required": True},
            "directory": {"type": "path", "default": "/var/lib/hosting/bags"},
            "host": {"type": "str", "required": True},
            "abouts": {"type": "dict", "default": {}},
            "records": {"type": "dict", "default": {}},
            "expected": {"type": "dict", "default": {}},
            "parts": {"type": "dict", "default": {}},
            "form": {"type": "str", "choices": ["tar", "directory"], "default": "tar"},
            "compress": {"type": "bool", "default": False},
            "recipient": {"type": "str"},
        },
        supports_check_mode=True,
    )
    run = ExportRun(module.params, describe)
    run_module(module, run.work, lock=run.locks, extra=run.sealed)


if __name__ == "__main__":
    main()
