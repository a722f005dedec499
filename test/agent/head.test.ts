import { expect, it } from 'vitest';
import { initHead } from '../../src/agent/index.js';
import { randomStream } from '../../src/common/index.js';

const spec = { stateSize: 100, hidden: [80, 60], rowScale: 1 };

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

it('gives the same head for the same stream', () => {
  expect(initHead(spec, randomStream(1, 'head'))).toEqual(initHead(spec, randomStream(1, 'head')));
  expect(initHead(spec, randomStream(1, 'head'))).not.toEqual(initHead(spec, randomStream(2, 'head')));
});
