import { existsSync } from 'node:fs';
import { InputError, resolveBundled } from '../../common/index.js';
import { type DataFile, type DatasetOptions, datasetFiles, isFile } from './datasetFiles.js';
import { datasetName } from './datasetName.js';

/**
 * The files that a user's word names: one on this machine, or else a dataset on the hub, whose files are brought here.
 * @param source A file, `owner/name` or `hf://datasets/owner/name[@revision][/path]`.
 * @throws InputError when there is no such dataset; whether a file is there is not looked for.
 */
export async function dataFiles(source: string, options: DatasetOptions): Promise<DataFile[]> {
  const dataset = existsSync(resolveBundled(source)) ? undefined : datasetName(source);
  if (options.split !== undefined && (!dataset || isFile(dataset.path))) {
    throw new InputError(`${source} is a file and has no split ${options.split}: leave out the split`);
  }
  return dataset ? datasetFiles(dataset, options) : [{ path: source, name: source }];
}
