import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { encodeHead, initHead, readHead, writeSafetensors } from '../../src/agent/index.js';
import { InputError, randomStream } from '../../src/common/index.js';

const directory = mkdtempSync(join(tmpdir(), 'tokenq-head-'));
afterAll(() => rmSync(directory, { recursive: true }));

const spec = { stateSize: 3, hidden: [4], rowScale: 0.123456789 };

it('keeps a head and its spec exactly', () => {
  const path = join(directory, 'head.safetensors');
  const tensors = initHead(spec, randomStream(1, 'head'));
  writeFileSync(path, encodeHead(tensors, spec));
  expect(readHead(path)).toEqual({ tensors, spec });
});

it('refuses files that hold something else', () => {
  const path = join(directory, 'other.safetensors');
  writeFileSync(path, writeSafetensors({}));
  expect(() => readHead(path)).toThrow(InputError);
  expect(() => readHead(join(directory, 'missing.safetensors'))).toThrow('is missing');
});
