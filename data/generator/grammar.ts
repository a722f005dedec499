import type { Rng } from './rng.js';
import { clauseSide, type Tone, type Toned, wordTone } from './tone.js';

/** Gives the text of a named slot, or undefined when the name is unknown. */
export type SlotSource = (name: string, draw: () => Tone) => string | undefined;

/** What the expansion of a template needs to know. */
export interface Scope {
  readonly rng: Rng;
  readonly slots: SlotSource;
  /** Tone of the sentence that is being made. */
  tone: Tone;
  /** Mood of the document at this place. */
  mood: Tone;
  /** The way the clause leans; drawn anew for each clause. */
  side: Tone;
  /** Sum of the tones drawn so far in the clause, to choose between `and` and `but`. */
  lean: number;
}

/** Draws the tone of one word and adds it to the clause's lean. */
export function drawTone(scope: Scope): Tone {
  const tone = wordTone(scope.rng, scope.side);
  scope.lean += tone === '+' ? 1 : tone === '-' ? -1 : 0;
  return tone;
}

/** Splits at a mark where it stands outside all brackets. */
function splitTop(text: string, mark: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === '[') depth++;
    else if (c === ']') depth--;
    else if (depth === 0 && c === mark) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

/** Where the bracket that opens at `open` closes. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === '[') depth++;
    else if (c === ']' && --depth === 0) return i;
  }
  throw new Error(`a bracket is not closed: ${text}`);
}

const toneMark = /^[+=-]/;

/** Picks one alternative; where some carry tone marks, the tone is drawn first. */
function pickAlternative(scope: Scope, body: string): string {
  const options = splitTop(body, '|');
  if (!options.some((option) => toneMark.test(option))) return scope.rng.pick(options);
  const byTone: Toned<string[]> = { '+': [], '=': [], '-': [] };
  for (const option of options) {
    const mark = option.charAt(0);
    if (mark === '+' || mark === '-' || mark === '=') byTone[mark].push(option.slice(1));
    else byTone['='].push(option);
  }
  for (let tries = 0; tries < 20; tries++) {
    const before = scope.lean;
    const found = byTone[drawTone(scope)];
    if (found.length > 0) return scope.rng.pick(found);
    scope.lean = before;
  }
  return scope.rng.pick(options).replace(toneMark, '');
}

function startClause(scope: Scope): void {
  scope.lean = 0;
  scope.side = clauseSide(scope.rng, scope.tone, scope.mood);
}

function expandClause(scope: Scope, template: string): string {
  let out = '';
  let i = 0;
  while (i < template.length) {
    const c = template.charAt(i);
    if (c === '[') {
      const end = closing(template, i);
      out += expandClause(scope, pickAlternative(scope, template.slice(i + 1, end)));
      i = end + 1;
    } else if (c === '{') {
      const end = template.indexOf('}', i);
      const name = template.slice(i + 1, end);
      const value = scope.slots(name, () => drawTone(scope));
      if (value === undefined) throw new Error(`unknown slot {${name}} in: ${template}`);
      out += expandClause(scope, value);
      i = end + 1;
    } else {
      out += c;
      i++;
    }
  }
  return out;
}

/**
 * Expands one template. `{slot}` asks the scope; `[a|b]` picks one of the alternatives,
 by tone first where they
 * carry the marks `+`, `=`,
 `-`; ` ~ ` joins two clauses by `but` where their tones differ and else by `and`.
 */
export function expand(scope: Scope, template: string): string {
  const [left = '', right] = splitTop(template, '~');
  startClause(scope);
  const first = expandClause(scope, left.trim());
  if (right === undefined) return first;
  const leanLeft = scope.lean;
  startClause(scope);
  const second = expandClause(scope, right.trim());
  const joiner = leanLeft * scope.lean < 0 ? ', but' : scope.rng.chance(0.15) ? ', while' : ' and';
  return `${first}${joiner} ${second}`;
}

const vowelStart = /\b([Aa]) (?=[aeiou])(?!(?:one|used|useful|usual|unicorn|uniform)\b)/g;

/** Mends articles, spaces and capitals of an expanded sentence. */
export function polish(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/ ([,.!?])/g, '$1')
    .replace(vowelStart, '$1n ')
    .replace(/(["]) ([a-z]+) (he|she)\b/g, '$1 $3 $2')
    .replace(
      /(^|[.!?] )(["']?)([a-z])/g,
      (_, before: string, quote: string, letter: string) => `${before}${quote}${letter.toUpperCase()}`,
    )
    .replace(/(^| )"([a-z])/g, (_, before: string, letter: string) => `${before}"${letter.toUpperCase()}`)
    .trim();
}
