import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { env } from '@huggingface/transformers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { InputError, Interrupted } from '../../src/common/index.js';
import { downloadModel } from '../../src/lm/hub.js';
import type { DownloadProgress, OpenLmOptions } from '../../src/lm/types.js';
import { writeTinyLm } from '../fixtures/lm/tinyLm.js';
import { temporaryDirectories } from '../lm/temporary.js';
import { digest, HubServer, startAfresh } from './hubServer.js';

const directory = temporaryDirectories();
const MODEL = 'onnx/model.onnx';

describe('a download', () => {
  const { remoteHost, cacheDir } = env;
  const root = directory();
  const hub = new HubServer(root);
  let original: Buffer;
  let cache = '';

  const download = (options: OpenLmOptions = {}) => downloadModel('owner/tiny', options, 1);
  const path = (name: string) => join(cache, 'owner/tiny', name);
  const model = () => readFileSync(path(MODEL));
  const partials = () => readdirSync(path('onnx')).filter((name) => name.endsWith('.incomplete'));
  const ranges = (name = MODEL) => hub.gets(name).map(({ range }) => range);
  /** The model's file as a download that was cut off leaves it. */
  const leavePartial = async (bytes: number) => {
    hub.faults.set(MODEL, [{ hangUpAfter: bytes }, ...Array(3).fill({ status: 503 })]);
    await expect(download()).rejects.toThrow('HTTP 503');
    hub.reset();
  };

  beforeAll(async () => {
    writeTinyLm(join(root, 'owner/tiny'));
    original = readFileSync(join(root, 'owner/tiny', MODEL));
    await hub.start();
    env.remoteHost = hub.address;
  });

  beforeEach(() => {
    cache = directory();
    startAfresh(hub, cache);
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    // Other tests put other bytes there.
    writeFileSync(join(root, 'owner/tiny', MODEL), original);
  });

  afterAll(() => {
    Object.assign(env, { remoteHost, cacheDir });
    hub.stop();
  });

  it('goes on where the server hung up', async () => {
    hub.faults.set(MODEL, [{ hangUpAfter: 1000 }, { hangUpAfter: 500 }]);
    await download();
    expect(ranges()).toEqual([undefined, 'bytes=1000-', 'bytes=1500-']);
    expect(model()).toEqual(original);
    expect(partials()).toEqual([]);
  });

  it('goes on where the answer ended too early', async () => {
    hub.faults.set(MODEL, [{ endAfter: 1000 }]);
    await download();
    expect(ranges()).toEqual([undefined, 'bytes=1000-']);
    expect(model()).toEqual(original);
  });

  it('keeps what has arrived for the next run when it gives up', async () => {
    hub.faults.set(
      MODEL,
      [1000, 10, 10, 10].map((hangUpAfter) => ({ hangUpAfter })),
    );
    const run = download();
    await expect(run).rejects.toThrow(
      new RegExp(
        `model\\.onnx: the download broke off after 1030 of ${original.length} bytes \\(.+\\): ` +
          'try again, and it goes on from there$',
      ),
    );
    await expect(run).rejects.toBeInstanceOf(InputError);
    expect(existsSync(path(MODEL))).toBe(false);
    expect(partials()).toHaveLength(1);
    hub.reset();
    await download();
    expect(ranges()).toEqual(['bytes=1030-']);
    expect(model()).toEqual(original);
  });

  it('starts anew where the server sends no parts', async () => {
    await leavePartial(1000);
    hub.faults.set(MODEL, [{ noRange: true }]);
    await download();
    expect(ranges()).toEqual(['bytes=1000-']);
    expect(model()).toEqual(original);
    expect(partials()).toEqual([]);
  });

  it('starts anew where the file has changed on the hub', async () => {
    await leavePartial(1000);
    const changed = Buffer.concat([original, Buffer.from([0x0a, 0])]);
    writeFileSync(join(root, 'owner/tiny', MODEL), changed);
    await download();
    expect(ranges()).toEqual(['bytes=1000-', undefined]);
    expect(model()).toEqual(changed);
    expect(partials()).toEqual([]);
  });

  it('starts anew where no ETag tells the version', async () => {
    hub.etags = false;
    hub.faults.set(MODEL, [{ hangUpAfter: 1000 }]);
    await download();
    expect(ranges()).toEqual([undefined, undefined]);
    expect(model()).toEqual(original);
    expect(partials()).toEqual([]);
  });

  it('only checks a file that was complete but for its name', async () => {
    await leavePartial(1000);
    writeFileSync(join(path('onnx'), partials()[0]), original);
    await download();
    expect(ranges()).toEqual([`bytes=${original.length}-`]);
    expect(model()).toEqual(original);
  });

  it('starts anew where there is more than the whole file', async () => {
    await leavePartial(1000);
    truncateSync(join(path('onnx'), partials()[0]), original.length + 5);
    await download();
    expect(ranges()).toEqual([`bytes=${original.length + 5}-`, undefined]);
    expect(model()).toEqual(original);
  });

  it.each([
    ['whole', 0],
    ['continued', 1000],
  ])('throws a %s file with a wrong checksum away', async (_, before) => {
    if (before > 0) await leavePartial(before);
    hub.faults.set(MODEL, [{ altered: true }]);
    const altered = Buffer.from(original);
    altered[before] ^= 0xff;
    const run = download();
    await expect(run).rejects.toThrow(
      `model.onnx came with the SHA-256 ${digest('sha256', altered)}, but has ${digest('sha256', original)} on the hub`,
    );
    await expect(run).rejects.toBeInstanceOf(InputError);
    expect(ranges()).toHaveLength(1);
    expect(readdirSync(path('onnx'))).toEqual([]);
    await download();
    expect(model()).toEqual(original);
  });

  it('waits for a busy hub', async () => {
    hub.faults.set('config.json', [{ status: 503 }, { status: 429 }, { status: 500 }]);
    await download();
    expect(hub.gets('config.json')).toHaveLength(4);
    expect(model()).toEqual(original);
  });

  it('asks the hub again when the storage refuses', async () => {
    hub.faults.set(MODEL, [{ status: 403 }, { status: 404 }]);
    await download();
    expect(model()).toEqual(original);
  });

  it('gives up on a hub that stays busy', async () => {
    hub.faults.set('config.json', Array(9).fill({ status: 503 }));
    await expect(download()).rejects.toThrow(/config\.json answers with HTTP 503: try again later$/);
    expect(hub.gets('config.json')).toHaveLength(4);
  });

  it('does not ask again where the answer will not change', async () => {
    hub.faults.set('config.json', [{ status: 403, code: 'GatedRepo' }]);
    await expect(download()).rejects.toThrow(
      `refuses owner/tiny (HTTP 403): the model is gated; accept its terms on ${hub.address}/owner/tiny, then set HF_TOKEN`,
    );
    expect(hub.gets('config.json')).toHaveLength(1);
    hub.faults.set('config.json', [{ status: 404, code: 'RevisionNotFound' }]);
    await expect(download()).rejects.toThrow('owner/tiny has no revision main on 127.0.0.1');
  });

  it('reports each file up to its size, and never less than before', async () => {
    const seen = new Map<string, DownloadProgress[]>();
    const onDownload = (progress: DownloadProgress) => {
      seen.set(progress.file, [...(seen.get(progress.file) ?? []), progress]);
    };
    hub.faults.set(MODEL, [{ hangUpAfter: 1000 }, { noRange: true }]);
    await download({ onDownload });
    expect([...seen.keys()]).toEqual(['config.json', 'tokenizer.json', 'tokenizer_config.json', MODEL]);
    for (const [name, reports] of seen) {
      const total = readFileSync(join(root, 'owner/tiny', name)).length;
      const loaded = reports.map((report) => report.loaded);
      expect(loaded).toEqual([...loaded].sort((a, b) => a - b));
      expect(loaded[0]).toBe(0);
      expect(reports.at(-1)).toEqual({ file: name, loaded: total, total });
      expect(reports.map((report) => report.total)).toEqual(reports.map(() => total));
    }
    expect(seen.get(MODEL)?.map(({ loaded }) => loaded)).toContain(1000);
    seen.clear();
    await download({ onDownload });
    expect(seen.size).toBe(0);
  });

  it('is interrupted by a signal and goes on later', async () => {
    hub.faults.set(MODEL, [{ stallAfter: 1000 }]);
    const controller = new AbortController();
    const onDownload = ({ file, loaded }: DownloadProgress) => {
      if (file === MODEL && loaded === 1000) controller.abort();
    };
    await expect(download({ onDownload, signal: controller.signal })).rejects.toBeInstanceOf(Interrupted);
    await download();
    expect(ranges()).toEqual([undefined, 'bytes=1000-']);
    expect(model()).toEqual(original);
  });

  it('is made once when two want it at once', async () => {
    hub.faults.set(MODEL, [{ pause: 50 }]);
    await Promise.all([download(), download()]);
    expect(ranges()).toEqual([undefined]);
    expect(model()).toEqual(original);
    expect(readdirSync(path('.')).sort()).toEqual([
      '.no_exist',
      'config.json',
      'onnx',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
  });

  it('says so where models cannot be kept', async () => {
    mkdirSync(dirname(path('.')), { recursive: true });
    writeFileSync(join(cache, 'owner/tiny'), '');
    await expect(download()).rejects.toThrow(
      /^models cannot be kept in .*tiny \(EEXIST\): make it writable$/,
    );
  });

  describe('in another process', () => {
    const start = (): ChildProcess =>
      spawn(
        process.execPath,
        ['--import', 'tsx', 'test/fixtures/lm/downloadProcess.ts', 'owner/tiny', cache],
        { env: { ...process.env, HF_ENDPOINT: hub.address }, stdio: ['ignore', 'pipe', 'inherit'] },
      );

    it('is waited for', async () => {
      hub.faults.set(MODEL, [{ pause: 300 }]);
      const children = [start(), start()];
      const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0]));
      expect(codes).toEqual([0, 0]);
      expect(ranges()).toEqual([undefined]);
      expect(model()).toEqual(original);
      expect(partials()).toEqual([]);
    });

    it('is continued when that was killed', async () => {
      hub.faults.set(MODEL, [{ stallAfter: 1000 }]);
      const child = start();
      await vi.waitFor(() => expect(partials()).toHaveLength(1), { timeout: 30_000 });
      await vi.waitFor(() => expect(readFileSync(join(path('onnx'), partials()[0]))).toHaveLength(1000));
      child.kill('SIGKILL');
      await once(child, 'exit');
      await download();
      expect(ranges()).toEqual([undefined, 'bytes=1000-']);
      expect(model()).toEqual(original);
    });
  });
});
