import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { RecurrentSlots } from '../../../src/lm/engine/recurrentSlots.js';

const SIZES = { 'past_conv.0': [2, 3], 'past_ssm.1': [4] } as const;

function inputs(): InferenceSession.TensorValueMetadata[] {
  return Object.entries(SIZES).map(([name, sizes]) => ({
    name,
    isTensor: true,
    type: 'float32',
    shape: ['batch_size', ...sizes],
  }));
}

/** States of some rows: every number of a row is its mark. */
function statesOf(marks: readonly number[]): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(SIZES).map(([name, sizes]) => {
      const size = sizes.reduce((product, each) => product * each, 1);
      const data = Float32Array.from({ length: marks.length * size }, (_, i) => marks[Math.floor(i / size)]);
      return [name, new Tensor('float32', data, [marks.length, ...sizes])];
    }),
  );
}

function prefillOf(marks: readonly number[]) {
  return { logits: new Float32Array(0), states: [], cache: statesOf(marks), columns: [] };
}

function expectRows(slots: RecurrentSlots, marks: readonly number[]): void {
  const feeds = slots.feeds();
  const expected = statesOf(marks);
  expect(Object.keys(feeds)).toEqual(Object.keys(expected));
  for (const [name, { data, dims }] of Object.entries(expected)) {
    expect(feeds[name].dims).toEqual(dims);
    expect(feeds[name].data).toEqual(data);
  }
}

describe('the slots of recurrent states', () => {
  it('keep the state of every row as rows come, change and leave', () => {
    const slots = new RecurrentSlots(inputs());
    slots.admit(prefillOf([1, 2, 3]), [0, 2, 2]);
    expectRows(slots, [1, 3, 3]);
    slots.replace(statesOf([11, 13, 14]));
    expectRows(slots, [11, 13, 14]);
    slots.keep([0, 2]);
    slots.admit(prefillOf([5, 6, 7, 8]), [3, 1, 0]);
    expectRows(slots, [11, 14, 8, 6, 5]);
    slots.reset();
    slots.admit(prefillOf([9]), [0]);
    expectRows(slots, [9]);
  });
});
