import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  byLength,
  groupPrompts,
  type PromptGroup,
  shareBeginnings,
  takeGroups,
} from '../../../src/lm/engine/queue.js';

const prompts = fc.array(fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }), { maxLength: 30 });
const small = fc.integer({ min: 1, max: 9 });

/** All that is taken until nothing waits. */
function takeAll(waiting: PromptGroup[], room: number, mixes: boolean): PromptGroup[][] {
  const taken: PromptGroup[][] = [];
  while (waiting.length > 0) taken.push(takeGroups(waiting, room, mixes));
  return taken;
}

/** Prompts of a common beginning of `shared` tokens, then `ends[i]` tokens of their own. */
function family(first: number, shared: number, ends: readonly number[]): number[][] {
  return ends.map((length, i) => [
    ...Array.from({ length: shared }, (_, at) => first + at),
    ...new Array<number>(length).fill(1000 + i),
  ]);
}

describe('the queue of prompts', () => {
  it('gives every sequence once, in readings that are not too large', () => {
    fc.assert(
      fc.property(prompts, small, small, fc.boolean(), (list, samples, room, mixes) => {
        const taken = takeAll(byLength(groupPrompts(list, samples)), room, mixes);
        for (const groups of taken) {
          expect(mixes || new Set(groups.map(({ prompt }) => prompt.length)).size === 1).toBe(true);
          const before = groups.slice(0, -1).reduce((sum, { sequences }) => sum + sequences.length, 0);
          expect(before).toBeLessThan(room);
        }
        const groups = taken.flat();
        for (const { prompt, sequences } of groups) {
          for (const sequence of sequences) expect(prompt).toEqual(list[Math.floor(sequence / samples)]);
        }
        const seen = groups.flatMap(({ sequences }) => sequences).sort((a, b) => a - b);
        expect(seen).toEqual([...new Array(list.length * samples).keys()]);
      }),
    );
  });

  it('groups equal prompts', () => {
    const groups = groupPrompts([[1, 2], [12], [1, 2]], 2);
    expect(groups).toEqual([
      { prompt: [1, 2], sequences: [0, 1, 4, 5], shared: 0 },
      { prompt: [12], sequences: [2, 3], shared: 0 },
    ]);
  });

  it('shares a beginning where that saves enough', () => {
    // 4 x 100 tokens are read once; 2 x 20 are not worth a reading of their own, and nor are 9 of the third kind.
    const [long, short, brief] = [
      family(0, 100, [3, 1, 2, 5]),
      family(200, 20, [1, 1, 1]),
      family(400, 9, [1, 4]),
    ];
    const groups = shareBeginnings(groupPrompts([...brief, ...long, ...short], 1));
    expect(groups.map(({ shared, prompt }) => [shared, prompt.length])).toEqual([
      [100, 101],
      [100, 102],
      [100, 103],
      [100, 105],
      [0, 10],
      [0, 13],
      [0, 21],
      [0, 21],
      [0, 21],
    ]);
    const taken = takeAll(groups, 99, true);
    expect(taken.map((each) => each.length)).toEqual([4, 5]);
  });

  it('leaves a prompt that begins all others its last token', () => {
    const beginning = Array.from({ length: 300 }, (_, i) => i);
    const groups = shareBeginnings(groupPrompts([[...beginning, 7], beginning, [...beginning, 8]], 1));
    expect(groups.map(({ shared }) => shared)).toEqual([299, 299, 299]);
  });

  it('reads two families with beginnings of one length apart', () => {
    const groups = shareBeginnings(groupPrompts([...family(0, 300, [1, 2]), ...family(500, 300, [1, 2])], 1));
    expect(takeAll(groups, 99, true).map((each) => each.length)).toEqual([2, 2]);
  });

  it('reads prompts behind a beginning one at a time where they do not mix', () => {
    const groups = shareBeginnings(groupPrompts([...family(0, 300, [2, 2, 1]), [9, 9], [7, 8]], 1));
    const taken = takeAll(groups, 99, false).map((each) => each.map(({ prompt }) => prompt.length));
    expect(taken).toEqual([[301], [302], [302], [2, 2]]);
  });

  it('reads long prompts a few at a time', () => {
    const long = Array.from({ length: 5 }, (_, i) => new Array<number>(3000).fill(i));
    expect(takeAll(byLength(groupPrompts(long, 1)), 32, true).map((each) => each.length)).toEqual([2, 2, 1]);
  });

  it('reads prompts of unlike lengths apart where padding would cost more', () => {
    const ofLengths = (lengths: readonly number[]) =>
      takeAll(byLength(groupPrompts(family(0, 0, lengths), 1)), 32, true).map((each) =>
        each.map(({ prompt }) => prompt.length),
      );
    // 4 x 100 to 103 need 6 of padding; 200 beside them 4 times about 100 more, and 455 beside 200 another 255.
    expect(ofLengths([100, 200, 101, 102, 103, 455])).toEqual([
      [100, 101, 102, 103],
      [200, 455],
    ]);
    expect(ofLengths([200, 457])).toEqual([[200], [457]]);
  });
});
