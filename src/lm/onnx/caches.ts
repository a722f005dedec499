import type { OnnxModel, ValueInfo } from './model.js';
import { DATA_TYPE } from './schema.js';
import { encodeIntegers, encodeNode, encodeValueInfo } from './write.js';

// `past_key_values.0.key` becomes `present.0.key`, and the state of a convolution `past_conv.0` `present_conv.0`.
const CACHE_INPUT = /^past_(key_values|conv|ssm|recurrent)\./;
const STATE_INPUT = /^past_(conv|ssm|recurrent)\./;

// Slice takes its bounds as inputs since this operator set.
export const SLICE_OPSET = 10;
// GatherND takes a number of dimensions to go through side by side since this operator set.
const BATCHED_GATHER_OPSET = 12;
/** The end of a Slice that goes to the end. */
export const LAST_INTEGER = 2n ** 63n - 1n;

/** Whether an input is what the model remembers: keys and values, or the state of a convolution or recurrence. */
export function isCache(input: string): boolean {
  return CACHE_INPUT.test(input);
}

/** Whether an input is the state of a convolution or recurrence, which takes in every token, padding too. */
export function isState(input: string): boolean {
  return STATE_INPUT.test(input);
}

/** Whether a cache of an encoder-decoder model holds the target's own keys and values, and grows. */
export function isTargetCache(input: string): boolean {
  return isCache(input) && input.includes('.decoder.');
}

/** The output that is fed back to a cache's input. */
export function presentName(input: string): string {
  return input.replace(/^past_key_values/, 'present').replace(/^past_/, 'present_');
}

/** An output with the newest column of every KV cache, and what makes it. */
export interface NewestColumns {
  output: string;
  nodes: Uint8Array[];
  initializers: Uint8Array[];
  outputs: Uint8Array[];
}

/**
 * An output `[rows, heads, 1, caches * size]` with the newest column of every KV cache, in the order of the inputs.
 * @param index The value with the index of each row's newest column, `[rows]`; without one it is the last column of all.
 * @returns undefined where these caches are not all `[rows, heads, columns, size]` of one type and size.
 */
export function newestColumns(
  model: OnnxModel,
  name: (base: string) => string,
  index?: string,
): NewestColumns | undefined {
  const caches = model.inputs.filter(({ name: input }) => isCache(input) && !isState(input));
  const kinds = new Set(caches.map(kindOf));
  // Keys and values of an encoder's output stay as they are.
  if (caches.some(({ name }) => name.includes('.encoder.'))) return;
  const opset = index === undefined ? SLICE_OPSET : BATCHED_GATHER_OPSET;
  if (caches.length === 0 || kinds.size !== 1 || kinds.has(undefined) || model.opset < opset) return;
  const columns = caches.map(() => name('newest_column'));
  const output = name('newest_columns');
  const pick = index === undefined ? lastColumn(name) : columnAt(index, Number(caches[0].shape?.[1]), name);
  const picked = caches.map((cache, i) => pick.column(presentName(cache.name), columns[i]));
  return {
    output,
    nodes: [...pick.nodes, ...picked, encodeNode('Concat', columns, [output], { axis: 3 })],
    initializers: pick.initializers,
    outputs: [encodeValueInfo(output, caches[0].elemType ?? DATA_TYPE.float)],
  };
}

/** What takes one column of `[rows, heads, columns, size]`. */
interface ColumnPick {
  nodes: Uint8Array[];
  initializers: Uint8Array[];
  /** The node that takes it of the value `from`. */
  column(from: string, to: string): Uint8Array;
}

function lastColumn(name: (base: string) => string): ColumnPick {
  const bounds = ['newest_start', 'newest_end', 'newest_axis'].map(name);
  return {
    nodes: [],
    initializers: bounds.map((bound, i) => encodeIntegers(bound, [[-1n, LAST_INTEGER, 2n][i]])),
    column: (from, to) => encodeNode('Slice', [from, ...bounds], [to]),
  };
}

function columnAt(index: string, heads: number, name: (base: string) => string): ColumnPick {
  const [whole, shape, rows, repeats, indices] = [
    'newest_index',
    'newest_index_shape',
    'newest_index_rows',
    'newest_index_heads',
    'newest_indices',
  ].map(name);
  return {
    nodes: [
      encodeNode('Cast', [index], [whole], { to: DATA_TYPE.int64 }),
      encodeNode('Reshape', [whole, shape], [rows]),
      encodeNode('Expand', [rows, repeats], [indices]),
    ],
    initializers: [
      encodeIntegers(shape, [-1n, 1n, 1n, 1n]),
      encodeIntegers(repeats, [1n, BigInt(heads), 1n, 1n]),
    ],
    column: (from, to) => encodeNode('GatherND', [from, indices], [to], { batch_dims: 2 }),
  };
}

/** Type and sizes of `[rows, heads, columns, size]`; undefined for another kind of cache. */
function kindOf({ elemType, shape }: ValueInfo): string | undefined {
  const [rows, heads, columns, size] = shape ?? [];
  const usual = typeof rows === 'string' && typeof columns === 'string' && shape?.length === 4;
  if (!usual || typeof heads !== 'number' || typeof size !== 'number') return undefined;
  return `${elemType} ${heads} ${size}`;
}
