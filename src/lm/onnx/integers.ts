import type { OnnxNode } from './model.js';

/**
 * Whether ONNX Runtime can be told to multiply unsigned with signed 8-bit integers without overflow (its option
 * `session.x64quantprecision`). It then makes signed weights unsigned, and gives each `DequantizeLinear` that has no zero
 * point a single one, which one with a scale for every column refuses.
 */
export function canBeExact(nodes: readonly OnnxNode[]): boolean {
  return nodes.every(({ opType, inputs }) => opType !== 'DequantizeLinear' || (inputs[2] ?? '') !== '');
}
