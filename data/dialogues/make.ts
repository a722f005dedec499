import { isDeepStrictEqual } from 'node:util';
import { makeRng, type Rng, settle } from '../generator/rng.js';
import { situations } from './situations.js';

/** Dialogues of each situation. */
const EACH = 4;
/** Every so many dialogues have a system message. */
const SYSTEM_EVERY = 4;
const SYSTEM = 'You are a warm and friendly helper. Answer in one short sentence.';

/** A line of `everyday.jsonl`. */
interface Dialogue {
  system?: string;
  turns: string[];
}

/** The dialogues, those of a situation in rounds: first one of each, then another one of each. */
export function makeDialogues(rng: Rng): Dialogue[] {
  const drawn = situations.map((situation) => differentOnes(rng, situation));
  const rounds = Array.from({ length: EACH }, (_, round) =>
    drawn.flatMap((some) => some.slice(round, round + 1)),
  );
  return rounds.flat().map((turns, i) => (i % SYSTEM_EVERY === 0 ? { system: SYSTEM, turns } : { turns }));
}

function differentOnes(rng: Rng, situation: readonly string[]): string[][] {
  const found: string[][] = [];
  for (let i = 0; i < 100 && found.length < EACH; i++) {
    const turns = situation.map((turn) => settle(rng, turn));
    if (!found.some((other) => isDeepStrictEqual(other, turns))) found.push(turns);
  }
  return found;
}

/** The text of `everyday.jsonl`. */
export function dialoguesText(): string {
  return makeDialogues(makeRng(1))
    .map((dialogue) => `${JSON.stringify(dialogue)}\n`)
    .join('');
}
