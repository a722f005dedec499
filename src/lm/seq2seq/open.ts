import { InputError } from '../../common/index.js';
import type { Place } from '../device/place.js';
import { AlignedBatch } from '../engine/alignedBatch.js';
import type { ModelConfig } from '../files.js';
import { someOf } from '../languages.js';
import { OnnxGraph } from '../onnx/graph.js';
import { findLmHead, type LmHead } from '../onnx/head.js';
import { checkWidths, findLayers, type StateLayers } from '../onnx/layers.js';
import type { OnnxModel } from '../onnx/model.js';
import { buildReference } from '../onnx/reference.js';
import { buildSidecar, type DecoderSidecar } from '../onnx/sidecar.js';
import { withTargetPadding } from '../onnx/targetPadding.js';
import { locateWeights, type Weights } from '../onnx/weights.js';
import { DEFAULT_CONTEXT, type OpenedModel } from '../opened.js';
import type { Probe } from '../probe.js';
import { cannotRun, createSession, type Placement } from '../session.js';
import { fastestModel } from '../threads.js';
import type { LoadedTokenizer } from '../tokenizer.js';
import type { OpenLmOptions } from '../types.js';
import { warningsOf } from '../warnings.js';
import { readTargetConfig, type TargetConfig } from './config.js';
import { EncoderDecoder, type LoadedDecoder } from './encoderDecoder.js';
import { findSeq2SeqFiles } from './files.js';
import { readSeq2SeqGraphs, type Seq2SeqGraphs } from './graphs.js';
import { beginsByItself, joinsTargets, probeSeq2Seq } from './probe.js';
import { Seq2SeqReading } from './reading.js';

/** What a model's JSON files and its tokenizer say. */
type OpeningFacts = Pick<ModelConfig, 'contextLength'> & Pick<LoadedTokenizer, 'languageToken' | 'languages'>;

/** A decoder's graph, edited. */
interface EditedDecoder {
  graph: OnnxGraph;
  head: LmHead;
  weights: Weights;
  state: StateLayers;
  sidecar: DecoderSidecar;
}

/**
 * Opens an encoder-decoder model in transformers.js's layout: `onnx/encoder_model*.onnx`, and
 * `onnx/decoder_model_merged*.onnx` or `onnx/decoder_model*.onnx` with `onnx/decoder_with_past_model*.onnx`.
 * @throws InputError when a file is missing, damaged or of a kind that is not supported, or there are no such layers.
 */
export async function openSeq2Seq(
  directory: string,
  { contextLength, languageToken, languages }: OpeningFacts,
  { dtype, layers = [-1] }: OpenLmOptions,
  place: Place,
): Promise<OpenedModel> {
  const graphs = readSeq2SeqGraphs(findSeq2SeqFiles(directory, dtype));
  const target = readTargetConfig(directory, languageToken);
  const { model, next, probe, threads } = await loadAndTry(graphs, target, layers, place);
  checkWidths(next.state, probe.widths, probe.hidden.length, graphs.next.path);
  const { encoder, memory } = graphs;
  const running = [encoder, memory, graphs.next];
  const length = contextLength ?? DEFAULT_CONTEXT;
  return {
    ...next,
    kind: 'encoder-decoder',
    probe,
    threads,
    sourceLength: length,
    contextLength: length - (target.opening.length - 1),
    warnings: [
      ...warningsOf(running, next.head.info, contextLength, DEFAULT_CONTEXT),
      ...targetWarnings(target, languages),
    ],
    openBatch: () => new AlignedBatch(model),
    reading: new Seq2SeqReading(model),
    release: () => model.release(),
  };
}

/** A model that has been tried out. */
interface Tried {
  model: EncoderDecoder;
  next: EditedDecoder;
  probe: Probe;
  threads: number;
}

