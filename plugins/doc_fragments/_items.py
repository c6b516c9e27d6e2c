# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options and results of the modules that take a list of items."""

from __future__ import annotations


class ModuleDocFragment:
    """Documents C(COMMON), C(INCARNATIONS), C(PASSWORDS) and C(DIRECTORY) of the argument specs."""

    DOCUMENTATION = r"""
options:
  complete:
    description:
      - Whether the items are the whole register.
      - Then whatever carries our mark and is not among them is an orphan. It is returned as such and stays.
    type: bool
    default: false
  withheld:
    description: Customers whose register file is broken. What belongs to them is not reported as an orphan.
    type: list
    elements: str
    default: []
  owners:
    description:
      - The customers all of whose items are given, with the state of each, V(present) or V(suspended).
      - What else carries the mark of one of them is an orphan. It is suspended with its customer.
    type: dict
    default: {}
notes:
  - The state is read once, in a fixed number of queries; beyond that the cost grows with the number of changes.
  - One item that cannot be applied does not stop the others. The module then ends failed and names it.
"""

    INCARNATIONS = r"""
options:
  incarnations:
    description:
      - Which life of its name each item is of, as RV(magmasoft.hosting.customer_account#module:incarnations) tells it.
        It is kept with the mark of the item.
      - What carries the mark of another life of the name is refused. Empty, the marks stay as they are.
    type: str
    default: ""
"""

    PASSWORDS = r"""
options:
  password_hashes:
    description:
      - Finished password hashes, name of the item to hash.
      - A name that is missing here keeps the password it has; a new item is made without one, so nobody can log in.
    type: dict
    default: {}
"""

    DIRECTORY = r"""
options:
  directory:
    description: How to reach the LDAP directory.
    type: dict
    required: true
    suboptions:
      base:
        description: The base of the tree. Customers lie below C(ou=customers) of it.
        type: str
        required: true
      uri:
        description: Where the server listens. Over C(ldapi) the module binds as the user it runs as (SASL EXTERNAL).
        type: str
        default: ldapi://%2Frun%2Fslapd%2Fldapi
      bind_dn:
        description: Whom to bind as, with a server that is not local.
        type: str
      bind_password:
        description: The password of O(directory.bind_dn).
        type: str
      ca_file:
        description: Certificates that may have signed the server's, for C(ldaps).
        type: path
        default: /etc/hosting/certificates/ca.crt
      attributes:
        description: Names of attributes where the tree uses others than those of docs/architecture.md, ours to yours.
        type: dict
        default: {}
"""
