import { integerAttribute } from './attributes.js';
import { isTargetCache } from './caches.js';
import { OnnxGraph } from './graph.js';
import { type OnnxModel, type OnnxNode, type OnnxTensor, parseValueInfo } from './model.js';
import { uniqueNames } from './names.js';
import { newIntegers, newNode, withInputs } from './newParts.js';
import { inOrder } from './order.js';
import { DATA_TYPE } from './schema.js';
import { encodeValueInfo } from './write.js';

/** The inputs that tell a decoder of padding before a target. */
export const PADDING_INPUTS = {
  /** What is added to the scores of self-attention: 0, or -Infinity for a column of padding; `[rows, 1, 1, columns]`. */
  mask: 'target_padding_mask',
  /** What is added to each token's position, which the graph takes for its column's; `[rows, sequence]`. */
  shift: 'target_position_shift',
} as const;

/** Nodes and constants to add, and the nodes that read what they make in place of what they read before. */
interface Edit {
  nodes: OnnxNode[];
  constants: OnnxTensor[];
  /** What a node reads from now on. */
  rerouted: Map<OnnxNode, { from: string; to: string }>;
}

/** Makes a value's name of `base` that the graph does not use yet. */
type Namer = (base: string) => string;

/**
 * An encoder-decoder model's decoder with the inputs of {@link PADDING_INPUTS}, so that its rows may begin with padding:
 * exports have no mask for the target, since its rows begin together. The mask goes before the Softmax of each
 * self-attention, which is known by the keys that it is made of. Learned or sinusoidal positions are rows of a table, taken
 * by the number of columns in the KV cache; the shift makes a row's own number of it. T5's buckets are relative, so columns
 * do for them.
 * @returns undefined where the attention is fused, or not found for another reason.
 */
export function withTargetPadding(model: OnnxModel): OnnxModel | undefined {
  const graph = new OnnxGraph(model);
  const name = uniqueNames(model);
  const keys = model.inputs.filter((input) => isTargetCache(input.name) && input.name.endsWith('.key'));
  const heads = keys[0]?.shape?.[1];
  const softmaxes = keys.map((key) => softmaxBehind(model, key.name));
  if (typeof heads !== 'number' || !softmaxes.every((node) => node !== undefined)) return undefined;
  const cacheType = keys[0].elemType ?? DATA_TYPE.float;
  const edit: Edit = { nodes: [], constants: [], rerouted: new Map() };
  addMask(edit, name, graph, softmaxes, heads, cacheType);
  const tables = positionTables(graph);
  if (tables.length > 0) addShift(edit, name, tables);
  return applied(model, edit, tables.length > 0);
}

/** The first Softmax that the keys of a cache go into; undefined unless there is one alone. */
function softmaxBehind(model: OnnxModel, key: string): OnnxNode | undefined {
  const found = new Set<OnnxNode>();
  const seen = new Set<string>();
  const open = [key];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (seen.has(value)) continue;
    seen.add(value);
    for (const node of model.nodes.filter(({ inputs }) => inputs.includes(value))) {
      if (node.opType === 'Softmax') found.add(node);
      // Shapes go everywhere.
      else if (node.opType !== 'Shape') open.push(...node.outputs);
    }
  }
  const [softmax] = found;
  return found.size === 1 ? softmax : undefined;
}

/**
 * Adds the mask to the scores, which some graphs have as `[rows, heads, sequence, columns]` and some as
 * `[rows * heads, sequence, columns]`.
 */
