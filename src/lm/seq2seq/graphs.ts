import { InputError } from '../../common/index.js';
import { refuseBadFile } from '../onnx/badFile.js';
import { isCache, isTargetCache, presentName } from '../onnx/caches.js';
import { readMergedDecoder } from '../onnx/merged.js';
import { mergeEqual } from '../onnx/mergeEqual.js';
import type { OnnxModel } from '../onnx/model.js';
import { prune } from '../onnx/prune.js';
import { readModel } from '../onnx/readModel.js';
import type { Seq2SeqFiles } from './files.js';

/** The encoder's output. */
export const ENCODED = 'last_hidden_state';
/** What the decoder reads beside its tokens and its KV cache. */
export const DECODER_INPUTS = { encoded: 'encoder_hidden_states', mask: 'encoder_attention_mask' } as const;
const ENCODER_INPUTS = ['input_ids', 'attention_mask'];

/** The graphs of an encoder-decoder model. */
export interface Seq2SeqGraphs {
  /** From a source to its states. */
  encoder: OnnxModel;
  /** From the source's states to the keys and values that cross-attention reads in every step. */
  memory: OnnxModel;
  /** The decoder without a KV cache. */
  first: OnnxModel;
  /** The decoder with one. */
  next: OnnxModel;
}

/** @throws InputError when a file is damaged, or a graph is not what its name says. */
export function readSeq2SeqGraphs(files: Seq2SeqFiles): Seq2SeqGraphs {
  for (const path of Object.values(files)) refuseBadFile(path);
  const encoder = readEncoder(files.encoder);
  const { first, next } =
    'merged' in files
      ? readMergedDecoder(files.merged)
      : { first: readModel(files.first), next: readModel(files.next) };
  const caches = next.inputs.map(({ name }) => name).filter((name) => isCache(name));
  const own = caches.filter(isTargetCache).map(presentName);
  const memory = caches.filter((name) => !isTargetCache(name)).map(presentName);
  if (own.length === 0 || memory.length === 0) {
    throw new InputError(
      `${next.path} has no KV cache (inputs past_key_values.0.decoder.key and the like): export the model with the ` +
        'task text2text-generation-with-past',
    );
  }
  requireOutputs(first, ['logits', ...own, ...memory]);
  requireOutputs(next, ['logits', ...own]);
  const part = (model: OnnxModel, names: readonly string[]) => mergeEqual(prune(model, new Set(names)));
  const graphs = {
    encoder: mergeEqual(encoder),
    memory: part(first, memory),
    first: part(first, ['logits', ...own, ...memory]),
    next: part(next, ['logits', ...own]),
  };
  refuseStrange(graphs.first, ['input_ids', ...Object.values(DECODER_INPUTS)]);
  refuseStrange(graphs.next, ['input_ids', ...Object.values(DECODER_INPUTS), ...caches]);
  return graphs;
}

function readEncoder(path: string): OnnxModel {
  const encoder = readModel(path);
  requireOutputs(encoder, [ENCODED]);
  refuseStrange(encoder, ENCODER_INPUTS);
  return encoder;
}

function requireOutputs({ path, outputs }: OnnxModel, names: readonly string[]): void {
  const missing = names.find((name) => outputs.every((output) => output.name !== name));
  if (missing === undefined) return;
  throw new InputError(
    `${path} has no output named ${missing}: export the model with the task text2text-generation-with-past`,
  );
}

function refuseStrange({ path, inputs }: OnnxModel, known: readonly string[]): void {
  const strange = inputs.find(({ name }) => !known.includes(name));
  if (strange === undefined) return;
  throw new InputError(
    `${path} wants the input '${strange.name}', which this version does not support: take a model that reads and ` +
      'writes text',
  );
}
