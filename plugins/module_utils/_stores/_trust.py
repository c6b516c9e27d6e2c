# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom a mail server takes at their word: clients and system users that may send as anybody, and those of customers."""

from __future__ import annotations

import ipaddress
import pwd
from contextlib import suppress

from .._data_model.place import PlaceKeys
from .._data_model.selection import Selection
from .._logs.addresses import is_within

# Below are users of the system itself, who are nobody's.
_FIRST_USER = 1000


class Trust:
    """Keys of a place: ``trusted_networks``, whose clients may send without a login as anybody (as ``mynetworks`` of
    Postfix, where that lets them), and ``trusted_users``, who may so by the command sendmail. Of them alone the address
    of the sender proves who has sent a message.
    """

    def __init__(self, keys: PlaceKeys) -> None:
        self._users = keys.texts("trusted_users", ["root"])
        try:
            self.networks = [ipaddress.ip_network(one, strict=False) for one in keys.texts("trusted_networks", [])]
        except ValueError:
            raise keys.refusal("trusted_networks", "a list of networks, like 192.0.2.0/24") from None

    def users(self) -> frozenset[int]:
        """Return the numbers of the users that there are."""
        return frozenset(number for name in self._users if (number := _number(name)) is not None)

    def has_client(self, address: str) -> bool:
        """Tell whether a client may send as anybody."""
        return is_within(address, self.networks)


def users_of(selection: Selection) -> frozenset[int]:
    """Return the numbers of the system users of a customer's sites, whose programs send by sendmail(1)."""
    numbers = (_number(site.unix_user) for site in selection.sites)
    return frozenset(number for number in numbers if number is not None and number >= _FIRST_USER)


def _number(user: str) -> int | None:
    with suppress(KeyError):
        return pwd.getpwnam(user).pw_uid
    return None
