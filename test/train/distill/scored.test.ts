import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RewardItem } from '../../../src/reward/index.js';
import { standardised, writeScored } from '../../../src/train/distill/scored.js';
import { temporaryDirectory } from '../../support/files.js';

const item = (completion: string, more: Partial<RewardItem> = {}): RewardItem => ({
  prompt: 'Once',
  completion,
  tokens: [1],
  row: {},
  ...more,
});

describe('standardised', () => {
  it('gives mean 0 and deviation 0.5, and leaves unrated ones be', () => {
    // Mean 4 and deviation 2.
    expect(standardised([2, undefined, 6])).toEqual([-0.5, undefined, 0.5]);
  });

  it('gives 0 where all are rated alike', () => {
    expect(standardised([3, 3])).toEqual([0, 0]);
  });
});

describe('writeScored', () => {
  it('writes what was rated, with the other columns and whole conversations', () => {
    const messages = [{ role: 'user', content: 'Hi' }];
    const items = [item(' a', { row: { id: 7 } }), item(' b'), item(' c', { messages })];
    const { path, unrated } = writeScored(temporaryDirectory(), { items, ratings: [1, undefined, -2] });
    expect(unrated).toBe(1);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
      { id: 7, prompt: 'Once', completion: ' a', reward: 1 },
      { prompt: messages, completion: ' c', reward: -2 },
    ]);
  });

  it('refuses a teacher that rated nothing', () => {
    const nothing = { items: [item(' a')], ratings: [undefined] };
    expect(() => writeScored(temporaryDirectory(), nothing)).toThrow(/rated no completion/);
  });
});
