# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""English."""

from __future__ import annotations

from .strings import Texts

TEXTS = Texts(
    language="en",
    decimal=".",
    cloud="Cloud",
    used="{used} of {quota} used",
    used_only="{used} used",
    full="You have not enough space for that. Delete something, or ask your provider for more.",
    setup="Set up phone and computer",
    setup_hint="Your password is the one that you have for your mail.",
    user="User name",
    calendars="Calendars and contacts (CalDAV, CardDAV)",
    webdav="Files (WebDAV)",
    files="Files",
    empty="There is nothing here yet.",
    upload="Upload",
    new_folder="New folder",
    make="Create",
    delete="Delete",
    share="Share",
    shares="Shared folders",
    shares_hint="Whoever has one of these links can read the folder without logging in.",
    unshare="Stop sharing",
    shared_with_you="This folder was shared with you.",
    gone="There is nothing here",
    gone_hint="The file, the folder or the link is not there any more.",
    reload="The page was out of date. Please try again.",
    exists="There is something of that name already.",
    bad_name="This name is not possible. Everything but a slash is allowed.",
    too_many="At most {files} files can be uploaded at once.",
)
