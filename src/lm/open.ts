import type { InferenceSession } from 'onnxruntime-node';
import { InputError } from '../common/index.js';
import { checkDecoderInputs, Decoder } from './decoder.js';
import { type Place, placeOf } from './device/place.js';
import { DecoderBatches } from './engine/decoderBatches.js';
import { generate } from './engine/generate.js';
import { findModelFile, type ModelConfig, readModelConfig } from './files.js';
import { HeadRows } from './headRows.js';
import { modelDirectory } from './modelDirectory.js';
import { refuseBadFile } from './onnx/badFile.js';
import { OnnxGraph } from './onnx/graph.js';
import { findLmHead } from './onnx/head.js';
import { checkWidths, findLayers } from './onnx/layers.js';
import { mergeEqual } from './onnx/mergeEqual.js';
import { readModel } from './onnx/readModel.js';
import { withoutRepeats } from './onnx/repeatedHeads.js';
import { buildSidecar, type DecoderSidecar } from './onnx/sidecar.js';
import { locateWeights } from './onnx/weights.js';
import { DEFAULT_CONTEXT, type OpenedModel } from './opened.js';
import { type Probe, probeDecoder } from './probe.js';
import { DecoderReading } from './reading/decoderReading.js';
import { readGiven } from './reading/readGiven.js';
import { holdsEncoder } from './seq2seq/files.js';
import { openSeq2Seq } from './seq2seq/open.js';
import { cannotRun, createSession } from './session.js';
import { fastestDecoder, type Threaded } from './threads.js';
import { loadTokenizer } from './tokenizer.js';
import type { Lm, LmInfo, OpenLmOptions } from './types.js';
import { warningsOf } from './warnings.js';

/**
 * Opens a language model: a directory in transformers.js's layout (`config.json`, `tokenizer.json`,
 * `tokenizer_config.json`, `onnx/model*.onnx`), or a hub id such as `owner/name`, which is downloaded once to
 * transformers.js's cache. Weights are neither parsed nor copied: ONNX Runtime reads them from the file.
 * @throws InputError when the model is missing, damaged or of a kind that is not supported, or has no such layers.
 * @throws Interrupted when `signal` ends a download.
 */
export async function openLm(idOrDirectory: string, options: OpenLmOptions = {}): Promise<Lm> {
  checkThreads(options.threads);
  const place = await placeOf(options);
  const directory = await modelDirectory(idOrDirectory, options);
  const hasEncoder = holdsEncoder(directory);
  const config = readModelConfig(directory);
  const loaded = await loadTokenizer(directory, config.chatTemplate, options);
  const { tokenizer, eosTokenId, endOfTurnTokenIds } = loaded;
  const opened =
    config.encoderDecoder || hasEncoder
      ? await openSeq2Seq(directory, { ...config, ...loaded }, options, place)
      : await openDecoder(findModelFile(directory, options.dtype), config, options, place);
  const { graph, head, probe, state, kind, contextLength, sourceLength } = opened;
  const rows = await HeadRows.open(opened, probe).catch(async (error: unknown) => {
    await opened.release();
    throw error;
  });
  const ownEos = eosTokenId === undefined ? [] : [eosTokenId];
  const eosTokenIds = config.eosTokenIds.length > 0 ? config.eosTokenIds : ownEos;
  const info: LmInfo = {
    id: idOrDirectory,
    directory,
    modelFile: graph.model.path,
    kind,
    vocabSize: probe.logits.length,
    hiddenSize: probe.hidden.length,
    layerCount: state.layerCount,
    layers: state.layers,
    stateSize: state.layers.length * probe.hidden.length,
    contextLength,
    sourceLength,
    eosTokenIds: [...new Set([...eosTokenIds, ...endOfTurnTokenIds])],
    endOfTurnTokenIds,
    head: head.info,
    device: place.device,
    threads: opened.threads,
    warnings: [...opened.warnings, ...(place.profile?.warnings() ?? [])],
  };
  return {
    info,
    tokenizer,
    headRows: () => rows,
    generate: (prompts, more) => generate((longest) => opened.openBatch(longest), info, prompts, more),
    read: (sequences, more = {}) => readGiven(opened.reading, info, sequences, more),
    close() {
      rows.close();
      return opened.release();
    },
  };
}

async function openDecoder(
  modelFile: string,
  config: ModelConfig,
  { layers = [-1] }: OpenLmOptions,
  place: Place,
): Promise<OpenedModel> {
  refuseBadFile(modelFile);
  const graph = new OnnxGraph(withoutRepeats(mergeEqual(readModel(modelFile))));
  checkDecoderInputs(
    graph.model.inputs.map((input) => input.name),
    modelFile,
  );
  const head = findLmHead(graph);
  const state = findLayers(graph, head.hidden, layers);
  const weights = locateWeights(graph.model);
  const sidecar = buildSidecar(graph, head, weights, state.values);
  const load = async (threads: number) => {
    const session: InferenceSession = await createSession(sidecar, weights.folder, { ...place, threads });
    return new Decoder(session, sidecar);
  };
  const loaded = await loadDecoder(load, place, sidecar, modelFile);
  checkWidths(state, loaded.probe.widths, loaded.probe.hidden.length, modelFile);
  const { decoder, ...rest } = loaded;
  const batching = { window: config.slidingWindow, device: place.device };
  const batches = new DecoderBatches(decoder, batching);
  const { states, logits } = sidecar;
  const { probe } = loaded;
  const stateSize = probe.widths.reduce((sum, width) => sum + width, 0);
  const outputs = { logits, states, stateSize, vocabSize: probe.logits.length };
  const reading = new DecoderReading(decoder, outputs, batches);
  return {
    kind: 'decoder',
    graph,
    head,
    weights,
    state,
    ...rest,
    contextLength: config.contextLength ?? DEFAULT_CONTEXT,
    sourceLength: undefined,
    warnings: warningsOf([graph.model], head.info, config.contextLength, DEFAULT_CONTEXT),
    openBatch: (longest) => batches.open(longest),
    reading,
    release: () => decoder.release(),
  };
}

/** Loads a decoder and tries it out. @throws InputError when ONNX Runtime cannot run it. */
async function loadDecoder(
  load: (threads: number) => Promise<Decoder>,
  place: Place,
  sidecar: DecoderSidecar,
  modelFile: string,
): Promise<Threaded<Decoder> & { probe: Probe }> {
  const { threads, profile } = place;
  try {
    const chosen =
      threads === undefined ? await fastestDecoder(load) : { decoder: await load(threads), threads };
    return { ...chosen, probe: await probeDecoder(chosen.decoder, sidecar) };
  } catch (error) {
    throw cannotRun(modelFile, place, error);
  } finally {
    profile?.end();
  }
}

function checkThreads(threads: number | undefined): void {
  if (threads === undefined || (Number.isInteger(threads) && threads > 0)) return;
  throw new InputError(`threads is ${threads}: it must be a whole number of at least 1`);
}
