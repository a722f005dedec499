import { describe, expect, it } from 'vitest';
import { denseRows, loadedRows, rowScaleOf } from '../../../src/agent/index.js';
import { randomStream } from '../../../src/common/index.js';

const random = randomStream(3, 'rows');

function rowsOf(count: number, d: number, entry: (row: number) => number) {
  const data = new Float32Array(new SharedArrayBuffer(4 * count * d));
  for (let i = 0; i < data.length; i++) data[i] = entry(Math.floor(i / d));
  return loadedRows(data);
}

describe('rowScaleOf', () => {
  it('gives rows a norm of about 1', async () => {
    const wide = rowsOf(50, 400, () => 3 * random.normal());
    const scale = await rowScaleOf(wide, 400);
    for (let row = 0; row < 50; row++) {
      const norm = Math.hypot(...wide.data.subarray(row * 400, (row + 1) * 400)) * scale;
      expect(Math.abs(norm - 1)).toBeLessThan(0.2);
    }
    expect(
      await rowScaleOf(
        rowsOf(2, 4, () => 0),
        4,
      ),
    ).toBe(1);
  });

  it('measures all rows of 4,096, and 4,096 of more', async () => {
    // Entries 1 and -1, but for rows that only count where all are measured.
    const alternating = (row: number) => (row % 4 === 3 ? 3 : row % 4 === 1 ? -3 : row % 4 === 0 ? 1 : -1);
    const all = rowsOf(4096, 2, alternating);
    expect(await rowScaleOf(all, 2)).toBeCloseTo(1 / Math.sqrt(5 * 2), 6);
    const asked: number[] = [];
    const twice = rowsOf(8192, 2, alternating);
    const load = async (actions: ArrayLike<number>) => {
      asked.push(...Array.from(actions));
    };
    expect(await rowScaleOf({ data: twice.data, load }, 2)).toBeCloseTo(1 / Math.sqrt(2), 6);
    expect(asked).toEqual(Array.from({ length: 4096 }, (_, i) => 2 * i));
  });
});

it('has a row for each action of a dense head', async () => {
  const rows = denseRows(3);
  await rows.load([0, 1, 2]);
  expect([...rows.data]).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
});
