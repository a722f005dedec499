/** The report's style sheet. Light unless a screen asks for dark; paper is always light. */
export const style = `
:root {
  color-scheme: light;
  --page: #f7f7f5; --card: #ffffff; --rule: #dededa; --text: #1b1d21; --muted: #5a5f68;
  --base: #7b828c; --tuned: #1467c6; --training: #5f97d8; --best: #b4690e; --limit: #c0362c;
  --warning: #fdf3dc; --warning-rule: #d9a63c; --chosen: #eaf2fc;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    color-scheme: dark;
    --page: #111215; --card: #191b1f; --rule: #33363c; --text: #e7e7e4; --muted: #a3a8b1;
    --base: #868d98; --tuned: #62a8f5; --training: #4a7fbb; --best: #dd9a45; --limit: #f0857a;
    --warning: #2c2413; --warning-rule: #9a7526; --chosen: #1b2a3d;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main { max-width: 1200px; margin: 0 auto; padding: 40px 24px 64px; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 48px 0 12px; }
h3 { font-size: 0.875rem; margin: 0 0 4px; }
p { margin: 0 0 8px; }
header time, .hint, .note, .bounds, .none { color: var(--muted); }
header time, .hint, .note { font-size: 0.875rem; }
.lead { font-size: 1.125rem; max-width: 46em; margin: 16px 0 20px; }
dl, dd, ol, ul, figure { margin: 0; padding: 0; }

.cards { display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; gap: 12px; }
.card, figure, .explanation, .samples > li, .scroll, .facts {
  background: var(--card); border: 1px solid var(--rule); border-radius: 8px;
}
.card { padding: 12px 14px; }
.card dt { font-size: 0.875rem; color: var(--muted); }
.card .value { font-size: 1.375rem; line-height: 1.4; font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
.card .note { font-size: 0.8125rem; }
.from, .arrow { color: var(--muted); font-weight: 400; }

.warnings { margin-top: 20px; padding: 12px 16px; background: var(--warning); border: 1px solid var(--warning-rule); border-radius: 8px; }
.warnings h2 { font-size: 1rem; margin: 0 0 4px; }
.warnings ul { padding-left: 20px; }
.warnings li { max-width: 60em; overflow-wrap: anywhere; }

.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); gap: 12px; }
.grid.two { grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr)); }
.row { display: flex; flex-wrap: wrap; gap: 12px; }
.row figure { flex: 0 1 calc(100% / 3 - 8px); min-width: min(100%, 340px); }
figure { padding: 12px 14px; }
figure svg { display: block; width: 100%; height: auto; max-width: 460px; margin: 8px auto 0; }
figcaption { line-height: 1.4; }
.keys { display: flex; flex-wrap: wrap; gap: 0 14px; list-style: none; font-size: 0.8125rem; color: var(--muted); }
.key::before {
  content: ""; display: inline-block; width: 16px; margin-right: 6px; vertical-align: 0.25em;
  border-top: 3px solid var(--key, var(--tuned));
}
.key.training::before { border-top-width: 2px; }
.key.dashed::before { border-top: 2px dashed var(--key); }
.key.training { --key: var(--training); }
.key.base { --key: var(--base); }
.key.best { --key: var(--best); }
.key.limit { --key: var(--limit); }
.explanation { flex: 1 1 340px; padding: 14px 18px; font-size: 0.875rem; columns: 2 300px; column-gap: 28px; }
.explanation p { break-inside: avoid; }

details { margin-top: 12px; }
summary { cursor: pointer; color: var(--tuned); width: fit-content; }
details[open] summary { margin-bottom: 12px; }
:focus-visible { outline: 2px solid var(--tuned); outline-offset: 2px; }

.scroll { overflow-x: auto; margin-top: 12px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 0.9375rem; }
caption { text-align: left; padding: 12px 14px 4px; color: var(--muted); font-size: 0.875rem; }
caption span { display: inline-block; position: sticky; left: 14px; max-width: calc(100vw - 56px); }
th, td { padding: 7px 14px; text-align: right; white-space: nowrap; }
th:first-child { text-align: left; position: sticky; left: 0; background: var(--card); }
thead th { font-size: 0.8125rem; color: var(--muted); font-weight: 600; border-bottom: 1px solid var(--rule); }
tbody tr + tr > * { border-top: 1px solid var(--rule); }
tbody th { font-weight: 600; }
.chosen > * { background: var(--chosen) !important; }
.bounds { font-size: 0.8125rem; margin-left: 6px; }

h3.tables { margin: 24px 0 0; font-size: 1rem; }
.texts tbody th { font-weight: 400; white-space: normal; overflow-wrap: anywhere; }
.texts td { width: 1%; }

.samples { list-style: none; display: grid; gap: 12px; }
.samples > li { overflow: hidden; }
.prompt { margin: 0; padding: 10px 16px; font-weight: 600; border-bottom: 1px solid var(--rule); }
.pair { display: grid; grid-template-columns: 1fr 1fr; }
.completion { padding: 10px 16px 12px; min-width: 0; }
.completion + .completion { border-left: 1px solid var(--rule); }
.completion h3 { color: var(--muted); }
.completion.tuned h3 { color: var(--tuned); }
.reward { font-weight: 400; margin-left: 6px; font-variant-numeric: tabular-nums; }
.text, .prompt { white-space: pre-wrap; overflow-wrap: anywhere; }
.text { margin: 0; max-height: 20em; overflow-y: auto; }

.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 260px), 1fr)); gap: 10px 24px; padding: 14px 16px; }
.facts dt { font-size: 0.8125rem; color: var(--muted); }
.facts dd { overflow-wrap: anywhere; }
pre { margin: 0; padding: 14px 16px; overflow-x: auto; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; font-size: 0.8125rem; }

@media (max-width: 1100px) {
  .cards { grid-auto-flow: row; grid-template-columns: repeat(3, 1fr); }
  .row figure { flex: 1 1 340px; }
}
@media (max-width: 640px) {
  main { padding: 24px 12px 40px; }
  .cards { grid-template-columns: 1fr 1fr; gap: 8px; }
  .card { padding: 10px 12px; }
  .card .value { font-size: 1.2rem; }
  figure { padding: 10px; }
  .row figure { flex: 1 1 100%; }
  .pair { grid-template-columns: 1fr; }
  .completion + .completion { border-left: 0; border-top: 1px solid var(--rule); }
}
@media print {
  :root { --page: #fff; }
  body { font-size: 11pt; }
  main { max-width: none; padding: 0; }
  .grid { grid-template-columns: 1fr 1fr; }
  .row figure { flex: 0 1 calc(50% - 6px); min-width: 0; }
  details { display: none; }
  .scroll { overflow: visible; }
  th, td { padding: 4px 6px; font-size: 9pt; }
  td { white-space: normal; }
  caption span { max-width: none; }
  .bounds { display: block; margin: 0; }
  .card, figure, .samples > li, tr, .warnings { break-inside: avoid; }
  h2 { break-after: avoid; }
  .text { max-height: none; overflow: visible; }
  * { print-color-adjust: exact; }
}
`;
