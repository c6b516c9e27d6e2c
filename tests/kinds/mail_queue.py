# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail that waits, sent by a program for mail to where nobody takes it, and read by Python's library for mail."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Mapping, Sequence
from typing import Any

from .daemons import Daemons
from .world import Customer


def place(_world: Daemons) -> Mapping[str, Any]:
    """Return nothing: the queue is where Postfix says."""
    return {}


def plant(world: Daemons, customer: Customer, texts: Sequence[str]) -> None:
    """Send a message for each text."""
    for text in texts:
        world.send(customer.address, "somebody@outside.example", text)


def clear(world: Daemons, customer: Customer) -> None:
    """Remove all that waits."""
    world.host.run("postsuper", "-d", "ALL")


def read_back(_world: Daemons, customer: Customer, files: Mapping[str, bytes]) -> Sequence[str]:
    """Return the subjects."""
    mails = [content for path, content in files.items() if path.startswith("mail/queue/") and path.endswith(".eml")]
    return [str(email.message_from_bytes(one, policy=email.policy.default)["Subject"]) for one in mails]
