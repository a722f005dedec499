import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RewardItem } from '../../../src/reward/index.js';
import { rateCompletions } from '../../../src/train/distill/ratings.js';
import type { Teacher } from '../../../src/train/distill/teacher.js';
import { temporaryDirectory } from '../../support/files.js';

const SAMPLES = 4;
const watch = { observer: {}, signal: undefined };

/** 200 prompts, more than are asked at once. */
const items: RewardItem[] = Array.from({ length: 200 * SAMPLES }, (_, i) => ({
  prompt: `prompt ${Math.floor(i / SAMPLES)}`,
  completion: `${i}`,
  tokens: [],
  row: {},
}));

/** Rates by number, says nothing of some, and breaks down at a call if told to. */
function numbering(breaksAt = Number.POSITIVE_INFINITY) {
  const asked: string[] = [];
  let calls = 0;
  const teacher: Teacher = {
    name: 'numbering',
    async rate(some) {
      if (++calls === breaksAt) throw new Error('hung up');
      asked.push(...some.map(({ completion }) => completion));
      return some.map(({ completion }) => (Number(completion) % 7 === 0 ? undefined : Number(completion)));
    },
    prefer: async () => [],
    close: async () => {},
  };
  return { asked, teacher };
}

const expected = items.map((_, i) => (i % 7 === 0 ? undefined : i));

describe('rateCompletions', () => {
  it('asks about every completion once, and not again', async () => {
    const path = join(temporaryDirectory(), 'ratings.jsonl');
    const first = numbering();
    expect(await rateCompletions(path, first.teacher, items, SAMPLES, watch)).toEqual(expected);
    expect(first.asked).toHaveLength(items.length);
    const again = numbering();
    expect(await rateCompletions(path, again.teacher, items, SAMPLES, watch)).toEqual(expected);
    expect(again.asked).toEqual([]);
  });

  it('goes on where a teacher broke down', async () => {
    const path = join(temporaryDirectory(), 'ratings.jsonl');
    const first = numbering(3);
    await expect(rateCompletions(path, first.teacher, items, SAMPLES, watch)).rejects.toThrow('hung up');
    const second = numbering();
    expect(await rateCompletions(path, second.teacher, items, SAMPLES, watch)).toEqual(expected);
    expect([...first.asked, ...second.asked]).toEqual(items.map(({ completion }) => completion));
  });

  it('stops when it is told to, with what is done kept', async () => {
    const path = join(temporaryDirectory(), 'ratings.jsonl');
    const stop = new AbortController();
    const counted = numbering();
    const observer = { played: () => stop.abort() };
    const stopped = rateCompletions(path, counted.teacher, items, SAMPLES, { observer, signal: stop.signal });
    await expect(stopped).rejects.toThrow('stopped');
    expect(counted.asked).toHaveLength(256);
  });
});
