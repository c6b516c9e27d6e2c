# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one host has to do with a request: whose data, from where, and what has to come of it."""

from __future__ import annotations

DOCUMENTATION = r"""
name: export_share
short_description: What one host has to do with a request
version_added: 1.0.0
author:
  - The magmasoft.hosting authors (@magmasoft)
description:
  - Returns the customers of a plan with what lies of theirs on this host and is asked for, where each kind of data lies
    there, and which items have to be handed out.
  - Fails where C(hosting_stores) says nothing of a kind that this host has to look at.
positional: request, host, groups, stores
options:
  _input:
    description: The plan, from P(magmasoft.hosting.expand#filter).
    type: dict
    required: true
  request:
    description: What is asked for, from P(magmasoft.hosting.export_request#filter).
    type: dict
    required: true
  host:
    description: Name of the host in the inventory.
    type: str
    required: true
  groups:
    description: The groups of the inventory.
    type: dict
    required: true
  stores:
    description: Where data lie on this host, as the variable C(hosting_stores) says.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Tell what is held
  magmasoft.hosting.customer_info:
    customers: "{{ hosting_share.customers }}"
    stores: "{{ hosting_share.stores }}"
  vars:
    hosting_share: >-
      {{ hosting_plan | magmasoft.hosting.export_share(hosting_request, inventory_hostname, groups, hosting_stores) }}
"""

RETURN = r"""
_value:
  description: The share of the host.
  type: dict
  contains:
    customers:
      description: The customers; each as JSON text, as the modules take it.
      type: list
      elements: str
    stores:
      description: Kind of data to place.
      type: dict
    expected:
      description: Of each customer, the pairs of kind and item that have to be handed out.
      type: dict
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.packing import pack, unpack
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.selections import NotAsked, share_of


def export_share(plan: Any, request: Any, host: str, groups: Any, stores: Any) -> dict[str, Any]:
    """Return the share of a host, its customers as texts."""
    data = {name: unpack(items) for name, items in plan.items()}
    try:
        share = share_of(data, request, host, groups, stores)
    except NotAsked as error:
        raise AnsibleFilterError(str(error)) from None
    return {**share, "customers": pack(share["customers"])}


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"export_share": export_share}
