# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the playbooks of this collection decide: one filter, whose first argument says what is asked."""

from __future__ import annotations

DOCUMENTATION = r"""
name: run
short_description: What the playbooks of this collection decide
version_added: 1.0.0
author:
  - The magmasoft.hosting authors (@magmasoft)
description:
  - Made for the playbooks of this collection, and changes with them. Further arguments are those of the function that
    is named; long lists come and go as JSON texts, as the modules take them.
  - C(on_host) of the sites of a plan returns those of one web host, given its name and the names of all web hosts.
  - C(system_users) of the customers of a plan returns the system user of each, as one text, given what
    M(magmasoft.hosting.customer_account) returned, the users that were found on the hosts, and the offset of the
    groups.
  - C(closed_orphans) of the owners of a plan returns the logins that left the register and whose customer is suspended,
    given the kind and what the module returned that knows them.
  - C(wanted_logins) of a plan returns all its logins; C(missing_logins) those without a password, given what
    M(magmasoft.hosting.account_info) found on each host; C(finished_logins) those that are in force everywhere, given
    what the modules returned.
  - C(gather_runs) of the groups of the inventory returns module to host to result, given the variables of all hosts,
    and the modules where they are not those of the playbook C(customers).
  - C(verdict) of that returns the lines of a verdict and whether a run has failed, given the errors of the register,
    what concerns letters, what the register wants erased, and its warnings.
  - C(with_held) of a plan returns it with what left the register among its items, and since when names are whose, given
    the groups and the variables of all hosts, where M(magmasoft.hosting.name_info) was run.
  - C(export_request) of a plan returns what is asked for of a customer's data, given C(kinds), C(site) and
    C(mailbox), each a list, a text with commas, or none.
  - C(export_share) of a plan returns which C(customers) and C(stores) a host is asked for, and which pairs of kind
    and item are C(expected) of it, given the request, the host, the groups and the places of the data.
  - C(export_steps) of the groups returns which steps of an export a host takes part in, and what the sealing host is
    given, given the variables of all hosts, the host, the sealing host, the customer and the name of the bag.
  - C(export_outcome) of the groups returns what came out of it, given the variables of all hosts, the sealing host,
    the customer, the name of the bag, the modules that count, and results on the controller.
  - C(customer_report) of what M(magmasoft.hosting.customer_info) measured on each host returns the report as texts,
    given what it is about and the record of the customer.
positional: function
options:
  _input:
    description: What the function is of.
    type: raw
    required: true
  function:
    description: What is asked.
    type: str
    required: true
    choices:
      - closed_orphans
      - customer_report
      - export_outcome
      - export_request
      - export_share
      - export_steps
      - finished_logins
      - gather_runs
      - missing_logins
      - on_host
      - system_users
      - verdict
      - wanted_logins
      - with_held
"""

EXAMPLES = r"""
- name: List the sites of this host
  ansible.builtin.debug:
    msg: "{{ hosting_plan.sites | magmasoft.hosting.run('on_host', inventory_hostname, groups['hosting_web']) }}"

- name: Say which logins still need a password
  ansible.builtin.debug:
    msg: "{{ hosting_plan | magmasoft.hosting.run('missing_logins', [hosting_found]) }}"

- name: Ask for everything that belongs to one site
  ansible.builtin.set_fact:
    hosting_request: "{{ hosting_plan | magmasoft.hosting.run('export_request', site='alpenverein.example') }}"
"""

RETURN = r"""
_value:
  description: The answer.
  type: raw
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.errors import NotAsked
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.packing import pack, text, unpack

# Function -> module below plugin_utils/_run. Ansible runs each task in a process of its own, which has loaded nothing:
# it loads what it asks for, and no more.
_MODULES: Mapping[str, str] = {
    "closed_orphans": "logins",
    "customer_report": "report",
    "export_outcome": "steps",
    "export_request": "selections",
    "export_share": "selections",
    "export_steps": "steps",
    "finished_logins": "logins",
    "gather_runs": "hosts",
    "missing_logins": "logins",
    "on_host": "hosts",
    "system_users": "hosts",
    "verdict": "verdict",
    "wanted_logins": "logins",
    "with_held": "held",
}
_UTILITIES = "ansible_collections.magmasoft.hosting.plugins.plugin_utils._run"


def _as_it_is(answer: Any) -> Any:
    return answer


def _with_customers(share: Mapping[str, Any]) -> dict[str, Any]:
    return {**share, "customers": pack(share["customers"])}


def _packed(plan: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, str) or name in ("withheld", "errors", "warnings") else pack(value)
        for name, value in plan.items()
    }


# Those that a plan is given to, or a list of one.
_OF_PLANS = frozenset(
    {
        "export_request",
        "export_share",
        "finished_logins",
        "missing_logins",
        "on_host",
        "system_users",
        "wanted_logins",
        "with_held",
    }
)
# What becomes of long lists, each item of which is a text between tasks.
_ANSWERS: Mapping[str, Callable[[Any], Any]] = {
    "closed_orphans": pack,
    "export_share": _with_customers,
    "finished_logins": pack,
    "missing_logins": pack,
    "on_host": pack,
    "system_users": text,
    "wanted_logins": pack,
    "with_held": _packed,
}


def run(value: Any, function: str, *given: Any, **named: Any) -> Any:
    """Call a function of the table. Raises AnsibleFilterError where there is none, or what is asked for is none."""
    if function not in _MODULES:
        raise AnsibleFilterError(f"run: there is no {function!r}; there are {', '.join(_MODULES)}")
    if function in _OF_PLANS:
        value = {name: unpack(item) for name, item in value.items()} if isinstance(value, Mapping) else unpack(value)
    found: Callable[..., Any] = getattr(import_module(f"{_UTILITIES}.{_MODULES[function]}"), function)
    try:
        answer = found(value, *given, **named)
    except NotAsked as error:
        raise AnsibleFilterError(str(error)) from None
    return _ANSWERS.get(function, _as_it_is)(answer)


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"run": run}
