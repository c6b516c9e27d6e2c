# SPDX-FileCopyrightText: 2026 The magmasoft.hosting authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How everything looks that customers are handed: letters, the page in a bag, the report."""

from __future__ import annotations

from typing import Final

ACCENT: Final = "#0b5c73"
ACCENT_LIGHT: Final = "#86b9c9"
SOFT: Final = "#5b6876"
LINE: Final = "#d5dce4"

_COLOURS: Final = f"""\
:root {{ color-scheme: light; --ink: #1d2733; --soft: {SOFT}; --line: {LINE}; --tint: #f3f6f9; --accent: {ACCENT}; }}
"""

BASE: Final = (
    _COLOURS
    + """\
* { box-sizing: border-box; }
html { background: #e7ecf1; color: var(--ink); font: 16px/1.5 "Helvetica Neue", Arial, "Liberation Sans", sans-serif; }
body { margin: 0; }
main { background: #fff; margin: 2rem auto; max-width: 52rem; padding: 3rem 3.5rem; box-shadow: 0 1px 4px #0002; }
header { display: flex; justify-content: space-between; gap: 2rem; margin-bottom: 2.5rem; }
address { font-style: normal; overflow-wrap: anywhere; }
address span { color: var(--soft); display: block; }
.provider { color: var(--accent); font-weight: 700; overflow-wrap: anywhere; text-align: right; }
h1 {
  border-bottom: 3px solid var(--accent); font-size: 1.9rem; line-height: 1.2; margin: 0 0 1.5rem;
  padding-bottom: .6rem;
}
h2 { color: var(--accent); font-size: 1.25rem; margin: 2.2rem 0 .8rem; break-after: avoid; }
h3 { font-size: 1.05rem; margin: 0; overflow-wrap: anywhere; }
p { margin: 0 0 .8rem; }
article { border: 1px solid var(--line); border-radius: 6px; margin: 0 0 1rem; overflow: hidden; break-inside: avoid; }
article h3, article dl { padding: .9rem 1.2rem 0; }
dl {
  display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.5rem; margin: 0 0 .9rem; align-items: baseline;
}
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
code { font: 600 1.05rem/1.4 "DejaVu Sans Mono", Menlo, Consolas, "Liberation Mono", monospace; }
table { border-collapse: collapse; font-size: .92rem; width: 100%; table-layout: fixed; }
th, td {
  border-top: 1px solid var(--line); padding: .45rem 1.2rem; text-align: left; vertical-align: top;
  overflow-wrap: anywhere;
}
tr > * + * { padding-left: 0; }
thead th { background: var(--tint); color: var(--soft); font-size: .82rem; font-weight: 600; }
tbody th { font-weight: 400; }
aside {
  background: var(--tint); border-left: 4px solid var(--accent); margin-top: 2.5rem; padding: 1.1rem 1.4rem .5rem;
  break-inside: avoid;
}
aside h2 { margin: 0 0 .5rem; }
@media (max-width: 40rem) {
  main { margin: 0; padding: 1.5rem; }
  header { display: block; }
  .provider { text-align: left; }
}
@media print {
  @page { size: A4; margin: 18mm 16mm; }
  html { background: #fff; font-size: 10.5pt; }
  main { box-shadow: none; margin: 0; max-width: none; padding: 0; }
  thead th, aside { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
"""
)

# For a narrow screen, within a media query: each row of a table becomes a block, each cell a line with its label.
STACKED_TABLES: Final = """\
  article table, article tbody, article tr, article th, article td { display: block; }
  article thead { display: none; }
  article tr { border-top: 1px solid var(--line); padding: .5rem 0; }
  article tbody th, article td { border: 0; padding: .1rem 0; }
  article tbody th { font-weight: 600; }
  article td::before { color: var(--soft); content: attr(data-label) ": "; }
"""

