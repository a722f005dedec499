import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { env } from '@huggingface/transformers';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { InputError, Interrupted } from '../../../src/common/index.js';
import { type DatasetOptions, datasetFiles } from '../../../src/data/datasets/datasetFiles.js';
import { datasetName } from '../../../src/data/datasets/datasetName.js';
import { loadPreferences } from '../../../src/data/index.js';
import { HubServer, startAfresh } from '../../hub/hubServer.js';
import { temporaryDirectories } from '../../lm/temporary.js';

const directory = temporaryDirectories();
const TOKEN = 'hf_test';

const pair = (id: string) => ({ prompt: 'a', chosen: `b${id}`, rejected: 'c' });
const jsonl = (id: string) => `${JSON.stringify(pair(id))}\n`;
const parquet = (id: string) => {
  const columnData = Object.entries(pair(id)).map(([name, value]) => ({
    name,
    data: Array(50).fill(value),
    type: 'STRING' as const,
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData }));
};

describe('a dataset on the hub', () => {
  const { remoteHost, cacheDir } = env;
  const root = directory();
  const hub = new HubServer(root);
  let cache = '';

  const put = (path: string, contents: string | Uint8Array) => {
    const file = join(root, 'datasets', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, contents);
  };
  const files = async (source: string, options: DatasetOptions = {}) => {
    const name = datasetName(source);
    if (!name) throw new Error(`${source} names a file`);
    return (await datasetFiles(name, options, 1)).map((file) => file.name);
  };
  const cached = (path: string) => join(cache, 'datasets/owner', path);
  const shard = (split: string, n: number) => `data/${split}-0000${n}-of-00002.parquet`;

  beforeAll(async () => {
    for (const n of [0, 1]) put(`owner/set/${shard('train', n)}`, parquet(`${n}`));
    put(`owner/set/${shard('test', 0)}`, parquet('t'));
    put('owner/set/README.md', '# A set');
    put('owner/set@v2/train.jsonl', jsonl('v2'));
    put('owner/set@refs/convert/parquet/default/train/0000.parquet', parquet('copy'));
    put('owner/folders/harmless/train.jsonl.gz', gzipSync(jsonl('harmless')));
    put('owner/folders/helpful/train.jsonl.gz', gzipSync(jsonl('helpful')));
    put('owner/folders/helpful/test.jsonl.gz', gzipSync(jsonl('test')));
    put('owner/script/set.py', 'pass');
    put('owner/secret/train.csv', 'prompt,chosen,rejected\na,b,c\n');
    put('owner/gated/train.csv', 'prompt,chosen,rejected\na,b,c\n');
    put('owner/other/data.csv', 'question,answer\na,b\n');
    hub.private.set('datasets/owner/secret', TOKEN);
    hub.gated.add('datasets/owner/gated');
    await hub.start();
    env.remoteHost = hub.address;
  });

  beforeEach(() => {
    cache = directory();
    startAfresh(hub, cache);
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    env.remoteHost = hub.address;
  });

  afterAll(() => {
    Object.assign(env, { remoteHost, cacheDir });
    hub.stop();
  });

  it('is read split by split, from the cache the second time', async () => {
    const { pairs } = await loadPreferences('owner/set');
    expect(pairs).toHaveLength(100);
    expect(pairs[99]).toEqual({
      ...{ prompt: 'a', chosen: 'b1', rejected: 'c', row: {}, line: 50 },
      file: `owner/set/${shard('train', 1)}`,
    });
    expect(hub.requests.every(({ path }) => !path.endsWith(shard('test', 0)))).toBe(true);
    hub.reset();
    expect((await loadPreferences('owner/set')).pairs).toEqual(pairs);
    expect(hub.requests).toEqual([]);
    expect((await loadPreferences('owner/set', { split: 'test' })).pairs).toHaveLength(50);
    expect(hub.requests.map(({ server, path }) => [server, path.includes('test')])).toEqual([
      ['hub', true],
      ['storage', true],
    ]);
  });

  it('is kept beside the models, below datasets/', async () => {
    await files('owner/set');
    await files('hf://datasets/owner/set@v2');
    expect(readdirSync(cached('set')).sort()).toEqual(['.files.json', 'data', 'v2']);
    expect(readFileSync(cached('set/v2/train.jsonl'), 'utf8')).toBe(jsonl('v2'));
  });

  it('may be named with a revision, a folder or a file', async () => {
    expect(await files('hf://datasets/owner/set@v2')).toEqual(['owner/set/train.jsonl']);
    expect(await files('hf://datasets/owner/set@refs/convert/parquet')).toEqual([
      'owner/set/default/train/0000.parquet',
    ]);
    expect(await files('owner/folders')).toEqual([
      'owner/folders/harmless/train.jsonl.gz',
      'owner/folders/helpful/train.jsonl.gz',
    ]);
    expect(await files('hf://datasets/owner/folders/helpful', { split: 'test' })).toEqual([
      'owner/folders/helpful/test.jsonl.gz',
    ]);
    hub.reset();
    expect(await files(`hf://datasets/owner/set/${shard('test', 0)}`)).toEqual([
      `owner/set/${shard('test', 0)}`,
    ]);
    expect(hub.requests.some(({ path }) => path.startsWith('api/'))).toBe(false);
    const { pairs } = await loadPreferences('hf://datasets/owner/folders/helpful');
    expect(pairs).toMatchObject([
      { chosen: 'bhelpful', file: 'owner/folders/helpful/train.jsonl.gz', line: 1 },
    ]);
  });

  it('is listed page by page', async () => {
    hub.pageSize = 2;
    expect(await files('owner/set')).toHaveLength(2);
    expect(hub.requests.filter(({ path }) => path.startsWith('api/'))).toHaveLength(3);
  });

  it('tells of its progress', async () => {
    const seen: string[] = [];
    await files('owner/set', {
      onDownload: ({ file, loaded, total }) => {
        if (loaded === total) seen.push(file);
      },
    });
    expect([...new Set(seen)]).toEqual([shard('train', 0), shard('train', 1)]);
  });

  it('goes on where a download or a list broke off', async () => {
    hub.faults.set('tree', [{ hangUpAfter: 10 }, { status: 503 }]);
    hub.faults.set(shard('train', 0), [{ hangUpAfter: 100 }]);
    await files('owner/set');
    expect(hub.gets(shard('train', 0)).map(({ range }) => range)).toEqual([undefined, 'bytes=100-']);
    expect(readFileSync(cached(`set/${shard('train', 0)}`))).toEqual(Buffer.from(parquet('0')));
  });

  it('says so when a download or a list breaks off for good', async () => {
    hub.faults.set(shard('train', 0), Array(4).fill({ hangUpAfter: 10 }));
    const run = files('owner/set');
    await expect(run).rejects.toBeInstanceOf(InputError);
    await expect(run).rejects.toThrow(
      /parquet: the download broke off after 40 of \d+ bytes .* goes on from there$/,
    );
    rmSync(cached('set'), { recursive: true });
    hub.faults.set('tree', Array(4).fill({ hangUpAfter: 10 }));
    await expect(files('owner/set')).rejects.toThrow(
      /recursive=true: the answer broke off \(.*\): try again$/,
    );
    hub.faults.set('tree', Array(4).fill({ status: 500 }));
    await expect(files('owner/set')).rejects.toThrow(
      /recursive=true answers with HTTP 500: try again later$/,
    );
    hub.faults.set('tree', [{ endAfter: 10 }]);
    await expect(files('owner/set')).rejects.toThrow('answers with something else than a list of files');
    expect(existsSync(cached('set'))).toBe(false);
  });

  it('is refused when its bytes are altered', async () => {
    hub.faults.set(shard('train', 0), [{ altered: true }]);
    await expect(files('owner/set')).rejects.toThrow(/came with the SHA-256 .* so it was thrown away/);
  });

  it('is interrupted by a signal', async () => {
    await expect(files('owner/set', { signal: AbortSignal.abort() })).rejects.toThrow(Interrupted);
  });

  it('works offline from the cache alone', async () => {
    await files('owner/set');
    hub.reset();
    vi.stubEnv('HF_HUB_OFFLINE', '1');
    expect(await files('owner/set')).toHaveLength(2);
    await expect(files('owner/set', { split: 'test' })).rejects.toThrow(
      `owner/set has no ${shard('test', 0)} in ${cached('set')}, and HF_HUB_OFFLINE forbids downloads: allow them, or ` +
        'name a file on this machine',
    );
    await expect(files('owner/set', { split: 'dev' })).rejects.toThrow('has no split dev on the hub');
    await expect(files('owner/folders')).rejects.toThrow(
      `owner/folders has no list of its files in ${cached('folders')}, and HF_HUB_OFFLINE forbids downloads`,
    );
    expect(hub.requests).toEqual([]);
  });

  it('is asked for new files where the list in the cache does not help', async () => {
    put('owner/growing/train.jsonl', jsonl('old'));
    await files('owner/growing');
    put('owner/growing/test.jsonl', jsonl('new'));
    expect(await files('owner/growing', { split: 'test' })).toEqual(['owner/growing/test.jsonl']);
    writeFileSync(cached('growing/.files.json'), '{');
    expect(await files('owner/growing')).toEqual(['owner/growing/train.jsonl']);
  });

  it('is read from a cache that cannot be written', async () => {
    cpSync(join(root, 'datasets/owner/set'), cached('set'), { recursive: true });
    mkdirSync(cached('set/.files.json'));
    expect(await files('owner/set')).toHaveLength(2);
  });

  it('wants a token where it is private', async () => {
    await expect(files('owner/secret')).rejects.toThrow(
      /refuses owner\/secret \(HTTP 401\): the dataset does not exist, is private or is gated; .* set HF_TOKEN/,
    );
    vi.stubEnv('HF_TOKEN', TOKEN);
    expect(await files('owner/secret')).toEqual(['owner/secret/train.csv']);
    expect(new Set(hub.requests.slice(1).map(({ authorization }) => authorization))).toEqual(
      new Set([`Bearer ${TOKEN}`]),
    );
  });

  it('says where to accept its terms where it is gated', async () => {
    await expect(files('owner/gated')).rejects.toThrow(
      `refuses owner/gated (HTTP 403): the dataset is gated; accept its terms on ${hub.address}/datasets/owner/gated, then`,
    );
  });

  it.each([
    [
      'owner/nothing',
      {},
      /^there is no dataset owner\/nothing on 127\.0\.0\.1:\d+: check the name, or name a file on/,
    ],
    [
      'hf://datasets/owner/set@v9',
      {},
      /^there is no dataset owner\/set at revision v9 on 127\.0\.0\.1:\d+: check/,
    ],
    [
      'hf://datasets/owner/set/x.csv',
      {},
      /^owner\/set has no x\.csv on 127\.0\.0\.1:\d+: check the name of the file$/,
    ],
    [
      'owner/set',
      { split: 'dev' },
      /^owner\/set has no split dev on the hub: choose one that is there \(test, train\)$/,
    ],
    [
      'hf://datasets/owner/set/x',
      {},
      /^owner\/set\/x has no \.parquet, .* file on the hub \(its files: none\): try/,
    ],
    [
      'owner/script',
      {},
      /^owner\/script has no \.parquet, \.jsonl, \.json, \.csv file on the hub \(its files: set\.py\): try hf:\/\/datasets\/owner\/script@refs\/convert\/parquet/,
    ],
  ])('is refused: %s %j', async (source, options, message) => {
    const run = files(source, options);
    await expect(run).rejects.toThrow(message);
    await expect(run).rejects.toBeInstanceOf(InputError);
  });

  it('names the columns of one that holds no preferences', async () => {
    await expect(loadPreferences('owner/other')).rejects.toThrow(
      "owner/other has the columns question, answer: preferences have 'chosen' and 'rejected'",
    );
  });

  it('is not asked for where a file of that name is there, and has no file’s split', async () => {
    const file = join(cache, 'set.jsonl');
    writeFileSync(file, jsonl('here'));
    expect((await loadPreferences(file)).pairs).toMatchObject([{ chosen: 'bhere' }]);
    await expect(loadPreferences(file, { split: 'train' })).rejects.toThrow(
      `${file} is a file and has no split train: leave out the split`,
    );
    await expect(
      loadPreferences('hf://datasets/owner/set@v2/train.jsonl', { split: 'test' }),
    ).rejects.toThrow('is a file and has no split test');
    expect(hub.requests).toEqual([]);
  });
});
