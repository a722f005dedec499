import { InputError } from '../../common/index.js';
import { findBottlenecks } from './bottlenecks.js';
import type { OnnxGraph } from './graph.js';

/** The layers that a state is made of. */
export interface StateLayers {
  /** Decoder layers of the model, `L`: those that keep attention keys, or the state of a convolution or recurrence. */
  layerCount: number;
  /** The layers asked for, from 0 to `L`. */
  layers: readonly number[];
  /** The value of each in the graph. */
  values: readonly string[];
}

const REMEDY = 'lm.layers: [-1] always works';
const CACHE_KEY = /^present(?:\.(\d+)(?:\.decoder)?\.key|_(?:conv|ssm|recurrent)\.(\d+)$)/;

/**
 * Finds the states of `asked` in the graph, in the words of transformers' `hidden_states`: 0 is what the embeddings
 * give, `i` the residual stream behind the `i`-th layer, and `L` (or -1) the `lm_head`'s input.
 *
 * The rule, which knows no names but those of the inputs and outputs: the residual stream is a chain of values that
 * every path from `input_ids` to the `lm_head` goes through, for whatever a layer adds, the stream bypasses. Layer
 * `i + 1` makes its `present.i.key` of the stream as it finds it, so the last such value that `present.i.key` is
 * made of is the state `i`. This holds for norms before, behind and on both sides of attention, decomposed or
 * fused, and for attention and MLP one after the other or in parallel. It fails where something bypasses the
 * stream, such as token embeddings of every layer's own.
 * @param hidden The `lm_head`'s input.
 * @param asked From 0, or from -1 downwards.
 * @throws InputError for a layer that the model does not have, one named twice, and one that is not found.
 */
export function findLayers(graph: OnnxGraph, hidden: string, asked: readonly number[]): StateLayers {
  const keys = cacheKeys(graph);
  const layerCount = keys.length;
  const layers = resolveLayers(asked, layerCount, graph.model.path);
  const inner = layers.some((layer) => layer !== layerCount);
  const states = inner ? innerStates(graph, hidden, keys) : [];
  const values = layers.map((layer) => {
    const value = layer === layerCount ? hidden : states[layer];
    if (value !== undefined) return value;
    const found = states.filter((state) => state !== undefined).length;
    throw new InputError(
      `${graph.model.path}: lm.layers asks for layer ${layer}, which was not found: of the ${layerCount} states on ` +
        `the residual stream before the lm_head the graph shows ${found}; ${REMEDY}`,
    );
  });
  return { layerCount, layers, values };
}

/** An output with what each layer remembers, attention keys or another state, in the order of the layers. */
function cacheKeys(graph: OnnxGraph): string[] {
  const keys: string[] = [];
  for (const { name } of graph.model.outputs) {
    const match = CACHE_KEY.exec(name);
    const number = match?.[1] ?? match?.[2];
    if (number !== undefined) keys[Number(number)] = name;
  }
  return Array.from(keys, (name) => name ?? '');
}

function resolveLayers(asked: readonly number[], layerCount: number, file: string): number[] {
  if (asked.length === 0) throw new InputError('lm.layers is empty: name at least one layer, such as -1');
  const layers = asked.map((layer) => (layer < 0 ? layerCount + 1 + layer : layer));
  layers.forEach((layer, i) => {
    if (!Number.isInteger(layer) || layer < 0 || layer > layerCount) {
      throw new InputError(
        `lm.layers names ${asked[i]}, but ${file} has ${layerCount} layers: choose from 0 (the embeddings) to ` +
          `${layerCount} (the lm_head's input), or from -1 (the same) down to ${-layerCount - 1}`,
      );
    }
    const first = layers.indexOf(layer);
    if (first !== i) {
      throw new InputError(
        `lm.layers names one layer twice, as ${asked[first]} and as ${asked[i]}: leave one of them out`,
      );
    }
  });
  return layers;
}

/** The states `[0, ..., L - 1]`; undefined where a layer does not show one of its own, or integers. */
function innerStates(graph: OnnxGraph, hidden: string, keys: readonly string[]): (string | undefined)[] {
  const { values, last } = findBottlenecks(graph.model.nodes, 'input_ids', hidden);
  // The first bottleneck is input_ids itself.
  let before = 0;
  return keys.map((key) => {
    const index = last.get(key) ?? 0;
    if (index <= before) return undefined;
    before = index;
    const value = values[index];
    return graph.producer(value)?.opType.startsWith('QLinear') ? undefined : value;
  });
}

/**
 * Makes sure that every state is as wide as the `lm_head`'s input.
 * @param widths Width of each of the layers' states.
 * @throws InputError naming the layer whose state is not.
 */
export function checkWidths(
  { layers, layerCount }: StateLayers,
  widths: readonly number[],
  hiddenSize: number,
  file: string,
): void {
  layers.forEach((layer, i) => {
    if (widths[i] === hiddenSize) return;
    const fitting = widths.filter((width) => width === hiddenSize).length;
    throw new InputError(
      `${file}: lm.layers asks for layer ${layer}, whose state has width ${widths[i]}, not the lm_head's ` +
        `${hiddenSize} (${fitting} of the ${layers.length} layers asked for have it, of ${layerCount} in the model); ${REMEDY}`,
    );
  });
}
