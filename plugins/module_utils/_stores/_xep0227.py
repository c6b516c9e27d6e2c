# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The document of XEP-0227, "Portable Import/Export Format for XMPP-IM Servers" 1.1, made of what Prosody keeps.

It has no credentials. Lists of what is blocked become privacy lists, as that format has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from .._clients.prosody_files import ProsodyFiles, Unreadable
from .._core.errors import UnsafePath
from .._formats.lua_data import Table, Value
from .._formats.xmpp_xml import element, opening, stanza, text

_PUBSUB = "http://jabber.org/protocol/pubsub"
_OWNER = f"{_PUBSUB}#owner"
_CONFIG = f"{_PUBSUB}#node_config"
_PEP = "pep_"
# Prosody's own names of what others call something else (its mod_pubsub/pubsub.lib.lua)
_FIELDS = {
    "payload_type": "type",
    "notify_items": "deliver_notifications",
    "include_payload": "deliver_payloads",
}
# Stores that the document has a place for, beside those of nodes.
KNOWN = frozenset({"roster", "vcard", "private", "offline", "blocklist", "archive", "pep"})


def has_place_for(store: str) -> bool:
    """Tell whether the document has a place for a store."""
    return store in KNOWN or store.startswith(_PEP)


# What comes of data that can't be what they have to be.
_MEANINGLESS = (ValueError, AttributeError, TypeError, KeyError)


class Document:
    """The document of one address, which may have several accounts, each with its stores. Counts what it has.

    ``damaged`` is told the account and the store of what can't be read, and all else is there; without it, that raises
    Unreadable.
    """

    def __init__(
        self,
        files: ProsodyFiles,
        accounts: Mapping[str, Sequence[str]],
        damaged: Callable[[str, str], None] | None = None,
    ) -> None:
        self._files = files
        self._accounts = accounts
        self._damaged = damaged
        self.undated = 0
        self.times: list[float] = []

    def pieces(self) -> Iterator[str]:
        """Yield the document in pieces."""
        yield "<?xml version='1.0' encoding='UTF-8'?>\n<server-data xmlns='urn:xmpp:pie:0'>\n"
        for jid, stores in self._accounts.items():
            local, _at, domain = jid.rpartition("@")
            yield opening("host", {"jid": domain}) + "\n" + opening("user", {"name": local}) + "\n"
            yield from self._account(jid, stores)
            yield "</user>\n</host>\n"
        yield "</server-data>\n"

    def _account(self, jid: str, stores: Sequence[str]) -> Iterator[str]:
        yield from self._whole(jid, "roster", self._roster)
        yield from self._whole(jid, "vcard", self._vcard)
        yield from self._whole(jid, "private", self._private)
        yield from self._whole(jid, "blocklist", self._blocked)
        yield from self._offline(jid)
        nodes = self._value(jid, "pep")
        # those without an item as well: prosody-migrator stops where it finds only the settings of a node
        named = [f"{_PEP}{name}" for name in nodes]
        yield from self._nodes(jid, list(dict.fromkeys([*(name for name in stores if name.startswith(_PEP)), *named])))
        yield from self._whole(jid, "pep", self._settings)
        yield from self._archive(jid)

    def _value(self, jid: str, store: str) -> Table:
        try:
            return _as_table(self._files.value(jid, store))
        except (Unreadable, UnsafePath):
            self._damage(jid, store)
            return {}

    def _whole(self, jid: str, store: str, make: Callable[[Table], Iterator[str]]) -> Iterator[str]:
        """Yield what is made of a value, all of it or nothing."""
        try:
            yield "".join(make(self._value(jid, store)))
        except _MEANINGLESS:
            self._damage(jid, store)

    def _each(self, jid: str, store: str, make: Callable[[Table], Iterator[str]]) -> Iterator[str]:
        """Yield what is made of each item of a list."""
        damaged = None if self._damaged is None else partial(self._damage, jid, store)
        try:
            for item in self._files.items(jid, store, damaged):
                try:
                    made = "".join(make(item))
                    when = _when(item)
                except _MEANINGLESS:
                    self._damage(jid, store)
                else:
                    self.times.append(when)
                    yield made
        except UnsafePath:
            self._damage(jid, store)

    def _damage(self, jid: str, store: str) -> None:
        if self._damaged is None:
            raise Unreadable(f"{store} of {jid}: data that mean nothing to us", remedy="report it")
        self._damaged(jid, store)

    def _stanza(self, table: Table, namespace: str | None) -> Iterator[str]:
        self.undated += 1
        yield from stanza(table, namespace)
        yield "\n"

    def _roster(self, roster: Table) -> Iterator[str]:
        if not roster:
            return
        about = _as_table(roster.get(False))
        yield opening("query", {"xmlns": "jabber:iq:roster", "version": about.get("version")})
        for jid, contact in roster.items():
            if isinstance(jid, str) and isinstance(contact, dict):
                self.undated += 1
                yield opening(
                    "item", {"jid": jid, **{key: contact.get(key) for key in ("name", "subscription", "ask")}}
                )
                yield from (element("group", {}, group) for group in _as_table(contact.get("groups")))
                yield "</item>"
        yield "</query>\n"
        for jid, request in _as_table(about.get("pending")).items():
            if isinstance(request, dict):
                yield from self._stanza(request, "jabber:client")
            else:
                yield element("presence", {"xmlns": "jabber:client", "from": jid, "type": "subscribe"}) + "\n"

    def _vcard(self, vcard: Table) -> Iterator[str]:
        if vcard:
            yield from self._stanza(vcard, "vcard-temp")

    def _private(self, private: Table) -> Iterator[str]:
        if private:
            yield opening("query", {"xmlns": "jabber:iq:private"})
            for part in private.values():
                yield from self._stanza(_as_table(part), None)
            yield "</query>\n"

    def _blocked(self, blocked: Table) -> Iterator[str]:
        jids = [jid for jid in blocked if isinstance(jid, str)]
        if jids:
            yield "<query xmlns='jabber:iq:privacy'><default name='blocked'/><list name='blocked'>"
            for number, jid in enumerate(jids):
                self.undated += 1
                yield element("item", {"type": "jid", "value": jid, "action": "deny", "order": number})
            yield "</list></query>\n"

    def _offline(self, jid: str) -> Iterator[str]:
        yield from _framed("<offline-messages>\n", self._each(jid, "offline", self._waiting), "</offline-messages>\n")

    def _waiting(self, item: Table) -> Iterator[str]:
        delay: Table = {"name": "delay", "attr": {"xmlns": "urn:xmpp:delay", "stamp": _stamp(_when(item))}}
        message = _stored(item)
        number = 1
        while number in message:
            number += 1
        yield from stanza({**message, number: delay}, "jabber:client")
        yield "\n"

    def _nodes(self, jid: str, stores: Sequence[str]) -> Iterator[str]:
        if not stores:
            return
        yield opening("pubsub", {"xmlns": _PUBSUB}) + "\n"
        for store in stores:
            yield opening("items", {"node": store.removeprefix(_PEP)})
            yield from self._each(jid, store, _node_item)
            yield "</items>\n"
        yield "</pubsub>\n"

    def _settings(self, nodes: Table) -> Iterator[str]:
        if not nodes:
            return
        yield opening("pubsub", {"xmlns": _OWNER}) + "\n"
        for name, node in nodes.items():
            yield from self._node(name, _as_table(node))
        yield "</pubsub>\n"

    def _node(self, name: object, node: Table) -> Iterator[str]:
        yield opening("configure", {"node": name})
        yield opening("x", {"xmlns": "jabber:x:data", "type": "submit"})
        yield from _field("FORM_TYPE", _CONFIG, type="hidden")
        for key, value in _as_table(node.get("config")).items():
            # what begins so is a note of Prosody to itself
            if isinstance(key, str) and not key.startswith("_") and not isinstance(value, dict):
                yield from _field(f"pubsub#{_FIELDS.get(key, key)}", value)
        yield "</x></configure>"
        affiliations = _as_table(node.get("affiliations"))
        if affiliations:
            yield opening("affiliations", {"node": name})
            for jid, affiliation in affiliations.items():
                yield element("affiliation", {"jid": jid, "affiliation": affiliation})
            yield "</affiliations>"
        subscribers = _as_table(node.get("subscribers"))
        if subscribers:
            yield opening("subscriptions", {"node": name})
            yield from (element("subscription", {"jid": jid, "subscription": "subscribed"}) for jid in subscribers)
            yield "</subscriptions>"
        yield "\n"

    def _archive(self, jid: str) -> Iterator[str]:
        yield from _framed("<archive xmlns='urn:xmpp:pie:0#mam'>\n", self._each(jid, "archive", _kept), "</archive>\n")


