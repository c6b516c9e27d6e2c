# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The logins that need a password made."""

from __future__ import annotations

DOCUMENTATION = r"""
name: missing_logins
short_description: Logins that have no password yet
version_added: 1.0.0
author:
  - The magmasoft.hosting authors (@magmasoft)
description:
  - Compares the logins of a plan with what M(magmasoft.hosting.account_info) found on all hosts.
  - A kind that no host could tell of is left out.
positional: hosts
options:
  _input:
    description: The plan, from P(magmasoft.hosting.expand#filter).
    type: dict
    required: true
  hosts:
    description: Results of M(magmasoft.hosting.account_info), one for each host that answered.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Say which logins still need a password
  ansible.builtin.debug:
    msg: "{{ hosting_plan | magmasoft.hosting.missing_logins([hosting_found]) }}"
"""

RETURN = r"""
_value:
  description: The logins; each as JSON text, as the modules take it.
  type: list
  elements: str
  sample: [{kind: mailbox, name: office@alpenverein.example, customer: alpenverein, services: [mail, cloud, chat]}]
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.logins import missing_logins
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.packing import packed


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"missing_logins": packed(missing_logins)}
