# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one host has to do in an export."""

from __future__ import annotations

DOCUMENTATION = r"""
name: export_steps
short_description: What one host has to do in an export
version_added: 1.0.0
author:
  - The magmasoft.hosting authors (@magmasoft)
description:
  - Returns which steps of the playbook C(export) a host takes part in, and what the sealing host is given, from what
    the tasks before have registered.
positional: hostvars, host, sealing, customer, bag
options:
  _input:
    description: The groups of the inventory.
    type: dict
    required: true
  hostvars:
    description: The variables of all hosts.
    type: dict
    required: true
  host:
    description: Name of the host in the inventory.
    type: str
    required: true
  sealing:
    description: Name of the host that seals the bag.
    type: str
    required: true
  customer:
    description: Whose bag it is.
    type: str
    required: true
  bag:
    description: What the bag is called, behind the customer's identifier.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Seal the bag
  magmasoft.hosting.customer_export:
    state: sealed
    name: "2026-11-25"
    request: everything
    host: "{{ inventory_hostname }}"
    customers: "{{ hosting_share.customers }}"
    expected: "{{ hosting_steps.expected }}"
    parts: "{{ hosting_steps.parts }}"
  when: hosting_steps.seals
  vars:
    hosting_steps: >-
      {{ groups | magmasoft.hosting.export_steps(hostvars, inventory_hostname, 'web1', 'alpenverein', '2026-11-25') }}
"""

RETURN = r"""
_value:
  description: >-
    C(makes_part), C(receives), C(offers), C(seals), C(removes_part), C(peer), the certificate of the sealing host, and
    its C(parts) and C(expected).
  type: dict
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.steps import export_steps


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"export_steps": export_steps}
