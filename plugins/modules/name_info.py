#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What customers have or had by name, and since when."""

from __future__ import annotations

DOCUMENTATION = r"""
module: name_info
short_description: What customers have or had by name, and since when
version_added: 1.0.0
description:
  - Tells the names of customers as M(magmasoft.hosting.customer_account) has recorded them in the directory.
  - Names that left the register are among them, as is who had a name before somebody else got it.
author:
  - The magmasoft.hosting authors (@magmasoft)
requirements:
  - ldap3 on the host
extends_documentation_fragment:
  - magmasoft.hosting._attributes
  - magmasoft.hosting._items.directory
attributes:
  diff_mode:
    description: There is nothing to show, since nothing is changed.
    support: none
options:
  customers:
    description: Whose names.
    type: list
    elements: str
    required: true
notes:
  - The cost grows with the number of customers that are asked for, one search each.
"""

EXAMPLES = r"""
- name: Tell since when the names of a customer are theirs
  magmasoft.hosting.name_info:
    directory:
      base: dc=example,dc=org
    customers: [alpenverein]
  register: found
"""

RETURN = r"""
names:
  description: The names of each customer.
  returned: success
  type: dict
  contains:
    kind:
      description: C(site), C(site_alias), C(mailbox), C(mailbox_alias), C(database) or C(file_login).
      type: str
    name:
      description: The name.
      type: str
    since:
      description: Since when it is theirs, in UTC. Null if they had it before anybody took notes.
      type: str
    until:
      description: Since when it is somebody else's. Null while it is theirs.
      type: str
  sample:
    alpenverein:
      - kind: site
        name: alpenverein.example
        since: "2026-11-30T18:00:00Z"
        until: null
error:
  description: Why they could not be read, as C(code), C(message) and C(remedy).
  returned: failure
  type: dict
"""

import gc

# Whatever is loaded and read stays to the end; the collector would only walk over it again and again.
gc.disable()

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.magmasoft.hosting.plugins.module_utils._core.errors import HostingError
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.argspec import DIRECTORY
from ansible_collections.magmasoft.hosting.plugins.module_utils._service.name_info import name_info


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={**DIRECTORY, "customers": {"type": "list", "elements": "str", "required": True}},
        supports_check_mode=True,
    )
    try:
        names = name_info(module.params["directory"], module.params["customers"])
    except HostingError as error:
        module.fail_json(msg=str(error), error=error.report())
    module.exit_json(changed=False, names=names)


if __name__ == "__main__":
    main()
