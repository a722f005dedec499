import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const resolve = createRequire(import.meta.url).resolve;
const compiled = new Map<string, WebAssembly.Module>();

/** What a WebAssembly module exports: its memory, and one function. */
export interface WasmExports<F> {
  memory: WebAssembly.Memory;
  run: F;
}

/**
 * A new instance of one of the package's own WebAssembly modules, with a memory of its own.
 * @param specifier its name among `imports` of package.json, such as `#products`
 * @param name the function to take, of numbers alone, which is trusted to have the type `F`
 */
export function openWasm<F extends (...numbers: number[]) => unknown>(
  specifier: string,
  name: string,
): WasmExports<F> {
  const module = compiled.get(specifier) ?? new WebAssembly.Module(readFileSync(resolve(specifier)));
  compiled.set(specifier, module);
  const { memory, [name]: run } = new WebAssembly.Instance(module).exports;
  const isFunction = (value: unknown): value is F => typeof value === 'function';
  if (!(memory instanceof WebAssembly.Memory) || !isFunction(run)) {
    throw new TypeError(`${specifier} exports no memory, or no ${name}`);
  }
  return { memory, run };
}

const PAGE_BYTES = 65_536;

/** Makes a memory at least so many bytes large. Where it grows, views of its buffer have to be made anew. */
export function growTo(memory: WebAssembly.Memory, bytes: number): void {
  const lacking = bytes - memory.buffer.byteLength;
  if (lacking > 0) memory.grow(Math.ceil(lacking / PAGE_BYTES));
}

/** The smallest multiple of `unit` from `value` on. */
export function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}
