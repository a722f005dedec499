import type { OnnxGraph } from './graph.js';
import type { LmHead } from './head.js';
import type { OnnxTensor } from './model.js';
import { WeightReader } from './numbers.js';
import { findWeightLayout, type Rounding, type RowNumbers, type WeightLayout } from './weightLayout.js';

// Elements that are turned at once: enough to write whole cache lines.
const TURNED = 16;

/** Reads rows of the `lm_head`'s weight, `e_a`, straight from the model's files; close it when done. */
export class RowReader {
  private constructor(
    private readonly reader: WeightReader,
    private readonly layout: WeightLayout,
    private readonly hiddenSize: number,
  ) {}

  /** @returns undefined where the weight's layout is none of the usual ones. */
  static open(graph: OnnxGraph, head: LmHead, hiddenSize: number): RowReader | undefined {
    const layout = findWeightLayout(graph, head, hiddenSize);
    const reader = new WeightReader(graph.model);
    const known = layout !== undefined && tensorsOf(layout).every((tensor) => reader.canRead(tensor));
    return known ? new RowReader(reader, layout, hiddenSize) : undefined;
  }

  /** Whether each row lies in one piece: then a few rows cost no more than their bytes. */
  get inPieces(): boolean {
    return !this.layout.turned;
  }

  /**
   * Reads the rows of adjacent tokens, from `first` on, as many as `into` `[tokens, hidden]` holds. Their numbers are
   * restored to 32-bit floats without rounding, but for the product with a scale.
   */
  read(first: number, into: Float32Array): void {
    if (this.layout.turned) this.readColumns(first, into);
    else this.readRows(first, into);
  }

  close(): void {
    this.reader.close();
  }

  private readRows(first: number, into: Float32Array): void {
    const { hiddenSize } = this;
    const { codes, rounding } = this.layout;
    if (rounding === undefined) {
      this.reader.read(codes.tensor, first * hiddenSize, into);
      return;
    }
    const count = into.length / hiddenSize;
    const numbers = this.partOf(codes, first, count);
    const scales = this.partOf(rounding.scales, first, count);
    const zeros = this.partOf(rounding.zeros, first, count);
    for (let row = 0; row < count; row++) {
      for (let start = 0, block = 0; start < hiddenSize; start += rounding.blockSize, block++) {
        const scale = scales[placeOf(rounding.scales, row, block)];
        const zero = zeros[placeOf(rounding.zeros, row, block)];
        const end = Math.min(start + rounding.blockSize, hiddenSize);
        const [from, to] = [row * codes.perRow, row * hiddenSize];
        for (let i = start; i < end; i++) into[to + i] = (numbers[from + i] - zero) * scale;
      }
    }
  }

  /** The numbers of some rows that lie one behind the other. */
  private partOf(part: RowNumbers | number, first: number, count: number): Float32Array {
    if (typeof part === 'number') return Float32Array.of(part);
    const { tensor, perRow, bits } = part;
    return this.reader.numbers(tensor, first * perRow, Math.max(1, count * perRow), bits);
  }

  /** Rows of a weight `[hidden, vocab]`: of each element, a piece for all of the tokens. */
  private readColumns(first: number, into: Float32Array): void {
    const { hiddenSize } = this;
    const { codes, rowCount, rounding } = this.layout;
    const count = into.length / hiddenSize;
    const restore = rounding && this.restorer(rounding, first, count);
    const several = new Float32Array(TURNED * count);
    for (let start = 0; start < hiddenSize; start += TURNED) {
      const elements = Math.min(TURNED, hiddenSize - start);
      for (let i = 0; i < elements; i++) {
        const piece = several.subarray(i * count, (i + 1) * count);
        this.reader.read(codes.tensor, (start + i) * rowCount + first, piece);
        restore?.(start + i, piece);
      }
      for (let token = 0, to = start; token < count; token++, to += hiddenSize) {
        for (let i = 0; i < elements; i++) into[to + i] = several[i * count + token];
      }
    }
  }

  /** Restores what was rounded of one element of several rows. */
  private restorer(rounding: Rounding, first: number, count: number) {
    const numbersOf = (part: RowNumbers | number, block: number) => {
      if (typeof part === 'number') return new Float32Array(count).fill(part);
      const { tensor, perRow } = part;
      if (perRow === 0) return new Float32Array(count).fill(this.reader.numbers(tensor, 0, 1)[0]);
      return this.reader.numbers(tensor, block * this.layout.rowCount + first, count);
    };
    let known = -1;
    let [scales, zeros]: Float32Array[] = [];
    return (element: number, piece: Float32Array) => {
      const block = Math.floor(element / rounding.blockSize);
      if (block !== known) {
        [known, scales, zeros] = [block, numbersOf(rounding.scales, block), numbersOf(rounding.zeros, block)];
      }
      for (let i = 0; i < count; i++) piece[i] = (piece[i] - zeros[i]) * scales[i];
    };
  }
}

/** Where the number of a row's block lies; all may share one. */
function placeOf(part: RowNumbers | number, row: number, block: number): number {
  return typeof part === 'number' || part.perRow === 0 ? 0 : row * part.perRow + block;
}

function tensorsOf({ codes, rounding }: WeightLayout): OnnxTensor[] {
  const parts = [codes, ...(rounding ? [rounding.scales, rounding.zeros] : [])];
  return parts.flatMap((part) => (typeof part === 'number' ? [] : [part.tensor]));
}
