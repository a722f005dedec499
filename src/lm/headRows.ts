import { checkHead } from './checkHead.js';
import { HeadProduct, type HeadSource } from './headProduct.js';
import { RowReader } from './onnx/tokenRows.js';
import type { Probe } from './probe.js';
import type { TokenRows } from './types.js';

// Most elements to read at once: a chunk that stays in the processor's cache.
const CHUNK = 1 << 16;

/**
 * The `lm_head`'s rows, read as they are asked for: from the model's files, each row by itself where it lies in one
 * piece, else all at the first call; where the files cannot be read, all at the first call by running the product.
 */
export class HeadRows implements TokenRows {
  readonly #loaded: Uint8Array;
  #data: Float32Array<SharedArrayBuffer> | undefined;
  #all: Promise<void> | undefined;

  private constructor(
    private readonly source: HeadSource,
    private readonly reader: RowReader | undefined,
    vocabSize: number,
    private readonly hiddenSize: number,
  ) {
    this.#loaded = new Uint8Array(vocabSize);
  }

  /** Makes sure that the rows are what a probe saw. @throws InputError when they are not. */
  static async open(source: HeadSource, probe: Probe): Promise<HeadRows> {
    const hiddenSize = probe.hidden.length;
    const reader = RowReader.open(source.graph, source.head, hiddenSize);
    try {
      await checkHead(source, reader, probe);
      return new HeadRows(source, reader, probe.logits.length, hiddenSize);
    } catch (error) {
      reader?.close();
      throw error;
    }
  }

  get data(): Float32Array<SharedArrayBuffer> {
    const bytes = Float32Array.BYTES_PER_ELEMENT * this.#loaded.length * this.hiddenSize;
    this.#data ??= new Float32Array(new SharedArrayBuffer(bytes));
    return this.#data;
  }

  async load(tokens: ArrayLike<number>): Promise<void> {
    const missing: number[] = [];
    for (let i = 0; i < tokens.length; i++) if (this.#loaded[tokens[i]] === 0) missing.push(tokens[i]);
    if (missing.length === 0) return;
    if (this.reader?.inPieces) this.#loadPieces(this.reader, Int32Array.from(missing).sort());
    else {
      this.#all ??= this.#loadAll();
      await this.#all;
    }
  }

  close(): void {
    this.reader?.close();
  }

  /** @param tokens in ascending order; any may stand there several times */
  #loadPieces(reader: RowReader, tokens: Int32Array): void {
    const most = Math.max(1, Math.floor(CHUNK / this.hiddenSize));
    for (let i = 0; i < tokens.length; ) {
      const first = tokens[i];
      let end = first + 1;
      for (i++; i < tokens.length && tokens[i] <= end && tokens[i] < first + most; i++) end = tokens[i] + 1;
      reader.read(first, this.data.subarray(first * this.hiddenSize, end * this.hiddenSize));
      this.#loaded.fill(1, first, end);
    }
  }

  async #loadAll(): Promise<void> {
    if (this.reader === undefined) await this.#multiply();
    else this.reader.read(0, this.data);
    this.#loaded.fill(1);
  }

  async #multiply(): Promise<void> {
    const product = await HeadProduct.open(this.source);
    try {
      await product.readRows(this.data, this.hiddenSize);
    } finally {
      await product.release();
    }
  }
}
