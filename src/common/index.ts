export { resolveBundled } from './bundled.js';
export { codeOf, InputError, Interrupted, messageOf } from './errors.js';
export { fastExp, NEGLIGIBLE } from './fastExp.js';
export { explainWriteError, writeAll, writeFileWhole } from './files.js';
export { float16Values } from './float16.js';
export { LineFile } from './lineFile.js';
export { LOCK, lockDirectory, lockOwner, waitForLock } from './lock.js';
export { denseLayers, type Standardisation } from './onnxMlp.js';
export { type GraphNode, type GraphPart, writeOnnx } from './onnxWriter.js';
export { type RandomStream, randomStream, shuffle } from './random.js';
export {
  decodeSafetensors,
  type Metadata,
  type NamedTensor,
  type NamedTensors,
  readSafetensors,
  type Safetensors,
  writeSafetensors,
} from './safetensors.js';
export { growTo, openWasm, roundUp } from './wasm.js';
