import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { codeOf, InputError, messageOf } from '../../common/index.js';
import type { AgentConfig } from '../../config/index.js';
import { loadWebgpu } from './webgpu.js';

/** The API of tfjs, whichever package brought it. */
export type Tf = typeof import('@tensorflow/tfjs-core');

/** What a configuration may ask for. */
export type BackendChoice = AgentConfig['backend'];
/** A backend by name. */
export type BackendName = Exclude<BackendChoice, 'auto'>;

/** What became of trying one backend. */
export interface BackendTrial {
  name: BackendName;
  ok: boolean;
  /** Why it was not taken, in one line; empty when it was. */
  reason: string;
}

/** A tfjs engine that is ready to compute. */
export interface Backend {
  tf: Tf;
  name: BackendName;
  /** What was tried, in order; the last one is the backend in use. */
  tried: BackendTrial[];
}

/** `auto` tries these, the fastest first. `cpu` is about 30 times slower than wasm, so it is taken on request only. */
export const automaticOrder: readonly BackendName[] = ['tfjs-node-gpu', 'tfjs-node', 'webgpu', 'wasm'];

// CommonJS builds only: an ES module import of a backend would load a second tfjs engine beside the first.
const require = createRequire(import.meta.url);

/** Loads one backend and makes it the current one, or throws an error that says why not. */
export type BackendLoader = (byName: boolean) => Promise<Tf>;

const loaders: Record<BackendName, BackendLoader> = {
  'tfjs-node-gpu': () => loadTfjsNode('@tensorflow/tfjs-node-gpu', 'npm run setup:gpu'),
  'tfjs-node': () => loadTfjsNode('@tensorflow/tfjs-node', 'npm rebuild @tensorflow/tfjs-node'),
  webgpu: loadWebgpu,
  wasm: loadWasm,
  cpu: loadCpu,
};

/**
 * Loads the best tfjs backend of this machine, or the one asked for. A software WebGPU adapter is taken only when
 * `webgpu` is asked for by name.
 * @param choice default `auto`
 * @throws InputError when the backend asked for does not load, saying why.
 */
export function loadBackend(choice: BackendChoice = 'auto'): Promise<Backend> {
  return firstThatLoads(choice, loaders);
}

/** {@link loadBackend} with the loaders given, for tests. */
export async function firstThatLoads(
  choice: BackendChoice,
  from: Record<BackendName, BackendLoader>,
): Promise<Backend> {
  const tried: BackendTrial[] = [];
  for (const name of choice === 'auto' ? automaticOrder : [choice]) {
    try {
      const tf = await from[name](choice !== 'auto');
      tried.push({ name, ok: true, reason: '' });
      return { tf, name, tried };
    } catch (error) {
      tried.push({ name, ok: false, reason: messageOf(error).split('\n')[0] });
    }
  }
  const reasons = tried.map(({ name, reason }) => `${name}: ${reason}`).join('; ');
  throw new InputError(`no tfjs backend for agent.backend "${choice}" (${reasons})`);
}

/** tfjs on TensorFlow's C library. Loading the package without its binding takes a second just to throw. */
async function loadTfjsNode(name: string, remedy: string): Promise<Tf> {
  const binding = join(packageDirectory(name), 'lib');
  const built =
    existsSync(binding) &&
    readdirSync(binding).some((api) => existsSync(join(binding, api, 'tfjs_binding.node')));
  if (!built) throw new Error(`installed without its native binding (${remedy})`);
  restoreIsNullOrUndefined();
  const tf: Tf = require(name);
  await tf.setBackend('tensorflow');
  await tf.ready();
  return tf;
}

/** The directory of an installed package. */
function packageDirectory(name: string): string {
  try {
    return dirname(require.resolve(`${name}/package.json`));
  } catch (error) {
    throw codeOf(error) === 'MODULE_NOT_FOUND' ? new Error('not installed') : error;
  }
}

/** tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 removed. */
function restoreIsNullOrUndefined(): void {
  const util: object = require('node:util');
  if ('isNullOrUndefined' in util) return;
  Object.defineProperty(util, 'isNullOrUndefined', {
    value: (thing: unknown) => thing === null || thing === undefined,
  });
}

/** XNNPACK compiled to WebAssembly, on one thread: the same numbers every time. */
async function loadWasm(): Promise<Tf> {
  const tf: Tf = require('@tensorflow/tfjs-core');
  const wasm: typeof import('@tensorflow/tfjs-backend-wasm') = require('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  wasm.setThreadsCount(1);
  await withoutCrashListeners(() => use(tf, 'wasm'));
  return tf;
}

/**
 * Emscripten listens for whatever nobody catches, to throw it again: any uncaught error of the program would then print
 * the whole of its minified module. Removes the listeners that a load added.
 */
async function withoutCrashListeners(load: () => Promise<void>): Promise<void> {
  const exceptions = process.listeners('uncaughtException');
  const rejections = process.listeners('unhandledRejection');
  await load();
  for (const listener of process.listeners('uncaughtException')) {
    if (!exceptions.includes(listener)) process.off('uncaughtException', listener);
  }
  for (const listener of process.listeners('unhandledRejection')) {
    if (!rejections.includes(listener)) process.off('unhandledRejection', listener);
  }
}

/** Plain JavaScript. */
async function loadCpu(): Promise<Tf> {
  const tf: Tf = require('@tensorflow/tfjs-core');
  require('@tensorflow/tfjs-backend-cpu');
  await use(tf, 'cpu');
  return tf;
}

async function use(tf: Tf, backend: string): Promise<void> {
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs could not start its ${backend} backend`);
  await tf.ready();
}
