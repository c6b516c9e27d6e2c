#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Open sessions of logins that are closed."""

from __future__ import annotations

DOCUMENTATION = r"""
module: session
short_description: Ends open sessions of logins that are closed
version_added: 1.0.0
description:
  - A login that is suspended in the directory opens no new session. This ends those that were open before.
  - It runs where the daemon runs, and asks it once who is logged in.
author:
  - The magmasoft.hosting authors (@magmasoft)
extends_documentation_fragment:
  - magmasoft.hosting._attributes
options:
  daemon:
    description:
      - In which daemon of this host the logins are closed.
      - V(dovecot) has the sessions of mailboxes, over IMAP and ManageSieve. V(proftpd) has those of file logins, over
        FTP and SFTP.
    type: str
    choices: [dovecot, proftpd]
    required: true
  logins:
    description:
      - The logins that nobody is to be logged in by, as the filter P(magmasoft.hosting.expand#filter) names them.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The login.
        type: str
        required: true
      customer:
        description: Whose login it is.
        type: str
        required: true
notes:
  - One login that cannot be ended does not stop the others. The module then ends failed and names it.
"""

EXAMPLES = r"""
- name: End what the suspended have still open
  magmasoft.hosting.session:
    daemon: dovecot
    logins:
      - {name: office@alpenverein.example, customer: alpenverein}
"""

RETURN = r"""
results:
  description: Whose sessions were ended, or in check mode would be.
  returned: always
  type: list
  elements: dict
  sample:
    - kind: mailbox_session
      name: office@alpenverein.example
      customer: alpenverein
      action: remove
      fields: []
      status: done
      error: null
counts:
  description: How many logins were unchanged, which is without a session, done, planned, failed, skipped or unknown.
  returned: always
  type: dict
"""

import gc

# Whatever is loaded and read stays to the end; the collector would only walk over it again and again.
gc.disable()

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.dovecot import Dovecot
from ansible_collections.magmasoft.hosting.plugins.module_utils._clients.proftpd import Proftpd
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.items import read_items
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.reconcile import Batch
from ansible_collections.magmasoft.hosting.plugins.module_utils._engine.run import run_module
from ansible_collections.magmasoft.hosting.plugins.module_utils._service.session import SessionService, closed_login

_LOGIN = {"name": {"type": "str", "required": True}, "customer": {"type": "str", "required": True}}


_SERVICES = {
    "dovecot": lambda: SessionService("mailbox", Dovecot()),
    "proftpd": lambda: SessionService("file_login", Proftpd()),
}


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            "daemon": {"type": "str", "choices": list(_SERVICES), "required": True},
            "logins": {"type": "list", "elements": "dict", "required": True},
        },
        supports_check_mode=True,
    )
    service = _SERVICES[module.params["daemon"]]()
    logins = module.params["logins"]
    run_module(
        module,
        lambda: [Batch(service, [closed_login(item) for item in read_items("logins", logins, _LOGIN)])],
        lock=service.noun,
    )


if __name__ == "__main__":
    main()
