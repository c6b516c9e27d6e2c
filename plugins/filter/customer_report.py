# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is held of a customer, as a document and as a page."""

from __future__ import annotations

DOCUMENTATION = r"""
name: customer_report
short_description: What is held of a customer, as a document and as a page
version_added: 1.0.0
author:
  - The magmasoft.hosting authors (@magmasoft)
description:
  - Puts together what M(magmasoft.hosting.customer_info) returned on all hosts.
positional: about, record
options:
  _input:
    description: Host to what the module returned there.
    type: dict
    required: true
  about:
    description: Whose report it is, and what was asked for.
    type: dict
    required: true
  record:
    description: What the controller holds, from P(magmasoft.hosting.customer_record#lookup).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Make the report
  ansible.builtin.set_fact:
    hosting_report: "{{ runs.customer_info | magmasoft.hosting.customer_report(hosting_about, hosting_record) }}"
"""

RETURN = r"""
_value:
  description: The report.
  type: dict
  contains:
    json:
      description: For programs; docs/bag.md describes it.
      type: str
    html:
      description: A page in the customer's language.
      type: str
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.report import customer_report


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"customer_report": customer_report}
