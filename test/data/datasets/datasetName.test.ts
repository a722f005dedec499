import { expect, it } from 'vitest';
import { InputError } from '../../../src/common/index.js';
import { datasetName } from '../../../src/data/datasets/datasetName.js';

it.each([
  ['owner/name', 'owner/name', 'main', undefined],
  ['owner/name-v1.5_x', 'owner/name-v1.5_x', 'main', undefined],
  ['hf://datasets/owner/name', 'owner/name', 'main', undefined],
  ['hf://datasets/owner/name/', 'owner/name', 'main', undefined],
  ['hf://datasets/owner/name@v1.0', 'owner/name', 'v1.0', undefined],
  ['hf://datasets/owner/name/data/a.parquet', 'owner/name', 'main', 'data/a.parquet'],
  ['hf://datasets/owner/name/harmless-base/', 'owner/name', 'main', 'harmless-base'],
  ['hf://datasets/owner/name@v1/a.csv', 'owner/name', 'v1', 'a.csv'],
  ['hf://datasets/owner/name@refs/convert/parquet', 'owner/name', 'refs/convert/parquet', undefined],
  ['hf://datasets/owner/name@refs/pr/3/data', 'owner/name', 'refs/pr/3', 'data'],
  ['hf://datasets/owner/name@feature%2Fx/data', 'owner/name', 'feature/x', 'data'],
])('%s names a dataset', (source, id, revision, path) => {
  expect(datasetName(source)).toEqual({ id, revision, path });
});

it.each([
  ...[
    'pairs',
    'pairs.jsonl',
    'folder/pairs.jsonl',
    'folder/pairs.jsonl.gz',
    'folder/pairs.txt',
    'folder/a.parquet',
  ],
  ...['./owner/name', '/owner/name', 'a/b/c', '../name', 'owner/', 'a b/c', ''],
])('%s names a file', (source) => {
  expect(datasetName(source)).toBeUndefined();
});

it.each([
  ...['hf://owner/name', 'hf://datasets/name', 'hf://datasets/', 'hf://models/owner/name'],
  ...[
    'hf://datasets/owner/name/../../x',
    'hf://datasets/owner/name@../x',
    'hf://datasets/owner/name@a%2F..%2Fb',
  ],
  ...['hf://datasets/owner/name/a:b.csv', 'hf://datasets/../name', 'hf://datasets/o wner/name'],
])('%s is refused', (source) => {
  expect(() => datasetName(source)).toThrow(InputError);
  expect(() => datasetName(source)).toThrow(`${source} names no dataset: write hf://datasets/owner/name`);
});
