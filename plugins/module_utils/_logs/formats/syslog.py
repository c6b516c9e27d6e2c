# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The head of a line that a syslog daemon has written: RFC 3339 times, or those of RFC 3164 without a year."""

from __future__ import annotations

import re

STAMP = rb"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9:]+)|[A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8})"
# Of the program's name only what stands between the host's name and the number of the process is looked at.
HEAD = re.compile(STAMP + rb" [^\s]+ ([A-Za-z0-9_./-]+)(?:\[[0-9]+\])?: ")
