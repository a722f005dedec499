import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The compiled `products.wat`, with a memory of its own. */
export interface ProductsModule {
  memory: WebAssembly.Memory;
  /**
   * Dot products of a vector with rows that lie anywhere in the memory; all places are addresses in bytes.
   * @param bytes the vector's length, a multiple of {@link VECTOR_UNIT}
   * @param addresses where `count` rows' addresses stand, 32 bits each; a multiple of {@link ROWS_AT_ONCE}
   */
  products(vector: number, bytes: number, addresses: number, count: number, out: number): void;
}

/** Vectors are read so many bytes at a time. */
export const VECTOR_UNIT = 32;
/** Rows are read so many at a time. */
export const ROWS_AT_ONCE = 4;

let compiled: WebAssembly.Module | undefined;

/** A new instance, with an empty memory. */
export function openProducts(): ProductsModule {
  compiled ??= new WebAssembly.Module(readFileSync(createRequire(import.meta.url).resolve('#products')));
  const { memory, products } = new WebAssembly.Instance(compiled).exports;
  if (!(memory instanceof WebAssembly.Memory) || !isProducts(products)) {
    throw new TypeError('products.wasm does not export what it should');
  }
  return { memory, products };
}

function isProducts(value: unknown): value is ProductsModule['products'] {
  return typeof value === 'function';
}
