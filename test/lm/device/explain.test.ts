import { describe, expect, it } from 'vitest';
import { explainCuda, explainWebgpu, NO_GPU } from '../../../src/lm/device/explain.js';

/** What ONNX Runtime 1.30 prints when the CUDA provider lacks a library. */
const withoutLibrary = (library: string) =>
  '\u001b[1;31m2026-11-24 00:54:01.432606808 [E:onnxruntime:onnxruntime-node, provider_bridge_ort.cc:2146 Create] ' +
  '/onnxruntime_src/onnxruntime/core/session/provider_bridge_ort.cc:1988 onnxruntime::Provider& ' +
  'onnxruntime::ProviderLibrary::Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load library ' +
  `/a/bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so with error: ${library}: cannot open shared object file: ` +
  'No such file or directory\n\u001b[m\n' +
  'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library';

describe('explainCuda', () => {
  it.each([
    ['libcublasLt.so.13', 'CUDA 13 (sudo apt-get install cuda-toolkit-13)'],
    ['libcudart.so.12', 'CUDA 12 (sudo apt-get install cuda-toolkit-12)'],
    ['libcurand.so.10', 'CUDA (sudo apt-get install cuda-toolkit)'],
    ['libcudnn.so.9', 'cuDNN (sudo apt-get install cudnn)'],
  ])('names the missing %s and what brings it', (library, remedy) => {
    expect(explainCuda(withoutLibrary(library))).toBe(
      `${library} is missing: install ${remedy} from NVIDIA's repository`,
    );
  });

  it('knows the library of the driver', () => {
    expect(explainCuda(withoutLibrary('libcuda.so.1'))).toBe(
      "libcuda.so.1 is missing: install NVIDIA's driver",
    );
  });

  it('gives any other error as it stands, without the lines before it', () => {
    expect(explainCuda('\u001b[1;31mnoise\u001b[m\nCUDA failure 35: driver too old\n')).toBe(
      'CUDA failure 35: driver too old',
    );
    expect(explainCuda('')).toBe('the trial failed');
  });
});

describe('explainWebgpu', () => {
  const none = 'webgpu_context.cc:136 Failed to get a WebGPU adapter: No supported adapters';
  it('tells a missing driver from a missing GPU', () => {
    expect(explainWebgpu(none, { gpu: true, platform: 'win32-x64' })).toBe(
      "no GPU adapter was found (update the GPU's driver)",
    );
    expect(explainWebgpu(none, { gpu: false, platform: 'linux-x64' })).toBe(NO_GPU);
  });

  it('gives any other error as it stands', () => {
    expect(explainWebgpu('noise\nthe trial ended with SIGSEGV', { gpu: true, platform: 'linux-x64' })).toBe(
      'the trial ended with SIGSEGV',
    );
  });
});
