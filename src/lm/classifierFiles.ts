import { findModelFile, readModelConfig } from './files.js';
import { modelDirectory } from './modelDirectory.js';
import { refuseBadFile } from './onnx/badFile.js';
import { readModel } from './onnx/readModel.js';
import type { OpenLmOptions } from './types.js';
import { roundsByBatch } from './warnings.js';

/** A model of one graph that classifies texts. */
export interface ClassifierFiles {
  /** Holds `config.json` and the tokenizer's files. */
  directory: string;
  /** The `.onnx` file in its folder `onnx/`. */
  modelFile: string;
  /** Most tokens that the model reads, where `config.json` tells. */
  contextLength: number | undefined;
  /** Things a user should know. */
  warnings: readonly string[];
}

/**
 * Finds a classifier's files, of a directory in transformers.js's layout or a hub id, which is downloaded as a language
 * model is.
 * @throws InputError when they are missing or damaged.
 * @throws Interrupted when `signal` ends a download.
 */
export async function findClassifierFiles(
  idOrDirectory: string,
  options: Pick<OpenLmOptions, 'dtype' | 'revision' | 'onDownload' | 'signal'>,
): Promise<ClassifierFiles> {
  const directory = await modelDirectory(idOrDirectory, { ...options, oneGraph: true });
  const { contextLength } = readModelConfig(directory);
  const modelFile = findModelFile(directory, options.dtype, 'text-classification');
  refuseBadFile(modelFile);
  const warnings = roundsByBatch(readModel(modelFile))
    ? ['dynamic int8: a score depends on the rest of its batch; take fp32 or q4 (dtype)']
    : [];
  return { directory, modelFile, contextLength, warnings };
}
