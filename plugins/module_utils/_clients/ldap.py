# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The directory, spoken to with ldap3: the only place that imports it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from .._core.errors import HostingError, ItemRefused, ServiceUnavailable

try:
    import ldap3
    from ldap3.core.exceptions import LDAPCommunicationError, LDAPException
    from ldap3.utils.conv import escape_filter_chars
    from ldap3.utils.dn import escape_rdn
except ImportError as error:
    LDAP3_ERROR: str | None = str(error)
else:
    LDAP3_ERROR = None

CONNECT_SECONDS = 5
ANSWER_SECONDS = 30
_PAGE = 1000

# RFC 4511, appendix A. Results that say something of the server or of our account and not of the one entry.
_SUCCESS = 0
_NO_SUCH_OBJECT = 32
_NO_SUCH_ATTRIBUTE = 16
_WHOLE_RUN = frozenset({3, 4, 7, 8, 11, 13, 48, 49, 50, 51, 52})
_REMEDIES = {
    17: "the schema is not installed: run the playbook servers, or set the names of attributes",
    19: "the value is used by another entry, or not allowed by the directory: remove it there",
    32: "the entry above it is missing: see the result for its customer",
    65: "the schema of the directory does not fit: run the playbook servers",
    66: "remove what lies below it first",
    68: "there is such an entry already that is not ours",
}


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """An entry of the directory; attribute names in lower case."""

    dn: str
    values: Mapping[str, tuple[str, ...]]

    def all(self, attribute: str) -> tuple[str, ...]:
        """Return all values, sorted."""
        return tuple(sorted(self.values.get(attribute.lower(), ())))

    def one(self, attribute: str) -> str | None:
        """Return the value, None if there is none."""
        values = self.values.get(attribute.lower(), ())
        return values[0] if values else None

    def number(self, attribute: str) -> int | None:
        """Return the value as an integer, None if there is none."""
        value = self.one(attribute)
        return None if value is None else int(value)


@dataclass(frozen=True, slots=True)
class RawEntry:
    """An entry just as the server has it."""

    dn: str
    values: Mapping[str, tuple[bytes, ...]]


