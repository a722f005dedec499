import type { ReportData } from './data.js';
import { headline } from './headline.js';
import { type Html, html, Html as Markup } from './html.js';
import { configuration, learningCurves, results, samplePairs, warningList } from './sections.js';
import { style } from './style.js';
import { reportWarnings } from './warnings.js';

/**
 * The report of a run as one HTML page that needs nothing else: no script, no network. It follows the
 * reader's light or dark setting, fits a phone, and prints.
 */
export function renderReport(data: ReportData): string {
  return page(
    data.title,
    html`
<header><h1>${data.title}</h1>${made(data.createdAt)}</header>
${headline(data)}
${warningList(reportWarnings(data))}
${results(data)}
${learningCurves(data)}
${samplePairs(data)}
${configuration(data)}`,
  );
}

function made(createdAt: string): Html {
  const shown = createdAt.replace(/^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}).*Z$/, '$1, $2 UTC');
  return html`<time datetime="${createdAt}">${shown}</time>`;
}

function page(title: string, body: Html): string {
  const { markup } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="generator" content="TokenQ">
<title>${title}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<main>${body}
</main>
</body>
</html>
`;
  return markup;
}
