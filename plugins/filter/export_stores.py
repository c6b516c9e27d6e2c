# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which kinds of data are expected of one host, and where they lie there."""

from __future__ import annotations

DOCUMENTATION = r"""
name: export_stores
short_description: Which kinds of data are expected of one host, and where they lie there
version_added: 1.0.0
author:
  - The magmasoft.hosting authors (@magmasoft)
description:
  - Picks from C(hosting_stores) the kinds that are asked for and whose group the host is in.
  - Of a group with several hosts the first is asked; sites are spread over all web hosts.
  - A kind that C(hosting_stores) says nothing of is an error; C(none) says that there is no such service.
positional: kinds, groups, host
options:
  _input:
    description: Kind of data to place, the variable C(hosting_stores) of the host.
    type: dict
    required: true
  kinds:
    description: The kinds that are asked for.
    type: list
    elements: str
    required: true
  groups:
    description: The groups of the inventory.
    type: dict
    required: true
  host:
    description: Name of the host in the inventory.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Show what this host has to deliver
  ansible.builtin.debug:
    msg: "{{ hosting_stores | magmasoft.hosting.export_stores(hosting_request.kinds, groups, inventory_hostname) }}"
"""

RETURN = r"""
_value:
  description: Kind of data to place.
  type: dict
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run import selections


def export_stores(places: Any, kinds: Any, groups: Any, host: str) -> dict[str, Any]:
    """Return the places of one host."""
    try:
        return selections.stores_on(places, kinds, groups, host)
    except selections.NotAsked as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"export_stores": export_stores}
