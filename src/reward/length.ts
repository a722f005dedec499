import { z } from 'zod';
import { countSentences, wordsOf } from './text.js';
import type { RewardItem, RewardModel } from './types.js';

export const lengthParameters = z.strictObject({
  /** The length that scores 1. */
  target: z.number().min(0),
  /** Characters are Unicode code points; words and sentences follow the Unicode rules for any script. */
  unit: z.enum(['tokens', 'words', 'characters', 'sentences']).default('words'),
  /** How far from the target, in units, the score reaches 0; default the target (1 for a target below 1). */
  tolerance: z.number().positive().optional(),
});

const lengthIn = {
  tokens: (item: RewardItem) => item.tokens.length,
  words: (item: RewardItem) => wordsOf(item.completion).length,
  characters: (item: RewardItem) => [...item.completion].length,
  sentences: (item: RewardItem) => countSentences(item.completion),
};

/** `max(0, 1 - |length - target| / tolerance)`: 1 at the target, falling linearly to 0 on both sides. */
export function lengthReward(parameters: z.output<typeof lengthParameters>): RewardModel {
  const { target, unit, tolerance = Math.max(1, target) } = parameters;
  const score = (item: RewardItem) => Math.max(0, 1 - Math.abs(lengthIn[unit](item) - target) / tolerance);
  return { name: 'length', score: (batch) => batch.map(score) };
}
