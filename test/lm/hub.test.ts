import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { env } from '@huggingface/transformers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { InputError } from '../../src/common/index.js';
import { openLm } from '../../src/lm/index.js';
import { writeTinyLm } from '../fixtures/lm/tinyLm.js';
import { temporaryDirectories } from './temporary.js';

const directory = temporaryDirectories();
const TOKEN = 'hf_test';

/** A hub with the models of `root`: `owner/private` wants a token, `owner/broken` fails. */
function startHub(root: string, requests: string[]): Promise<Server> {
  const server = createServer((request, response) => {
    const url = request.url ?? '';
    requests.push(`${request.method} ${url}`);
    const answer = (status: number, body?: Uint8Array) => {
      response.writeHead(status).end(request.method === 'HEAD' ? undefined : body);
    };
    const [, id, name] = /^\/(.+?)\/resolve\/main\/(.+)$/.exec(url) ?? [];
    if (id === 'owner/private' && request.headers.authorization !== `Bearer ${TOKEN}`) return answer(401);
    if (id === 'owner/broken') return answer(503);
    const path = join(root, id ?? '', name ?? '');
    if (id === undefined || !existsSync(path)) return answer(404);
    answer(200, readFileSync(path));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

function addressOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}

describe('openLm with a hub id', () => {
  const requests: string[] = [];
  const { remoteHost, cacheDir } = env;
  let hub: Server;
  let cache = '';

  beforeAll(async () => {
    const root = directory();
    for (const name of ['tiny', 'private']) writeTinyLm(join(root, 'owner', name));
    writeTinyLm(join(root, 'owner', 'split'), { file: 'model_q4.onnx', external: 'model_q4.onnx_data' });
    writeTinyLm(join(root, 'owner', 'escaping'), { external: '../../data' });
    writeTinyLm(join(root, 'owner', 'bare'), { file: 'other.onnx' });
    hub = await startHub(root, requests);
    env.remoteHost = addressOf(hub);
  });

  beforeEach(() => {
    cache = directory();
    env.cacheDir = cache;
    requests.length = 0;
    vi.stubEnv('HF_TOKEN', undefined);
    vi.stubEnv('HF_ACCESS_TOKEN', undefined);
    vi.stubEnv('HF_ENDPOINT', undefined);
  });

  afterEach(() => {
    vi.unstubAllEnvs();
  });

  afterAll(() => {
    Object.assign(env, { remoteHost, cacheDir });
    hub.close();
  });

  it("downloads the model into transformers.js's cache, once", async () => {
    const lm = await openLm('owner/tiny', { threads: 1 });
    expect(lm.info).toMatchObject({ id: 'owner/tiny', directory: join(cache, 'owner/tiny'), vocabSize: 64 });
    expect(lm.tokenizer.encode('w5')).toEqual([5]);
    await lm.close();
    expect(readdirSync(join(cache, 'owner/tiny')).sort()).toEqual([
      'config.json',
      'onnx',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    expect(readdirSync(join(cache, 'owner/tiny/onnx'))).toEqual(['model.onnx']);
    requests.length = 0;
    await (await openLm('owner/tiny', { threads: 1 })).close();
    expect(
      requests.filter((request) => request.includes('.onnx') || request.includes('/config.json')),
    ).toEqual([]);
  });

  it('takes the best dtype there, with the weights beside it', async () => {
    const lm = await openLm('owner/split', { threads: 1 });
    expect(lm.info.modelFile).toBe(join(cache, 'owner/split/onnx/model_q4.onnx'));
    expect(readdirSync(join(cache, 'owner/split/onnx')).sort()).toEqual([
      'model_q4.onnx',
      'model_q4.onnx_data',
    ]);
    await lm.close();
  });

  it('lists the dtypes there when the one asked for is not', async () => {
    await expect(openLm('owner/split', { dtype: 'fp16' })).rejects.toThrow(
      'owner/split has no onnx/model_fp16.onnx on the hub: choose a dtype that is there (q4)',
    );
  });

  it('works from the cache without the hub', async () => {
    await (await openLm('owner/tiny', { threads: 1 })).close();
    env.remoteHost = 'http://127.0.0.1:1';
    try {
      await (await openLm('owner/tiny', { threads: 1 })).close();
      await expect(openLm('owner/split')).rejects.toThrow(
        'owner/split cannot be downloaded: 127.0.0.1:1 cannot be reached (',
      );
    } finally {
      env.remoteHost = addressOf(hub);
    }
  });

  it('sends HF_TOKEN, and says so when the hub refuses', async () => {
    await expect(openLm('owner/private')).rejects.toThrow(
      /refuses owner\/private \(HTTP 401\): .* set HF_TOKEN to a token that may read it$/,
    );
    vi.stubEnv('HF_TOKEN', TOKEN);
    const lm = await openLm('owner/private', { threads: 1 });
    await lm.close();
  });

  it('asks HF_ENDPOINT', async () => {
    const host = env.remoteHost;
    env.remoteHost = remoteHost;
    vi.stubEnv('HF_ENDPOINT', host);
    try {
      await (await openLm('owner/tiny', { threads: 1 })).close();
      expect(requests).toContain('GET /owner/tiny/resolve/main/config.json');
    } finally {
      env.remoteHost = host;
    }
  });

  it.each([
    [
      'owner/nothing',
      /^owner\/nothing has no config\.json on 127\.0\.0\.1:\d+: check the name of the model$/,
    ],
    [
      'owner/bare',
      /^owner\/bare has no onnx\/model\*\.onnx on the hub: take a model exported for transformers\.js$/,
    ],
    ['owner/broken', /^http:.*config\.json answers with HTTP 503: try again later$/],
    [
      'owner/escaping',
      /^owner\/escaping: onnx\/model\.onnx keeps weights outside of its folder, in \.\.\/\.\.\/data/,
    ],
    ['not a model', /^not a model is neither a directory on this machine nor a hub id such as owner\/name$/],
    ['a/b/c', /^a\/b\/c is neither a directory on this machine nor a hub id/],
  ])('refuses %s', async (id, message) => {
    const run = openLm(id);
    await expect(run).rejects.toThrow(message);
    await expect(run).rejects.toBeInstanceOf(InputError);
  });
});
