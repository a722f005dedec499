import type { OnnxModel, ValueInfo } from './model.js';
import { DATA_TYPE } from './schema.js';
import { encodeIntegers, encodeNode, encodeValueInfo } from './write.js';

// `past_key_values.0.key` becomes `present.0.key`, and the state of a convolution `past_conv.0` `present_conv.0`.
const CACHE_INPUT = /^past_(key_values|conv|ssm|recurrent)\./;
const STATE_INPUT = /^past_(conv|ssm|recurrent)\./;

// Slice takes its bounds as inputs since this operator set.
export const SLICE_OPSET = 10;
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

/** The output that is fed back to a cache's input. */
export function presentName(input: string): string {
  return input.replace(/^past_key_values/, 'present').replace(/^past_/, 'present_');
}

/** An output with the newest column of every cache, and what makes it. */
export interface NewestColumns {
  output: string;
  nodes: Uint8Array[];
  initializers: Uint8Array[];
  outputs: Uint8Array[];
}

/**
 * An output `[rows, heads, 1, caches * size]` with the newest column of every cache, in the order of the inputs.
 * @returns undefined where the caches are not all `[rows, heads, columns, size]` of one type and size.
 */
export function newestColumns(model: OnnxModel, name: (base: string) => string): NewestColumns | undefined {
  const caches = model.inputs.filter((input) => isCache(input.name));
  const kinds = new Set(caches.map(kindOf));
  // Keys and values of an encoder's output stay as they are.
  if (caches.some(({ name }) => name.includes('.encoder.'))) return;
  if (caches.length === 0 || kinds.size !== 1 || kinds.has(undefined) || model.opset < SLICE_OPSET) return;
  const bounds = ['newest_start', 'newest_end', 'newest_axis'].map(name);
  const columns = caches.map(() => name('newest_column'));
  const output = name('newest_columns');
  const slices = caches.map((cache, i) =>
    encodeNode('Slice', [presentName(cache.name), ...bounds], [columns[i]]),
  );
  return {
    output,
    nodes: [...slices, encodeNode('Concat', columns, [output], { axis: 3 })],
    initializers: bounds.map((bound, i) => encodeIntegers(bound, [[-1n, LAST_INTEGER, 2n][i]])),
    outputs: [encodeValueInfo(output, caches[0].elemType ?? DATA_TYPE.float)],
  };
}

/** Type and sizes of `[rows, heads, columns, size]`; undefined for another kind of cache. */
function kindOf({ name, elemType, shape }: ValueInfo): string | undefined {
  const [rows, heads, columns, size] = shape ?? [];
  const usual = typeof rows === 'string' && typeof columns === 'string' && shape?.length === 4;
  if (!usual || isState(name) || typeof heads !== 'number' || typeof size !== 'number') return undefined;
  return `${elemType} ${heads} ${size}`;
}
