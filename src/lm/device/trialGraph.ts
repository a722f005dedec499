import { DATA_TYPE, MODEL, OPSET } from '../onnx/schema.js';
import { BinaryWriter, writeBytes, writeInteger } from '../onnx/wire.js';
import { encodeGraphName, encodeModel, encodeNode, encodeValueInfo } from '../onnx/write.js';

// Old enough for every build of ONNX Runtime.
const IR_VERSION = 8;
const OPSET_VERSION = 13;

/** A graph of one product, `y = x x`, with x of shape `[1, 1]`. */
export function trialGraph(): Uint8Array {
  const version = writeInteger(new BinaryWriter(), MODEL.irVersion, IR_VERSION);
  const opset = writeInteger(new BinaryWriter(), OPSET.version, OPSET_VERSION).finish();
  return encodeModel([version.finish(), writeBytes(new BinaryWriter(), MODEL.opsetImport, opset).finish()], {
    nodes: [encodeNode('MatMul', ['x', 'x'], ['y'])],
    initializers: [],
    inputs: [encodeValueInfo('x', DATA_TYPE.float, [1, 1])],
    outputs: [encodeValueInfo('y', DATA_TYPE.float, [1, 1])],
    valueInfo: [],
    otherFields: [encodeGraphName('trial')],
  });
}
