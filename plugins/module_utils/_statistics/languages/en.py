# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""English."""

from __future__ import annotations

from .strings import Notice, Texts

TEXTS = Texts(
    statistics="Statistics",
    of_site="Statistics of {site}",
    your_sites="Your websites",
    report="Open the report",
    report_hint="Visits, pages, referring sites, browsers. Continued regularly.",
    no_report="There are no visits yet. The report appears after the first ones.",
    notice="View the privacy notice",
    notice_hint=(
        "For the visitors of your website: what this server records. You can link to it, or download and extend it."
    ),
    download="Download",
    privacy=Notice(
        title="Privacy notice for {site}",
        intro="This website is hosted on a server of {provider}. Here is what this server records when you visit it.",
        logged_title="What is recorded",
        logged="For each request the web server writes a line to its access log. It contains:",
        logged_items=(
            "the IP address from which the request comes",
            "date and time",
            "what was requested: method, address with everything in it, version of the protocol",
            "the outcome: status code and number of bytes sent",
            "the page that you come from and the identification of the browser, if your browser tells them",
            "the user name, if you log in to a protected area of the web server",
        ),
        logged_errors=(
            "When an error occurs, the error log contains the time, the IP address, the page that you come from, "
            "and a description."
        ),
        logged_errors_php="Errors of this website's programs are recorded there as well.",
        purpose_title="What for",
        purpose=(
            "To run the server securely, to detect attacks and faults, and to make the statistics described "
            "below. That is the legitimate interest (Art. 6(1)(f) GDPR)."
        ),
        kept_title="For how long",
        kept="Logs are kept for {log_days} days after the day on which they were written, and then deleted.",
        statistics_title="Which statistics are made",
        statistics=(
            "From the access log the program GoAccess makes statistics on the same server, which only the owner "
            "of this website sees."
        ),
        statistics_items=(
            "IP addresses are shortened before that: by their last 8 bits, with IPv6 by their last 80.",
            (
                "User names, and all that follows a question mark in an address, are removed before that; of the page"
                " that you come from only the name of the website is left."
            ),
            (
                "Counted are visits by day and hour, pages that were found and not found, referring websites, "
                "browsers, operating systems and shortened addresses."
            ),
            "No cookies are set for this, nothing runs in your browser, and nothing goes to others.",
        ),
        statistics_kept="The statistics cover the last {days} days with visits.",
        limits_title="What is not described here",
        limits=(
            "This notice describes the server. What the website itself does, for example with forms, cookies or "
            "embedded content of others, is described by its owner."
        ),
        rights_title="Your rights",
        rights=(
            "You have the right of access, rectification, erasure, restriction and objection, and the right to "
            "complain to a supervisory authority. Please turn to the owner of this website."
        ),
    ),
)
