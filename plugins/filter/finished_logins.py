# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The logins whose letter can be completed."""

from __future__ import annotations

DOCUMENTATION = r"""
name: finished_logins
short_description: Logins whose password is in force
version_added: 1.0.0
author:
  - The magmasoft.hosting authors (@magmasoft)
description:
  - Tells from the results of the modules which logins have been applied everywhere they are needed.
positional: runs
options:
  _input:
    description: The plan, from P(magmasoft.hosting.expand#filter).
    type: dict
    required: true
  runs:
    description: The results of C(customer_account), C(mailbox), C(database) and C(site), as module to host to result.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Say which letters can be completed
  ansible.builtin.debug:
    msg: "{{ hosting_plan | magmasoft.hosting.finished_logins(runs) }}"
"""

RETURN = r"""
_value:
  description: The logins; each as JSON text, as the modules take it.
  type: list
  elements: str
  sample: [{kind: file_login, name: alpenverein, customer: alpenverein, services: [files]}]
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.logins import finished_logins
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.packing import packed


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"finished_logins": packed(finished_logins)}
