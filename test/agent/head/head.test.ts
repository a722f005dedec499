import { expect, it } from 'vitest';
import { checkHead } from '../../../src/agent/head/head.js';
import { initHead } from '../../../src/agent/index.js';
import { randomStream } from '../../../src/common/index.js';
import { tiedSpec } from '../specs.js';
import { learnerOptions } from '../worlds.js';

const spec = tiedSpec(100, [80, 60]);

it('starts hidden layers as He et al. propose and the last ones at zero', () => {
  const head = initHead(spec, randomStream(1, 'head'));
  expect(Object.fromEntries(Object.entries(head).map(([name, { shape }]) => [name, shape]))).toEqual({
    'input.mean': [100],
    'input.scale': [100],
    'g.0.weight': [100, 80],
    'g.0.bias': [80],
    'g.1.weight': [80, 60],
    'g.1.bias': [60],
    'g.2.weight': [60, 100],
    'g.2.bias': [100],
    'v.0.weight': [101, 80],
    'v.0.bias': [80],
    'v.1.weight': [80, 60],
    'v.1.bias': [60],
    'v.2.weight': [60, 1],
    'v.2.bias': [1],
  });
  for (const { shape, data } of Object.values(head)) expect(data.length).toBe(shape.reduce((a, b) => a * b));
  const { data } = head['g.1.weight'];
  const variance = data.reduce((sum, w) => sum + w * w, 0) / data.length;
  expect(Math.abs(variance * 80 - 2)).toBeLessThan(0.2);
  for (const zero of ['g.2.weight', 'g.2.bias', 'v.2.weight', 'v.0.bias']) {
    expect(head[zero].data.every((w) => w === 0)).toBe(true);
  }
});

it('has two critics where they are asked for, which start apart', () => {
  const twin = tiedSpec(4, [3], { twin: true, critic: { type: 'quantile', quantiles: 5 } });
  const head = initHead(twin, randomStream(1, 'head'));
  expect(Object.keys(head).filter((name) => name.endsWith('.0.weight'))).toEqual([
    'g.0.weight',
    'v.0.weight',
    'g2.0.weight',
    'v2.0.weight',
  ]);
  expect(head['v2.1.weight'].shape).toEqual([3, 5]);
  expect(head['v2.0.weight'].shape).toEqual([5, 3]);
  expect(head['g2.0.weight'].data).not.toEqual(head['g.0.weight'].data);
  const { 'v2.0.bias': _, ...less } = head;
  expect(() => checkHead(twin, less)).toThrow("the head's v2.0.bias should be [3] but is missing");
  expect(() => checkHead(twin, head)).not.toThrow();
});

it('starts kernels as the layers, by the pixels that each reads', () => {
  const space = { tokens: false, stateSize: 300, actionSize: 2, observationShape: [10, 10, 3] };
  const image = learnerOptions({ head: { conv: [{ filters: 64, size: 5 }] } }, {}, space).spec;
  const { data } = initHead(image, randomStream(1, 'head'))['g.conv.0.weight'];
  const variance = data.reduce((sum, w) => sum + w * w, 0) / data.length;
  expect(Math.abs(variance * 75 - 2)).toBeLessThan(0.1);
});

it('gives the same head for the same stream', () => {
  expect(initHead(spec, randomStream(1, 'head'))).toEqual(initHead(spec, randomStream(1, 'head')));
  expect(initHead(spec, randomStream(1, 'head'))).not.toEqual(initHead(spec, randomStream(2, 'head')));
});