PAGE: Final = (
    """\
main { max-width: 60rem; }
a { color: var(--accent); }
p, footer { overflow-wrap: anywhere; }
bdi { overflow-wrap: anywhere; }
code {
  font-size: .88em; font-weight: 400; background: var(--tint); border-radius: 3px; padding: .1em .3em;
  overflow-wrap: anywhere;
}
pre { background: var(--tint); border-radius: 6px; margin: 0 0 .8rem; overflow-x: auto; padding: .7rem 1rem; }
pre code { background: none; padding: 0; }
.lead { font-size: 1.05rem; }
.figures {
  background: var(--tint); border-radius: 6px; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr));
  gap: 1rem 1.5rem; margin: 1.5rem 0; padding: 1.1rem 1.4rem;
}
.figures dt { font-size: .82rem; }
.figures dd { font-size: 1.15rem; font-weight: 600; line-height: 1.3; }
.figures div:last-child { grid-column: 1 / -1; }
time { white-space: nowrap; }
nav ul { columns: 2; gap: 2rem; list-style: none; margin: 0 0 .8rem; padding: 0; }
nav li { break-inside: avoid; padding: .15rem 0; }
caption { color: var(--soft); font-size: .92rem; padding-bottom: .5rem; text-align: left; }
.unseen { clip-path: inset(50%); height: 1px; overflow: hidden; position: absolute; white-space: nowrap; width: 1px; }
.sizes { table-layout: auto; }
.sizes th, .sizes td { padding: .35rem 1rem .35rem 0; vertical-align: middle; }
.sizes svg { display: block; height: .85rem; width: 100%; }
.sizes .bar { width: 38%; }
.sizes tfoot { font-weight: 600; }
.sizes thead td { background: var(--tint); }
.number { white-space: nowrap; }
.sizes .sizes thead td { background: var(--tint); }
.number { text-align: right; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 1.5rem 2rem; }
figure { break-inside: avoid; margin: 0; }
figcaption { font-weight: 600; margin-bottom: .4rem; overflow-wrap: anywhere; }
figure svg { display: block; height: auto; max-width: 30rem; width: 100%; }
details h3, section > h3 { margin: 1.6rem 0 .5rem; }
section > table:not(.sizes) { border-bottom: 1px solid var(--line); margin-bottom: 1rem; }
.legend { color: var(--soft); font-size: .88rem; margin: .3rem 0 0; }
.legend span { margin-right: 1rem; }
.legend svg { display: inline; width: .7rem; }
svg text { font-family: inherit; }
details { margin: .8rem 0; }
summary { color: var(--accent); cursor: pointer; }
article { break-inside: auto; padding: 1rem 1.2rem .4rem; }
article h3 { break-after: avoid; padding: 0 0 .3rem; }
article h4 { color: var(--soft); font-size: .92rem; margin: 1rem 0 .2rem; break-after: avoid; }
article table { border-bottom: 1px solid var(--line); margin-bottom: .8rem; }
article th, article td { padding: .45rem 1rem .45rem 0; }
article thead th { background: none; }
article ul { margin: .3rem 0 .8rem; padding-left: 1.2rem; }
td ul, article td ul { list-style: none; margin: 0; padding: 0; }
li { overflow-wrap: anywhere; }
.items td:last-child { font-size: .88em; }
.soft, .place { color: var(--soft); font-size: .88rem; }
.place { display: block; font-weight: 400; }
.warning { color: #8a3b12; font-weight: 600; }
footer {
  border-top: 1px solid var(--line); color: var(--soft); font-size: .88rem; margin-top: 2rem; padding-top: .8rem;
}
@media (min-width: 40.01rem) {
  .items thead th:nth-child(1) { width: 23%; }
  .items thead th:nth-child(2) { width: 14%; }
  .items thead th:nth-child(3) { width: 12%; }
  .items thead th:nth-child(4) { width: 15%; }
  .measurements thead th:nth-child(1) { width: 25%; }
  .measurements thead th:nth-child(3) { width: 12%; }
  .measurements thead th:nth-child(5) { width: 18%; }
  .reasons thead th:nth-child(1) { width: 38%; }
  .counts thead th:nth-child(1) { width: 80%; }
}
@media (max-width: 40rem) {
  .figures div:last-child { grid-column: 1 / -1; }
time { white-space: nowrap; }
nav ul { columns: 1; }
  .sizes .count { display: none; }
  .sizes .bar { width: 30%; }
  .sizes th { hyphens: auto; overflow-wrap: break-word; }
"""
    + STACKED_TABLES
    + """\
}
@media print {
  a { color: inherit; }
  nav { display: none; }
  article { border-color: #999; }
  .figures, pre, svg * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  details::details-content { content-visibility: visible; height: auto; }
  summary { color: inherit; list-style: none; }
}
"""
)
