import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { executionProviders } from '../providers.js';
import { explainCuda, explainWebgpu, NO_GPU } from './explain.js';
import { tryInProcess } from './trialProcess.js';
import type { DeviceProbe, LmDevice } from './types.js';

/** This machine, as far as it decides which devices work. */
export interface Machine {
  /** Such as `linux-x64`. */
  platform: string;
  /** Execution providers of ONNX Runtime's build for this platform. */
  providers: readonly string[];
  /** Whether the CUDA provider's libraries lie beside ONNX Runtime's. */
  cudaLibraries: boolean;
  /** Whether an NVIDIA driver is loaded. */
  nvidiaDriver: boolean;
  /** Whether there may be a GPU; only Linux tells without asking its drivers. */
  gpu: boolean;
  /** As {@link tryInProcess}. */
  attempt(device: LmDevice): Promise<string | undefined>;
}

// The only platform that onnxruntime-node's install script has a CUDA provider for.
const CUDA_PLATFORM = 'linux-x64';

/** How each device is tried on a machine. What can be told by looking is not tried. */
export function probesOf(machine: Machine): Record<LmDevice, DeviceProbe> {
  const attempts = new Map<LmDevice, Promise<string | undefined>>();
  const attempt = (device: LmDevice) => {
    const result = attempts.get(device) ?? machine.attempt(device);
    attempts.set(device, result);
    return result;
  };
  return {
    cpu: async () => undefined,
    webgpu: async (byName) => {
      if (!machine.providers.includes('webgpu')) return notBuilt(machine, 'webgpu');
      if (!machine.gpu && !byName) return NO_GPU;
      const output = await attempt('webgpu');
      return output === undefined ? undefined : explainWebgpu(output, machine);
    },
    cuda: async () => {
      if (machine.platform !== CUDA_PLATFORM || !machine.providers.includes('cuda')) {
        return notBuilt(machine, 'cuda');
      }
      const missing = missingForCuda(machine);
      if (missing.length > 0) return missing.join('; ');
      const output = await attempt('cuda');
      return output === undefined ? undefined : explainCuda(output);
    },
  };
}

function notBuilt({ platform, providers }: Machine, device: LmDevice): string {
  const there = providers.filter((name) => name === 'cpu' || (name === 'webgpu' && name !== device));
  return `ONNX Runtime has no ${device} for ${platform}; take ${there.join(' or ')}`;
}

function missingForCuda({ nvidiaDriver, cudaLibraries }: Machine): string[] {
  return [
    ...(nvidiaDriver ? [] : ['no NVIDIA driver is loaded (nvidia-smi must list a GPU)']),
    ...(cudaLibraries ? [] : ["ONNX Runtime's CUDA libraries are not installed (npm run setup:gpu)"]),
  ];
}

/** The machine this runs on. */
export function thisMachine(): Machine {
  const linux = process.platform === 'linux';
  // WSL shows every GPU as /dev/dxg.
  const nvidiaDriver = existsSync('/dev/nvidiactl') || existsSync('/dev/dxg');
  return {
    platform: `${process.platform}-${process.arch}`,
    providers: executionProviders().providers,
    cudaLibraries: ['cuda', 'shared'].every((name) => existsSync(providerLibrary(name))),
    nvidiaDriver,
    gpu: !linux || nvidiaDriver || hasRenderNode(),
    attempt: tryInProcess,
  };
}

/** Where onnxruntime-node's install script puts the library of an execution provider. */
function providerLibrary(name: string): string {
  const folder = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  const file = `libonnxruntime_providers_${name}.so`;
  return join(folder, 'bin', 'napi-v6', process.platform, process.arch, file);
}

/** Whether Linux has a GPU that computes. */
function hasRenderNode(): boolean {
  const folder = '/dev/dri';
  return existsSync(folder) && readdirSync(folder).some((name) => name.startsWith('renderD'));
}

let probes: Record<LmDevice, DeviceProbe> | undefined;

/** How each device is tried on this machine. */
export function deviceProbes(): Record<LmDevice, DeviceProbe> {
  probes ??= probesOf(thisMachine());
  return probes;
}
