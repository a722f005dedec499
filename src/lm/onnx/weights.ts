import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { InputError } from '../../common/index.js';
import { refuseBadFile } from './badFile.js';
import type { OnnxModel, OnnxTensor } from './model.js';
import { encodeExternal } from './write.js';

/** The folder that holds a model's weights, and each weight as a reference into it. */
export interface Weights {
  /** What ONNX Runtime is told as `model_external_initializers_file_folder_path`. */
  folder: string;
  /** A tensor's message: as it stands, or with its numbers at a place in a file of `folder`. */
  encode(tensor: OnnxTensor): Uint8Array;
}

/**
 * Finds the files that hold a model's weights. Real paths throughout: a cache may hold links, and ONNX
 * Runtime refuses weights outside of the folder it is told.
 * @throws InputError when a file of weights is missing or too short.
 */
export function locateWeights(model: OnnxModel): Weights {
  const files = weightFiles(model);
  const folder = commonFolder([...files.values()]);
  const own = relative(folder, realpathSync(model.path));
  return {
    folder,
    encode(tensor) {
      const { data } = tensor;
      if (data.in === 'message') return data.bytes;
      if (data.in === 'model') return encodeExternal(tensor, { location: own, ...data });
      const location = relative(folder, files.get(data.location) ?? '');
      return encodeExternal(tensor, { location, offset: data.offset, length: data.length });
    },
  };
}

/** The real path of every file that holds weights, by the name it has in the model; the model's own is ''. */
function weightFiles(model: OnnxModel): Map<string, string> {
  const files = new Map([['', realpathSync(model.path)]]);
  for (const { name, data } of model.initializers) {
    if (data.in !== 'external') continue;
    const path = files.get(data.location) ?? findExternal(model, data.location);
    files.set(data.location, path);
    if (data.offset + (data.length ?? 0) > statSync(path).size) {
      throw new InputError(`${path} is too short for the weight ${name} of ${model.path}: download it again`);
    }
  }
  return files;
}

function findExternal(model: OnnxModel, location: string): string {
  const path = resolve(dirname(model.path), location);
  if (!existsSync(path)) {
    throw new InputError(`${path} is missing: it holds weights of ${model.path}; download it too`);
  }
  refuseBadFile(path);
  return realpathSync(path);
}

function commonFolder(paths: readonly string[]): string {
  let parts = dirname(paths[0]).split(sep);
  for (const path of paths) {
    const other = dirname(path).split(sep);
    const differs = parts.findIndex((part, i) => part !== other[i]);
    if (differs !== -1) parts = parts.slice(0, differs);
  }
  return join(parts.join(sep), sep);
}

/** The names of the files beside the model that hold weights. */
export function externalLocations(model: OnnxModel): string[] {
  const names = model.initializers.map(({ data }) => (data.in === 'external' ? data.location : ''));
  return [...new Set(names)].filter((name) => name !== '');
}
