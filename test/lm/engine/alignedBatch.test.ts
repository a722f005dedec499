import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { AlignedBatch } from '../../../src/lm/engine/alignedBatch.js';
import type { Prefill } from '../../../src/lm/engine/batch.js';
import { stackRows } from '../../../src/lm/engine/stackRows.js';
import type { StepInput, StepModel } from '../../../src/lm/engine/stepModel.js';

/** A model that remembers its tokens as they are, notes its steps, and counts how often rows were put anew. */
class Echo implements StepModel {
  readonly mixes = true;
  readonly steps: Omit<StepInput, 'cache'>[] = [];
  arranged = 0;

  constructor(readonly joins: boolean) {}

  prefill(prompts: readonly (readonly number[])[]): Promise<Prefill> {
    const width = Math.max(...prompts.map(({ length }) => length));
    const padded = prompts.flatMap((prompt) => [
      ...new Array<number>(width - prompt.length).fill(0),
      ...prompt,
    ]);
    const columns = prompts.map(({ length }) => [[width - length, width] as const]);
    return Promise.resolve({ ...shown(padded, prompts.length), columns });
  }

  step({ cache, ...input }: StepInput) {
    this.steps.push(input);
    const old = Array.from(cache['tokens'].data, Number);
    const { tokens, length } = input;
    const all = tokens.flatMap((token, row) => [
      ...old.slice(row * (length - 1), (row + 1) * (length - 1)),
      token,
    ]);
    return Promise.resolve(shown(all, tokens.length));
  }

  arrange(parts: Parameters<StepModel['arrange']>[0], length: number) {
    this.arranged++;
    return stackRows(parts, () => ({ axis: 2, width: length, side: 'last' }));
  }
}

/** Each row's tokens as the cache, and its last one as the logits. */
function shown(tokens: readonly number[], rows: number) {
  const width = tokens.length / rows;
  const last = Float32Array.from({ length: rows }, (_, row) => tokens[(row + 1) * width - 1]);
  const cache = { tokens: new Tensor('float32', Float32Array.from(tokens), [rows, 1, width, 1]) };
  return { logits: last, states: [last], cache };
}

async function batchOf(model: Echo, prompts: readonly (readonly number[])[]): Promise<AlignedBatch> {
  const batch = new AlignedBatch(model);
  await admit(batch, prompts);
  return batch;
}

async function admit(batch: AlignedBatch, prompts: readonly (readonly number[])[]): Promise<void> {
  batch.admit(await batch.prefill(prompts), [...prompts.keys()]);
}

describe('a batch whose newest tokens stand in one column', () => {
  it('lets rows join behind padding, and tells of it', async () => {
    const model = new Echo(true);
    const batch = await batchOf(model, [[1, 2, 3]]);
    await batch.step([4]);
    await admit(batch, [[7], [8, 9]]);
    const { logits } = await batch.step([5, 10, 11]);
    expect([...logits]).toEqual([5, 10, 11]);
    expect(model.steps).toEqual([
      { tokens: [4], padding: [0], length: 4 },
      { tokens: [5, 10, 11], padding: [0, 3, 2], length: 5 },
    ]);
  });

  it('makes room before those under way for a row that is longer', async () => {
    const model = new Echo(true);
    const batch = await batchOf(model, [[1]]);
    await admit(batch, [[2, 3, 4]]);
    await batch.step([5, 6]);
    expect(model.steps).toEqual([{ tokens: [5, 6], padding: [2, 0], length: 4 }]);
  });

  it('drops padding that no row needs when the longest has left', async () => {
    const model = new Echo(true);
    const batch = await batchOf(model, [[1, 2, 3, 4, 5], [6], [7, 8]]);
    batch.keep([2, 1]);
    const { logits } = await batch.step([9, 10]);
    expect([...logits]).toEqual([9, 10]);
    expect(model.steps).toEqual([{ tokens: [9, 10], padding: [0, 1], length: 3 }]);
  });

  it('copies the cache once where some leave and others come in', async () => {
    const model = new Echo(true);
    const batch = await batchOf(model, [[1], [2], [3], [4]]);
    batch.keep([3, 1]);
    await admit(batch, [[5]]);
    await batch.step([6, 7, 8]);
    expect(model.arranged).toBe(1);
    expect(model.steps).toEqual([{ tokens: [6, 7, 8], padding: [0, 0, 0], length: 2 }]);
  });

  it('runs rows that have ended on until an eighth of all has', async () => {
    const model = new Echo(true);
    const batch = await batchOf(
      model,
      Array.from({ length: 16 }, (_, i) => [i]),
    );
    const kept = Array.from({ length: 15 }, (_, i) => (i === 3 ? 15 : i));
    batch.keep(kept);
    const { logits } = await batch.step(kept);
    expect([...logits]).toEqual(kept);
    expect(model.steps[0].tokens).toHaveLength(16);
    batch.keep(Array.from({ length: 14 }, (_, i) => i));
    await batch.step(kept.slice(0, 14));
    expect(model.steps[1].tokens).toEqual(kept.slice(0, 14));
  });

  it('lets none join where the model cannot be told of padding', async () => {
    const batch = await batchOf(new Echo(false), [[1]]);
    expect(batch.joins).toBe(false);
    await expect(admit(batch, [[2]])).rejects.toThrow('rows of this model begin together');
    batch.keep([]);
    await admit(batch, [[2]]);
    expect([...(await batch.step([3])).logits]).toEqual([3]);
  });
});
