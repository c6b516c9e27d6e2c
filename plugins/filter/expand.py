# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan that follows from a register."""

from __future__ import annotations

DOCUMENTATION = r"""
name: expand
short_description: Make the lists that the modules take from a validated register
version_added: 1.0.0
author:
  - The magmasoft.hosting authors (@magmasoft)
description:
  - Turns the customers of P(magmasoft.hosting.validate#filter) into one flat list for each module, sorted by name.
  - The items are JSON text, which Ansible does not walk over. The modules take them as they are; C(map('from_json'))
    makes data of them.
positional: customer
options:
  _input:
    description: The register, from P(magmasoft.hosting.validate#filter).
    type: dict
    required: true
  customer:
    description:
      - The only customer to take, or a list of those to take.
      - It is an error if the register has none of that name, or withholds it.
    type: raw
"""

EXAMPLES = r"""
- name: Make the plan for everybody
  ansible.builtin.set_fact:
    hosting_plan: "{{ hosting_register | magmasoft.hosting.expand }}"

- name: Make the plan for one customer
  ansible.builtin.set_fact:
    hosting_plan: "{{ hosting_register | magmasoft.hosting.expand(customer='alpenverein') }}"
"""

RETURN = r"""
_value:
  description: The plan.
  type: dict
  contains:
    customers:
      description: Customers, with the domains they receive mail for.
      type: list
      elements: str
    file_logins:
      description: Logins for FTP and SFTP.
      type: list
      elements: str
    mailboxes:
      description: Addresses. Sizes are bytes; C(cloud) is null where there is no cloud account.
      type: list
      elements: str
    cloud_accounts:
      description: Addresses with a cloud account.
      type: list
      elements: str
    chat_accounts:
      description: Addresses with a chat account.
      type: list
      elements: str
    databases:
      description: Databases.
      type: list
      elements: str
    sites:
      description: Sites of all web hosts.
      type: list
      elements: str
    closed_mailboxes:
      description: Addresses of ours that are suspended, for M(magmasoft.hosting.session).
      type: list
      elements: str
    closed_file_logins:
      description: Logins for FTP and SFTP that are suspended, likewise.
      type: list
      elements: str
    owners:
      description: The customers that were picked, with the state of each.
      type: str
    erase:
      description: Items that the register wants erased, C(kind), C(name), C(customer) and C(approved) of each.
      type: list
      elements: str
    withheld:
      description: All customers whose register file is broken, whichever was picked.
      type: list
      elements: str
    errors:
      description: What is wrong in the whole register, as P(magmasoft.hosting.validate#filter) told.
      type: list
      elements: dict
    warnings:
      description: What it warned of, of the customers that were picked.
      type: list
      elements: dict
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from ansible.errors import AnsibleFilterError
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register import expansion
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.packing import pack, text, unpack

_OTHERS: Final = frozenset({"withheld", "errors", "warnings"})


def expand(register: Any, customer: str | list[str] | None = None) -> dict[str, Any]:
    """Make the plan."""
    if not isinstance(register, Mapping) or "withheld" not in register:
        raise AnsibleFilterError("expand takes what the filter magmasoft.hosting.validate returns")
    try:
        plan: dict[str, Any] = {**expansion.expand({**register, "customers": unpack(register["customers"])}, customer)}
    except expansion.UnknownCustomer as error:
        raise AnsibleFilterError(str(error)) from None
    return {
        name: text(value) if isinstance(value, dict) else value if name in _OTHERS else pack(value)
        for name, value in plan.items()
    }


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"expand": expand}
