import { randomBytes } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { env } from '@huggingface/transformers';
import { codeOf, InputError, messageOf } from '../common/index.js';
import { checkDtype, DTYPE_SUFFIXES, modelFileName } from './files.js';
import { readModel } from './onnx/readModel.js';
import { externalLocations } from './onnx/weights.js';

const PUBLIC_HUB = 'https://huggingface.co/';
const HUB_ID = /^(?:[\w-][\w.-]*\/)?[\w-][\w.-]{0,95}$/;
const REQUIRED = ['config.json', 'tokenizer.json', 'tokenizer_config.json'];
const OPTIONAL = ['generation_config.json', 'chat_template.jinja'];

/**
 * Brings a model from the hub into transformers.js's cache (`env.cacheDir`, one folder per model), where both
 * find it from then on. The host is transformers.js's `env.remoteHost`, or `HF_ENDPOINT`; `HF_TOKEN` is sent to it.
 * @param dtype Which `onnx/model*.onnx`; default: the best there.
 * @returns The model's directory.
 * @throws InputError when the hub has no such model, refuses it or cannot be reached.
 */
export async function downloadModel(id: string, dtype: string | undefined): Promise<string> {
  if (!HUB_ID.test(id)) {
    throw new InputError(`${id} is neither a directory on this machine nor a hub id such as owner/name`);
  }
  const chosen = dtype === undefined || dtype === 'auto' ? undefined : checkDtype(dtype);
  const repository = new Repository(id);
  for (const name of REQUIRED) await repository.require(name);
  for (const name of OPTIONAL) await repository.find(name);
  const model = await findModel(repository, chosen);
  for (const location of externalLocations(readModel(join(repository.directory, model)))) {
    // The name comes from a file that was just downloaded, and must not lead out of the cache.
    if (/(^|[\\/])\.\.([\\/]|$)|^[\\/]|:/.test(location)) {
      throw new InputError(
        `${id}: ${model} keeps weights outside of its folder, in ${location}: take another model`,
      );
    }
    await repository.require(`onnx/${location}`);
  }
  return repository.directory;
}

async function findModel(repository: Repository, dtype: string | undefined): Promise<string> {
  for (const type of dtype === undefined ? Object.keys(DTYPE_SUFFIXES) : [dtype]) {
    const name = `onnx/${modelFileName(type)}`;
    if (await repository.find(name)) return name;
  }
  repository.refuseIfUnreachable();
  if (dtype === undefined) {
    throw new InputError(
      `${repository.id} has no onnx/model*.onnx on the hub: take a model exported for transformers.js`,
    );
  }
  const there = await repository.dtypes();
  const choice =
    there.length > 0 ? `choose a dtype that is there (${there.join(', ')})` : 'take another model';
  throw new InputError(`${repository.id} has no onnx/${modelFileName(dtype)} on the hub: ${choice}`);
}

/** A model's files on the hub and in the cache. */
class Repository {
  readonly directory: string;
  private unreachable: string | undefined;

  constructor(readonly id: string) {
    if (env.cacheDir === null)
      throw new InputError(`${id}: set transformers.js's env.cacheDir to keep models in`);
    this.directory = join(env.cacheDir, id);
  }

  /** Downloads a file that must be there. */
  async require(name: string): Promise<void> {
    if (await this.find(name)) return;
    this.refuseIfUnreachable();
    throw new InputError(`${this.id} has no ${name} on ${this.url('').host}: check the name of the model`);
  }

  /** Downloads a file unless it is in the cache already. False where it is in neither place. */
  async find(name: string): Promise<boolean> {
    const path = join(this.directory, name);
    if (existsSync(path)) return true;
    const response = await this.request(name, 'GET');
    if (response === undefined) return false;
    await this.save(response, path);
    return true;
  }

  /** The dtypes that the hub has. */
  async dtypes(): Promise<string[]> {
    const there: string[] = [];
    for (const type of Object.keys(DTYPE_SUFFIXES)) {
      if ((await this.request(`onnx/${modelFileName(type)}`, 'HEAD')) !== undefined) there.push(type);
    }
    return there;
  }

  refuseIfUnreachable(): void {
    if (this.unreachable === undefined) return;
    throw new InputError(
      `${this.id} cannot be downloaded: ${this.unreachable}; check the network, or name a directory on this machine`,
    );
  }

  private url(name: string): URL {
    const ownHost = env.remoteHost !== PUBLIC_HUB;
    const host = ownHost ? env.remoteHost : (process.env['HF_ENDPOINT'] ?? PUBLIC_HUB);
    const path = env.remotePathTemplate.replaceAll('{model}', this.id).replaceAll('{revision}', 'main');
    return new URL(`${path.replace(/\/$/, '')}/${name}`, host.endsWith('/') ? host : `${host}/`);
  }

  /** Asks the hub for a file. Undefined where it has none, or cannot be reached, which is remembered. */
  private async request(name: string, method: 'GET' | 'HEAD'): Promise<Response | undefined> {
    if (this.unreachable !== undefined) return undefined;
    const url = this.url(name);
    const token = process.env['HF_TOKEN'] ?? process.env['HF_ACCESS_TOKEN'];
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    let response: Response;
    try {
      response = await fetch(url, { method, headers });
    } catch (error) {
      this.unreachable = `${url.host} cannot be reached (${causeOf(error)})`;
      return undefined;
    }
    if (response.ok) return response;
    await response.body?.cancel();
    if (response.status === 404) return undefined;
    throw new InputError(this.explainStatus(response.status, url));
  }

  private explainStatus(status: number, url: URL): string {
    if (status === 401 || status === 403) {
      return (
        `${url.host} refuses ${this.id} (HTTP ${status}): the model does not exist, is private or is gated; ` +
        'check the name, or set HF_TOKEN to a token that may read it'
      );
    }
    return `${url} answers with HTTP ${status}: try again later`;
  }

  private async save(response: Response, path: string): Promise<void> {
    const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
    try {
      mkdirSync(dirname(path), { recursive: true });
      const body = response.body;
      if (body === null) throw new Error('the answer is empty');
      await pipeline(Readable.fromWeb(body), createWriteStream(temporary));
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      const full = codeOf(error) === 'ENOSPC';
      const remedy = full ? 'free some disk space' : 'check the network and the folder, then try again';
      throw new InputError(`${response.url} cannot be saved as ${path} (${causeOf(error)}): ${remedy}`);
    }
  }
}

/** The message of what made `fetch` fail, which its own message does not tell. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return codeOf(cause) ?? messageOf(cause ?? error);
}
