import type { Loadable } from '../session.js';
import { canBeExact } from './integers.js';
import type { OnnxModel } from './model.js';
import { locateWeights } from './weights.js';
import { encodeModel } from './write.js';

/** The model as it is, to load from memory, with its weights left in their files of `folder`. */
export function buildReference(model: OnnxModel): Loadable & { folder: string } {
  const { folder, encode } = locateWeights(model);
  const bytes = encodeModel(model.otherFields, {
    nodes: model.nodes.map((node) => node.bytes),
    initializers: model.initializers.map(encode),
    inputs: model.inputs.map((input) => input.bytes),
    outputs: model.outputs.map((output) => output.bytes),
    valueInfo: model.valueInfo.map((info) => info.bytes),
    otherFields: model.otherGraphFields,
  });
  return { bytes, dequantizeOnce: false, exactIntegers: canBeExact(model.nodes), folder };
}
