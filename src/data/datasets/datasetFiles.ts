import { join } from 'node:path';
import { InputError } from '../../common/index.js';
import { type DownloadProgress, Repository } from '../../hub/index.js';
import { TABLE_KINDS, tableKind } from '../rows/readTable.js';
import type { DatasetName } from './datasetName.js';
import { splitsOf } from './splits.js';

/** How a dataset on the hub is read. */
export interface DatasetOptions {
  /** Which part of it; default `train`. A file on this machine has none. */
  split?: string;
  /** Told as files arrive from the hub, one after the other; not for files in the cache. */
  onDownload?: (progress: DownloadProgress) => void;
  /** Ends a download early by throwing {@link Interrupted}; what has arrived is kept for the next one. */
  signal?: AbortSignal;
}

/** A file to read. */
export interface DataFile {
  path: string;
  /** What messages call it. */
  name: string;
}

/** Most files that a message names. */
const MOST_NAMED = 8;

/**
 * Brings the files of a dataset's split from the hub into the cache of models, below `datasets/`.
 * @param retryWait Before the first retry, ms.
 * @throws InputError when the hub has no such dataset or split, refuses it or cannot be reached, or a file is damaged.
 * @throws Interrupted when `signal` fires.
 */
export async function datasetFiles(
  { id, revision, path }: DatasetName,
  { split, onDownload, signal }: DatasetOptions,
  retryWait?: number,
): Promise<DataFile[]> {
  const repository = new Repository({ kind: 'dataset', id, revision }, { onDownload, signal, retryWait });
  try {
    const files = isFile(path) ? [path] : await chooseFiles(repository, path, split ?? 'train');
    for (const file of files) await repository.require(file);
    return files.map((file) => ({ path: join(repository.directory, file), name: `${id}/${file}` }));
  } finally {
    repository.close();
  }
}

/** Whether a part of a dataset is one file, rather than a folder or all of it. */
export function isFile(path: string | undefined): path is string {
  return path !== undefined && tableKind(path) !== undefined;
}

async function chooseFiles(
  repository: Repository,
  folder: string | undefined,
  split: string,
): Promise<readonly string[]> {
  const start = folder === undefined ? '' : `${folder}/`;
  const inside = (all: readonly string[]) =>
    all.filter((file) => file.startsWith(start)).map((file) => file.slice(start.length));
  const chosen = (all: readonly string[]) => splitsOf(inside(all)).get(split) ?? [];
  const all = await repository.files((kept) => chosen(kept).length > 0);
  const files = chosen(all);
  if (files.length > 0) return files.map((file) => start + file);
  const where = `${repository.id}${folder === undefined ? '' : `/${folder}`}`;
  const splits = [...splitsOf(inside(all)).keys()];
  if (splits.length > 0) {
    throw new InputError(
      `${where} has no split ${split} on the hub: choose one that is there (${splits.join(', ')})`,
    );
  }
  const there = inside(all).slice(0, MOST_NAMED).join(', ') || 'none';
  throw new InputError(
    `${where} has no ${TABLE_KINDS.map((kind) => `.${kind}`).join(', ')} file on the hub (its files: ${there}): try ` +
      `hf://datasets/${repository.id}@refs/convert/parquet, where the hub keeps its own copy of most datasets`,
  );
}
