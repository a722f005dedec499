import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { encodeHead, initHead, readHead } from '../../../src/agent/index.js';
import { InputError, randomStream, writeSafetensors } from '../../../src/common/index.js';
import { tiedSpec } from '../specs.js';
import { learnerOptions } from '../worlds.js';

const directory = mkdtempSync(join(tmpdir(), 'tokenq-head-'));
afterAll(() => rmSync(directory, { recursive: true }));

const spec = tiedSpec(3, [4], {}, 0.123456789);

it.each([
  ['tied', spec],
  [
    'dense, with convolutions, quantiles and two critics',
    learnerOptions(
      { head: { conv: [{ filters: 2, size: 2 }] }, twin: true, critic: { type: 'quantile', kappa: 0.5 } },
      {},
      { tokens: false, stateSize: 12, actionSize: 3, observationShape: [3, 2, 2] },
    ).spec,
  ],
  [
    'with bins and not centred',
    learnerOptions({ target: { type: 'ilql' }, critic: { type: 'hl-gauss', min: -3, max: 2.5 } }).spec,
  ],
])('keeps a head and its spec exactly: %s', (_, made) => {
  const path = join(directory, 'head.safetensors');
  const tensors = initHead(made, randomStream(1, 'head'));
  writeFileSync(path, encodeHead(tensors, made));
  expect(readHead(path)).toEqual({ tensors, spec: made });
});

it('refuses a spec with a part that is missing or unknown', () => {
  const path = join(directory, 'spec.safetensors');
  const { twin, ...less } = spec;
  for (const other of [less, { ...spec, twin, layers: 3 }]) {
    writeFileSync(path, writeSafetensors({}, { format: 'tokenq-head', spec: JSON.stringify(other) }));
    expect(() => readHead(path)).toThrow(InputError);
  }
});

it('refuses files that hold something else', () => {
  const path = join(directory, 'other.safetensors');
  writeFileSync(path, writeSafetensors({}));
  expect(() => readHead(path)).toThrow(InputError);
  expect(() => readHead(join(directory, 'missing.safetensors'))).toThrow('is missing');
});
