import { describe, expect, it } from 'vitest';
import { readState, shapeOf } from '../../src/replay/index.js';
import { halved, precisionOf } from '../../src/replay/states.js';
import { someTrajectory } from './trajectories.js';

const single = someTrajectory(2, { states: Float32Array.of(1, 1 / 3, -3, 1e6, 0.25, 9), terminated: false });

function stateAt(trajectory: Parameters<typeof readState>[0], step: number): number[] {
  const into = new Float32Array(4).fill(7);
  readState(trajectory, step, 2, into, 1);
  return [...into];
}

describe('readState', () => {
  it('reads the numbers of a step into their place', () => {
    expect(stateAt(single, 0)).toEqual([7, 1, Math.fround(1 / 3), 7]);
    expect(stateAt(single, 2)).toEqual([7, 0.25, 9, 7]);
  });

  it('reads half precision as the numbers that it stands for', () => {
    const half = halved(single);
    expect(stateAt(half, 0)).toEqual([7, 1, 1365 / 4096, 7]);
    expect(stateAt(half, 1)).toEqual([7, -3, 65504, 7]);
  });
});

describe('halved', () => {
  it('keeps everything but the precision', () => {
    const half = halved(single);
    expect([precisionOf(single), precisionOf(half)]).toEqual(['float32', 'float16']);
    expect(shapeOf(half)).toEqual({ rows: 3, d: 2, k: 2 });
    expect({ ...half, states: single.states }).toEqual(single);
    expect(halved(half)).toBe(half);
  });
});
