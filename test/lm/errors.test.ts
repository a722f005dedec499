import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/common/index.js';
import { openLm } from '../../src/lm/index.js';
import { readModel } from '../../src/lm/onnx/readModel.js';
import { type TinyLmOptions, writeTinyLm } from '../fixtures/lm/tinyLm.js';
import { temporaryDirectories } from './temporary.js';

const directory = temporaryDirectories();
const POINTER = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 123\n';

/** A tiny model's directory, spoiled. */
function spoiled(spoil: (directory: string) => void, options?: TinyLmOptions): string {
  const model = writeTinyLm(directory(), options);
  spoil(model);
  return model;
}

const write = (name: string, contents: string | Uint8Array) => (model: string) =>
  writeFileSync(join(model, name), contents);
const remove = (name: string) => (model: string) => rmSync(join(model, name), { recursive: true });
const leave = () => {};

/** Each bad model with the line that the user reads; DIR stands for its directory. */
const CASES: [string, () => string, string][] = [
  [
    'no such directory',
    () => join(directory(), 'nowhere'),
    'DIR does not exist: name a directory with a model, or a',
  ],
  [
    'a file',
    () => join(writeTinyLm(directory()), 'onnx', 'model.onnx'),
    "DIR is a file: name the model's directory, which holds config.json and onnx/",
  ],
  [
    'no onnx folder',
    () => spoiled(remove('onnx')),
    'DIR has no .onnx file in its folder onnx/: take a model in the',
  ],
  [
    'an empty onnx folder',
    () => spoiled(remove('onnx/model.onnx')),
    'DIR has no .onnx file in its folder onnx/',
  ],
  [
    'another .onnx file',
    () => spoiled(leave, { file: 'decoder_model_merged.onnx' }),
    'DIR/onnx holds decoder_model_merged.onnx, but no model.onnx, model_q4.onnx or the like',
  ],
  [
    'an encoder alone',
    () => spoiled(leave, { file: 'encoder_model.onnx' }),
    'DIR/onnx has no decoder_model_merged.onnx, which the encoder-decoder model needs beside its other graphs',
  ],
  [
    'no config',
    () => spoiled(remove('config.json')),
    'DIR/config.json is missing: download it with the rest',
  ],
  [
    'no tokenizer',
    () => spoiled(remove('tokenizer.json')),
    'DIR/tokenizer.json is missing: download it with the',
  ],
  ['an empty config', () => spoiled(write('config.json', '')), 'DIR/config.json is empty: download it again'],
  ['a config that is no JSON', () => spoiled(write('config.json', '{')), 'DIR/config.json is not JSON ('],
  [
    'a config with a strange value',
    () => spoiled(write('config.json', '{"eos_token_id": "x"}')),
    'DIR/config.json: eos_token_id: Invalid input; download the file again',
  ],
  [
    'a tokenizer of another kind',
    () => spoiled(write('tokenizer.json', '{}')),
    'DIR: tokenizer.json cannot be used (',
  ],
  [
    'an encoder-decoder config',
    () => spoiled(leave, { config: { is_encoder_decoder: true } }),
    'DIR/onnx has no encoder_model.onnx, which the encoder-decoder model needs beside its other graphs',
  ],
  [
    'a Git LFS pointer for the model',
    () => spoiled(write('onnx/model.onnx', POINTER)),
    'DIR/onnx/model.onnx is a Git LFS pointer, not the file itself: run git lfs pull in its repository',
  ],
  [
    'a Git LFS pointer for the tokenizer',
    () => spoiled(write('tokenizer.json', POINTER)),
    'DIR/tokenizer.json is a Git LFS pointer, not the file itself: run git lfs pull',
  ],
  [
    'an empty model',
    () => spoiled(write('onnx/model.onnx', '')),
    'DIR/onnx/model.onnx is empty: download it again',
  ],
  [
    'a web page for the model',
    () => spoiled(write('onnx/model.onnx', '<!doctype html><title>Not found</title>')),
    'DIR/onnx/model.onnx is not a whole ONNX model (it ',
  ],
  [
    'a model cut off in its weights',
    () => spoiled((model) => truncateSync(join(model, 'onnx/model.onnx'), 5000)),
    'DIR/onnx/model.onnx is not a whole ONNX model (it ends at byte 5000, expected',
  ],
  [
    'missing weights',
    () => spoiled(remove('onnx/model.onnx_data'), { external: 'model.onnx_data' }),
    'DIR/onnx/model.onnx_data is missing: it holds weights of DIR/onnx/model.onnx; download it too',
  ],
  [
    'weights cut off',
    () =>
      spoiled((model) => truncateSync(join(model, 'onnx/model.onnx_data'), 99), {
        external: 'model.onnx_data',
      }),
    'DIR/onnx/model.onnx_data is too short for the weight embedding of DIR/onnx/model.onnx: download it again',
  ],
  [
    'a pointer for the weights',
    () => spoiled(write('onnx/model.onnx_data', POINTER), { external: 'model.onnx_data' }),
    'DIR/onnx/model.onnx_data is a Git LFS pointer, not the file itself: run git lfs pull',
  ],
  [
    'no logits',
    () => spoiled(leave, { logits: 'scores' }),
    'DIR/onnx/model.onnx has no output named logits (it has scores, present.0.key, present.0.value): take a model',
  ],
  [
    'no lm_head',
    () => spoiled(leave, { head: 'none' }),
    "no lm_head product leads to logits; the walk back ended at node 'before.tanh' (Add)",
  ],
  [
    'no KV cache',
    () => spoiled(leave, { noCache: true }),
    'DIR/onnx/model.onnx has no KV cache (inputs past_key_values.*): export it with the task text-generation-with',
  ],
  [
    "an encoder's output as input",
    () => spoiled(leave, { extraInput: 'encoder_hidden_states' }),
    'DIR/onnx/model.onnx belongs to an encoder-decoder model, which this version does not support',
  ],
  [
    'a strange input',
    () => spoiled(leave, { extraInput: 'pixel_values' }),
    "DIR/onnx/model.onnx wants the input 'pixel_values', which this version does not support",
  ],
];

