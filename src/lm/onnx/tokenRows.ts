import type { OnnxGraph } from './graph.js';
import type { LmHead } from './head.js';
import { integerAttribute, type OnnxNode, type OnnxTensor } from './model.js';
import { WeightReader } from './numbers.js';

/** Writes the `lm_head`'s row of a token, `e_a`, into `row`. */
type ReadRow = (reader: WeightReader, token: number, row: Float32Array) => void;

/** A weight in the file as `[vocab, hidden]`, or `[hidden, vocab]` where `turned`. */
interface Layout {
  codes: OnnxTensor;
  turned: boolean;
  /** `row = (code - zero) * scale`; one for all, for each token, or for each block of a row. */
  rounding: { scales: OnnxTensor; zeros: OnnxTensor | undefined; blockSize: number } | undefined;
}

// Where integer products have the scale and the zero point of their weight.
const INTEGER_INPUTS: Readonly<Record<string, readonly [number, number]>> = {
  DynamicQuantizeMatMul: [2, 3],
  MatMulIntegerToFloat: [3, 5],
  QLinearMatMul: [4, 5],
};
const DEFAULT_BITS = 4;

/**
 * Reads rows of the `lm_head`'s weight straight from the model's files: only the bytes of the tokens asked for.
 * @returns `[tokens, hidden]`, or undefined where the layout is none of the usual ones.
 */
export function readTokenRows(
  graph: OnnxGraph,
  head: LmHead,
  tokens: readonly number[],
  hiddenSize: number,
): Float32Array | undefined {
  return readInto(graph, head, tokens, hiddenSize, (length) => new Float32Array(length));
}

/**
 * Reads all rows in the same way, so that the weight is not loaded a second time.
 * @returns `[vocab, hidden]`, on memory that threads share, or undefined where a row does not lie in one piece.
 */
export function readAllRows(
  graph: OnnxGraph,
  head: LmHead,
  vocabSize: number,
  hiddenSize: number,
): Float32Array<SharedArrayBuffer> | undefined {
  if (head.node.opType !== 'MatMulNBits' && findLayout(graph, head.node)?.turned !== false) return undefined;
  const tokens = Array.from({ length: vocabSize }, (_, token) => token);
  return readInto(graph, head, tokens, hiddenSize, (length) => {
    return new Float32Array(new SharedArrayBuffer(Float32Array.BYTES_PER_ELEMENT * length));
  });
}

function readInto<Rows extends Float32Array>(
  graph: OnnxGraph,
  head: LmHead,
  tokens: readonly number[],
  hiddenSize: number,
  allocate: (length: number) => Rows,
): Rows | undefined {
  const reader = new WeightReader(graph.model);
  try {
    const readRow = rowReader(graph, head.node, reader, hiddenSize);
    if (readRow === undefined) return undefined;
    const rows = allocate(tokens.length * hiddenSize);
    tokens.forEach((token, i) => {
      readRow(reader, token, rows.subarray(i * hiddenSize, (i + 1) * hiddenSize));
    });
    return rows;
  } finally {
    reader.close();
  }
}

function rowReader(
  graph: OnnxGraph,
  product: OnnxNode,
  reader: WeightReader,
  hiddenSize: number,
): ReadRow | undefined {
  if (product.opType === 'MatMulNBits') return packedRows(graph, product, reader, hiddenSize);
  const layout = findLayout(graph, product);
  if (layout === undefined) return undefined;
  const { codes, turned, rounding } = layout;
  const [width, vocabSize] = turned ? codes.dims : codes.dims.toReversed();
  if (codes.dims.length !== 2 || width !== hiddenSize) return undefined;
  const parts = [rounding?.scales, rounding?.zeros].filter((tensor) => tensor !== undefined);
  const blocks = blockCount(width, rounding?.blockSize ?? 0);
  if (!parts.every((part) => [1, vocabSize * blocks].includes(size(part)))) return undefined;
  return [codes, ...parts].every((tensor) => reader.canRead(tensor)) ? layoutRows(layout) : undefined;
}