/** @throws InputError when ONNX Runtime cannot run a graph. */
async function loadAndTry(
  graphs: Seq2SeqGraphs,
  target: TargetConfig,
  layers: readonly number[],
  place: Place,
): Promise<Tried> {
  const load = (next: OnnxModel) => loadFastest({ ...graphs, next }, target, layers, place);
  try {
    const loaded = (await loadJoining(graphs.next, load)) ?? (await load(graphs.next));
    return { ...loaded, probe: await probeSeq2Seq(loaded.model, loaded.next.sidecar.biased) };
  } catch (error) {
    throw error instanceof InputError ? error : cannotRun(graphs.next.path, place, error);
  } finally {
    place.profile?.end();
  }
}

type Loaded = Omit<Tried, 'probe'>;

/** The model with a decoder that is told of padding before targets; undefined where that cannot be, or goes wrong. */
async function loadJoining(
  decoder: OnnxModel,
  load: (next: OnnxModel) => Promise<Loaded>,
): Promise<Loaded | undefined> {
  const padded = withTargetPadding(decoder);
  if (padded === undefined) return undefined;
  let loaded: Loaded;
  try {
    loaded = await load(padded);
  } catch {
    // What is wrong with the file itself is said when it is loaded as it is.
    return undefined;
  }
  if (await joinsTargets(loaded.model)) return loaded;
  await loaded.model.release();
  return undefined;
}

async function loadFastest(
  graphs: Seq2SeqGraphs,
  target: TargetConfig,
  layers: readonly number[],
  place: Place,
): Promise<Loaded> {
  const next = editDecoder(graphs.next, layers);
  const load = (threads: number) => loadModel(graphs, next, target, { ...place, threads });
  const { decoder, threads } =
    place.threads === undefined
      ? await fastestModel(load)
      : { decoder: await load(place.threads), threads: place.threads };
  return { model: await checkBeginning(decoder, graphs.first, layers, { ...place, threads }), next, threads };
}

function targetWarnings({ bannedSequences, opening }: TargetConfig, languages: readonly string[]): string[] {
  const warnings: string[] = [];
  if (bannedSequences > 0) {
    warnings.push(
      `${bannedSequences} of the bad_words_ids are sequences of several tokens, which are not left out: only single tokens are`,
    );
  }
  if (languages.length > 0 && opening.length === 1) {
    warnings.push(
      `it translates into ${languages.length} languages, and none is asked for: set lm.languages.target, such as ${someOf(languages)}`,
    );
  }
  return warnings;
}

/** Only one position runs at a time, so there is nothing to keep of several. */
function editDecoder(model: OnnxModel, layers: readonly number[]): EditedDecoder {
  const graph = new OnnxGraph(model);
  const head = { ...findLmHead(graph), allPositions: false };
  const state = findLayers(graph, head.hidden, layers);
  const weights = locateWeights(model);
  return { graph, head, weights, state, sidecar: buildSidecar(graph, head, weights, state.values) };
}

async function loadModel(
  { encoder, memory }: Seq2SeqGraphs,
  next: EditedDecoder,
  target: TargetConfig,
  place: Placement,
): Promise<EncoderDecoder> {
  const whole = (model: OnnxModel) => {
    const reference = buildReference(model);
    return createSession(reference, reference.folder, place);
  };
  const sessions = {
    encoder: await whole(encoder),
    memory: await whole(memory),
    first: undefined,
    next: await loadDecoder(next, place),
  };
  return new EncoderDecoder(sessions, target);
}

async function loadDecoder(
  { sidecar, weights }: EditedDecoder,
  place: Placement,
  once = false,
): Promise<LoadedDecoder> {
  return { session: await createSession(sidecar, weights.folder, place, once), outputs: sidecar };
}

/**
 * The decoder with a KV cache can mostly begin with an empty one, and then the one without, which has the same weights
 * once more, need not stay.
 * @returns The model, with a decoder for the first token where it needs one.
 */
async function checkBeginning(
  model: EncoderDecoder,
  first: OnnxModel,
  layers: readonly number[],
  place: Placement,
): Promise<EncoderDecoder> {
  const edited = editDecoder(first, layers);
  // Released at once, and so not watched.
  const trial = await loadDecoder(edited, { ...place, profile: undefined }, true);
  try {
    if (await beginsByItself(model, model.withFirst(trial))) return model;
  } finally {
    await trial.session.release();
  }
  return model.withFirst(await loadDecoder(edited, place));
}
