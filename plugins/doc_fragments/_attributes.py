# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every module of the collection has in common."""

from __future__ import annotations


class ModuleDocFragment:
    """Declares check mode, diff and idempotence."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Predicts the very changes that a run then makes, and changes nothing.
    support: full
  diff_mode:
    description: Shows what changes, with secrets blanked.
    support: full
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
  platform:
    description: Debian 12 and 13.
    support: full
    platforms: debian
"""
