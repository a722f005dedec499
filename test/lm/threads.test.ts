import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { CachedForward } from '../../src/lm/decoder.js';
import { fastestDecoder, usableCores } from '../../src/lm/threads.js';

const NOTHING: CachedForward = { logits: new Float32Array(0), states: [], cache: {} };

/** Decoders whose forward pass takes `milliseconds[threads]`, and the threads of those released. */
function decoders(milliseconds: Record<number, number>, loading = 0) {
  const loaded: number[] = [];
  const released: number[] = [];
  const wait = (time: number) => new Promise((done) => setTimeout(done, time));
  const load = async (threads: number) => {
    loaded.push(threads);
    await wait(loading);
    return {
      forward: async () => {
        await wait(milliseconds[threads]);
        return NOTHING;
      },
      release: async () => {
        released.push(threads);
      },
    };
  };
  return { load, loaded, released };
}

describe('fastestDecoder', () => {
  it.each([
    ['all cores where they are faster', { 1: 15, 4: 3 }, 4],
    ['one thread where more are slower', { 1: 3, 4: 15 }, 1],
  ])('keeps %s', async (_name, milliseconds, threads) => {
    const { load, released } = decoders(milliseconds);
    expect((await fastestDecoder(load, 4)).threads).toBe(threads);
    expect(released).toEqual([threads === 1 ? 4 : 1]);
  });

  it('does not load a large model twice', async () => {
    const { load, loaded } = decoders({ 1: 0, 4: 0 }, 450);
    expect((await fastestDecoder(load, 4)).threads).toBe(4);
    expect(loaded).toEqual([4]);
  });

  it('times nothing on one core', async () => {
    const { load, loaded, released } = decoders({ 1: 0 });
    expect((await fastestDecoder(load, 1)).threads).toBe(1);
    expect([loaded, released]).toEqual([[1], []]);
  });
});

describe('usableCores', () => {
  it('is at least one, and not more than the system has', () => {
    expect(usableCores()).toBeGreaterThanOrEqual(1);
    expect(usableCores()).toBeLessThanOrEqual(availableParallelism());
    expect(Number.isInteger(usableCores())).toBe(true);
  });
});
