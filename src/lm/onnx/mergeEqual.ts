import type { OnnxModel, OnnxNode } from './model.js';
import { withInputs } from './newParts.js';

// Operators that give something else every time.
const RANDOM = /^(Random|Multinomial|Bernoulli|Dropout)/;

/**
 * The model with one node where several do the same to the same values. Exports repeat a Constant wherever it is read, and
 * the arithmetic of shapes in every layer: ONNX Runtime merges these too, but only after it has built the whole graph, which
 * takes longer than all that is done here.
 */
export function mergeEqual(model: OnnxModel): OnnxModel {
  const fixed = new Set([
    ...model.outputs.map(({ name }) => name),
    // Names inside of other graphs stay as they are.
    ...model.nodes.flatMap(({ captures }) => captures),
  ]);
  const first = new Map<string, OnnxNode>();
  /** What the outputs of merged nodes are called from now on. */
  const names = new Map<string, string>();
  const nodes: OnnxNode[] = [];
  for (const each of model.nodes) {
    const node = withInputs(each, names);
    const isMergeable = canMerge(node) && !node.outputs.some((output) => fixed.has(output));
    const key = isMergeable ? keyOf(node) : undefined;
    const same = key === undefined ? undefined : first.get(key);
    if (same === undefined) {
      nodes.push(node);
      if (key !== undefined) first.set(key, node);
    } else rename(node, same, names);
  }
  return { ...model, nodes, valueInfo: model.valueInfo.filter(({ name }) => !names.has(name)) };
}

/** Without inputs, what is not a Constant may be random, or of a kind that is not known. */
function canMerge({ opType, inputs, captures }: OnnxNode): boolean {
  return captures.length === 0 && (inputs.length > 0 || opType === 'Constant') && !RANDOM.test(opType);
}

/** What tells a node from those that do something else: all but its name and those of its outputs. */
function keyOf({ opType, domain, inputs, outputs, attributes }: OnnxNode): string {
  const asked = outputs.map((output) => (output === '' ? 0 : 1)).join('');
  const settings = attributes.map((bytes) => Buffer.from(bytes).toString('latin1'));
  return [domain, opType, asked, inputs.length, ...inputs, ...settings].join('\0');
}

function rename(node: OnnxNode, same: OnnxNode, names: Map<string, string>): void {
  node.outputs.forEach((output, i) => {
    if (output !== '') names.set(output, same.outputs[i]);
  });
}
