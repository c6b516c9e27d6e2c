# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Customers whose data are asked for, as one host knows them."""

from __future__ import annotations

DOCUMENTATION = r"""
name: export_selections
short_description: Customers whose data are asked for, as one host knows them
version_added: 1.0.0
author:
  - The magmasoft.hosting authors (@magmasoft)
description:
  - Returns the customers of a plan with their sites on this host, databases, addresses and logins, as far as they are
    asked for.
positional: request, host, web_hosts
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
  web_hosts:
    description: All web hosts.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Tell what is held
  magmasoft.hosting.customer_info:
    customers: >-
      {{ hosting_plan
         | magmasoft.hosting.export_selections(hosting_request, inventory_hostname, groups['hosting_web']) }}
"""

RETURN = r"""
_value:
  description: The customers; each as JSON text, as the modules take it.
  type: list
  elements: str
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.packing import pack, unpack
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.selections import selections_on


def export_selections(plan: Any, request: Any, host: str, web_hosts: Any) -> list[str]:
    """Return the customers as texts."""
    data = {name: unpack(items) for name, items in plan.items()}
    return pack(selections_on(data, request, host, web_hosts))


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"export_selections": export_selections}
