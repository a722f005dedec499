import { TABLE_KINDS, tableKind } from '../rows/readTable.js';

/** The words that name a split in a file's or a folder's name. */
const KEYWORDS = {
  train: ['train', 'training'],
  validation: ['validation', 'valid', 'dev', 'val'],
  test: ['test', 'testing', 'eval', 'evaluation'],
} as const;
const SHARD = /^data\/(\w+(?:\.\w+)*)-\d{5}-of-\d{5}[^/]*$/;
/** Files that describe a dataset. */
const ABOUT = ['config.json', 'dataset_info.json', 'dataset_infos.json', 'dataset_dict.json'];

/**
 * The data files of each split, by the hub's rules for names (https://huggingface.co/docs/hub/datasets-file-names-and-splits),
 * the first of which that holds for some file is taken: `data/SPLIT-00000-of-00001.*`; a folder named for its split; a
 * file named so; or all files are of the split `train`. Of a split that is there in several kinds of files, the commonest
 * is taken.
 * @param files their paths in the repository
 */
export function splitsOf(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const data = files.filter(isData).sort();
  const rules = [shards, folders, names];
  const found = rules.map((rule) => rule(data)).find((splits) => splits.size > 0);
  const all = found ?? (data.length > 0 ? new Map([['train', data]]) : new Map<string, string[]>());
  return new Map([...all].map(([split, paths]) => [split, ofCommonestKind(paths)]));
}

function isData(path: string): boolean {
  const parts = path.split('/');
  const name = parts[parts.length - 1];
  const hidden = parts.some((part) => part.startsWith('.'));
  const special = parts.slice(0, -1).some((part) => part.startsWith('__'));
  return tableKind(name) !== undefined && !hidden && !special && !ABOUT.includes(name);
}

function shards(files: readonly string[]): Map<string, string[]> {
  return group(files, (path) => {
    const split = SHARD.exec(path)?.[1];
    return split === undefined ? [] : [split];
  });
}

function folders(files: readonly string[]): Map<string, string[]> {
  return group(files, (path) => splitsIn(path.split('/').slice(0, -1)));
}

function names(files: readonly string[]): Map<string, string[]> {
  return group(files, (path) => splitsIn(path.split('/').slice(-1)));
}

/** The splits that some names contain as words. */
function splitsIn(parts: readonly string[]): string[] {
  const isWord = (word: string) => {
    const pattern = new RegExp(`(^|[-._ 0-9])${word}($|[-._ 0-9])`);
    return parts.some((part) => pattern.test(part));
  };
  return Object.entries(KEYWORDS).flatMap(([split, words]) => (words.some(isWord) ? [split] : []));
}

function group(
  files: readonly string[],
  splitsOfFile: (path: string) => readonly string[],
): Map<string, string[]> {
  const splits = new Map<string, string[]>();
  for (const path of files) {
    for (const split of splitsOfFile(path)) splits.set(split, [...(splits.get(split) ?? []), path]);
  }
  return splits;
}

function ofCommonestKind(files: readonly string[]): string[] {
  const ofKind = TABLE_KINDS.map((kind) => files.filter((path) => tableKind(path) === kind));
  return ofKind.reduce((most, some) => (some.length > most.length ? some : most));
}
