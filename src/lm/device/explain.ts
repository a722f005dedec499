import { stripVTControlCharacters } from 'node:util';

/** Where Linux shows none, or a container does not let it through. */
export const NO_GPU = 'there is no GPU (no /dev/dri/renderD*, /dev/nvidiactl or /dev/dxg)';

/** What a failed trial of CUDA printed, as what is missing and how to install it. */
export function explainCuda(output: string): string {
  const library = /(lib[\w+.-]+\.so[\w.]*): cannot open shared object file/.exec(output)?.[1];
  if (library === undefined) return lastLine(output);
  if (library.startsWith('libcuda.so')) return `${library} is missing: install NVIDIA's driver`;
  return `${library} is missing: install ${packageOf(library)} from NVIDIA's repository`;
}

/** The Debian package that brings a library of CUDA or cuDNN. */
function packageOf(library: string): string {
  if (library.startsWith('libcudnn')) return 'cuDNN (sudo apt-get install cudnn)';
  // Only these libraries are numbered as CUDA is.
  const version = /^lib(?:cudart|cublas|cublasLt|nvrtc)\.so\.(\d+)/.exec(library)?.[1];
  if (version === undefined) return 'CUDA (sudo apt-get install cuda-toolkit)';
  return `CUDA ${version} (sudo apt-get install cuda-toolkit-${version})`;
}

/** What a failed trial of WebGPU printed, as what is missing and how to install it. */
export function explainWebgpu(output: string, { gpu, platform }: { gpu: boolean; platform: string }): string {
  if (!/Failed to get a WebGPU adapter/.test(output)) return lastLine(output);
  if (!gpu) return NO_GPU;
  const remedy = platform.startsWith('linux')
    ? "sudo apt-get install libvulkan1 mesa-vulkan-drivers, or NVIDIA's driver"
    : "update the GPU's driver";
  return `no GPU adapter was found (${remedy})`;
}

/** The error that ended a trial; ONNX Runtime's own lines come before it. */
function lastLine(output: string): string {
  const lines = stripVTControlCharacters(output).split('\n');
  return lines.map((line) => line.trim()).findLast((line) => line !== '') ?? 'the trial failed';
}
