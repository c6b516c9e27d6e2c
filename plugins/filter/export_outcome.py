# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an export came to."""

from __future__ import annotations

DOCUMENTATION = r"""
name: export_outcome
short_description: What an export came to
version_added: 1.0.0
author:
  - The magmasoft.hosting authors (@magmasoft)
description:
  - Returns the sealed bag, the links to it, downloads, and the verdict on what the modules returned on all hosts.
positional: hostvars, sealing, customer, bag, modules, letters
options:
  _input:
    description: The groups of the inventory.
    type: dict
    required: true
  hostvars:
    description: The variables of all hosts.
    type: dict
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
  modules:
    description: Whose results the verdict is on.
    type: list
    elements: str
    required: true
  letters:
    description: What M(magmasoft.hosting.download_letter) returned, each time.
    type: list
    elements: dict
    default: []
"""

EXAMPLES = r"""
- name: End with a verdict
  ansible.builtin.assert:
    that: not hosting_outcome.verdict.failed
    fail_msg: "{{ hosting_outcome.verdict.lines }}"
  vars:
    hosting_outcome: >-
      {{ groups
         | magmasoft.hosting.export_outcome(hostvars, 'web1', 'alpenverein', '2026-11-25', ['customer_export']) }}
"""

RETURN = r"""
_value:
  description: C(sealed), C(links), C(published), C(host_name), C(withdrawn), C(downloads) and C(verdict).
  type: dict
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.steps import export_outcome


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"export_outcome": export_outcome}
