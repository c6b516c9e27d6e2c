# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked for of the data of a customer."""

from __future__ import annotations

DOCUMENTATION = r"""
name: export_request
short_description: What is asked for of the data of a customer
version_added: 1.0.0
author:
  - The magmasoft.hosting authors (@magmasoft)
description:
  - Tells which kinds of data are asked for, and which sites and addresses where not all of them.
  - Who picks a site or an address gets what belongs to it and nothing else.
positional: kinds, site, mailbox
options:
  _input:
    description: The plan, from P(magmasoft.hosting.expand#filter).
    type: dict
    required: true
  kinds:
    description:
      - Kinds of data, by their names in docs/architecture.md, as a list or with commas between them. Without it, all.
    type: raw
  site:
    description: Domains of sites, likewise.
    type: raw
  mailbox:
    description: Addresses, likewise.
    type: raw
"""

EXAMPLES = r"""
- name: Ask for everything but what one mailbox holds
  ansible.builtin.set_fact:
    hosting_request: "{{ hosting_plan | magmasoft.hosting.export_request(mailbox='office@alpenverein.example') }}"
"""

RETURN = r"""
_value:
  description: The request.
  type: dict
  contains:
    kinds:
      description: The kinds that are asked for.
      type: list
      elements: str
    sites:
      description: The sites that were picked. Null if none was, and all are meant.
      type: list
      elements: str
    mailboxes:
      description: The addresses that were picked, likewise.
      type: list
      elements: str
    digest:
      description: Tells one request from another.
      type: str
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run import selections
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.packing import unpack


def export_request(plan: Any, kinds: Any = None, site: Any = None, mailbox: Any = None) -> dict[str, Any]:
    """Make the request."""
    data = {name: unpack(items) for name, items in plan.items()}
    try:
        return {**selections.make_request(data, {"kinds": kinds, "site": site, "mailbox": mailbox})}
    except selections.NotAsked as error:
        raise AnsibleFilterError(str(error)) from None


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"export_request": export_request}
