# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the modules whose work is the data of customers."""

from __future__ import annotations


class ModuleDocFragment:
    """Documents C(SELECTIONS) of the argument specs."""

    DOCUMENTATION = r"""
options:
  customers:
    description:
      - Whose data, and what of theirs lies on this host, as C(export_share) of P(magmasoft.hosting.run#filter) tells.
      - Each has C(customer), C(sites), C(databases), C(mailboxes), C(file_logins), C(own_addresses), all addresses
        and aliases of the customer, and C(user), their system user (by default V(hc-<customer>)).
      - C(held) has for names pairs of times, since when and until when they are the customer's. Lines of logs from
        before and after are handed to somebody else, or to nobody. Names that are not in it always were theirs.
    type: list
    elements: dict
    required: true
  stores:
    description:
      - The kinds of data that are expected of this host, and where they lie, as the variable C(hosting_stores) says.
      - V(none) instead of a place says that there is no such service.
    type: dict
    default: {}
"""
