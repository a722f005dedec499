import { type Html, html, Html as Markup } from './html.js';
import { style } from './style.js';

/** What stands around a page's body. */
export interface PageFrame {
  title: string;
  /** When it was made, as ISO 8601. */
  createdAt?: string;
  /** CSS rules besides those of all reports. */
  moreStyle?: string;
}

/**
 * A report's page, which needs nothing else: no script, no network. It follows the reader's light or dark setting,
 * fits a phone, and prints.
 */
export function page({ title, createdAt, moreStyle = '' }: PageFrame, body: Html): string {
  const { markup } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="generator" content="TokenQ">
<title>${title}</title>
<style>${new Markup(style + moreStyle)}</style>
</head>
<body>
<main>
<header><h1>${title}</h1>${createdAt !== undefined && made(createdAt)}</header>${body}
</main>
</body>
</html>
`;
  return markup;
}

function made(createdAt: string): Html {
  const shown = createdAt.replace(/^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}).*Z$/, '$1, $2 UTC');
  return html`<time datetime="${createdAt}">${shown}</time>`;
}
