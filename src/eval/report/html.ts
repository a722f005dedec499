/** Markup that is safe to put into a page as it is. */
export class Html {
  constructor(readonly markup: string) {}
}

/** What may stand in an {@link html} template: text is escaped, markup kept, `undefined` and `false` left out. */
export type Piece = Html | string | number | undefined | false | readonly Piece[];

/** A template tag that escapes every value that is not {@link Html} already. */
export function html(strings: TemplateStringsArray, ...pieces: Piece[]): Html {
  return new Html(
    pieces.reduce<string>((markup, piece, i) => markup + markupOf(piece) + strings[i + 1], strings[0]),
  );
}

/** Escapes text for element content and quoted attributes, and replaces control characters, which HTML forbids. */
export function escapeHtml(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/[^\P{Cc}\n\r\t]/gu, '\ufffd');
}

function markupOf(piece: Piece): string {
  if (piece === undefined || piece === false) return '';
  if (piece instanceof Html) return piece.markup;
  if (typeof piece === 'string' || typeof piece === 'number') return escapeHtml(String(piece));
  return piece.map(markupOf).join('');
}
