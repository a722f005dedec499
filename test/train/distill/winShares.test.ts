import { describe, expect, it } from 'vitest';
import { winShares } from '../../../src/train/distill/winShares.js';

describe('winShares', () => {
  it('is the share of the others of the same prompt that are beaten, by order alone', () => {
    expect(winShares([-900, 1, 2, 5, 7, 6], 3)).toEqual([0, 0.5, 1, 0, 1, 0.5]);
  });

  it('counts a tie half', () => {
    expect(winShares([1, 1, 0], 3)).toEqual([0.75, 0.75, 0]);
  });

  it('leaves out what has no rating, and what nothing can be compared with', () => {
    expect(winShares([2, undefined, 1, undefined, 3, undefined], 3)).toEqual([
      1,
      undefined,
      0,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
