import type { InferenceSession } from 'onnxruntime-node';
import { InputError } from '../common/index.js';
import { checkDecoderInputs, Decoder } from './decoder.js';
import { findModelFile, isLocal, localDirectory, readModelConfig } from './files.js';
import { type EngineLimits, generate } from './generate.js';
import { checkHead, checkHeadRows, readHeadRows } from './headRows.js';
import { downloadModel } from './hub.js';
import { refuseBadFile } from './onnx/badFile.js';
import { OnnxGraph } from './onnx/graph.js';
import { findLmHead, type LmHead } from './onnx/head.js';
import { checkWidths, findLayers, type StateLayers } from './onnx/layers.js';
import { readModel } from './onnx/readModel.js';
import { buildHeadModel, buildSidecar, type DecoderSidecar } from './onnx/sidecar.js';
import { readAllRows } from './onnx/tokenRows.js';
import { locateWeights, type Weights } from './onnx/weights.js';
import { type Probe, probeDecoder } from './probe.js';
import { createSession, runtimeMessage } from './session.js';
import { fastestDecoder, type Threaded } from './threads.js';
import { loadTokenizer } from './tokenizer.js';
import type { Lm, LmInfo, OpenLmOptions } from './types.js';
import { warningsOf } from './warnings.js';

// What a model whose config names no context length is given; the shortest in common use.
const DEFAULT_CONTEXT = 2048;

/**
 * Opens a language model: a directory in transformers.js's layout (`config.json`, `tokenizer.json`,
 * `tokenizer_config.json`, `onnx/model*.onnx`), or a hub id such as `owner/name`, which is downloaded once to
 * transformers.js's cache. Weights are neither parsed nor copied: ONNX Runtime reads them from the file.
 * @throws InputError when the model is missing, damaged or of a kind that is not supported, or has no such layers.
 * @throws Interrupted when `signal` ends a download.
 */
export async function openLm(idOrDirectory: string, options: OpenLmOptions = {}): Promise<Lm> {
  checkThreads(options.threads);
  const directory = await findDirectory(idOrDirectory, options);
  const modelFile = findModelFile(directory, options.dtype);
  const config = readModelConfig(directory);
  const { tokenizer, eosTokenId } = await loadTokenizer(directory, config.chatTemplate);
  const opened = await openGraph(modelFile, options);
  const { graph, head, decoder, probe, state } = opened;
  const ownEos = eosTokenId === undefined ? [] : [eosTokenId];
  const info: LmInfo = {
    id: idOrDirectory,
    directory,
    modelFile,
    vocabSize: probe.logits.length,
    hiddenSize: probe.hidden.length,
    layerCount: state.layerCount,
    layers: state.layers,
    stateSize: state.layers.length * probe.hidden.length,
    contextLength: config.contextLength ?? DEFAULT_CONTEXT,
    eosTokenIds: config.eosTokenIds.length > 0 ? config.eosTokenIds : ownEos,
    head: head.info,
    threads: opened.threads,
    warnings: warningsOf(graph, head.info, config.contextLength, DEFAULT_CONTEXT),
  };
  const limits: EngineLimits = { ...info, padding: decoder.takesPadding && !usesOnlyLengths(graph) };
  let rows: Promise<Float32Array<SharedArrayBuffer>> | undefined;
  return {
    info,
    tokenizer,
    headRows() {
      rows ??= readRows(opened, info);
      return rows;
    },
    generate: (prompts, generateOptions) => generate(decoder, limits, prompts, generateOptions),
    close: () => decoder.release(),
  };
}

async function findDirectory(idOrDirectory: string, options: OpenLmOptions): Promise<string> {
  if (!isLocal(idOrDirectory)) return downloadModel(idOrDirectory, options);
  const { revision = 'main' } = options;
  if (revision === 'main') return localDirectory(idOrDirectory);
  throw new InputError(
    `${idOrDirectory} is a directory and has no revision ${revision}: leave out the revision, or name a hub id`,
  );
}

/** A model's graph, edited and loaded. */
interface OpenedGraph {
  graph: OnnxGraph;
  head: LmHead;
  weights: Weights;
  decoder: Decoder;
  threads: number;
  probe: Probe;
  state: StateLayers;
}

async function openGraph(modelFile: string, { threads, layers = [-1] }: OpenLmOptions): Promise<OpenedGraph> {
  refuseBadFile(modelFile);
  const graph = new OnnxGraph(readModel(modelFile));
  checkDecoderInputs(
    graph.model.inputs.map((input) => input.name),
    modelFile,
  );
  const head = findLmHead(graph);
  const state = findLayers(graph, head.hidden, layers);
  const weights = locateWeights(graph.model);
  const sidecar = buildSidecar(graph, head, weights, state.values);
  const load = async (count: number) => {
    const session: InferenceSession = await createSession(sidecar, weights.folder, count);
    return new Decoder(session, sidecar.logits, sidecar.states);
  };
  const loaded = await loadDecoder(load, threads, sidecar, modelFile);
  checkWidths(state, loaded.probe.widths, loaded.probe.hidden.length, modelFile);
  checkHead(graph, head, loaded.probe);
  return { graph, head, weights, state, ...loaded };
}

/** Loads a decoder and tries it out. @throws InputError when ONNX Runtime cannot run it. */
async function loadDecoder(
  load: (threads: number) => Promise<Decoder>,
  threads: number | undefined,
  sidecar: DecoderSidecar,
  modelFile: string,
): Promise<Threaded<Decoder> & { probe: Probe }> {
  try {
    const chosen =
      threads === undefined ? await fastestDecoder(load) : { decoder: await load(threads), threads };
    return { ...chosen, probe: await probeDecoder(chosen.decoder, sidecar) };
  } catch (error) {
    throw new InputError(`${modelFile} cannot be run: ${runtimeMessage(error)}; download or export it again`);
  }
}

/** Reads the `lm_head`'s rows and makes sure that they and the hidden state give the logits. */
async function readRows(opened: OpenedGraph, info: LmInfo): Promise<Float32Array<SharedArrayBuffer>> {
  const { graph, head, weights, probe } = opened;
  const multiplied = () => {
    const headModel = buildHeadModel(graph, head, weights);
    return readHeadRows(headModel, weights.folder, info.threads, info.vocabSize, info.hiddenSize);
  };
  const rows = readAllRows(graph, head, info.vocabSize, info.hiddenSize) ?? (await multiplied());
  checkHeadRows(rows, probe, info.modelFile);
  return rows;
}

/** Whether the graph's attention knows a sequence by its length alone, and so takes no padding on the left. */
function usesOnlyLengths(graph: OnnxGraph): boolean {
  return graph.model.nodes.some((node) => node.opType === 'GroupQueryAttention');
}

function checkThreads(threads: number | undefined): void {
  if (threads === undefined || (Number.isInteger(threads) && threads > 0)) return;
  throw new InputError(`threads is ${threads}: it must be a whole number of at least 1`);
}
