import { formatFixed } from './format.js';
import { type Html, html } from './html.js';

/** One figure of the headline: its name, its value and what to compare it with. */
export interface Card {
  name: string;
  value: Html;
  note: string;
}

/** A report's first lines: a sentence and a few figures. */
export function lead(sentence: string, cards: readonly Card[]): Html {
  return html`
<p class="lead">${sentence}</p>
<dl class="cards">${cards.map(card)}</dl>`;
}

/** A value before and after. */
export function change(from: string, to: string): Html {
  return html`<span class="from">${from}</span> <span class="arrow" aria-label="to">\u2192</span> ${to}`;
}

/** `1 step`, `2,560 steps` */
export function count(number: number, thing: string): string {
  return `${formatFixed(number, 0)} ${thing}${number === 1 ? '' : 's'}`;
}

function card({ name, value, note }: Card): Html {
  return html`
<div class="card"><dt>${name}</dt><dd class="value">${value}</dd><dd class="note">${note}</dd></div>`;
}
