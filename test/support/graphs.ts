import { InferenceSession, type Tensor } from 'onnxruntime-node';
import { type OnnxModel, parseNode, type ValueInfo } from '../../src/lm/onnx/model.js';
import { encodeGraphName, encodeModel, encodeNode } from '../../src/lm/onnx/write.js';
import { DATA_TYPE, encodeTensor, irVersion, opset, type TensorSpec } from '../fixtures/lm/protobuf.js';

const OPSET = 17;

/** A node as `output... = operator input...`, a name that is left out as a dash. */
export function nodeOf(line: string, attributes: Record<string, number> = {}): Uint8Array {
  const [outputs, call] = line
    .split(' = ')
    .map((side) => side.split(' ').map((name) => (name === '-' ? '' : name)));
  return encodeNode(call[0], call.slice(1), outputs, attributes);
}

/** The parts of a small graph. */
export interface SmallGraph {
  nodes: readonly Uint8Array[];
  constants?: readonly TensorSpec[];
  inputs: readonly ValueInfo[];
  outputs: readonly ValueInfo[];
  valueInfo?: readonly ValueInfo[];
}

/** A model with a small graph, all of whose constants are in it. */
export function smallModel({
  nodes,
  constants = [],
  inputs,
  outputs,
  valueInfo = [],
}: SmallGraph): OnnxModel {
  return {
    path: 'small.onnx',
    otherFields: [irVersion(8), opset('', OPSET)],
    otherGraphFields: [encodeGraphName('small')],
    opset: OPSET,
    nodes: nodes.map(parseNode),
    initializers: constants.map((tensor) => ({
      name: tensor.name,
      dims: tensor.dims,
      dataType: tensor.type === 'int64' ? DATA_TYPE.int64 : DATA_TYPE.float,
      data: { in: 'message', bytes: encodeTensor(tensor) },
    })),
    inputs,
    outputs,
    valueInfo,
  };
}

/** Runs a {@link smallModel} on the inputs that it has among `values`. */
export async function runModel(
  model: OnnxModel,
  values: Readonly<Record<string, Tensor>>,
): Promise<Record<string, Tensor>> {
  const bytes = encodeModel(model.otherFields, {
    nodes: model.nodes.map((node) => node.bytes),
    initializers: model.initializers.map(({ name, data }) => {
      if (data.in !== 'message') throw new Error(`${name} is not in the graph`);
      return data.bytes;
    }),
    inputs: model.inputs.map((input) => input.bytes),
    outputs: model.outputs.map((output) => output.bytes),
    valueInfo: model.valueInfo.map((info) => info.bytes),
    otherFields: model.otherGraphFields,
  });
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 3 });
  try {
    return await session.run(Object.fromEntries(session.inputNames.map((name) => [name, values[name]])));
  } finally {
    await session.release();
  }
}
