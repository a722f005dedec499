import { join } from 'node:path';
import { InputError } from '../common/index.js';
import { checkDtype, DTYPE_SUFFIXES, modelFileName } from './files.js';
import { Repository } from './hub/repository.js';
import { readModel } from './onnx/readModel.js';
import { externalLocations } from './onnx/weights.js';
import type { OpenLmOptions } from './types.js';

const HUB_ID = /^(?:[\w-][\w.-]*\/)?[\w-][\w.-]{0,95}$/;
const REVISION = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[\w.+@=-]+(?:\/[\w.+@=-]+)*$/;
const REQUIRED = ['config.json', 'tokenizer.json', 'tokenizer_config.json'];
const OPTIONAL = ['generation_config.json', 'chat_template.jinja'];
/** Before the first retry, ms. */
const RETRY_WAIT = 500;

/**
 * Brings a model from the hub into transformers.js's cache (`env.cacheDir`, one folder per model), where both find it
 * from then on. What is there already is neither asked for nor checked again. transformers.js downloads a file in one
 * go and unchecked, and knows neither `HF_ENDPOINT` nor the offline switches, so the download itself is done here: it
 * goes on where it broke off, checks size and SHA-256, and tries again when the hub is busy. `HF_TOKEN` is sent to the
 * hub alone.
 * @throws InputError when the hub has no such model, refuses it or cannot be reached, or a file is damaged.
 * @throws Interrupted when `signal` fires.
 */
export async function downloadModel(
  id: string,
  { dtype, revision = 'main', onDownload, signal }: OpenLmOptions,
  retryWait: number = RETRY_WAIT,
): Promise<string> {
  checkNames(id, revision);
  const chosen = dtype === undefined || dtype === 'auto' ? undefined : checkDtype(dtype);
  const repository = new Repository(id, { revision, onDownload, signal, retryWait });
  try {
    for (const name of REQUIRED) await repository.require(name);
    for (const name of OPTIONAL) await repository.take(name);
    const model = chosen === undefined ? await takeBest(repository) : await takeChosen(repository, chosen);
    await takeWeights(repository, model);
  } finally {
    repository.close();
  }
  return repository.directory;
}

function checkNames(id: string, revision: string): void {
  if (!HUB_ID.test(id)) {
    throw new InputError(`${id} is neither a directory on this machine nor a hub id such as owner/name`);
  }
  if (!REVISION.test(revision)) {
    throw new InputError(`${revision} is no revision: name a branch, a tag or a commit of ${id}`);
  }
}

/** Takes the best model there: the first dtype that is in the cache or on the hub. */
async function takeBest(repository: Repository): Promise<string> {
  const missing: string[] = [];
  for (const dtype of Object.keys(DTYPE_SUFFIXES)) {
    const name = `onnx/${modelFileName(dtype)}`;
    if (!repository.isCached(name)) {
      if (repository.isAbsent(name)) continue;
      if (!(await repository.probe(name))) {
        missing.push(name);
        continue;
      }
      await repository.require(name);
    }
    for (const better of missing) repository.markAbsent(better);
    return name;
  }
  repository.refuseIfFailed();
  throw new InputError(
    `${repository.id} has no onnx/model*.onnx on the hub: take a model exported for transformers.js`,
  );
}

async function takeChosen(repository: Repository, dtype: string): Promise<string> {
  const name = `onnx/${modelFileName(dtype)}`;
  if (repository.isCached(name)) return name;
  if (await repository.probe(name)) {
    await repository.require(name);
    return name;
  }
  repository.refuseIfFailed();
  const there: string[] = [];
  for (const type of Object.keys(DTYPE_SUFFIXES)) {
    if (await repository.probe(`onnx/${modelFileName(type)}`)) there.push(type);
  }
  const choice =
    there.length > 0 ? `choose a dtype that is there (${there.join(', ')})` : 'take another model';
  throw new InputError(`${repository.id} has no ${name} on the hub: ${choice}`);
}

/** Takes the files that hold a model's weights where those lie beside it. */
async function takeWeights(repository: Repository, model: string): Promise<void> {
  for (const location of externalLocations(readModel(join(repository.directory, model)))) {
    // The name comes from a file that was just downloaded, and must not lead out of the cache.
    if (/(^|[\\/])\.\.([\\/]|$)|^[\\/]|:/.test(location)) {
      throw new InputError(
        `${repository.id}: ${model} keeps weights outside of its folder, in ${location}: take another model`,
      );
    }
    await repository.require(`onnx/${location}`);
  }
}
