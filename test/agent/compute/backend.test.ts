import { describe, expect, it } from 'vitest';
import {
  type BackendLoader,
  type BackendName,
  firstThatLoads,
  loadBackend,
} from '../../../src/agent/compute/backend.js';
import { isSoftware } from '../../../src/agent/compute/webgpu.js';
import { automaticOrder } from '../../../src/agent/index.js';
import { InputError } from '../../../src/common/index.js';

/** Loaders of which only the named backends load; the others say which one they are. */
async function loadersOf(...working: BackendName[]): Promise<Record<BackendName, BackendLoader>> {
  const { tf } = await loadBackend('wasm');
  const loader =
    (name: BackendName): BackendLoader =>
    async (byName) => {
      if (working.includes(name)) return tf;
      throw new Error(`no ${name}, ${byName ? 'asked for' : 'tried'}\nand more lines`);
    };
  return {
    'tfjs-node-gpu': loader('tfjs-node-gpu'),
    'tfjs-node': loader('tfjs-node'),
    webgpu: loader('webgpu'),
    wasm: loader('wasm'),
    cpu: loader('cpu'),
  };
}

describe('firstThatLoads', () => {
  it('takes the first that works and says why not the others', async () => {
    const { name, tried } = await firstThatLoads('auto', await loadersOf('webgpu', 'wasm'));
    expect(name).toBe('webgpu');
    expect(tried).toEqual([
      { name: 'tfjs-node-gpu', ok: false, reason: 'no tfjs-node-gpu, tried' },
      { name: 'tfjs-node', ok: false, reason: 'no tfjs-node, tried' },
      { name: 'webgpu', ok: true, reason: '' },
    ]);
  });

  it('tries only the one that is asked for', async () => {
    const loaders = await loadersOf('wasm', 'cpu');
    expect((await firstThatLoads('cpu', loaders)).name).toBe('cpu');
    await expect(firstThatLoads('webgpu', loaders)).rejects.toThrow(
      new InputError('no tfjs backend for agent.backend "webgpu" (webgpu: no webgpu, asked for)'),
    );
  });

  it('does not fall back to plain JavaScript', async () => {
    await expect(firstThatLoads('auto', await loadersOf('cpu'))).rejects.toThrow(InputError);
    expect(automaticOrder).not.toContain('cpu');
  });
});

describe('loadBackend', () => {
  it('finds one on this machine, with a reason for each that was passed over', async () => {
    const { name, tried, tf } = await loadBackend();
    expect(tried.map((trial) => trial.name)).toEqual(automaticOrder.slice(0, tried.length));
    expect(tried[tried.length - 1]).toEqual({ name, ok: true, reason: '' });
    for (const { reason } of tried.slice(0, -1)) expect(reason).not.toBe('');
    expect(await tf.add(1, 2).array()).toBe(3);
  });

  it('loads one tfjs engine, whatever was loaded before', async () => {
    const cpu = await loadBackend('cpu');
    const wasm = await loadBackend('wasm');
    expect(wasm.tf).toBe(cpu.tf);
    expect(wasm.tf.getBackend()).toBe('wasm');
  });

  it('leaves no listener of Emscripten behind', async () => {
    await loadBackend('wasm');
    const listeners = [...process.listeners('uncaughtException'), ...process.listeners('unhandledRejection')];
    expect(listeners.map(String).filter((source) => source.includes('ExitStatus'))).toEqual([]);
  });
});

describe('isSoftware', () => {
  it('knows adapters that compute on the CPU', () => {
    expect(isSoftware({ vendor: 'mesa', description: 'llvmpipe (LLVM 15.0.6, 256 bits)' })).toBe(true);
    expect(isSoftware({ vendor: 'google', architecture: 'swiftshader' })).toBe(true);
    expect(isSoftware({ isFallbackAdapter: true })).toBe(true);
    expect(isSoftware({ vendor: 'nvidia', architecture: 'hopper', description: 'NVIDIA H100' })).toBe(false);
  });
});