describe('openLm refuses', () => {
  it.each(CASES)('%s', async (_name, make, message) => {
    const model = make();
    const error: unknown = await openLm(model, { threads: 1 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    const text = error instanceof Error ? error.message : '';
    expect(text).toContain(message.replaceAll('DIR', model));
    expect(text).not.toContain('\n');
  });

  it('a dtype that is not there, and lists those that are', async () => {
    const model = writeTinyLm(writeTinyLm(directory(), { file: 'model_q4.onnx' }), {
      file: 'model_fp16.onnx',
    });
    await expect(openLm(model, { dtype: 'q8' })).rejects.toThrow(
      `${model}/onnx has no model_quantized.onnx: choose a dtype that is there (q4, fp16)`,
    );
    await expect(openLm(model, { dtype: 'q5' })).rejects.toThrow(
      'no dtype is called q5: choose one of fp32, q4,',
    );
    const lm = await openLm(model, { threads: 1 });
    expect(lm.info.modelFile).toBe(join(model, 'onnx', 'model_q4.onnx'));
    await lm.close();
  });

  it('a number of threads that cannot be', async () => {
    await expect(openLm(writeTinyLm(directory()), { threads: 0 })).rejects.toThrow(
      'threads is 0: it must be a whole',
    );
  });

  it('a graph that ONNX Runtime cannot run', async () => {
    const model = writeTinyLm(directory());
    const path = join(model, 'onnx', 'model.onnx');
    const bytes = readFileSync(path);
    bytes.write('NoSuchOp', bytes.indexOf('Unsqueeze'));
    writeFileSync(path, bytes);
    const run = openLm(model, { threads: 1 });
    await expect(run).rejects.toThrow(`${path} cannot be run: `);
    await expect(run).rejects.toBeInstanceOf(InputError);
  });
});

describe('readModel', () => {
  it('reads a model cut off anywhere as damaged, or as less than a model', () => {
    const path = join(writeTinyLm(directory()), 'onnx', 'model.onnx');
    const bytes = readFileSync(path);
    const whole = readModel(path);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: bytes.length - 1 }), (length) => {
        writeFileSync(path, bytes.subarray(0, length));
        expect(() => readModel(path)).toThrow(InputError);
      }),
      { numRuns: 200 },
    );
    writeFileSync(path, bytes);
    expect(readModel(path)).toEqual(whole);
  });

  it('survives any bytes', () => {
    const path = join(directory(), 'bytes');
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => {
        writeFileSync(path, bytes);
        expect(() => readModel(path)).toThrow(InputError);
      }),
    );
  });
});
