# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sites of one web host."""

from __future__ import annotations

DOCUMENTATION = r"""
name: on_host
short_description: Sites that live on one host
version_added: 1.0.0
author:
  - The magmasoft.hosting authors (@magmasoft)
description:
  - Picks the sites whose C(host) is this one, or all of them where there is only one web host.
positional: host, hosts
options:
  _input:
    description: Sites from P(magmasoft.hosting.expand#filter).
    type: list
    elements: str
    required: true
  host:
    description: Name of the host in the inventory.
    type: str
    required: true
  hosts:
    description: All web hosts.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: List the sites of this host
  ansible.builtin.debug:
    msg: "{{ hosting_plan.sites | magmasoft.hosting.on_host(inventory_hostname, groups['hosting_web']) }}"
"""

RETURN = r"""
_value:
  description: The sites; each as JSON text, as the modules take it.
  type: list
  elements: str
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.hosts import on_host
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.packing import packed


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"on_host": packed(on_host)}
