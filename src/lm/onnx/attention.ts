import { integerAttribute } from './attributes.js';
import { isCache, isState, presentName } from './caches.js';
import type { OnnxGraph } from './graph.js';
import type { OnnxNode } from './model.js';

/**
 * How a graph's attention is told which columns of a row are tokens:
 * - `masked`: by the attention mask, wherever they stand;
 * - `counted`: by their number, and they are the first columns of the KV cache;
 * - `even`: in a way that holds for rows of one length alone.
 */
export type Attention =
  | { told: 'masked' | 'even' }
  | {
      told: 'counted';
      /** The value with the index of each row's newest column; `[batch]`. */
      newest: string;
    };

const COUNTING = 'GroupQueryAttention';
const MASK = 'attention_mask';

// https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.GroupQueryAttention
const INPUT = { pastKey: 3, pastValue: 4, newest: 5, totalLength: 6, cos: 7 };
const OUTPUT = { presentKey: 1, presentValue: 2 };

// What may stand between the sum of the mask and a node that reads it.
const RESHAPING = ['Add', 'Cast', 'Flatten', 'Identity', 'Reshape', 'Squeeze', 'Sub', 'Unsqueeze'];

/** How the attention of a decoder is told which columns of a row are tokens. */
export function attentionOf(graph: OnnxGraph): Attention {
  const nodes = graph.model.nodes.filter((node) => node.opType === COUNTING);
  if (nodes.length === 0) return { told: 'masked' };
  const counted =
    ownCaches(graph) && onlyCountsMask(graph) && nodes.every((node) => countsTokens(graph, node));
  return counted ? { told: 'counted', newest: nodes[0].inputs[INPUT.newest] } : { told: 'even' };
}

/** Whether all keys and values go straight from the graph's inputs to GroupQueryAttention and from there to its outputs. */
function ownCaches(graph: OnnxGraph): boolean {
  const caches = graph.model.inputs.filter(({ name }) => isCache(name) && !isState(name));
  return caches.every(({ name }) => {
    const present = presentName(name);
    // Another reader may take the cache's width for the number of tokens.
    const [node, ...others] = graph.readersOf(name);
    if (node?.opType !== COUNTING || others.length > 0 || graph.readersOf(present).length > 0) return false;
    const key = node.inputs[INPUT.pastKey] === name && node.outputs[OUTPUT.presentKey] === present;
    return key || (node.inputs[INPUT.pastValue] === name && node.outputs[OUTPUT.presentValue] === present);
  });
}

/** Whether GroupQueryAttention is told its lengths by the attention mask, and nothing else is made of the mask. */
function onlyCountsMask({ model }: OnnxGraph): boolean {
  const made = new Set([MASK]);
  for (const node of model.nodes) {
    if (node.captures.some((value) => made.has(value))) return false;
    const read = [...node.inputs.keys()].filter((i) => made.has(node.inputs[i]));
    if (node.opType === COUNTING) {
      if (read.some((i) => i !== INPUT.newest && i !== INPUT.totalLength)) return false;
      if (!read.includes(INPUT.totalLength)) return false;
    } else if (read.length > 0) {
      for (const output of node.outputs) made.add(output);
    }
  }
  return !model.outputs.some(({ name }) => made.has(name));
}

/** Whether a node is told the sums of the mask's rows, and else only what is the same for any rows. */
function countsTokens(graph: OnnxGraph, node: OnnxNode): boolean {
  const rest = node.inputs.slice(INPUT.cos);
  return (
    rest.every((value) => graph.isConstant(value) || value === 'position_ids') &&
    isSumOfMask(graph, node.inputs[INPUT.newest] ?? '') &&
    // A cache that holds a window alone, whose columns are no positions.
    (integerAttribute(node, 'sliding_window_cache') ?? 0) === 0
  );
}

function isSumOfMask(graph: OnnxGraph, value: string): boolean {
  let sums = 0;
  let current = value;
  while (current !== MASK) {
    const node = graph.producer(current);
    const [made, ...others] = node?.inputs.filter((input) => !graph.isConstant(input)) ?? [];
    if (node === undefined || made === undefined || others.length > 0) return false;
    if (node.opType === 'ReduceSum') sums++;
    else if (!RESHAPING.includes(node.opType)) return false;
    current = made;
  }
  return sums === 1;
}
