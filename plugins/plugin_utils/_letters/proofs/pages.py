# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Webmail and the tool for databases: their forms, as a browser fills them in."""

from __future__ import annotations

import http
import http.client
import http.cookies
import re
import urllib.parse
from collections.abc import Mapping
from typing import Any, NamedTuple

from .network import ConnectionRefused, Network
from .web import AGENT, Https

_REDIRECTS = 5
_PAGE_LIMIT = 2_000_000  # bytes
_TOKEN = re.compile(r'name="_token" value="([^"]+)"')
DEFAULT_LANGUAGE = "en"
_INBOX = '"task":"mail"'
_LOGOUT = re.compile(r"""name=["']logout["']""")


class _Page(NamedTuple):
    status: int
    text: str


def prove_webmail(login: Mapping[str, Any], network: Network, language: str = DEFAULT_LANGUAGE) -> None:
    """Log in to Roundcube and see the inbox.

    Roundcube keeps the language of the browser that is the first to log in as that of its user, so it is asked for the
    language of the customer.
    """
    visitor = _Visitor(login, network, language)
    form = visitor.visit()
    token = _TOKEN.search(form.text)
    if form.status != http.HTTPStatus.OK or token is None or _INBOX in form.text:
        raise ConnectionRefused(f"status {form.status}; a form for logging in is expected")
    filled = {"_task": "login", "_action": "login", "_user": login["user"], "_pass": login["password"]}
    page = visitor.visit({**filled, "_token": token[1]})
    if page.status != http.HTTPStatus.OK or _INBOX not in page.text:
        raise ConnectionRefused(f"status {page.status} after logging in; the inbox is expected")


def prove_database_tool(login: Mapping[str, Any], network: Network) -> None:
    """Log in to Adminer and see the databases."""
    visitor = _Visitor(login, network)
    form = visitor.visit()
    if form.status != http.HTTPStatus.OK or "auth[password]" not in form.text or _LOGOUT.search(form.text):
        raise ConnectionRefused(f"status {form.status}; a form for logging in is expected")
    filled = {"driver": "server", "server": "", "username": login["user"], "password": login["password"]}
    page = visitor.visit({f"auth[{name}]": value for name, value in filled.items()})
    if page.status != http.HTTPStatus.OK or not _LOGOUT.search(page.text):
        raise ConnectionRefused(f"status {page.status} after logging in; the databases are expected")


class _Visitor:
    """Somebody with a browser that keeps cookies and follows redirections, and stays where it was sent first."""

    def __init__(self, login: Mapping[str, Any], network: Network, language: str = DEFAULT_LANGUAGE) -> None:
        self._language = language
        self._url = urllib.parse.urlsplit(str(login.get("url") or ""))
        if self._url.scheme != "https" or not self._url.hostname:
            raise ConnectionRefused(f"the letter says {self._url.geturl()!r}; an address with https is wanted")
        self._network = network
        self._cookies: dict[str, str] = {}

    def visit(self, form: Mapping[str, str] | None = None) -> _Page:
        """Fetch the page of the letter, or send a form there, and return the page that this ends with."""
        url, body = self._url, urllib.parse.urlencode(form).encode() if form is not None else None
        for _attempt in range(_REDIRECTS):
            page, location = self._fetch(url, body)
            if location is None:
                return page
            url, body = urllib.parse.urlsplit(urllib.parse.urljoin(url.geturl(), location)), None
            if (url.scheme, url.netloc) != (self._url.scheme, self._url.netloc):
                raise ConnectionRefused(f"sent on to {url.geturl()!r}, which is another server")
        raise ConnectionRefused("sent on again and again")

    def _fetch(self, url: urllib.parse.SplitResult, body: bytes | None) -> tuple[_Page, str | None]:
        headers = {"User-Agent": AGENT, "Accept-Language": self._language}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        target = f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"
        connection = Https(str(url.hostname), url.port or http.client.HTTPS_PORT, self._network)
        try:
            connection.request("GET" if body is None else "POST", target, body, headers)
            answer = connection.getresponse()
            text = answer.read(_PAGE_LIMIT).decode("utf-8", "replace")
        finally:
            connection.close()
        self._keep(answer.headers.get_all("Set-Cookie") or [])
        sent_on = http.HTTPStatus.MULTIPLE_CHOICES <= answer.status < http.HTTPStatus.BAD_REQUEST
        return _Page(answer.status, text), answer.headers["Location"] if sent_on else None

    def _keep(self, lines: list[str]) -> None:
        for line in lines:
            for name, morsel in http.cookies.SimpleCookie(line).items():
                if morsel["max-age"] == "0" or morsel.value in ("", "-del-"):
                    self._cookies.pop(name, None)
                else:
                    self._cookies[name] = morsel.coded_value
