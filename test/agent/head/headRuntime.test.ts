import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createActor,
  HeadRuntime,
  type HeadTensors,
  initHead,
  loadedRows,
  rowScaleOf,
} from '../../../src/agent/index.js';
import { randomStream } from '../../../src/common/index.js';
import type { StateBatch } from '../../../src/env/index.js';
import { tiedSpec } from '../specs.js';

const d = 5;
const k = 7;
const n = 3;
const vocab = 11;
const random = randomStream(3, 'runtime');
const shared = (values: Float32Array) => {
  const copy = new Float32Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
};
const normals = (size: number) => Float32Array.from({ length: size }, () => random.normal());

const rows = shared(normals(vocab * d));
const spec = tiedSpec(d, [6, 4], {}, await rowScaleOf(loadedRows(rows), d));
const head: HeadTensors = Object.fromEntries(
  Object.entries(initHead(spec, random)).map(([name, { shape, data }]) => [
    name,
    { shape, data: normals(data.length) },
  ]),
);
const batch: StateBatch = {
  rows: n,
  k,
  states: normals(n * d),
  progress: Float32Array.of(0, 0.5, 0.9),
  candidates: Int32Array.from({ length: n * k }, () => random.int(vocab)),
  reference: new Float32Array(n * k).fill(-Math.log(k)),
};

/** A net of the head by plain loops, on one standardised input. */
function netByHand(net: 'g' | 'v', input: number[]): number[] {
  let x = input;
  for (let layer = 0; layer <= spec.hidden.length; layer++) {
    const { shape, data } = head[`${net}.${layer}.weight`];
    const bias = head[`${net}.${layer}.bias`].data;
    const y = Array.from(bias, (b, j) =>
      x.reduce((sum, value, i) => sum + value * data[i * shape[1] + j], b),
    );
    x = layer < spec.hidden.length ? y.map((value) => Math.max(0, value)) : y;
  }
  return x;
}

function standardised(row: number): number[] {
  const { data: mean } = head['input.mean'];
  const { data: scale } = head['input.scale'];
  return Array.from({ length: d }, (_, i) => (batch.states[row * d + i] - mean[i]) * scale[i]);
}

function advantagesByHand(row: number): number[] {
  const g = netByHand('g', standardised(row));
  const raw = Array.from({ length: k }, (_, j) => {
    const id = batch.candidates[row * k + j];
    return g.reduce((sum, value, i) => sum + value * rows[id * d + i] * spec.rowScale, 0);
  });
  const mean = raw.reduce((sum, value) => sum + value, 0) / k;
  return raw.map((value) => value - mean);
}

let runtime: HeadRuntime;
beforeAll(async () => {
  runtime = await HeadRuntime.create(head, spec, loadedRows(rows));
});
afterAll(() => runtime.release());

describe('HeadRuntime', () => {
  it('gives the advantages of a plain computation', async () => {
    const advantages = await runtime.advantages(batch);
    const expected = [0, 1, 2].flatMap(advantagesByHand);
    expect([...advantages]).toEqual(expected.map((value) => expect.closeTo(value, 3)));
  });

  it('gives the values of a plain computation', async () => {
    const values = await runtime.values(batch.states, batch.progress);
    const expected = [0, 1, 2].map((row) => netByHand('v', [...standardised(row), batch.progress[row]])[0]);
    expect([...values]).toEqual(expected.map((value) => expect.closeTo(value, 3)));
  });

  it('reads only the rows of a batch whose arrays are longer', async () => {
    const first = await runtime.advantages({ ...batch, rows: 1 });
    expect([...first]).toEqual([...(await runtime.advantages(batch)).subarray(0, k)]);
  });

  it('loads the rows of the candidates before it reads them', async () => {
    const source = loadedRows(shared(new Float32Array(vocab * d)));
    const asked: number[][] = [];
    const load = async (actions: ArrayLike<number>) => {
      asked.push(Array.from(actions));
      for (const action of Array.from(actions)) {
        source.data.set(rows.subarray(action * d, (action + 1) * d), action * d);
      }
    };
    const lazy = await HeadRuntime.create(head, spec, { data: source.data, load });
    expect(await lazy.advantages({ ...batch, rows: 2 })).toEqual(
      (await runtime.advantages(batch)).subarray(0, 2 * k),
    );
    expect(asked).toEqual([[...batch.candidates.subarray(0, 2 * k)]]);
    await lazy.release();
  });

  it('is zero for a new head', async () => {
    const fresh = await HeadRuntime.create(initHead(spec, random), spec, loadedRows(rows));
    expect((await fresh.advantages(batch)).every((advantage) => advantage === 0)).toBe(true);
    expect([...(await fresh.values(batch.states, batch.progress))]).toEqual([0, 0, 0]);
    await fresh.release();
  });
});

describe('createActor', () => {
  it('guides by the advantages of each state', async () => {
    const p = await createActor(runtime, { type: 'guided', beta: 2 }).probabilities(batch);
    for (let row = 0; row < n; row++) {
      const weights = advantagesByHand(row).map((advantage) => Math.exp(2 * advantage));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      expect([...p.subarray(row * k, (row + 1) * k)]).toEqual(
        weights.map((weight) => expect.closeTo(weight / total, 3)),
      );
    }
  });

  it('needs no head to follow the base policy, and one for the rest', async () => {
    const p = await createActor(undefined, { type: 'reference' }).probabilities(batch);
    for (const probability of p) expect(probability).toBeCloseTo(1 / k, 6);
    expect(() => createActor(undefined, { type: 'greedy' })).toThrow('needs a head');
  });
});
