# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chat, as an XMPP program logs in."""

from __future__ import annotations

import asyncio
from typing import Any

from .network import ConnectionRefused, Network

try:
    import slixmpp
except ImportError as error:
    SLIXMPP_ERROR: str | None = str(error)
else:
    SLIXMPP_ERROR = None

# Events of the library after which there is nothing more to wait for, and what each of them means.
_ENDS = {
    "session_start": None,
    "connection_failed": "nobody answers",
    "ssl_invalid_chain": "the certificate is not one for the domain of the address",
    "failed_all_auth": "the server refuses the login",
    "no_auth": "the server offers no way to log in over an encrypted connection",
}
# A connection that ends is told before the reason why it does.
_GRACE_SECONDS = 0.3


def prove_xmpp(login: dict[str, Any], network: Network) -> None:
    """Log in with the certificate checked for the domain of the address, as the protocol wants it (RFC 7590)."""
    if SLIXMPP_ERROR is not None:
        raise ConnectionRefused(f"the controller has no slixmpp, which requirements.txt names: {SLIXMPP_ERROR}")
    if login["security"] not in ("starttls", "tls"):
        raise ConnectionRefused(f"the letter says security {login['security']!r} for chat; allowed: starttls, tls")
    asyncio.run(_log_in(login, network))


async def _log_in(login: dict[str, Any], network: Network) -> None:
    client = slixmpp.ClientXMPP(login["user"], login["password"])
    client.ssl_context = network.context()
    client.enable_plaintext = False
    client.enable_starttls = login["security"] == "starttls"
    client.enable_direct_tls = not client.enable_starttls
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[str | None] = loop.create_future()
    for event, reason in _ENDS.items():
        client.add_event_handler(event, lambda _data, reason=reason: _end(ended, reason))
    client.add_event_handler("stream_error", lambda error: _end(ended, f"the server says {error['condition']}"))
    late = "the server ends the connection"
    client.add_event_handler("disconnected", lambda _data: loop.call_later(_GRACE_SECONDS, _end, ended, late))
    client.connect(network.address(login["host"]), int(login["port"]))
    try:
        said = await asyncio.wait_for(ended, network.timeout)
    except TimeoutError:
        said = f"no answer within {network.timeout:g} s"
    finally:
        client.cancel_connection_attempt()
        client.abort()
    if said is not None:
        raise ConnectionRefused(said)


def _end(ended: asyncio.Future[str | None], reason: str | None) -> None:
    if not ended.done():
        ended.set_result(reason)
