import { InputError } from '../common/index.js';
import { isLocal, localDirectory } from './files.js';
import { type DownloadModelOptions, downloadModel } from './hub.js';

/**
 * The directory with a model's files, which are downloaded where a hub id is named.
 * @throws InputError when there is none, and for a revision of a directory.
 */
export async function modelDirectory(idOrDirectory: string, options: DownloadModelOptions): Promise<string> {
  if (!isLocal(idOrDirectory)) return downloadModel(idOrDirectory, options);
  const { revision = 'main' } = options;
  if (revision === 'main') return localDirectory(idOrDirectory);
  throw new InputError(
    `${idOrDirectory} is a directory and has no revision ${revision}: leave out the revision, or name a hub id`,
  );
}
