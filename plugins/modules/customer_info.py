#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is held of customers."""

from __future__ import annotations

DOCUMENTATION = r"""
module: customer_info
short_description: Tells what is held of customers on a host
version_added: 1.0.0
description:
  - Tells of each kind of data where it is, how much, how many things, from when to when, and how long it is kept.
  - An item that can't be looked at does not stop the others. It stands in RV(measurements) with the reason, and the
    module does not fail for it.
author:
  - The magmasoft.hosting authors (@magmasoft)
extends_documentation_fragment:
  - magmasoft.hosting._attributes
  - magmasoft.hosting._selections
attributes:
  diff_mode:
    description: There is nothing to show, since nothing is changed.
    support: none
options:
  directory:
    description: Where the bags of former exports lie.
    type: path
    default: /var/lib/hosting/bags
notes:
  - The cost grows with the number of files of the customers that are asked for, and with the size of shared logs.
"""

EXAMPLES = r"""
- name: Tell what is held of a customer on a web host
  magmasoft.hosting.customer_info:
    customers: "{{ hosting_selections }}"
    stores:
      site_files: {root: /srv/www}
      web_statistics: none
  register: held
"""

RETURN = r"""
measurements:
  description: What is held, one entry for each item of each kind that there is something of.
  returned: always
  type: list
  elements: dict
  contains:
    kind:
      description: The kind of data.
      type: str
    customer:
      description: Whose it is.
      type: str
    item:
      description: The site, database, address or login; empty where it is the customer as a whole.
      type: str
    place:
      description: Where it lies on this host.
      type: str
    bytes:
      description: What it takes there.
      type: int
    count:
      description: How many things it is, such as files, messages, lines.
      type: int
    oldest:
      description: Time of the oldest thing in UTC, if that can be told.
      type: str
    newest:
      description: Time of the newest.
      type: str
    days:
      description: How many days each thing is kept at most. Null where the customer decides.
      type: int
    left_out:
      description: What could not be looked at in it, each with C(what) it is and the C(reason).
      type: list
      elements: dict
    error:
      description: Why the item could not be looked at, as C(code), C(message) and C(remedy). Null if it could.
      type: dict
  sample:
    - kind: site_files
      customer: alpenverein
      item: alpenverein.example
      place: /srv/www/alpenverein/alpenverein.example
      bytes: 73400320
      count: 3120
      oldest: "2025-02-01T08:00:00Z"
      newest: "2026-11-24T17:12:09Z"
      days: null
      left_out: []
      error: null
bags:
  description: Of each customer, the bags of former exports that lie on this host.
  returned: always
  type: dict
kinds:
  description: The kinds that were looked at.
  returned: always
  type: list
  elements: str
absent:
  description: The kinds whose service does not exist here.
  returned: always
  type: list
  elements: str
"""

import gc

# Whatever is loaded and read stays to the end; the collector would only walk over it again and again.
gc.disable()

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.magmasoft.hosting.plugins.module_utils._bag.info import customer_info
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import HostingError
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.argspec import SELECTIONS


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={**SELECTIONS, "directory": {"type": "path", "default": "/var/lib/hosting/bags"}},
        supports_check_mode=True,
    )
    # not the arguments, which Ansible would search for secrets string by string
    nothing: dict[str, Any] = {"invocation": {"module_args": {}}}
    try:
        info = customer_info(module.params["customers"], module.params["stores"], module.params["directory"])
    except HostingError as error:
        module.fail_json(msg=str(error), error=error.report(), **nothing)
    module.exit_json(changed=False, **info, **nothing)


if __name__ == "__main__":
    main()
