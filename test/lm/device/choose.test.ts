import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/common/index.js';
import { chooseDevice, tryDevices } from '../../../src/lm/device/choose.js';
import { type Machine, probesOf } from '../../../src/lm/device/probes.js';
import type { LmDevice } from '../../../src/lm/device/types.js';
import { openLm } from '../../../src/lm/index.js';

const NO_ADAPTER =
  'Warning: noise\nwebgpu_context.cc:136 Failed to get a WebGPU adapter: No supported adapters';

/** A Linux machine with an NVIDIA GPU on which all works, but for what is said otherwise. */
function machine(changes: Partial<Machine> = {}) {
  const attempts: LmDevice[] = [];
  const { attempt = async () => undefined, ...rest } = changes;
  const probes = probesOf({
    platform: 'linux-x64',
    providers: ['cpu', 'webgpu', 'cuda', 'tensorrt'],
    cudaLibraries: true,
    nvidiaDriver: true,
    gpu: true,
    ...rest,
    attempt: (device) => {
      attempts.push(device);
      return attempt(device);
    },
  });
  return { probes, attempts };
}

/** Attempts that print what is given. */
const printing = (output: Partial<Record<LmDevice, string>>) => async (device: LmDevice) => output[device];

describe('auto', () => {
  it.each([
    ['cuda', {}, ['cuda']],
    ['webgpu', { cudaLibraries: false }, ['webgpu']],
    ['webgpu', { attempt: printing({ cuda: 'no kernel image' }) }, ['cuda', 'webgpu']],
    ['cpu', { attempt: printing({ cuda: 'no', webgpu: NO_ADAPTER }) }, ['cuda', 'webgpu']],
    ['webgpu', { platform: 'darwin-arm64', providers: ['cpu', 'webgpu', 'coreml'] }, ['webgpu']],
  ] as const)('takes %s, the first that works', async (device, changes, tried) => {
    const { probes, attempts } = machine(changes);
    expect(await chooseDevice('auto', probes)).toBe(device);
    expect(attempts).toEqual(tried);
  });

  it('tries nothing on a machine without a GPU, where an adapter would be software', async () => {
    const { probes, attempts } = machine({ gpu: false, nvidiaDriver: false });
    expect(await chooseDevice('auto', probes)).toBe('cpu');
    expect(attempts).toEqual([]);
    expect(await chooseDevice('webgpu', probes)).toBe('webgpu');
  });

  it('tries a device once, however often it is asked for', async () => {
    const { probes, attempts } = machine();
    await Promise.all([chooseDevice('auto', probes), chooseDevice('cuda', probes), tryDevices(probes)]);
    expect(attempts.toSorted()).toEqual(['cuda', 'webgpu']);
  });
});

describe('a device asked for by name', () => {
  it.each([
    [
      'cuda',
      { nvidiaDriver: false, cudaLibraries: false },
      'no NVIDIA driver is loaded (nvidia-smi must list a GPU); ' +
        "ONNX Runtime's CUDA libraries are not installed (npm run setup:gpu)",
    ],
    ['cuda', { cudaLibraries: false }, "ONNX Runtime's CUDA libraries are not installed (npm run setup:gpu)"],
    ['cuda', { platform: 'linux-arm64' }, 'ONNX Runtime has no cuda for linux-arm64; take cpu or webgpu'],
    ['webgpu', { providers: ['cpu'] }, 'ONNX Runtime has no webgpu for linux-x64; take cpu'],
    [
      'webgpu',
      { attempt: printing({ webgpu: NO_ADAPTER }) },
      "no GPU adapter was found (sudo apt-get install libvulkan1 mesa-vulkan-drivers, or NVIDIA's driver)",
    ],
  ] as const)('%s that cannot be used: %o', async (device, changes, reason) => {
    const { probes } = machine(changes);
    await expect(chooseDevice(device, probes)).rejects.toThrow(
      new InputError(`the device ${device} cannot be used: ${reason}`),
    );
    expect((await tryDevices(probes)).find(({ name }) => name === device)).toEqual({
      name: device,
      ok: false,
      reason,
    });
  });
});

describe('this machine', () => {
  it('opens a model on each device that is said to work, and says why not on the others', async () => {
    const trials = await tryDevices();
    expect(trials.map(({ name }) => name)).toEqual(['cuda', 'webgpu', 'cpu']);
    for (const { name, ok, reason } of trials) {
      const opening = openLm('data/models/stories', { device: name, threads: 1 });
      if (ok) {
        const lm = await opening;
        expect(lm.info).toMatchObject({ device: name, threads: 1 });
        await lm.close();
      } else {
        expect(reason).toMatch(/^[^\n]+$/);
        await expect(opening).rejects.toThrow(new InputError(`the device ${name} cannot be used: ${reason}`));
      }
    }
    expect(trials[2]).toEqual({ name: 'cpu', ok: true, reason: '' });
  });
});
