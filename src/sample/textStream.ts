import type { Lm } from '../lm/index.js';
import { cutAtStop } from './stopTexts.js';

/**
 * Turns one sequence's tokens into pieces of text as they come. A piece is held back while it may still change: a
 * character whose bytes have not all arrived, or the beginning of a stop text.
 */
export class TextStream {
  private readonly tokens: number[] = [];
  private shown = 0;

  constructor(
    private readonly lm: Lm,
    private readonly stop: readonly string[],
  ) {}

  /** The text that this token makes certain; may be empty. */
  push(token: number): string {
    this.tokens.push(token);
    const { text, ended } = this.text();
    if (text.endsWith('\uFFFD')) return '';
    return this.show(text, ended ? text.length : text.length - this.heldBack(text));
  }

  /** What is left at the end of the sequence. */
  end(): string {
    const { text } = this.text();
    return this.show(text, text.length);
  }

  private text(): { text: string; ended: boolean } {
    return cutAtStop(this.lm.tokenizer.decode(this.tokens), this.stop);
  }

  /** Length of the longest end of `text` that begins a stop text. */
  private heldBack(text: string): number {
    const longest = Math.max(0, ...this.stop.map(({ length }) => length - 1));
    for (let length = Math.min(longest, text.length); length > 0; length--) {
      const end = text.slice(-length);
      if (this.stop.some((stop) => stop.startsWith(end))) return length;
    }
    return 0;
  }

  private show(text: string, until: number): string {
    const piece = text.slice(this.shown, until);
    this.shown = Math.max(this.shown, until);
    return piece;
  }
}
