"""The look of every page: light and dark, a table on a desk and cards on a phone."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light dark;
  --paper: #f6f7f8; --card: #fff; --ink: #1b1f24; --soft: #57606a; --line: #dde1e6; --link: #0b57a4;
  --bad: #b42318; --bad-on: #fdeceb; --warn: #875100; --warn-on: #fdf2dd; --doubt: #6a3fa0; --doubt-on: #f2ecfb;
  --good: #1a6b3a; --good-on: #e6f4ea; --quiet: #57606a; --quiet-on: #eceff2; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #121518; --card: #1a1e23; --ink: #e7eaee; --soft: #a4adb8; --line: #30373f; --link: #8ec1ff;
  --bad: #ffa198; --bad-on: #3a1c1a; --warn: #f0c26d; --warn-on: #35280f; --doubt: #d0b6ff; --doubt-on: #2b2140;
  --good: #87d8a3; --good-on: #16301f; --quiet: #a4adb8; --quiet-on: #272d34; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; padding: clamp(1rem, 4vw, 3rem) clamp(.75rem, 4vw, 2.5rem); background: var(--paper);
  color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  overflow-wrap: anywhere; }
header, main, footer { max-width: 68rem; margin: 0 auto; }
h1 { font-size: clamp(1.5rem, 1.1rem + 2vw, 2.25rem); line-height: 1.2; letter-spacing: -.02em; margin: 0 0 .5rem;
  text-wrap: balance; overflow-wrap: break-word; }
h2 { font-size: 1.125rem; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1.0625rem; margin: 0; display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: center; }
p { margin: .35rem 0; }
a { color: var(--link); text-underline-offset: .18em; }
a:focus-visible, pre:focus-visible, summary:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
code, pre { font: .9em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
ul { margin: .35rem 0; padding-left: 1.2rem; }
.over { color: var(--soft); font-size: .875rem; font-weight: 600; margin: 0 0 .35rem; }
.soft { color: var(--soft); font-size: .875rem; }
.chips { display: flex; flex-wrap: wrap; gap: .5rem; list-style: none; margin: 1rem 0 0; padding: 0; }
.badge { display: inline-flex; gap: .4em; align-items: baseline; padding: .1em .65em; border-radius: 1em;
  font-size: .8125rem; font-weight: 600; line-height: 1.6; white-space: nowrap; }
.bad { color: var(--bad); background: var(--bad-on); } .warn { color: var(--warn); background: var(--warn-on); }
.doubt { color: var(--doubt); background: var(--doubt-on); } .good { color: var(--good); background: var(--good-on); }
.quiet { color: var(--quiet); background: var(--quiet-on); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem 1.25rem;
  margin: 0 0 1rem; }
.note { border-left: .25rem solid currentColor; border-radius: .5rem; padding: .75rem 1rem; margin: 1.25rem 0 0; }
.note h2 { margin: 0; font-size: 1rem; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; }
.card > table { margin: .75rem 0; } .sheet { padding: .25rem 1.25rem; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th, td { text-align: left; vertical-align: top; padding: .6rem 1rem .6rem 0; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--soft); font-size: .8125rem; font-weight: 600; }
th:last-child, td:last-child { padding-right: 0; }
tbody th { font-weight: 600; min-width: 11rem; } .soft { font-weight: 400; } td .soft, th .soft { display: block; }
pre { margin: .5rem 0 0; padding: .7rem .9rem; border-radius: .5rem; background: var(--quiet-on);
  white-space: pre-wrap; -webkit-user-select: all; user-select: all; }
pre code { display: block; font-size: 1em; padding-left: 2ch; text-indent: -2ch; }
article tbody th { width: 46%; } article td:last-child { min-width: 7rem; }
time, .sha { white-space: nowrap; }
.many { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: .1rem 2rem;
  list-style: none; margin: 0; padding: .6rem 0; font-size: .9375rem; }
.many li { display: flex; gap: .6rem; justify-content: space-between; align-items: baseline; padding: .25rem 0; }
footer { margin-top: 2.5rem; color: var(--soft); font-size: .875rem; }
@media (max-width: 44rem) {
  table, tbody, th, td { display: block; } thead { display: none; } tbody th { min-width: 0; }
  article tbody th { width: auto; }
  tr { display: grid; grid-template-columns: 1fr auto; gap: .3rem .75rem; padding: .85rem 0;
    border-top: 1px solid var(--line); } tbody tr:first-child { border-top: 0; }
  th, td { padding: 0; border: 0; } td { grid-column: 1 / -1; } td:empty { display: none; }
  td:has(> .badge) { grid-column: 2; grid-row: 1; }
  td[data-label]::before { content: attr(data-label) " "; color: var(--soft); font-size: .875rem; }
  td .soft { display: inline; margin-left: .4em; } td div + .soft { margin-left: 0; }
  .card { padding: 1rem; } .sheet { padding: .15rem 1rem; } }
@media print { body { padding: 0; background: none; } .card { break-inside: avoid; } }
"""