def _framed(opening_: str, pieces: Iterator[str], closing: str) -> Iterator[str]:
    """Yield pieces with something before and behind them, if there are any."""
    first = next(pieces, None)
    if first is not None:
        yield opening_ + first
        yield from pieces
        yield closing


def _node_item(item: Table) -> Iterator[str]:
    yield opening("item", {"id": item.get("key")})
    yield from stanza(_stored(item))
    yield "</item>"


def _kept(item: Table) -> Iterator[str]:
    yield opening("result", {"xmlns": "urn:xmpp:mam:2", "id": item.get("key")})
    yield "<forwarded xmlns='urn:xmpp:forward:0'>"
    yield element("delay", {"xmlns": "urn:xmpp:delay", "stamp": _stamp(_when(item))})
    yield from stanza(_stored(item), "jabber:client")
    yield "</forwarded></result>\n"


def _when(item: Table) -> float:
    when = item.get("when")
    if isinstance(when, bool) or not isinstance(when, int | float) or not 0 <= when < 1 << 40:
        raise ValueError("an item without a time")
    return float(when)


def _stored(item: Table) -> Table:
    """Return the stanza of an item, without what its storage wrote beside it (mod_storage_internal.lua)."""
    attributes = _as_table(item.get("attr"))
    return {
        **{key: value for key, value in item.items() if key not in ("key", "when", "with")},
        "attr": {key: value for key, value in attributes.items() if key not in ("stamp", "stamp_legacy")},
    }


def _field(name: str, value: Value, **more: str) -> Iterator[str]:
    yield opening("field", {"var": name, **more})
    shown = {True: "1", False: "0"}[value] if isinstance(value, bool) else value
    yield f"<value>{text(shown)}</value></field>"


def _as_table(value: Value) -> Table:
    return value if isinstance(value, dict) else {}


def _stamp(when: float) -> str:
    return datetime.fromtimestamp(when, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
