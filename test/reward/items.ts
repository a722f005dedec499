import type { RewardItem } from '../../src/reward/index.js';

/** Items to score, one per completion; a token is a character. */
export function items(...completions: string[]): RewardItem[] {
  return completions.map((completion) => ({
    prompt: 'Once',
    completion,
    tokens: Array.from(completion, (_, i) => i),
    row: {},
  }));
}
