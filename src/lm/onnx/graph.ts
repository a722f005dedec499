import { constantType, integerAttribute } from './attributes.js';
import type { OnnxModel, OnnxNode, OnnxTensor } from './model.js';
import { DATA_TYPE } from './schema.js';

/** A model's graph, indexed for walking from a value to what it was made of. */
export class OnnxGraph {
  private readonly producers = new Map<string, OnnxNode>();
  private readonly tensors = new Map<string, OnnxTensor>();
  private readonly constants = new Set<string>();
  /** Made when it is first asked for. */
  private readers: Map<string, OnnxNode[]> | undefined;

  constructor(readonly model: OnnxModel) {
    for (const tensor of model.initializers) {
      this.tensors.set(tensor.name, tensor);
      this.constants.add(tensor.name);
    }
    // ONNX wants nodes in topological order, so one pass is enough.
    for (const node of model.nodes) {
      const made = node.inputs.length > 0 || node.opType === 'Constant';
      const constant = made && [...node.inputs, ...node.captures].every((value) => this.isConstant(value));
      for (const output of node.outputs) {
        this.producers.set(output, node);
        if (constant) this.constants.add(output);
      }
    }
  }

  /** The node whose output `value` is, or undefined for inputs and initializers. */
  producer(value: string): OnnxNode | undefined {
    return this.producers.get(value);
  }

  /** The nodes that read `value`, themselves or within graphs in their attributes; in the graph's order. */
  readersOf(value: string): readonly OnnxNode[] {
    this.readers ??= this.indexReaders();
    return this.readers.get(value) ?? [];
  }

  private indexReaders(): Map<string, OnnxNode[]> {
    const readers = new Map<string, OnnxNode[]>();
    for (const node of this.model.nodes) {
      for (const value of new Set([...node.inputs, ...node.captures])) {
        const known = readers.get(value);
        if (known === undefined) readers.set(value, [node]);
        else known.push(node);
      }
    }
    return readers;
  }

  initializer(value: string): OnnxTensor | undefined {
    return this.tensors.get(value);
  }

  /** Whether `value` is made of initializers and constants alone, and so is the same in every run. */
  isConstant(value: string): boolean {
    return value === '' || this.constants.has(value);
  }

  /** The nodes that `values` are made of, without going behind the values in `stop`; in the graph's order. */
  ancestors(values: readonly string[], stop: readonly string[] = []): OnnxNode[] {
    const seen = new Set<OnnxNode>();
    const open = [...values];
    for (let value = open.pop(); value !== undefined; value = open.pop()) {
      const node = stop.includes(value) ? undefined : this.producers.get(value);
      if (node === undefined || seen.has(node)) continue;
      seen.add(node);
      open.push(...node.inputs, ...node.captures);
    }
    return this.model.nodes.filter((node) => seen.has(node));
  }

  /** The initializers that `value` is made of. */
  weightsOf(value: string): OnnxTensor[] {
    const names = [value, ...this.ancestors([value]).flatMap((node) => node.inputs)];
    return this.initializersNamed(names);
  }

  /** The initializers among `names`, each once. */
  initializersNamed(names: Iterable<string>): OnnxTensor[] {
    const found = new Set<OnnxTensor>();
    for (const name of names) {
      const tensor = this.tensors.get(name);
      if (tensor !== undefined) found.add(tensor);
    }
    return [...found];
  }

  /** The data type of a constant value, as far as its makers tell; float where they do not. */
  constantTypeOf(value: string): number {
    const tensor = this.tensors.get(value);
    if (tensor !== undefined) return tensor.dataType;
    const node = this.producers.get(value);
    if (node === undefined) return DATA_TYPE.float;
    if (node.opType === 'Constant') return constantType(node) ?? DATA_TYPE.float;
    if (node.opType === 'Cast') return integerAttribute(node, 'to') ?? DATA_TYPE.float;
    // A dequantized tensor has the type of its scale.
    return this.constantTypeOf(node.inputs[node.opType === 'DequantizeLinear' ? 1 : 0] ?? '');
  }
}