function addMask(
  edit: Edit,
  name: Namer,
  graph: OnnxGraph,
  softmaxes: readonly OnnxNode[],
  heads: number,
  cacheType: number,
): void {
  const { mask } = PADDING_INPUTS;
  const [maskShape, factors, spread, rest, shape] = [
    'padding_mask_shape',
    'scores_factors',
    'scores_spread',
    'scores_rest',
    'scores_by_row',
  ].map(name);
  // Of [rows, 1, 1, columns]: [rows, heads, whatever is left, columns].
  edit.constants.push(
    newIntegers(factors, [1n, BigInt(heads), 0n, 1n]),
    newIntegers(rest, [0n, 0n, -1n, 0n]),
  );
  edit.nodes.push(
    newNode('Shape', [mask], maskShape),
    newNode('Mul', [maskShape, factors], spread),
    newNode('Add', [spread, rest], shape),
  );
  const typed = new Map<number, string>();
  for (const softmax of softmaxes) {
    const [scores] = softmax.inputs;
    const type = typeOfScores(graph, scores, cacheType);
    const mine = typed.get(type) ?? name('padding_mask');
    if (!typed.has(type)) edit.nodes.push(newNode('Cast', [mask], mine, { to: type }));
    typed.set(type, mine);
    const [byRow, masked, before, after] = ['scores_of_rows', 'scores_masked', 'scores_shape', 'scores'].map(
      name,
    );
    edit.nodes.push(
      newNode('Shape', [scores], before),
      newNode('Reshape', [scores, shape], byRow),
      newNode('Add', [byRow, mine], masked),
      newNode('Reshape', [masked, before], after),
    );
    edit.rerouted.set(softmax, { from: scores, to: after });
  }
}

/** Models of halves may take the softmax in single precision. */
function typeOfScores(graph: OnnxGraph, scores: string, cacheType: number): number {
  const maker = graph.producer(scores);
  return (maker?.opType === 'Cast' ? integerAttribute(maker, 'to') : undefined) ?? cacheType;
}

/** The nodes that take rows of a table by the number of columns in the KV cache: positions, but for relative ones. */
function positionTables(graph: OnnxGraph): OnnxNode[] {
  const caches = new Set(graph.model.inputs.map(({ name }) => name).filter(isTargetCache));
  return graph.model.nodes.filter((each) => {
    const [table, index] = each.inputs;
    if (!each.opType.startsWith('Gather') || !graph.isConstant(table) || graph.isConstant(index))
      return false;
    const makers = graph.ancestors([index]);
    const told = makers.some(({ inputs }) => inputs.some((input) => caches.has(input)));
    // Buckets of distances grow with the distance's logarithm.
    return told && makers.every(({ opType }) => opType !== 'Log');
  });
}

/** Shifts the positions, which may be of all rows at once, `[sequence]`, or of each, in one list or in one for each. */
function addShift(edit: Edit, name: Namer, tables: readonly OnnxNode[]): void {
  const { shift } = PADDING_INPUTS;
  const [shiftShape, factors, width, rest, shape] = [
    'position_shift_shape',
    'positions_factors',
    'positions_width',
    'positions_rest',
    'positions_by_row',
  ].map(name);
  // Of [rows, sequence]: [one or all rows, sequence].
  edit.constants.push(newIntegers(factors, [0n, 1n]), newIntegers(rest, [-1n, 0n]));
  edit.nodes.push(
    newNode('Shape', [shift], shiftShape),
    newNode('Mul', [shiftShape, factors], width),
    newNode('Add', [width, rest], shape),
  );
  for (const table of tables) {
    const [, index] = table.inputs;
    const [whole, byRow, shifted] = ['positions_int64', 'positions_of_rows', 'positions_shifted'].map(name);
    edit.nodes.push(
      newNode('Cast', [index], whole, { to: DATA_TYPE.int64 }),
      newNode('Reshape', [whole, shape], byRow),
      newNode('Add', [byRow, shift], shifted),
    );
    edit.rerouted.set(table, { from: index, to: shifted });
  }
}

function applied(model: OnnxModel, { nodes, constants, rerouted }: Edit, isShifted: boolean): OnnxModel {
  const mask = encodeValueInfo(PADDING_INPUTS.mask, DATA_TYPE.float, ['batch_size', 1, 1, 'target_columns']);
  const shift = encodeValueInfo(PADDING_INPUTS.shift, DATA_TYPE.int64, ['batch_size', 'target_positions']);
  const inputs = isShifted ? [mask, shift] : [mask];
  const touched = model.nodes.map((each) => {
    const route = rerouted.get(each);
    return route === undefined ? each : withInputs(each, new Map([[route.from, route.to]]));
  });
  return inOrder({
    ...model,
    nodes: [...touched, ...nodes],
    initializers: [...model.initializers, ...constants],
    inputs: [...model.inputs, ...inputs.map(parseValueInfo)],
    // What the positions are made into may have a row for each target now.
    valueInfo: isShifted ? [] : model.valueInfo,
  });
}
