/**
 * Field numbers of the messages in onnx.proto that this room reads or writes.
 * Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export const MODEL = { irVersion: 1, opsetImport: 8, graph: 7 } as const;
export const OPSET = { domain: 1, version: 2 } as const;
export const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12, valueInfo: 13 } as const;
export const NODE = { input: 1, output: 2, name: 3, opType: 4, attribute: 5, domain: 7 } as const;
export const ATTRIBUTE = { name: 1, integer: 3, tensor: 5, graph: 6, integers: 8, type: 20 } as const;
export const TENSOR = {
  dims: 1,
  dataType: 2,
  int64Data: 7,
  name: 8,
  rawData: 9,
  externalData: 13,
  dataLocation: 14,
} as const;
export const ENTRY = { key: 1, value: 2 } as const;
export const VALUE_INFO = { name: 1, type: 2 } as const;
export const TYPE = { tensor: 1 } as const;
export const TENSOR_TYPE = { elemType: 1, shape: 2 } as const;
export const SHAPE = { dim: 1 } as const;
export const DIMENSION = { value: 1, parameter: 2 } as const;

/** `AttributeProto.AttributeType.INT`. */
export const ATTRIBUTE_INT = 2;
/** `TensorProto.DataLocation.EXTERNAL`. */
export const EXTERNAL = 1;

/** `TensorProto.DataType`: the numbers that this room names. */
export const DATA_TYPE = { float: 1, int64: 7, float16: 10, bfloat16: 16 } as const;
