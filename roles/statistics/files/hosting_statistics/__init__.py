# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Statistics of web sites from the logs of Apache, run on a web host by a timer of systemd."""
