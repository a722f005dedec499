import { z } from 'zod';
import type { Lm } from '../../lm/index.js';

/** A text that every tokenizer makes something of. */
const PROBE = 'The quick brown fox jumps over the lazy dog, "said" 3 times.';
/** Tokens of it that are read: any model has room for them. */
const MOST_TOKENS = 8;
/** Numbers of the state that are kept. */
const KEPT = 16;
/** How far they may differ, as a share of their size: devices round differently, other models are far off. */
const TOLERANCE = 0.1;

const size = z.number().int().positive();

/** What tells a language model from others: its sizes, and what it makes of a short text. */
export const lmIdentity = z.strictObject({
  kind: z.enum(['decoder', 'encoder-decoder']),
  vocabSize: size,
  hiddenSize: size,
  layerCount: size,
  /** Token ids of the text. */
  tokens: z.array(z.number().int()),
  /** Numbers of the state behind it, evenly spread. */
  state: z.array(z.number()),
});

export type LmIdentity = z.output<typeof lmIdentity>;

/** Identifies a language model, with the layers that it was opened with. */
export async function identify(lm: Lm): Promise<LmIdentity> {
  const { kind, vocabSize, hiddenSize, layerCount } = lm.info;
  const tokens = probeTokens(lm);
  return { kind, vocabSize, hiddenSize, layerCount, tokens, state: await stateBehind(lm, tokens) };
}

/** In what a language model is not the one expected, in words; undefined where it is. */
export async function differenceFrom(expected: LmIdentity, lm: Lm): Promise<string | undefined> {
  if (expected.kind !== lm.info.kind)
    return `its model was of the kind ${expected.kind}, not ${lm.info.kind}`;
  const sizes = [
    ['vocabSize', 'tokens'],
    ['hiddenSize', 'numbers in a state'],
    ['layerCount', 'layers'],
  ] as const;
  for (const [key, what] of sizes) {
    if (expected[key] !== lm.info[key]) return `its model has ${expected[key]} ${what}, not ${lm.info[key]}`;
  }
  if (expected.tokens.join() !== probeTokens(lm).join()) return 'its model has another tokenizer';
  const state = await stateBehind(lm, expected.tokens);
  const scale = Math.sqrt(expected.state.reduce((sum, value) => sum + value ** 2, 0) / expected.state.length);
  const apart = expected.state.some((value, i) => Math.abs(value - state[i]) > TOLERANCE * scale);
  return apart ? 'its model has the same sizes, but other weights' : undefined;
}

function probeTokens({ tokenizer, info }: Lm): number[] {
  // A tokenizer without a token for the unknown leaves holes.
  const known = tokenizer.encode(PROBE).filter((token) => Number.isInteger(token) && token < info.vocabSize);
  return known.length > 0 ? known.slice(0, MOST_TOKENS) : [0];
}

/** Numbers of the state behind some tokens, evenly spread. */
async function stateBehind(lm: Lm, tokens: readonly number[]): Promise<number[]> {
  const { stateSize } = lm.info;
  const asked = { states: true, logProbs: false };
  const [{ states = new Float32Array(0) }] = await lm.read([{ prompt: tokens, completion: [] }], asked);
  const kept = Math.min(KEPT, stateSize);
  return Array.from({ length: kept }, (_, i) => states[Math.floor((i * stateSize) / kept)]);
}
