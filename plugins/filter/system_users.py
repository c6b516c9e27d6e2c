# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The system users of all customers."""

from __future__ import annotations

DOCUMENTATION = r"""
name: system_users
short_description: System user of each customer
version_added: 1.0.0
author:
  - The magmasoft.hosting authors (@magmasoft)
description:
  - Takes them from M(magmasoft.hosting.customer_account), or from the hosts where the directory did not answer.
positional: run, found, web_gid_offset
options:
  _input:
    description: Customers from P(magmasoft.hosting.expand#filter).
    type: list
    elements: str
    required: true
  run:
    description: What M(magmasoft.hosting.customer_account) returned.
    type: dict
    required: true
  found:
    description: Names and numbers of the system users on the hosts.
    type: dict
    required: true
  web_gid_offset:
    description: As in M(magmasoft.hosting.customer_account).
    type: int
    required: true
"""

EXAMPLES = r"""
- name: Show the system users
  ansible.builtin.debug:
    msg: "{{ hosting_plan.customers | magmasoft.hosting.system_users(run, found, 10000) }}"
"""

RETURN = r"""
_value:
  description: Customer to system user, as JSON text.
  type: str
  sample: {alpenverein: {user: hc-alpenverein, uid: 20000, web_gid: 30000}}
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.hosts import system_users
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.packing import text, unpack


def system_users_as_text(customers: Any, run: Mapping[str, Any], found: Mapping[str, int], web_gid_offset: int) -> str:
    """Return the system users as text."""
    return text(system_users(unpack(customers), run, found, web_gid_offset))


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"system_users": system_users_as_text}
