import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { COLUMN_CHUNK, KvSlots } from '../../../src/lm/engine/kvSlots.js';

const HEADS = 2;
const SIZE = 3;

function cache(name: string, type: Tensor.Type = 'float32'): InferenceSession.TensorValueMetadata {
  return { name, isTensor: true, type, shape: ['batch_size', HEADS, 'past_sequence_length', SIZE] };
}

/** What the cache `kind` (0 or 1) holds of a row's token. */
function number(kind: number, row: number, head: number, token: number, e: number): number {
  return kind * 10_000 + row * 1000 + head * 500 + token * SIZE + e;
}

/** A prefill of one prompt a row, padded on the left to `width`. */
function prefillOf(lengths: readonly number[], names: readonly string[], firstRow: number) {
  const width = Math.max(...lengths);
  const cacheOf = (kind: number) => {
    const data = new Float32Array(lengths.length * HEADS * width * SIZE).fill(-1);
    lengths.forEach((length, row) => {
      for (let head = 0; head < HEADS; head++) {
        for (let token = 0; token < length; token++) {
          for (let e = 0; e < SIZE; e++) {
            const column = width - length + token;
            data[((row * HEADS + head) * width + column) * SIZE + e] = number(
              kind,
              firstRow + row,
              head,
              token,
              e,
            );
          }
        }
      }
    });
    return new Tensor('float32', data, [lengths.length, HEADS, width, SIZE]);
  };
  return {
    logits: new Float32Array(0),
    states: [],
    cache: Object.fromEntries(names.map((name, kind) => [name, cacheOf(kind)])),
    columns: lengths.map((length) => [[width - length, width] as const]),
  };
}

/** What a step returns: the newest column of every cache. */
function newest(rows: readonly { row: number; length: number }[], kinds: number): Tensor {
  const values = rows.flatMap(({ row, length }) =>
    Array.from({ length: HEADS }, (_, head) =>
      Array.from({ length: kinds }, (_, kind) =>
        Array.from({ length: SIZE }, (_, e) => number(kind, row, head, length, e)),
      ),
    ).flat(2),
  );
  return new Tensor('float32', Float32Array.from(values), [rows.length, HEADS, 1, kinds * SIZE]);
}

/** Makes sure that the cache holds these rows with so many tokens each, and that the mask shows them. */
function expectRows(
  slots: KvSlots,
  rows: readonly { row: number; length: number }[],
  names: readonly string[],
): void {
  expect(slots.lengths).toEqual(rows.map(({ length }) => length));
  const feeds = slots.feeds();
  const columns = feeds[names[0]].dims[2];
  expect(columns % COLUMN_CHUNK).toBe(0);
  names.forEach((name, kind) => {
    const { data, dims } = feeds[name];
    expect(dims).toEqual([rows.length, HEADS, columns, SIZE]);
    rows.forEach(({ row, length }, place) => {
      for (let head = 0; head < HEADS; head++) {
        const start = (place * HEADS + head) * columns * SIZE;
        const expected = Array.from({ length: length * SIZE }, (_, i) =>
          number(kind, row, head, Math.floor(i / SIZE), i % SIZE),
        );
        expect(Array.from(data.slice(start, start + length * SIZE), Number)).toEqual(expected);
      }
    });
  });
  const mask = slots.stepMask();
  rows.forEach(({ length }, place) => {
    const shown = Array.from(mask.subarray(place * (columns + 1), (place + 1) * (columns + 1)), Number);
    expect(shown).toEqual(
      Array.from({ length: columns + 1 }, (_, i) => (i < length || i === columns ? 1 : 0)),
    );
  });
}

describe('the slots of a KV cache', () => {
  const names = ['past_key_values.0.key', 'past_key_values.0.value'];

  it('keep every token of every row as rows come, grow and leave', () => {
    const slots = new KvSlots(
      names.map((name) => cache(name)),
      false,
    );
    slots.admit(prefillOf([2, 5, 1], names, 0), [0, 1, 2]);
    let rows = [2, 5, 1].map((length, row) => ({ row, length }));
    expectRows(slots, rows, names);
    // Far enough to need more columns twice.
    for (let step = 0; step < 2 * COLUMN_CHUNK; step++) {
      slots.feeds();
      slots.append(newest(rows, 2));
      rows = rows.map(({ row, length }) => ({ row, length: length + 1 }));
      if (step === 10) {
        slots.keep([2, 1]);
        rows = [rows[2], rows[1]];
      }
      if (step === 20) {
        slots.admit(prefillOf([7, 40], names, 3), [1, 0]);
        rows.push({ row: 4, length: 40 }, { row: 3, length: 7 });
      }
    }
    expectRows(slots, rows, names);
    slots.reset();
    slots.admit(prefillOf([3], names, 8), [0]);
    expectRows(slots, [{ row: 8, length: 3 }], names);
  });

  it('show no more columns than the longest row has where they are counted', () => {
    const slots = new KvSlots([cache(names[0])], true);
    slots.admit(prefillOf([3, 1, 2], names.slice(0, 1), 0), [0, 1, 2]);
    expect(slots.feeds()[names[0]].dims[2]).toBe(COLUMN_CHUNK);
    expect(Array.from(slots.stepMask(), Number)).toEqual([1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0, 1]);
    slots.append(
      newest(
        [3, 1, 2].map((length, row) => ({ row, length })),
        1,
      ),
    );
    slots.keep([1, 2]);
    expect(Array.from(slots.stepMask(), Number)).toEqual([1, 1, 0, 1, 1, 1, 1, 1]);
  });

  it('let several rows go on from one prompt, and a prompt stand in two pieces', () => {
    const slots = new KvSlots([cache(names[0])], false);
    const prefill = prefillOf([6], names.slice(0, 1), 0);
    // The tokens 0 and 1 of a common beginning, and 4 and 5 behind a gap.
    slots.admit(
      {
        ...prefill,
        columns: [
          [
            [0, 2],
            [4, 6],
          ],
        ],
      },
      [0, 0],
    );
    expect(slots.lengths).toEqual([4, 4]);
    const { data } = slots.feeds()[names[0]];
    expect(Array.from(data.slice(0, 4 * SIZE), Number)).toEqual([0, 1, 2, 3, 4, 5, 12, 13, 14, 15, 16, 17]);
  });

  it('keep halves as their bits', () => {
    const slots = new KvSlots([cache(names[0], 'float16')], false);
    const bits = Uint16Array.from({ length: HEADS * SIZE }, (_, i) => 0x3c00 + i);
    const prefill = {
      logits: new Float32Array(0),
      states: [],
      cache: { [names[0]]: new Tensor('float16', bits, [1, HEADS, 1, SIZE]) },
      columns: [[[0, 1] as const]],
    };
    slots.admit(prefill, [0]);
    const { data, type } = slots.feeds()[names[0]];
    expect(type).toBe('float16');
    if (!ArrayBuffer.isView(data)) throw new TypeError('expected numbers');
    const words = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
    expect(Array.from(words.subarray(0, SIZE))).toEqual(Array.from(bits.subarray(0, SIZE)));
  });
});
