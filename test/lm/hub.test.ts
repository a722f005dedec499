import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AutoTokenizer, env } from '@huggingface/transformers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { InputError } from '../../src/common/index.js';
import { openLm } from '../../src/lm/index.js';
import type { OpenLmOptions } from '../../src/lm/types.js';
import { copySeq2Seq, MERGED, SEPARATE } from '../fixtures/lm/seq2seq.js';
import { writeTinyLm } from '../fixtures/lm/tinyLm.js';
import { HubServer, startAfresh } from '../hub/hubServer.js';
import { temporaryDirectories } from './temporary.js';

const directory = temporaryDirectories();
const TOKEN = 'hf_test';

describe('openLm with a hub id', () => {
  const { remoteHost, cacheDir } = env;
  const root = directory();
  const hub = new HubServer(root);
  let cache = '';

  const openAndClose = async (id: string, options: OpenLmOptions = {}) => {
    const lm = await openLm(id, { threads: 1, ...options });
    await lm.close();
    return lm.info;
  };

  beforeAll(async () => {
    for (const name of ['tiny', 'private']) writeTinyLm(join(root, 'owner', name));
    writeTinyLm(join(root, 'owner', 'split'), { file: 'model_q4.onnx', external: 'model_q4.onnx_data' });
    writeTinyLm(join(root, 'owner', 'escaping'), { external: '../../data' });
    copySeq2Seq('marian', join(root, 'owner', 'merged'), [...SEPARATE, ...MERGED]);
    copySeq2Seq('marian', join(root, 'owner', 'separate'), SEPARATE);
    writeTinyLm(join(root, 'owner', 'bare'), { file: 'other.onnx' });
    writeTinyLm(join(root, 'owner', 'tiny@refs/pr/1'), { contextLength: 32 });
    hub.private.set('owner/private', TOKEN);
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
    env.allowRemoteModels = true;
  });

  afterAll(() => {
    Object.assign(env, { remoteHost, cacheDir });
    hub.stop();
  });

  it("downloads the model into transformers.js's cache, once", async () => {
    const lm = await openLm('owner/tiny', { threads: 1 });
    expect(lm.info).toMatchObject({ id: 'owner/tiny', directory: join(cache, 'owner/tiny'), vocabSize: 64 });
    expect(lm.tokenizer.encode('w5')).toEqual([5]);
    await lm.close();
    expect(readdirSync(join(cache, 'owner/tiny/onnx'))).toEqual(['model.onnx']);
    hub.reset();
    await openAndClose('owner/tiny');
    expect(hub.requests).toEqual([]);
  });

  it('makes no request for a model whose best dtype is not the first', async () => {
    await openAndClose('owner/split');
    hub.reset();
    await openAndClose('owner/split');
    expect(hub.requests).toEqual([]);
  });

  it('finds what transformers.js has downloaded, and the other way round', async () => {
    await AutoTokenizer.from_pretrained('owner/tiny');
    expect(hub.gets('tokenizer.json')).toHaveLength(1);
    hub.reset();
    await openAndClose('owner/tiny');
    expect(hub.gets('tokenizer.json')).toEqual([]);
    expect(hub.gets('config.json')).toHaveLength(1);
    rmSync(join(cache, 'owner/tiny'), { recursive: true });
    await openAndClose('owner/tiny');
    await openAndClose('owner/tiny', { revision: 'refs/pr/1' });
    hub.reset();
    for (const revision of ['main', 'refs/pr/1']) {
      const tokenizer = await AutoTokenizer.from_pretrained('owner/tiny', { revision });
      expect(tokenizer.encode('w5')).toEqual([5]);
    }
    expect(hub.requests).toEqual([]);
  });

  it('takes a revision, beside the others', async () => {
    expect((await openAndClose('owner/tiny')).contextLength).toBe(64);
    const info = await openAndClose('owner/tiny', { revision: 'refs/pr/1' });
    expect(info.directory).toBe(join(cache, 'owner/tiny/refs/pr/1'));
    expect(info.contextLength).toBe(32);
    await expect(openLm('owner/tiny', { revision: 'v9' })).rejects.toThrow(
      'owner/tiny has no config.json at revision v9 on 127.0.0.1',
    );
  });

  it.each(['', '/etc', '../../x', 'a/../b', 'a/.', 'a\\b', 'a b', 'a//b', 'c:'])(
    'refuses the revision %j',
    async (revision) => {
      await expect(openLm('owner/tiny', { revision })).rejects.toThrow(
        `${revision} is no revision: name a branch`,
      );
    },
  );

  it('refuses a revision of a directory', async () => {
    await expect(openLm(join(root, 'owner/tiny'), { revision: 'v1' })).rejects.toThrow(
      'owner/tiny is a directory and has no revision v1',
    );
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

  it('takes the encoder and the decoder of an encoder-decoder model, merged where there is one', async () => {
    const onnx = (name: string) => readdirSync(join(cache, 'owner', name, 'onnx')).sort();
    expect((await openAndClose('owner/merged')).kind).toBe('encoder-decoder');
    expect(onnx('merged')).toEqual(MERGED.toSorted());
    await openAndClose('owner/separate');
    expect(onnx('separate')).toEqual(SEPARATE.toSorted());
    hub.reset();
    await openAndClose('owner/separate');
    expect(hub.requests).toEqual([]);
    await expect(openLm('owner/merged', { dtype: 'q4' })).rejects.toThrow(
      'owner/merged has no onnx/encoder_model_q4.onnx and decoder_model_merged_q4.onnx on the hub: choose a dtype that ' +
        'is there (fp32)',
    );
  });

  it('lists the dtypes there when the one asked for is not', async () => {
    await expect(openLm('owner/split', { dtype: 'fp16' })).rejects.toThrow(
      'owner/split has no onnx/model_fp16.onnx on the hub: choose a dtype that is there (q4)',
    );
  });

  it('works from the cache without the hub', async () => {
    await openAndClose('owner/tiny');
    // As if transformers.js had filled the cache: what the hub does not have is not marked.
    rmSync(join(cache, 'owner/tiny/.no_exist'), { recursive: true });
    const gone = new HubServer(root);
    await gone.start();
    env.remoteHost = gone.address;
    gone.stop();
    await openAndClose('owner/tiny');
    expect(existsSync(join(cache, 'owner/tiny/.no_exist'))).toBe(false);
    await expect(openLm('owner/split')).rejects.toThrow(
      /^owner\/split cannot be downloaded: 127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\); check the network/,
    );
    env.remoteHost = hub.address;
    await openAndClose('owner/tiny');
    expect(existsSync(join(cache, 'owner/tiny/.no_exist/chat_template.jinja'))).toBe(true);
  });

  it.each([
    ['HF_HUB_OFFLINE', () => vi.stubEnv('HF_HUB_OFFLINE', '1')],
    ['TRANSFORMERS_OFFLINE', () => vi.stubEnv('TRANSFORMERS_OFFLINE', 'yes')],
    ["transformers.js's env.allowRemoteModels", () => Object.assign(env, { allowRemoteModels: false })],
  ])('is offline by %s', async (name, goOffline) => {
    await openAndClose('owner/tiny');
    rmSync(join(cache, 'owner/tiny/.no_exist'), { recursive: true });
    hub.reset();
    goOffline();
    await openAndClose('owner/tiny');
    await expect(openLm('owner/split')).rejects.toThrow(
      `owner/split has no config.json in ${join(cache, 'owner/split')}, and ${name} forbids downloads: allow them`,
    );
    expect(hub.requests).toEqual([]);
    expect(existsSync(join(cache, 'owner/split'))).toBe(false);
  });

  it('is not offline by HF_HUB_OFFLINE=0', async () => {
    vi.stubEnv('HF_HUB_OFFLINE', '0');
    await openAndClose('owner/tiny');
  });

  it('reads a cache that cannot be written', async () => {
    cpSync(join(root, 'owner/tiny'), join(cache, 'owner/tiny'), { recursive: true });
    writeFileSync(join(cache, 'owner/tiny/.no_exist'), '');
    await openAndClose('owner/tiny');
    expect(readFileSync(join(cache, 'owner/tiny/.no_exist'), 'utf8')).toBe('');
  });

  it('sends HF_TOKEN to the hub alone, and says so when the hub refuses', async () => {
    await expect(openLm('owner/private')).rejects.toThrow(
      /refuses owner\/private \(HTTP 401\): .* set HF_TOKEN to a token that may read it$/,
    );
    hub.reset();
    vi.stubEnv('HF_TOKEN', `${TOKEN}\n`);
    await openAndClose('owner/private');
    const sent = (server: string) =>
      new Set(hub.requests.filter((seen) => seen.server === server).map((seen) => seen.authorization));
    expect(sent('hub')).toEqual(new Set([`Bearer ${TOKEN}`]));
    expect(sent('storage')).toEqual(new Set([undefined]));
  });

  it('does not show a token that cannot be sent', async () => {
    vi.stubEnv('HF_TOKEN', 'hf_se\ncret');
    const error: unknown = await openLm('owner/tiny').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toContain('HF_TOKEN holds a blank or another character that no token has');
    expect(String(error)).not.toContain('hf_');
  });

  it.each(['', '/'])('asks HF_ENDPOINT, ended by %j', async (end) => {
    env.remoteHost = remoteHost;
    vi.stubEnv('HF_ENDPOINT', `${hub.address}${end}`);
    await openAndClose('owner/tiny');
    expect(hub.requests[0]).toMatchObject({ method: 'HEAD', path: 'owner/tiny/resolve/main/config.json' });
  });

  it.each(['hub', 'file:///hub', 'https://me:secret@hub.example'])(
    'refuses HF_ENDPOINT=%s',
    async (value) => {
      env.remoteHost = remoteHost;
      vi.stubEnv('HF_ENDPOINT', value);
      await expect(openLm('owner/tiny')).rejects.toThrow(
        /^HF_ENDPOINT must be a web address without a password, such as https:\/\/huggingface\.co\/$/,
      );
    },
  );

  it.each([
    [
      'owner/nothing',
      /^owner\/nothing has no config\.json on 127\.0\.0\.1:\d+: check the name of the model$/,
    ],
    [
      'owner/bare',
      /^owner\/bare has no onnx\/model\*\.onnx on the hub: take a model exported for transformers\.js$/,
    ],
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

  it('leaves nothing of a model that does not exist', async () => {
    await expect(openLm('owner/nothing')).rejects.toThrow(InputError);
    expect(readdirSync(cache)).toEqual([]);
  });
});
