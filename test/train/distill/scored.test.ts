import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RewardItem } from '../../../src/reward/index.js';
import { writeScored } from '../../../src/train/distill/scored.js';
import { temporaryDirectory } from '../../support/files.js';

const item = (completion: string, more: Partial<RewardItem> = {}): RewardItem => ({
  prompt: 'Once',
  completion,
  tokens: [1],
  row: {},
  ...more,
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
