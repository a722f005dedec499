import { InputError } from '../common/index.js';
import { HeadProduct, type HeadSource } from './headProduct.js';
import type { RowReader } from './onnx/tokenRows.js';
import type { Probe } from './probe.js';

// Rows to look at: spread over the vocabulary where each is read by itself, else side by side.
const CHECKED = 16;

/** A token, and what its row gives with the probe's hidden state. */
type Product = readonly [token: number, product: number];

/**
 * Makes sure that `hidden . row` gives the `lm_head`'s product in a forward pass: with some rows as the model's files
 * have them, or, where those cannot be read, with the product run by itself.
 * @param reader reads the rows, where the files can be read
 * @throws InputError when it does not: the graph is not what it was taken for.
 */
export async function checkHead(
  source: HeadSource,
  reader: RowReader | undefined,
  { check: { hidden, product }, logits }: Probe,
): Promise<void> {
  const found =
    reader === undefined
      ? await multiplied(source, hidden, logits.length)
      : fromFiles(reader, hidden, logits.length);
  // Quantized products round the hidden state; a wrong row is off by as much as the logits themselves.
  let error = 0;
  let scale = 0;
  for (const [token, value] of found) {
    error = Math.max(error, Math.abs(value - product[token]));
    scale = Math.max(scale, Math.abs(product[token]));
  }
  if (error <= 0.2 * scale + 1e-3) return;
  throw new InputError(
    `${source.graph.model.path}: hidden state and lm_head rows give logits that are off by ${error.toFixed(3)}, so the ` +
      'lm_head was not understood; take another export of the model, or another dtype',
  );
}

function fromFiles(reader: RowReader, hidden: Float32Array, vocabSize: number): Product[] {
  const count = Math.min(CHECKED, vocabSize);
  if (!reader.inPieces) {
    const first = Math.floor((vocabSize - count) / 2);
    const rows = new Float32Array(count * hidden.length);
    reader.read(first, rows);
    return Array.from({ length: count }, (_, i) => {
      return [first + i, dot(hidden, rows.subarray(i * hidden.length, (i + 1) * hidden.length))];
    });
  }
  const row = new Float32Array(hidden.length);
  return spreadTokens(vocabSize, count).map((token) => {
    reader.read(token, row);
    return [token, dot(hidden, row)];
  });
}

async function multiplied(source: HeadSource, hidden: Float32Array, vocabSize: number): Promise<Product[]> {
  const alone = await HeadProduct.open(source, true);
  try {
    const product = await alone.of(hidden);
    return Array.from(product.subarray(0, vocabSize), (value, token) => [token, value]);
  } finally {
    await alone.release();
  }
}

function spreadTokens(vocabSize: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.floor((i * vocabSize) / count));
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}
