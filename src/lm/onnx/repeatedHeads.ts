import { integersAttribute } from './attributes.js';
import { dimsOf, integersOf } from './constants.js';
import { OnnxGraph } from './graph.js';
import type { OnnxModel, OnnxNode, OnnxTensor } from './model.js';
import { uniqueNames } from './names.js';
import { newIntegers, newNode, withInputs } from './newParts.js';
import { prune } from './prune.js';

/** Keys or values that are repeated for every query head, and what reads them. */
interface Repeat {
  /** The KV cache, `[batch, heads, columns, size]`, with heads that several query heads share. */
  cache: string;
  heads: number;
  /** The cache, repeated: `[batch, query heads, columns, size]`. */
  repeated: string;
  /** The nodes that read `repeated`. */
  readers: readonly OnnxNode[];
  /** The products of every query head with its copy, which is their second operand as it stands, turned or scaled. */
  products: readonly OnnxNode[];
  /** Values between the repeated cache and the products: they get fewer heads. */
  changed: readonly string[];
}

const HEADS_AXIS = 1;
const CACHE_RANK = 4;
/** Where the copies of a head are numbered, before that axis is merged with the heads'. */
const COPIES_AXIS = 2;
const TURNED = '0,1,3,2';
// What a scale may be made by, of a head's size.
const SCALE_OPERATORS = ['Shape', 'Slice', 'Gather', 'Squeeze', 'Cast', 'Sqrt', 'Reciprocal', 'Div', 'Mul'];
// Slice takes its bounds as inputs since this operator set.
const SLICE_OPSET = 10;

/**
 * The model without copies of keys and values for every query head. Where query heads share those of the KV cache (grouped
 * queries, Ainslie et al. 2023), PyTorch's graphs copy the whole cache in every step, `repeat_kv`, and multiply each query
 * head with its copy. Here the queries of a group stand below each other and are multiplied with what they share:
 * `[batch, heads * group, n, size]` is read as `[batch, heads, group * n, size]`, as a group's heads are neighbours, and the
 * product as `[batch, heads * group, n, columns]` again, which moves nothing. Every number is a sum of the same products.
 */
export function withoutRepeats(model: OnnxModel): OnnxModel {
  const repeats = model.opset < SLICE_OPSET ? [] : repeatsOf(new OnnxGraph(model));
  if (repeats.length === 0) return model;
  const shapes = new GroupShapes(model);
  const caches = new Map(repeats.map(({ repeated, cache }) => [repeated, cache]));
  const nodes = new Map<OnnxNode, OnnxNode[]>();
  for (const node of repeats.flatMap(({ readers }) => readers)) nodes.set(node, [withInputs(node, caches)]);
  for (const { products, heads } of repeats) {
    for (const product of products) nodes.set(product, shapes.grouped(withInputs(product, caches), heads));
  }
  const changed = new Set(repeats.flatMap((repeat) => repeat.changed));
  const edited = {
    ...model,
    nodes: model.nodes.flatMap((node) => nodes.get(node) ?? [node]),
    initializers: [...model.initializers, ...shapes.constants],
    valueInfo: model.valueInfo.filter(({ name }) => !changed.has(name)),
  };
  // What made the copies is made for nobody now. Inputs stay, read or not.
  return { ...prune(edited, new Set(model.outputs.map(({ name }) => name))), inputs: model.inputs };
}

/** Makes the nodes that read heads as groups and groups as heads. */
class GroupShapes {
  readonly constants: OnnxTensor[] = [];
  readonly #name: (base: string) => string;
  readonly #lists = new Map<string, string>();

  constructor(model: OnnxModel) {
    this.#name = uniqueNames(model);
  }

  /** A product with each query head's copy as one with what the heads of a group share. */
  grouped(product: OnnxNode, heads: number): OnnxNode[] {
    const [queries, shared] = product.inputs;
    const [result] = product.outputs;
    const [groups, products, shape, kept, whole] = [
      'grouped_queries',
      'grouped_products',
      'queries_shape',
      'queries_kept',
      'products_shape',
    ].map(this.#name);
    const list = (...values: number[]) => this.#list(values);
    return [
      newNode('Reshape', [queries, list(0, heads, -1, 0)], groups),
      newNode('MatMul', [groups, shared], products),
      newNode('Shape', [queries], shape),
      // Batch, query heads and positions; what is left are columns, or numbers of a head.
      newNode('Slice', [shape, list(0), list(CACHE_RANK - 1), list(0)], kept),
      newNode('Concat', [kept, list(-1)], whole, { axis: 0 }),
      newNode('Reshape', [products, whole], result),
    ];
  }

  #list(values: readonly number[]): string {
    const key = values.join();
    const known = this.#lists.get(key);
    if (known !== undefined) return known;
    const name = this.#name('group_shape');
    this.#lists.set(key, name);
    this.constants.push(newIntegers(name, values.map(BigInt)));
    return name;
  }
}

