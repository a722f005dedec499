import { expect, it } from 'vitest';
import { loadBackend } from '../../../src/agent/compute/backend.js';
import { Net } from '../../../src/agent/learner/net.js';
import { TargetNetwork } from '../../../src/agent/learner/targetNetwork.js';
import type { HeadTensors } from '../../../src/agent/types.js';
import { tiedSpec } from '../specs.js';

const spec = tiedSpec(1, []);

/** Nets whose weights are all one number. */
function headOf(value: number): HeadTensors {
  const tensor = (...shape: number[]) => ({
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b)).fill(value),
  });
  return {
    'g.0.weight': tensor(1, 1),
    'g.0.bias': tensor(1),
    'v.0.weight': tensor(2, 1),
    'v.0.bias': tensor(1),
  };
}

/** The weights of a target network that starts at 0, after each update, while the nets it follows stay at 1. */
async function following(
  config: ConstructorParameters<typeof TargetNetwork>[1],
  updates: number,
): Promise<number[]> {
  const { tf } = await loadBackend('wasm');
  const [g, v] = [new Net(tf, 'g', spec, headOf(1)), new Net(tf, 'v', spec, headOf(1))];
  const target = new TargetNetwork(tf, config, {
    g: new Net(tf, 'g', spec, headOf(0)),
    v: new Net(tf, 'v', spec, headOf(0)),
  });
  const seen: number[] = [];
  for (let i = 1; i <= updates; i++) {
    target.follow({ g, v }, i);
    const values = new Set(Object.values(await target.read()).flatMap(({ data }) => [...data]));
    expect(values.size).toBe(1);
    seen.push(...values);
  }
  for (const part of [g, v, target]) part.dispose();
  return seen;
}

it('copies every so many updates', async () => {
  expect(await following({ type: 'hard', every: 3 }, 4)).toEqual([0, 0, 1, 1]);
});

it('moves a share of the way at each update', async () => {
  const seen = await following({ type: 'polyak', rate: 0.5 }, 3);
  expect(seen).toEqual([0.5, 0.75, 0.875]);
});
