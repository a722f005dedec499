import { join } from 'node:path';
import { InputError } from '../common/index.js';
import { isHubId, isRevision, Repository, staysInside } from '../hub/index.js';
import { checkDtype, DTYPE_SUFFIXES, modelFileName, readModelConfig } from './files.js';
import { readMergedDecoder } from './onnx/merged.js';
import { readModel } from './onnx/readModel.js';
import { externalLocations } from './onnx/weights.js';
import { isMerged, seq2SeqLayouts } from './seq2seq/files.js';
import type { OpenLmOptions } from './types.js';

const REQUIRED = ['config.json', 'tokenizer.json', 'tokenizer_config.json'];
const OPTIONAL = ['generation_config.json', 'chat_template.jinja'];

/** How a model is downloaded. */
export interface DownloadModelOptions
  extends Pick<OpenLmOptions, 'dtype' | 'revision' | 'onDownload' | 'signal'> {
  /** It has one graph even where its language model would have two, as a classifier on an encoder-decoder model has. */
  oneGraph?: boolean;
}

/**
 * Brings a model from the hub into transformers.js's cache (`env.cacheDir`, one folder per model), where both find it
 * from then on, as {@link Repository} says.
 * @param retryWait Before the first retry, ms.
 * @throws InputError when the hub has no such model, refuses it or cannot be reached, or a file is damaged.
 * @throws Interrupted when `signal` fires.
 */
export async function downloadModel(
  id: string,
  { dtype, revision = 'main', onDownload, signal, oneGraph = false }: DownloadModelOptions,
  retryWait?: number,
): Promise<string> {
  checkNames(id, revision);
  const chosen = dtype === undefined || dtype === 'auto' ? undefined : checkDtype(dtype);
  const repository = new Repository({ kind: 'model', id, revision }, { onDownload, signal, retryWait });
  try {
    for (const name of REQUIRED) await repository.require(name);
    for (const name of OPTIONAL) await repository.take(name);
    const { encoderDecoder } = readModelConfig(repository.directory);
    const layouts = (type: string) =>
      encoderDecoder && !oneGraph ? seq2SeqLayouts(type) : [[modelFileName(type)]];
    const take =
      chosen === undefined ? takeBest(repository, layouts) : takeChosen(repository, layouts, chosen);
    for (const name of await take) await takeWeights(repository, name);
  } finally {
    repository.close();
  }
  return repository.directory;
}

function checkNames(id: string, revision: string): void {
  if (!isHubId(id)) {
    throw new InputError(`${id} is neither a directory on this machine nor a hub id such as owner/name`);
  }
  if (!isRevision(revision)) {
    throw new InputError(`${revision} is no revision: name a branch, a tag or a commit of ${id}`);
  }
}

/** The lists of files in `onnx/` that make a model of a dtype, the best first. */
type Layouts = (dtype: string) => readonly (readonly string[])[];

/** Takes the best model there: the first dtype whose files are in the cache or on the hub. */
async function takeBest(repository: Repository, layouts: Layouts): Promise<readonly string[]> {
  const missing = new Set<string>();
  for (const names of Object.keys(DTYPE_SUFFIXES).flatMap(layouts)) {
    const gone = await firstMissing(repository, names, missing);
    if (gone === undefined) {
      const taken = await requireAll(repository, names);
      for (const better of missing) repository.markAbsent(better);
      return taken;
    }
    if (!repository.isAbsent(gone)) missing.add(gone);
  }
  repository.refuseIfFailed();
  const stem = layouts('fp32')[0].map((name) => name.replace('.onnx', '*.onnx'));
  throw new InputError(
    `${repository.id} has no onnx/${stem.join(' and ')} on the hub: take a model exported for transformers.js`,
  );
}

async function takeChosen(
  repository: Repository,
  layouts: Layouts,
  dtype: string,
): Promise<readonly string[]> {
  for (const names of layouts(dtype)) {
    if ((await firstMissing(repository, names)) === undefined) return requireAll(repository, names);
  }
  repository.refuseIfFailed();
  const there: string[] = [];
  for (const type of Object.keys(DTYPE_SUFFIXES)) {
    for (const names of layouts(type)) {
      const whole = (await firstMissing(repository, names)) === undefined;
      if (whole && !there.includes(type)) there.push(type);
    }
  }
  const choice =
    there.length > 0 ? `choose a dtype that is there (${there.join(', ')})` : 'take another model';
  throw new InputError(
    `${repository.id} has no onnx/${layouts(dtype)[0].join(' and ')} on the hub: ${choice}`,
  );
}

/** The first of some files in `onnx/` that is neither in the cache nor on the hub, or undefined. */
async function firstMissing(
  repository: Repository,
  names: readonly string[],
  known: ReadonlySet<string> = new Set(),
): Promise<string | undefined> {
  for (const name of names.map((file) => `onnx/${file}`)) {
    if (repository.isCached(name)) continue;
    if (known.has(name) || repository.isAbsent(name) || !(await repository.probe(name))) return name;
  }
  return undefined;
}

async function requireAll(repository: Repository, names: readonly string[]): Promise<readonly string[]> {
  const files = names.map((name) => `onnx/${name}`);
  for (const file of files) await repository.require(file);
  return files;
}

/** Takes the files that hold a model's weights where those lie beside it. */
async function takeWeights(repository: Repository, model: string): Promise<void> {
  const path = join(repository.directory, model);
  const graphs = isMerged(model) ? Object.values(readMergedDecoder(path)) : [readModel(path)];
  for (const location of new Set(graphs.flatMap(externalLocations))) {
    // The name comes from a file that was just downloaded, and must not lead out of the cache.
    if (!staysInside(location)) {
      throw new InputError(
        `${repository.id}: ${model} keeps weights outside of its folder, in ${location}: take another model`,
      );
    }
    await repository.require(`onnx/${location}`);
  }
}
