import { createRequire } from 'node:module';
import { listSupportedBackends } from 'onnxruntime-node';

/** ONNX Runtime's version and the execution providers that its build brings (`cpu`, `webgpu`, `cuda`, ...). */
export function executionProviders(): { version: string; providers: string[] } {
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json');
  return { version, providers: listSupportedBackends().map(({ name }) => name) };
}
