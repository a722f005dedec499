import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { stackRows, takeRows } from '../../../src/lm/engine/stackRows.js';

/** Two rows of two heads with three columns of one number each. */
const cache = {
  keys: new Tensor('float32', Float32Array.of(1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16), [2, 2, 3, 1]),
};
/** One row of two heads with one column. */
const short = { keys: new Tensor('float32', Float32Array.of(21, 22), [1, 2, 1, 1]) };

function stacked(width: number, side: 'first' | 'last', kept: readonly number[] = [0]) {
  const parts = [
    { cache, rows: 2, kept: [1] },
    { cache: short, rows: 1, kept },
  ];
  return stackRows(parts, () => ({ axis: 2, width, side }))['keys'];
}

describe('rows of caches', () => {
  it('are taken in the order asked for, some several times', () => {
    const { keys } = takeRows(cache, 2, [1, 0, 1]);
    expect(keys.dims).toEqual([3, 2, 3, 1]);
    expect([...keys.data]).toEqual([11, 12, 13, 14, 15, 16, 1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16]);
  });

  it('have their columns last, with zeros before them', () => {
    const keys = stacked(3, 'last');
    expect(keys.dims).toEqual([2, 2, 3, 1]);
    expect([...keys.data]).toEqual([11, 12, 13, 14, 15, 16, 0, 0, 21, 0, 0, 22]);
  });

  it('have their columns first, with zeros behind them', () => {
    expect([...stacked(4, 'first').data]).toEqual([11, 12, 13, 0, 14, 15, 16, 0, 21, 0, 0, 0, 22, 0, 0, 0]);
  });

  it('lose the columns on the side where they need none', () => {
    expect([...stacked(2, 'last').data]).toEqual([12, 13, 15, 16, 0, 21, 0, 22]);
    expect([...stacked(2, 'first').data]).toEqual([11, 12, 14, 15, 21, 0, 22, 0]);
  });

  it('begin from no columns at all', () => {
    const none = { keys: new Tensor('float32', new Float32Array(0), [1, 2, 0, 1]) };
    const columns = { axis: 2, width: 1, side: 'last' } as const;
    const { keys } = stackRows([{ cache: none, rows: 1, kept: [0, 0] }], () => columns);
    expect(keys.dims).toEqual([2, 2, 1, 1]);
    expect([...keys.data]).toEqual([0, 0, 0, 0]);
  });

  it('keep the type and the sizes of a tensor whose first size is a multiple of the rows', () => {
    const heads = { state: new Tensor('int64', BigInt64Array.of(1n, 2n, 3n, 4n), [4, 1]) };
    const { state } = takeRows(heads, 2, [1]);
    expect(state.type).toBe('int64');
    expect(state.dims).toEqual([2, 1]);
    expect([...state.data]).toEqual([3n, 4n]);
  });

  it('may have columns of several numbers behind the axis', () => {
    const encoded = { encoded: new Tensor('float32', Float32Array.of(1, 2, 3, 4), [1, 2, 2]) };
    const columns = { axis: 1, width: 3, side: 'first' } as const;
    const result = stackRows([{ cache: encoded, rows: 1, kept: [0] }], () => columns)['encoded'];
    expect(result.dims).toEqual([1, 3, 2]);
    expect([...result.data]).toEqual([1, 2, 3, 4, 0, 0]);
  });
});
