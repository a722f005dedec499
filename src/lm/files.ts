import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { InputError, messageOf, resolveBundled } from '../common/index.js';
import { refuseBadFile } from './onnx/badFile.js';

/** The suffix of `onnx/model*.onnx` for each dtype, in transformers.js's words; the first found is the default. */
export const DTYPE_SUFFIXES: Readonly<Record<string, string>> = {
  fp32: '',
  // Weights alone are rounded in these; a row's logits do not depend on the rest of the batch.
  q4: '_q4',
  fp16: '_fp16',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
  // Dynamic int8 rounds activations too.
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q2: '_q2',
  q2f16: '_q2f16',
  q1: '_q1',
  q1f16: '_q1f16',
};

const Size = z.number().int().positive().optional();
const Tokens = z
  .union([z.number(), z.array(z.number())])
  .nullish()
  .transform((ids) => (typeof ids === 'number' ? [ids] : (ids ?? [])));
const ContextSizes = {
  max_position_embeddings: Size,
  n_positions: Size,
  n_ctx: Size,
  max_seq_len: Size,
  max_sequence_length: Size,
  seq_length: Size,
};
const WindowSizes = { sliding_window: z.number().nullish(), use_sliding_window: z.boolean().nullish() };
const Windows = z.object(WindowSizes);
const ConfigJson = z.object({
  ...ContextSizes,
  ...WindowSizes,
  text_config: z.object({ ...ContextSizes, ...WindowSizes }).optional(),
  is_encoder_decoder: z.boolean().nullish(),
  eos_token_id: Tokens,
});
const GenerationJson = z.object({ eos_token_id: Tokens });

/** What a model's JSON files say. */
export interface ModelConfig {
  /** Undefined where the files do not tell. */
  contextLength: number | undefined;
  /** Tokens that attention looks back, where some layer has a window. */
  slidingWindow: number | undefined;
  /** Whether `config.json` says so. */
  encoderDecoder: boolean;
  eosTokenIds: readonly number[];
  chatTemplate: string | undefined;
}

/** Whether the user means a directory on this machine rather than a hub id. */
export function isLocal(idOrDirectory: string): boolean {
  return (
    /^(\.{1,2}([\\/]|$)|[\\/~]|[A-Za-z]:[\\/])/.test(idOrDirectory) ||
    existsSync(resolveBundled(idOrDirectory))
  );
}

/** The full path of a directory that the user named. @throws InputError when there is none. */
export function localDirectory(named: string): string {
  const directory = resolve(resolveBundled(named.replace(/^~(?=$|[\\/])/, homedir())));
  if (!existsSync(directory)) {
    throw new InputError(
      `${directory} does not exist: name a directory with a model, or a hub id such as owner/name`,
    );
  }
  if (!statSync(directory).isDirectory()) {
    throw new InputError(
      `${directory} is a file: name the model's directory, which holds config.json and onnx/`,
    );
  }
  return directory;
}

/** What optimum calls exporting a language model. */
const LM_TASK = 'text-generation-with-past';

/** The names of the files with a model's graphs. @throws InputError when there are none. */
export function graphFiles(directory: string, task = LM_TASK): string[] {
  const folder = join(directory, 'onnx');
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.onnx')) : [];
  if (files.length === 0) throw new InputError(noModelMessage(directory, task));
  return files;
}

/**
 * The `.onnx` file to run.
 * @param dtype The user's choice, or undefined for the best there.
 * @param task What optimum calls exporting such a model.
 * @throws InputError when there is none, or not of that dtype.
 */
export function findModelFile(directory: string, dtype: string | undefined, task = LM_TASK): string {
  const folder = join(directory, 'onnx');
  const files = graphFiles(directory, task);
  const there = Object.keys(DTYPE_SUFFIXES).filter((type) => files.includes(modelFileName(type)));
  if (there.length === 0) throw new InputError(otherModelMessage(folder, files));
  const chosen = dtype === undefined || dtype === 'auto' ? there[0] : checkDtype(dtype);
  if (!there.includes(chosen)) {
    throw new InputError(
      `${folder} has no ${modelFileName(chosen)}: choose a dtype that is there (${there.join(', ')})`,
    );
  }
  return join(folder, modelFileName(chosen));
}

/** The file name of a dtype's model, such as `model_q4.onnx`. */
export function modelFileName(dtype: string): string {
  return `model${DTYPE_SUFFIXES[dtype]}.onnx`;
}

/** @throws InputError for a dtype that transformers.js does not know. */
export function checkDtype(dtype: string): string {
  if (Object.hasOwn(DTYPE_SUFFIXES, dtype)) return dtype;
  throw new InputError(
    `no dtype is called ${dtype}: choose one of ${Object.keys(DTYPE_SUFFIXES).join(', ')}`,
  );
}

function noModelMessage(directory: string, task: string): string {
  const remedy =
    'take a model in the layout of transformers.js, or make one with: optimum-cli export onnx --model ID ' +
    `--task ${task} DIR${task === LM_TASK ? ' (text2text-generation-with-past for an encoder-decoder model)' : ''}, ` +
    'then move its .onnx files to DIR/onnx/';
  return `${directory} has no .onnx file in its folder onnx/: ${remedy}`;
}

function otherModelMessage(folder: string, files: readonly string[]): string {
  const found = files.slice(0, 4).join(', ');
  return `${folder} holds ${found}, but no model.onnx, model_q4.onnx or the like: this version reads only those`;
}

/** Reads `config.json`, `generation_config.json` and the chat template. @throws InputError when they are bad. */
export function readModelConfig(directory: string): ModelConfig {
  for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) requireFile(directory, name);
  const config = readJson(join(directory, 'config.json'), ConfigJson);
  const generationFile = join(directory, 'generation_config.json');
  const generation = existsSync(generationFile) ? readJson(generationFile, GenerationJson) : undefined;
  const template = join(directory, 'chat_template.jinja');
  const eos = generation?.eos_token_id ?? [];
  return {
    contextLength: contextLengthOf({ ...config.text_config, ...config }),
    slidingWindow: windowOf({ ...config.text_config, ...config }),
    encoderDecoder: config.is_encoder_decoder ?? false,
    eosTokenIds: eos.length > 0 ? eos : config.eos_token_id,
    chatTemplate: existsSync(template) ? readFileSync(template, 'utf8') : undefined,
  };
}

function contextLengthOf(config: Readonly<Record<string, unknown>>): number | undefined {
  const sizes = Object.keys(ContextSizes).map((key) => config[key]);
  return sizes.find((size) => typeof size === 'number');
}

function windowOf({ sliding_window, use_sliding_window }: z.output<typeof Windows>): number | undefined {
  return use_sliding_window === false || !sliding_window ? undefined : sliding_window;
}

function requireFile(directory: string, name: string): void {
  const path = join(directory, name);
  if (!existsSync(path)) throw new InputError(`${path} is missing: download it with the rest of the model`);
  refuseBadFile(path);
}

/** Reads a JSON file. @throws InputError when it is none, or not of this shape. */
export function readJson<T>(path: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new InputError(`${path} is not JSON (${messageOf(error)}): download it again`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path: key, message } = result.error.issues[0];
  throw new InputError(`${path}: ${key.join('.')}: ${message}; download the file again`);
}
