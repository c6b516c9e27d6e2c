# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cloud of each address: contacts and calendars (Radicale), files (WsgiDAV), and a page. One WSGI application."""
