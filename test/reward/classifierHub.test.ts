import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { env } from '@huggingface/transformers';
import { expect, it, onTestFinished, vi } from 'vitest';
import { InputError } from '../../src/common/index.js';
import type { DownloadProgress } from '../../src/lm/index.js';
import { createReward } from '../../src/reward/index.js';
import { HubServer, startAfresh } from '../hub/hubServer.js';
import { temporaryDirectory } from '../support/files.js';
import { items } from './items.js';

const BERT = fileURLToPath(new URL('../fixtures/reward/classifier/bert', import.meta.url));

it('downloads a classifier once, also one on an encoder-decoder model, which has a single graph', async () => {
  const { remoteHost, cacheDir } = env;
  const root = temporaryDirectory();
  const hub = new HubServer(root);
  onTestFinished(() => {
    Object.assign(env, { remoteHost, cacheDir });
    vi.unstubAllEnvs();
    hub.stop();
  });
  cpSync(BERT, join(root, 'owner/judge'), { recursive: true });
  const config = join(root, 'owner/judge/config.json');
  writeFileSync(
    config,
    JSON.stringify({ ...JSON.parse(readFileSync(config, 'utf8')), is_encoder_decoder: true }),
  );
  await hub.start();
  env.remoteHost = hub.address;
  const cache = temporaryDirectory();
  startAfresh(hub, cache);

  const seen: DownloadProgress[] = [];
  const spec = { type: 'classifier', model: 'owner/judge', label: 'positive' };
  const context = { baseDirectory: '.', onDownload: (progress: DownloadProgress) => seen.push(progress) };
  const score = async () => {
    const model = await createReward(spec, context);
    const [found] = await model.score(items('happy'));
    await model.close?.();
    return found;
  };
  const local = await createReward({ ...spec, model: BERT }, context);
  expect(await score()).toBe((await local.score(items('happy')))[0]);
  await local.close?.();
  expect(new Set(seen.map(({ file }) => file))).toEqual(
    new Set(['config.json', 'tokenizer.json', 'tokenizer_config.json', 'onnx/model.onnx']),
  );
  expect(existsSync(join(cache, 'owner/judge/onnx/model.onnx'))).toBe(true);

  hub.requests.length = 0;
  await score();
  expect(hub.requests).toEqual([]);
  vi.stubEnv('HF_HUB_OFFLINE', '1');
  const absent = createReward({ ...spec, model: 'owner/none' }, context);
  await expect(absent).rejects.toThrow(InputError);
  await expect(absent).rejects.toThrow('HF_HUB_OFFLINE forbids downloads');
});
