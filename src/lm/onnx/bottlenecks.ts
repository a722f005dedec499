import type { OnnxNode } from './model.js';

// Operators that tell the size of their input, not what is in it.
const SIZES = ['Shape', 'Size'];
// `sum = input + skip; output = norm(sum)` in one, with the sum as output 3 where something else reads it.
const SKIP_NORMS = ['SkipLayerNormalization', 'SkipSimplifiedLayerNormalization'];
const SKIP_SUM = 3;

/** The bottlenecks of a graph between two values. */
export interface Bottlenecks {
  /** Values that every path from the one to the other goes through, in order. */
  values: readonly string[];
  /** Index in `values` of the last bottleneck that a value is made of; a bottleneck is made of itself. */
  last: ReadonlyMap<string, number>;
}

/**
 * Finds the values that every path from `source` to `end` goes through. In topological order these are the ones
 * that no edge of such a path jumps over. A path carries contents: it does not lead through the size of a value. What
 * QuantizeLinear gives does not count, for its input is a bottleneck too, and a float.
 */
export function findBottlenecks(nodes: readonly OnnxNode[], source: string, end: string): Bottlenecks {
  const edges = readersOf(nodes);
  const quantized = quantizedValues(nodes);
  const order = orderFrom(source, edges);
  const place = new Map(order.map((value, index) => [value, index]));
  const onPath = valuesLeadingTo(end, order, edges);
  const values: string[] = [];
  const last = new Map<string, number>();
  let farthest = 0;
  order.forEach((value, index) => {
    const readers = edges.get(value) ?? [];
    if (onPath.has(value)) {
      if (farthest <= index && !quantized.has(value)) last.set(value, values.push(value) - 1);
      for (const reader of readers) {
        if (onPath.has(reader)) farthest = Math.max(farthest, place.get(reader) ?? 0);
      }
    }
    const own = last.get(value);
    if (own === undefined) return;
    for (const reader of readers) last.set(reader, Math.max(own, last.get(reader) ?? 0));
  });
  return { values, last };
}

/** The values that are made of each value directly. */
function readersOf(nodes: readonly OnnxNode[]): Map<string, string[]> {
  const edges = new Map<string, string[]>();
  const connect = (inputs: readonly string[], output: string) => {
    for (const input of inputs) {
      const readers = edges.get(input);
      if (readers === undefined) edges.set(input, [output]);
      else readers.push(output);
    }
  };
  for (const { opType, inputs, outputs } of nodes) {
    if (SIZES.includes(opType)) continue;
    if (SKIP_NORMS.includes(opType)) {
      const sum = outputs[SKIP_SUM] || `${outputs[0]} before its norm`;
      connect(inputs, sum);
      connect([sum], outputs[0]);
    } else {
      for (const output of outputs) connect(inputs, output);
    }
  }
  return edges;
}

function quantizedValues(nodes: readonly OnnxNode[]): Set<string> {
  return new Set(nodes.filter((node) => node.opType === 'QuantizeLinear').flatMap((node) => node.outputs));
}

/** `source` and the values made of it, each after all that it is made of. */
function orderFrom(source: string, edges: ReadonlyMap<string, readonly string[]>): string[] {
  const missing = new Map<string, number>();
  const reached = [source];
  // Both lists grow while they are walked over.
  for (const value of reached) {
    for (const reader of edges.get(value) ?? []) {
      const count = missing.get(reader) ?? 0;
      if (count === 0) reached.push(reader);
      missing.set(reader, count + 1);
    }
  }
  const order = [source];
  for (const value of order) {
    for (const reader of edges.get(value) ?? []) {
      const count = (missing.get(reader) ?? 0) - 1;
      missing.set(reader, count);
      if (count === 0) order.push(reader);
    }
  }
  return order;
}

function valuesLeadingTo(
  end: string,
  order: readonly string[],
  edges: ReadonlyMap<string, readonly string[]>,
): Set<string> {
  const leading = new Set([end]);
  for (const value of order.toReversed()) {
    if (edges.get(value)?.some((reader) => leading.has(reader))) leading.add(value);
  }
  return leading;
}
