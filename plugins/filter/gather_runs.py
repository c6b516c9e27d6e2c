# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all modules returned."""

from __future__ import annotations

DOCUMENTATION = r"""
name: gather_runs
short_description: Results of all modules on all hosts
version_added: 1.0.0
author:
  - The magmasoft.hosting authors (@magmasoft)
description:
  - Gathers the variables C(hosting_run_<module>) that playbooks register.
positional: hostvars, modules
options:
  _input:
    description: The groups of the inventory.
    type: dict
    required: true
  hostvars:
    description: The variables of all hosts.
    type: dict
    required: true
  modules:
    description: Whose results. Without it those of the modules that the playbook C(customers) runs.
    type: list
    elements: str
"""

EXAMPLES = r"""
- name: Keep what the modules returned
  ansible.builtin.set_fact:
    hosting_runs: "{{ groups | magmasoft.hosting.gather_runs(hostvars) }}"
"""

RETURN = r"""
_value:
  description: Module to host to result.
  type: dict
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.hosts import gather_runs


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"gather_runs": gather_runs}