function repeatsOf(graph: OnnxGraph): Repeat[] {
  const outputs = new Set(graph.model.outputs.map(({ name }) => name));
  return graph.model.nodes.flatMap((each) => {
    const cache = repeatedBy(graph, each);
    if (cache === undefined) return [];
    const [repeated] = each.outputs;
    const uses = new Uses(graph, outputs);
    if (!uses.follow(repeated) || uses.products.length === 0) return [];
    const { products, changed } = uses;
    return [{ ...cache, repeated, readers: graph.readersOf(repeated), products, changed }];
  });
}

/** The cache that a Reshape gives with its heads repeated: `cache[:, :, None].expand(...).reshape(...)`. */
function repeatedBy(
  graph: OnnxGraph,
  { opType, inputs }: OnnxNode,
): Pick<Repeat, 'cache' | 'heads'> | undefined {
  const expand = opType === 'Reshape' ? graph.producer(inputs[0]) : undefined;
  const unsqueeze = expand?.opType === 'Expand' ? graph.producer(expand.inputs[0]) : undefined;
  if (unsqueeze?.opType !== 'Unsqueeze' || axesOf(graph, unsqueeze) !== String(COPIES_AXIS)) return undefined;
  if (lengthOf(graph, inputs[1]) !== CACHE_RANK) return undefined;
  const [cache] = unsqueeze.inputs;
  const shape = graph.model.outputs.find(({ name }) => name === cache)?.shape ?? [];
  const heads = shape[HEADS_AXIS];
  return shape.length === CACHE_RANK && typeof heads === 'number' ? { cache, heads } : undefined;
}

/** The axes of an Unsqueeze, which are an attribute in earlier operator sets. */
function axesOf(graph: OnnxGraph, unsqueeze: OnnxNode): string | undefined {
  const axes = integersAttribute(unsqueeze, 'axes') ?? integersOf(graph, unsqueeze.inputs[1] ?? '')?.values;
  return axes?.join();
}

/** How many sizes a shape has that is a constant, or put together of single sizes; undefined for another. */
function lengthOf(graph: OnnxGraph, shape: string): number | undefined {
  const node = graph.producer(shape);
  return node?.opType === 'Concat' ? node.inputs.length : integersOf(graph, shape)?.values.length;
}

/** Follows a repeated cache to what is made of it. */
class Uses {
  readonly products: OnnxNode[] = [];
  readonly changed: string[] = [];

  constructor(
    private readonly graph: OnnxGraph,
    private readonly outputs: ReadonlySet<string>,
  ) {}

  /** Whether all that is made of `value` would be the same of the cache itself, but for the products. */
  follow(value: string): boolean {
    this.changed.push(value);
    return !this.outputs.has(value) && this.graph.readersOf(value).every((each) => this.#allows(each, value));
  }

  #allows(each: OnnxNode, value: string): boolean {
    const [first, second] = each.inputs;
    const [output] = each.outputs;
    switch (each.opType) {
      case 'Shape':
        return this.graph.readersOf(output).every((reader) => this.#readsOtherSize(reader, output));
      case 'MatMul':
        if (second === value && first !== value) this.products.push(each);
        return second === value && first !== value;
      case 'Transpose':
        return integersAttribute(each, 'perm')?.join() === TURNED && this.follow(output);
      case 'Cast':
        return this.follow(output);
      case 'Mul':
      case 'Div':
        return this.#isScale(first === value ? second : first) && this.follow(output);
      default:
        return false;
    }
  }

  /** Whether a node takes one size of a shape, but not the number of heads. */
  #readsOtherSize({ opType, inputs }: OnnxNode, shape: string): boolean {
    const index = opType === 'Gather' && inputs[0] === shape ? integersOf(this.graph, inputs[1]) : undefined;
    return index?.values.every((i) => (i + CACHE_RANK) % CACHE_RANK !== HEADS_AXIS) ?? false;
  }

  /** Whether a factor is one number for all heads: a constant, or made of constants and sizes. */
  #isScale(value: string): boolean {
    const dims = dimsOf(this.graph, value);
    if (dims !== undefined) return dims.every((size) => size === 1);
    const maker = this.graph.producer(value);
    if (maker === undefined || !SCALE_OPERATORS.includes(maker.opType)) return false;
    return maker.opType === 'Shape' || maker.inputs.every((input) => this.#isScale(input));
  }
}