/** Rows of MatMulNBits: whole blocks of few bits, side by side in bytes. */
function packedRows(
  graph: OnnxGraph,
  product: OnnxNode,
  reader: WeightReader,
  hiddenSize: number,
): ReadRow | undefined {
  const [codes, scales, zeros] = product.inputs.slice(1, 4).map((input) => graph.initializer(input));
  const bits = integerAttribute(product, 'bits') ?? DEFAULT_BITS;
  const blockSize = integerAttribute(product, 'block_size') ?? 0;
  const grouped = (product.inputs[4] ?? '') !== '';
  const known = codes && scales && (zeros !== undefined || (product.inputs[3] ?? '') === '');
  if (!known || grouped || blockSize === 0 || 8 % bits !== 0) return undefined;
  if (![codes, scales, ...(zeros ? [zeros] : [])].every((tensor) => reader.canRead(tensor))) return undefined;
  const blocks = Math.ceil(hiddenSize / blockSize);
  // Packed zero points begin at a byte in every row.
  const packed = zeros?.dataType === codes.dataType;
  const zeroWidth = packed ? (Math.ceil((blocks * bits) / 8) * 8) / bits : blocks;
  return (source, token, row) => {
    const numbers = source.numbers(codes, token * blocks * blockSize, blocks * blockSize, bits);
    const scale = source.numbers(scales, token * blocks, blocks);
    const zero = zeros && source.numbers(zeros, token * zeroWidth, blocks, packed ? bits : undefined);
    for (let i = 0; i < row.length; i++) {
      const block = Math.floor(i / blockSize);
      row[i] = (numbers[i] - (zero?.[block] ?? 2 ** (bits - 1))) * scale[block];
    }
  };
}

function layoutRows({ codes, turned, rounding }: Layout): ReadRow {
  const at = (source: WeightReader, tensor: OnnxTensor, token: number, width: number) => {
    if (!turned) return source.numbers(tensor, token * width, width);
    const vocabSize = codes.dims[1];
    return Float32Array.from(
      { length: width },
      (_, i) => source.numbers(tensor, i * vocabSize + token, 1)[0],
    );
  };
  return (source, token, row) => {
    row.set(at(source, codes, token, row.length));
    if (rounding === undefined) return;
    const { scales, zeros, blockSize } = rounding;
    const count = blockCount(row.length, blockSize);
    const part = (tensor: OnnxTensor) =>
      size(tensor) === 1 ? source.numbers(tensor, 0, 1) : at(source, tensor, token, count);
    const scale = part(scales);
    const zero = zeros && part(zeros);
    for (let i = 0; i < row.length; i++) {
      const block = blockSize === 0 ? 0 : Math.floor(i / blockSize);
      row[i] = (row[i] - (zero?.[block % zero.length] ?? 0)) * scale[block % scale.length];
    }
  };
}

/** Follows a product's weight to its initializer. */
function findLayout(graph: OnnxGraph, product: OnnxNode): Layout | undefined {
  const integer = INTEGER_INPUTS[product.opType];
  if (product.opType === 'MatMulBnb4' || product.opType === 'MatMulInteger') return undefined;
  const input = product.inputs[product.opType === 'QLinearMatMul' ? 3 : 1];
  let rounding: Layout['rounding'];
  if (integer !== undefined) {
    rounding = roundingOf(graph, product, integer, 0);
    if (rounding === undefined) return undefined;
  }
  // MatMul's operand is `[hidden, vocab]`.
  let turned = integerAttribute(product, 'transB') !== 1;
  for (let value = input; ; ) {
    const codes = graph.initializer(value);
    if (codes !== undefined) return { codes, turned, rounding };
    const node = graph.producer(value);
    if (node?.opType === 'Transpose') {
      // The scales of blocks lie as the numbers behind the Transpose do.
      if ((rounding?.blockSize ?? 0) > 0) return undefined;
      turned = !turned;
    } else if (node?.opType === 'DequantizeLinear' && rounding === undefined) {
      rounding = roundingOf(graph, node, [1, 2], integerAttribute(node, 'block_size') ?? 0);
      if (rounding === undefined) return undefined;
    } else if (node?.opType !== 'Cast' && node?.opType !== 'Identity') return undefined;
    value = node.inputs[0];
  }
}

function roundingOf(
  graph: OnnxGraph,
  node: OnnxNode,
  [scale, zero]: readonly [number, number],
  blockSize: number,
): Layout['rounding'] {
  const scales = graph.initializer(node.inputs[scale]);
  const zeros = graph.initializer(node.inputs[zero] ?? '');
  const complete = zeros !== undefined || (node.inputs[zero] ?? '') === '';
  return scales !== undefined && complete ? { scales, zeros, blockSize } : undefined;
}

/** Blocks of a row, each with a scale of its own; `blockSize` 0: one for the row. */
function blockCount(width: number, blockSize: number): number {
  return blockSize === 0 ? 1 : Math.ceil(width / blockSize);
}

function size(tensor: OnnxTensor): number {
  return tensor.dims.reduce((product, length) => product * length, 1);
}
