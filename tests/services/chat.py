# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chat accounts on a host under test, and a client for them that nobody here wrote."""

from __future__ import annotations

import asyncio
import http.client
import urllib.parse
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import slixmpp
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.passwords import hash_password
from ansible_collections.magmasoft.hosting.plugins.plugin_utils._letters.proofs.network import Network
from ansible_collections.magmasoft.hosting.tests.integration.host import Host

ONE, TWO = "chat-one", "chat-two"
ANNA, BERT, CARLA = "anna@chat-one.example", "bert@chat-one.example", "carla@chat-two.example"
OWNER = {ANNA: ONE, BERT: ONE, CARLA: TWO}
PASSWORD = "a-good-pass-word"
UPLOADS = "upload.chat.lab.example"
LOG = "/var/log/prosody/prosody.log"
DATA = "/var/lib/prosody"
STATE = "/var/lib/hosting/chat"
CERTIFICATES = "/etc/hosting/certificates/chat"
_SECONDS = 20.0
_T = TypeVar("_T")


class Client(slixmpp.ClientXMPP):
    """A program that chats."""

    def __init__(self, user: str, password: str, network: Network) -> None:
        super().__init__(user, password)
        self.ssl_context = network.context()
        self.enable_plaintext = self.enable_direct_tls = False
        for plugin in ("xep_0030", "xep_0049", "xep_0054", "xep_0163", "xep_0191", "xep_0280", "xep_0363"):
            self.register_plugin(plugin)
        self.messages: asyncio.Queue[Any] = asyncio.Queue()
        self.carbons: asyncio.Queue[Any] = asyncio.Queue()
        self.started: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.ended = asyncio.Event()
        self.stream_error = ""
        self.add_event_handler("message", self.messages.put_nowait)
        self.add_event_handler("carbon_sent", self.carbons.put_nowait)
        self.add_event_handler("disconnected", lambda _data: self.ended.set())
        self.add_event_handler("stream_error", self._note_error)
        for event in ("session_start", "failed_all_auth", "no_auth", "disconnected", "connection_failed"):
            self.add_event_handler(event, lambda _data, name=event: self._note_start(name))

    async def text(self, queue: asyncio.Queue[Any] | None = None) -> tuple[str, str]:
        """Return sender and text of the next message."""
        message = await asyncio.wait_for((queue or self.messages).get(), _SECONDS)
        return message["from"].bare, message["body"]

    async def slot(self, name: str, size: int) -> tuple[str, str, dict[str, str]]:
        """Ask where a file can be put; return where to fetch it, where to put it, and the headers for that."""
        answer = await self.plugin["xep_0363"].request_slot(
            slixmpp.JID(UPLOADS), name, size, "text/plain", timeout=_SECONDS
        )
        slot = answer["http_upload_slot"]
        headers = {header["name"]: header["value"] for header in slot["put"]["headers"]}
        return slot["get"]["url"], slot["put"]["url"], headers

    def say(self, to: str, text: str) -> None:
        """Send a message."""
        self.send_message(slixmpp.JID(to), text, mtype="chat")

    async def befriend(self, other: str, name: str) -> None:
        """Put somebody on the list of contacts."""
        answer = self.update_roster(slixmpp.JID(other), name=name, timeout=int(_SECONDS))
        assert answer is not None
        await answer

    def _note_start(self, event: str) -> None:
        if not self.started.done():
            self.started.set_result(event)

    def _note_error(self, error: Any) -> None:
        self.stream_error = error["condition"]


@dataclass
class Chat:
    """Two customers with chat, as the modules make them."""

    host: Host
    base: str
    network: Network
    hashed: str = field(default_factory=lambda: hash_password("mailbox", PASSWORD))

    def directory(self, state: str = "present", *, chat: bool = True, addresses: Sequence[str] = tuple(OWNER)) -> None:
        """Bring customers and addresses in the directory to a state."""
        directory = {"base": self.base}
        customers = [
            {"name": name, "customer": name, "state": state, "domains": [f"{name}.example"]} for name in (ONE, TWO)
        ]
        boxes = [{"name": name, "customer": OWNER[name], "state": state, "chat": chat} for name in addresses]
        hashes = dict.fromkeys(addresses, self.hashed)
        for module, arguments in (
            ("customer_account", {"directory": directory, "customers": customers}),
            ("mailbox", {"directory": directory, "mailboxes": boxes, "password_hashes": hashes}),
        ):
            result = self.host.module(module, arguments)
            assert not result.get("failed"), result["msg"]

    def run(self, *addresses: str, state: str = "present", **more: Any) -> dict[str, Any]:
        """Run the module once."""
        return self.host.module("chat_account", self.arguments(*addresses, state=state, **more))

    def converge(self, *addresses: str, state: str = "present", **more: Any) -> dict[str, Any]:
        """Run the module three times: predicted, done, unchanged."""
        return self.host.converge("chat_account", self.arguments(*addresses, state=state, **more))

    def arguments(self, *addresses: str, state: str = "present", **more: Any) -> dict[str, Any]:
        """Return the arguments of the module."""
        items = [{"name": name, "customer": OWNER.get(name, ONE), "state": state} for name in addresses]
        return {"accounts": items, **more}

    def domains(self) -> list[str]:
        """Return the domains of these customers that Prosody serves."""
        return self.shell(f"cd {STATE}/current/prosody; ls chat-*.conf | sed 's/.conf$//'").split()

    def shell(self, script: str, *, check: bool = True) -> str:
        """Run a script of the test on the host."""
        return self.host.run("sh", "-c", script, check=check).strip()

    @asynccontextmanager
    async def client(self, user: str = ANNA, password: str = PASSWORD, *, port: int = 5222) -> AsyncIterator[Client]:
        """Log in and be online."""
        client = await self._connected(user, password, port)
        try:
            assert await asyncio.wait_for(client.started, _SECONDS) == "session_start"
            await client.get_roster(timeout=_SECONDS)
            client.send_presence()
            yield client
        finally:
            await _end(client)

    async def login(self, user: str, password: str = PASSWORD) -> str:
        """Try to log in; return the library's word for what came of it."""
        client = await self._connected(user, password, 5222)
        try:
            return await asyncio.wait_for(client.started, _SECONDS)
        finally:
            await _end(client)

    def http(self, method: str, url: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        """Fetch or put a file over TLS."""
        parts = urllib.parse.urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
        connection.sock = self.network.connect_tls(parts.hostname or "", parts.port or 443)
        try:
            connection.request(method, parts.path, body=body, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    async def _connected(self, user: str, password: str, port: int) -> Client:
        client = Client(user, password, self.network)
        client.enable_direct_tls = port != 5222
        client.enable_starttls = not client.enable_direct_tls
        client.connect(self.network.address("*"), port)
        return client


async def _end(client: Client) -> None:
    client.cancel_connection_attempt()
    if not client.ended.is_set():
        client.disconnect(wait=1)
        try:
            await asyncio.wait_for(client.ended.wait(), 3)
        except TimeoutError:
            client.abort()


def play(scene: Coroutine[Any, Any, _T]) -> _T:
    """Run what clients do to its end."""
    return asyncio.run(scene)
