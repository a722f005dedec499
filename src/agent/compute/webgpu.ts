import { createRequire } from 'node:module';
import { codeOf } from '../../common/index.js';
import type { Tf } from './backend.js';

const require = createRequire(import.meta.url);

/** What this file needs of the npm package `webgpu`, Google's Dawn for Node.js. */
interface Dawn {
  /** An object like the browser's `navigator.gpu`. */
  create(flags: string[]): Gpu;
  /** The classes that a browser has as globals, such as `GPUBufferUsage`. */
  globals: Record<string, unknown>;
}

interface Gpu {
  requestAdapter(): Promise<Adapter | null>;
}

interface Adapter {
  info: AdapterInfo;
}

/** A GPU adapter, described. */
export interface AdapterInfo {
  vendor?: string;
  architecture?: string;
  device?: string;
  description?: string;
  isFallbackAdapter?: boolean;
}

/**
 * tfjs on the GPU through the npm package `webgpu`, which the user installs.
 * @param byName whether the user asked for this backend; only then is a software adapter taken.
 */
export async function loadWebgpu(byName: boolean): Promise<Tf> {
  const dawn = await importDawn();
  Object.assign(globalThis, dawn.globals);
  const gpu = dawn.create([]);
  const adapter = await gpu.requestAdapter();
  if (!adapter) throw new Error('no GPU adapter');
  if (isSoftware(adapter.info) && !byName) {
    throw new Error(`the adapter is software (${describe(adapter.info)}); ask for webgpu by name to use it`);
  }
  exposeGpu(gpu);
  const tf: Tf = require('@tensorflow/tfjs-core');
  require('@tensorflow/tfjs-backend-webgpu');
  if (!(await tf.setBackend('webgpu'))) throw new Error('tfjs could not start its webgpu backend');
  await tf.ready();
  return tf;
}

/** Whether an adapter computes on the CPU: Mesa's llvmpipe, SwiftShader, WARP. */
export function isSoftware(info: AdapterInfo): boolean {
  return (
    info.isFallbackAdapter === true ||
    /llvmpipe|lavapipe|swiftshader|softpipe|basic render|warp/i.test(describe(info))
  );
}

function describe(info: AdapterInfo): string {
  return [info.vendor, info.architecture, info.device, info.description].filter(Boolean).join(' ');
}

async function importDawn(): Promise<Dawn> {
  // Not a literal, so that TypeScript does not look for a package that need not be there.
  const name: string = 'webgpu';
  try {
    const module: unknown = await import(name);
    if (isDawn(module)) return module;
  } catch (error) {
    throw codeOf(error) === 'ERR_MODULE_NOT_FOUND' ? new Error('not installed (npm install webgpu)') : error;
  }
  throw new Error('the installed npm package "webgpu" is not a version that is known');
}

function isDawn(module: unknown): module is Dawn {
  return (
    typeof module === 'object' &&
    module !== null &&
    'create' in module &&
    typeof module.create === 'function' &&
    'globals' in module &&
    typeof module.globals === 'object'
  );
}

/** Makes `navigator.gpu` what tfjs looks for. Node.js has a `navigator` of its own from version 21 on. */
function exposeGpu(gpu: Gpu): void {
  const navigator: unknown = Reflect.get(globalThis, 'navigator') ?? {};
  if (typeof navigator !== 'object' || navigator === null) return;
  Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
}
