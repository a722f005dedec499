// What is used here of Node.js's global WebAssembly, which @types/node leaves to the types of browsers.
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    readonly exports: Record<string, unknown>;
    constructor(module: Module);
  }
  class Memory {
    readonly buffer: ArrayBuffer;
    /** @throws RangeError where so many pages of 64 KiB more are not to be had */
    grow(pages: number): number;
  }
}