class Directory:
    """A connection to the directory, as a context manager.

    ``settings`` is the option ``directory`` of the modules. Raises ServiceUnavailable when the server does not
    answer or does not let us in, ItemRefused when it refuses one entry.
    """

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings
        self._names: Mapping[str, str] = settings["attributes"]
        self.base: str = settings["base"]
        self._connection: Any = None

    def __enter__(self) -> Directory:
        """Connect and bind."""
        if LDAP3_ERROR is not None:
            raise ServiceUnavailable(
                f"directory: python3-ldap3 can't be used on this host: {LDAP3_ERROR}",
                remedy="install it: run the playbook servers",
            )
        try:
            self._connection = self._connect()
        except LDAPException as error:
            raise self._unavailable(type(error).__name__) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Disconnect."""
        self._connection.unbind()

    def name(self, ours: str) -> str:
        """Return how the operator's tree calls an attribute or object class of ours."""
        return self._names.get(ours, ours)

    @property
    def customers(self) -> str:
        """DN below which everything is ours."""
        return f"ou=customers,{self.base}"

    def owns(self, entry: DirectoryEntry) -> bool:
        """Tell whether the entry lies in our part of the tree."""
        return _folded(entry.dn).endswith("," + _folded(self.customers))

    def customer_of(self, entry: DirectoryEntry) -> str | None:
        """Return the customer that an entry names as its owner; whether it is ours to believe, ``owns`` tells."""
        return entry.one(self.name("hostingCustomer"))

    def below_customers(self, *parts: tuple[str, str]) -> str:
        """Return the DN of an entry of ours from pairs of attribute and value, the innermost last."""
        inner = [f"{attribute}={escape_rdn(value)}" for attribute, value in reversed(parts)]
        return ",".join([*inner, self.customers])

    def search(self, search_filter: str, attributes: Sequence[str]) -> Iterator[DirectoryEntry]:
        """Yield the entries below the base that match, in pages of 1,000 (RFC 2696)."""
        for found in self._pages(self.base, search_filter, attributes=list(attributes)):
            yield DirectoryEntry(found["dn"], _decoded(found["raw_attributes"]))

    def read(self, base: str, search_filter: str, scope: str, attributes: Sequence[str]) -> Iterator[RawEntry]:
        """Yield the entries at or below ``base`` (``scope`` sub, one or base), none where there is no such entry."""
        options = {"attributes": list(attributes), "search_scope": _scopes()[scope], "content_with": _NO_SUCH_OBJECT}
        for found in self._pages(base, search_filter, **options):
            raw: Mapping[str, Sequence[bytes]] = found["raw_attributes"]
            yield RawEntry(found["dn"], {name: tuple(values) for name, values in raw.items()})

    def _pages(self, base: str, search_filter: str, **options: Any) -> Iterator[Mapping[str, Any]]:
        cookie: bytes | str | None = None
        while True:
            self._call("search", base, search_filter, paged_size=_PAGE, paged_cookie=cookie, **options)
            if self._connection.result["result"] == _NO_SUCH_OBJECT:
                return
            for found in self._connection.response:
                if found["type"] == "searchResEntry":
                    yield found
            control = self._connection.result["controls"].get("1.2.840.113556.1.4.319")
            cookie = control["value"]["cookie"] if control else None
            if not cookie:
                return

    def add(self, dn: str, classes: Sequence[str], attributes: Mapping[str, Sequence[str]]) -> None:
        """Add an entry; attributes without a value are left out."""
        given = {self.name(name): list(values) for name, values in attributes.items() if values}
        self._call("add", dn, [self.name(name) for name in classes], given)

    def replace(self, dn: str, attributes: Mapping[str, Sequence[str]]) -> None:
        """Set attributes to just these values; an empty sequence removes the attribute."""
        self._call(
            "modify",
            dn,
            {self.name(name): [(ldap3.MODIFY_REPLACE, list(values))] for name, values in attributes.items()},
        )

    def exchange(self, dn: str, attribute: str, old: str | None, new: str | None) -> None:
        """Replace one value by another in one step. Refused by the server when ``old`` is no longer there."""
        steps: list[tuple[str, list[str]]] = []
        if old is not None:
            steps.append((ldap3.MODIFY_DELETE, [old]))
        if new is not None:
            steps.append((ldap3.MODIFY_ADD, [new]))
        self._call("modify", dn, {self.name(attribute): steps})

    def discard(self, dn: str, attribute: str, value: str) -> None:
        """Take one value away; content if it is gone already."""
        self._call(
            "modify", dn, {self.name(attribute): [(ldap3.MODIFY_DELETE, [value])]}, content_with=_NO_SUCH_ATTRIBUTE
        )

    def delete(self, dn: str) -> None:
        """Delete an entry; content if it is gone already."""
        self._call("delete", dn, content_with=_NO_SUCH_OBJECT)

    def _connect(self) -> Any:
        uri: str = self._settings["uri"]
        tls = None
        if uri.startswith("ldaps:"):
            import ssl

            tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=self._settings["ca_file"])
        server = ldap3.Server(uri, get_info=ldap3.NONE, connect_timeout=CONNECT_SECONDS, tls=tls)
        options: dict[str, Any] = {
            "check_names": False,
            "return_empty_attributes": False,
            "receive_timeout": ANSWER_SECONDS,
        }
        if uri.startswith("ldapi:"):
            options.update(authentication=ldap3.SASL, sasl_mechanism=ldap3.EXTERNAL, sasl_credentials="")
        elif not uri.startswith("ldaps:"):
            raise ServiceUnavailable(f"directory: {uri} is not encrypted", remedy="use ldapi: or ldaps:")
        else:
            options.update(user=self._settings["bind_dn"], password=self._settings["bind_password"])
        connection = ldap3.Connection(server, **options)
        if not connection.bind():
            raise self._unavailable(f"it does not let us in: {connection.result['description']}")
        return connection

    def _call(self, operation: str, *arguments: Any, content_with: int = _SUCCESS, **options: Any) -> None:
        try:
            getattr(self._connection, operation)(*arguments, **options)
        except LDAPCommunicationError as error:
            raise self._unavailable(type(error).__name__) from error
        except LDAPException as error:
            raise ItemRefused(
                f"directory: {type(error).__name__} at {arguments[0]}",
                remedy="correct the names and values of this item",
            ) from error
        result = self._connection.result
        if result["result"] not in (_SUCCESS, content_with):
            raise self._refusal(operation, arguments[0], result)

    def _refusal(self, operation: str, dn: str, result: Mapping[str, Any]) -> HostingError:
        code = result["result"]
        text = f"{operation} of {dn}: {result['description']} {result['message'][:200]}".strip()
        if code in _WHOLE_RUN or (operation == "search" and code == _NO_SUCH_OBJECT):
            return self._unavailable(text)
        return ItemRefused(
            f"directory: {text}",
            remedy=_REMEDIES.get(code, "see the log of slapd"),
            code=f"ldap-{result['description']}",
        )

    def _unavailable(self, reason: str) -> ServiceUnavailable:
        return ServiceUnavailable(
            f"directory {self._settings['uri']}: {reason}",
            remedy="check that slapd runs and has been set up by the playbook servers",
        )


def escaped(value: str) -> str:
    """Return ``value`` for use in a search filter (RFC 4515)."""
    return str(escape_filter_chars(value))


def escaped_rdn(value: str) -> str:
    """Return ``value`` for use in a DN (RFC 4514)."""
    return str(escape_rdn(value))


def _scopes() -> Mapping[str, Any]:
    return {"sub": ldap3.SUBTREE, "one": ldap3.LEVEL, "base": ldap3.BASE}


def _folded(dn: str) -> str:
    return dn.replace(", ", ",").lower()


def _decoded(raw: Mapping[str, Sequence[bytes]]) -> dict[str, tuple[str, ...]]:
    return {name.lower(): tuple(value.decode("utf-8", "replace") for value in values) for name, values in raw.items()}
