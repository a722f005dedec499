import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SumTree } from '../../src/replay/sumTree.js';

/** Whole numbers, so that sums are exact in any order. */
const weight = fc.integer({ min: 0, max: 5 });

describe('SumTree', () => {
  it('finds the slot of a point of the cumulated weights', () => {
    const tree = new SumTree(5);
    [1, 0, 2, 0.5, 3].forEach((x, slot) => {
      tree.set(slot, x);
    });
    expect(tree.total).toBe(6.5);
    expect([0, 0.99, 1, 2.99, 3, 3.49, 3.5, 6.49].map((point) => tree.find(point))).toEqual([
      0, 0, 2, 2, 3, 3, 4, 4,
    ]);
  });

  it('never finds a slot of weight 0, not even at the very end', () => {
    const tree = new SumTree(4);
    tree.set(1, 0.1);
    expect([0, 0.05, 0.1, 1].map((point) => tree.find(point))).toEqual([1, 1, 1, 1]);
  });

  it('works with a single slot', () => {
    const tree = new SumTree(1);
    tree.set(0, 2);
    expect([tree.total, tree.get(0), tree.find(1.5)]).toEqual([2, 2, 0]);
  });

  it('does what summing from the first slot on does', () => {
    const sets = fc.array(fc.record({ at: fc.nat(), to: weight }), { maxLength: 40 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        sets,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (n, all, u) => {
          const tree = new SumTree(n);
          const weights = new Array<number>(n).fill(0);
          for (const { at, to } of all) {
            tree.set(at % n, to);
            weights[at % n] = to;
          }
          const total = weights.reduce((a, b) => a + b, 0);
          expect(tree.total).toBe(total);
          expect(weights.map((_, slot) => tree.get(slot))).toEqual(weights);
          if (total > 0) expect(tree.find(u * total)).toBe(scan(weights, u * total));
        },
      ),
    );
  });

  it('has the same sums, to the bit, in whatever order the weights were set', () => {
    const weights = fc.array(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(weights, (all) => {
        const [forth, back] = [new SumTree(all.length), new SumTree(all.length)];
        all.forEach((x, slot) => {
          forth.set(slot, 7);
          forth.set(slot, x);
        });
        for (let slot = all.length - 1; slot >= 0; slot--) back.set(slot, all[slot]);
        expect(back.total).toBe(forth.total);
      }),
    );
  });
});

function scan(weights: readonly number[], point: number): number {
  let sum = 0;
  return weights.findIndex((x) => {
    sum += x;
    return sum > point;
  });
}
