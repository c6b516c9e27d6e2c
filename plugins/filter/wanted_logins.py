# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All logins of a plan."""

from __future__ import annotations

DOCUMENTATION = r"""
name: wanted_logins
short_description: All logins that a plan wants
version_added: 1.0.0
author:
  - The magmasoft.hosting authors (@magmasoft)
description:
  - Lists mailboxes, file logins and databases that have a password, with what they may use.
options:
  _input:
    description: The plan, from P(magmasoft.hosting.expand#filter).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Say which logins there are
  ansible.builtin.debug:
    msg: "{{ hosting_plan | magmasoft.hosting.wanted_logins }}"
"""

RETURN = r"""
_value:
  description: The logins; each as JSON text, as the modules take it.
  type: list
  elements: str
  sample: [{kind: database, name: alpenverein-web, customer: alpenverein, services: [database]}]
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.logins import wanted_logins
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.packing import packed


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"wanted_logins": packed(wanted_logins)}
