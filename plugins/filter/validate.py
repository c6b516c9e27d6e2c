# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Validation of the register."""

from __future__ import annotations

DOCUMENTATION = r"""
name: validate
short_description: Check a register, every error at once
version_added: 1.0.0
author:
  - The magmasoft.hosting authors (@magmasoft)
description:
  - Checks what P(magmasoft.hosting.register#lookup) read against the schema of C(docs/register.md), and normalises it.
  - A broken file withholds its own customer only. Its names stay reserved, so that nobody else takes them over.
  - A name that two files claim withholds both; each error names the other place.
positional: web_hosts, reserved_domains, web_root, provider_trees, groups
options:
  _input:
    description: The files, from P(magmasoft.hosting.register#lookup).
    type: list
    elements: str
    required: true
  web_hosts:
    description: The web hosts of the inventory. With several of them each site has to name its own.
    type: list
    elements: str
    default: []
  reserved_domains:
    description: Names of the provider's own services. Neither they nor anything below them can be a customer's.
    type: list
    elements: str
    default: []
  web_root:
    description:
      - Where managed sites lie, in a directory for each customer. No directory and no log of an unmanaged site may lie
        in that of another customer.
    type: path
    default: /srv/www
  provider_trees:
    description: Directories of the provider in which none may lie, such as those of mail and cloud.
    type: list
    elements: path
    default: []
  groups:
    description:
      - The groups of the inventory with their hosts. Sites, databases and mailboxes without a host in the group that
        holds them are errors.
      - Without it nothing is said of them.
    type: dict
"""

EXAMPLES = r"""
- name: Check the register
  ansible.builtin.set_fact:
    hosting_register: >-
      {{ query('magmasoft.hosting.register', hosting_register_dir)
         | magmasoft.hosting.validate(web_hosts=groups['hosting_web']) }}
"""

RETURN = r"""
_value:
  description: The register.
  type: dict
  contains:
    customers:
      description: Customers whose file is good, normalised, all defaults filled in; each as JSON text.
      type: list
      elements: str
    withheld:
      description: Customers whose file is broken.
      type: list
      elements: str
    reserved:
      description: Names of withheld customers, kind of name to name to customer.
      type: dict
    errors:
      description: What is wrong, in the order of files and lines.
      type: list
      elements: dict
      sample:
        - customer: alpenverein
          file: register/lab/alpenverein.yml
          line: 12
          field: sites[0].domain
          value: "'*.alpenverein.example'"
          message: is a wildcard; each name is written out
          allowed: a domain such as example.org, of letters, digits and hyphens between dots
    warnings:
      description: What may be right and should be looked at, such as a site below the domain of another customer.
      type: list
      elements: dict
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register import validation
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._register.rules import WEB_ROOT
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._run.packing import pack, unpack


def validate(
    files: Any,
    web_hosts: Sequence[str] | None = None,
    reserved_domains: Iterable[str] | None = None,
    web_root: str = WEB_ROOT,
    provider_trees: Sequence[str] | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, Any]:
    """Check what the lookup read."""
    sources: Any = unpack(files)
    if not isinstance(sources, list) or not all(isinstance(item, Mapping) and "lines" in item for item in sources):
        raise AnsibleFilterError("validate takes the list that query('magmasoft.hosting.register', DIRECTORY) returns")
    register = validation.validate(
        sources, web_hosts or (), reserved_domains or (), web_root, provider_trees or (), groups
    )
    return {**register, "customers": pack(register["customers"])}


class FilterModule:
    """Makes the filter known to Ansible."""

    def filters(self) -> Mapping[str, Callable[..., Any]]:
        """Return the filter by its name."""
        return {"validate": validate}
