import { accessSync, constants, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { env } from '@huggingface/transformers';
import {
  codeOf,
  InputError,
  Interrupted,
  lockDirectory,
  lockOwner,
  messageOf,
  waitForLock,
} from '../../common/index.js';
import type { DownloadProgress } from '../types.js';
import { downloadFile } from './download.js';
import { fileUrl, offlineSwitch } from './endpoint.js';
import { HubFailure, withRetries } from './failure.js';
import { type HubFile, hasFile, requestFile } from './request.js';

/** Marks of files that the hub does not have, as in the cache of Python's huggingface_hub. */
const ABSENT = '.no_exist';
/** Between two tries to take the lock, ms. */
const LOCK_WAIT = 1000;

export interface DownloadOptions {
  revision: string;
  onDownload: ((progress: DownloadProgress) => void) | undefined;
  signal: AbortSignal | undefined;
  /** Before the first retry, ms; doubled for each one more. */
  retryWait: number;
}

/** A model's files on the hub and in the cache. */
export class Repository {
  /** Where transformers.js keeps the files: `main` in the model's folder, other revisions in folders of their own. */
  readonly directory: string;
  private failure: string | undefined;
  private unlock: (() => void) | undefined;

  constructor(
    readonly id: string,
    private readonly options: DownloadOptions,
  ) {
    if (env.cacheDir === null) {
      throw new InputError(`${id}: set transformers.js's env.cacheDir to keep models in`);
    }
    const { revision } = options;
    this.directory = resolve(env.cacheDir, id, revision === 'main' ? '.' : revision);
  }

  isCached(name: string): boolean {
    return existsSync(join(this.directory, name));
  }

  /** Downloads a file that must be there, unless it is in the cache. */
  async require(name: string): Promise<void> {
    if (this.isCached(name) || (await this.download(name))) return;
    const { revision } = this.options;
    const where = revision === 'main' ? '' : ` at revision ${revision}`;
    const { host } = fileUrl(this.id, revision, name);
    throw new InputError(`${this.id} has no ${name}${where} on ${host}: check the name of the model`);
  }

  /** Downloads a file if the hub has it. It is looked for once: cached files are not looked for anew either. */
  async take(name: string): Promise<void> {
    if (this.isCached(name) || this.isAbsent(name)) return;
    if (await this.probe(name)) await this.require(name);
    else this.markAbsent(name);
  }

  /** Whether the hub has a file. False too where it cannot be asked, which {@link refuseIfFailed} tells. */
  async probe(name: string): Promise<boolean> {
    if (!this.mayAsk(name)) return false;
    const { retryWait, signal } = this.options;
    try {
      return await withRetries(() => hasFile(this.file(name), signal), retryWait, signal);
    } catch (error) {
      if (!(error instanceof HubFailure)) throw error;
      this.failure = error.message;
      return false;
    }
  }

  isAbsent(name: string): boolean {
    return existsSync(join(this.directory, ABSENT, name));
  }

  /** Remembers that the hub does not have a file. */
  markAbsent(name: string): void {
    if (this.failure !== undefined) return;
    const path = join(this.directory, ABSENT, name);
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, '');
    } catch {
      // A cache that cannot be written is asked again next time.
    }
  }

  /** @throws InputError when the hub could not be asked. */
  refuseIfFailed(): void {
    if (this.failure !== undefined) throw new InputError(this.failure);
  }

  /** Lets other processes download into this directory. */
  close(): void {
    this.unlock?.();
  }

  /** @returns False where the hub has no such file. */
  private async download(name: string): Promise<boolean> {
    this.mayAsk(name);
    // A model that does not exist leaves no folder behind.
    const isThere = existsSync(this.directory) || (await this.probe(name));
    this.refuseIfFailed();
    if (!isThere) return false;
    await this.lock();
    // Another process may have downloaded it meanwhile.
    if (this.isCached(name)) return true;
    const { retryWait, signal, onDownload } = this.options;
    const file = this.file(name);
    let most = 0;
    const report = (loaded: number, total: number | undefined) => {
      most = Math.max(most, loaded);
      onDownload?.({ file: name, loaded: most, total });
    };
    const ask = (start: number) => requestFile(file, start, signal);
    const path = join(this.directory, name);
    try {
      return await withRetries(() => downloadFile(ask, path, report), retryWait, signal);
    } catch (error) {
      throw error instanceof HubFailure ? new InputError(error.message) : error;
    }
  }

  private mayAsk(name: string): boolean {
    const offline = offlineSwitch();
    if (offline !== undefined) {
      this.failure ??=
        `${this.id} has no ${name} in ${this.directory}, and ${offline} forbids downloads: ` +
        'allow them, or name a directory on this machine';
    }
    return this.failure === undefined;
  }

  private file(name: string): HubFile {
    return { id: this.id, revision: this.options.revision, name };
  }

  /** Waits until no other process downloads into this directory. */
  private async lock(): Promise<void> {
    if (this.unlock !== undefined) return;
    this.prepareDirectory();
    const { signal } = this.options;
    while (this.unlock === undefined) {
      await waitForLock(this.directory, LOCK_WAIT, signal);
      if (signal?.aborted) throw new Interrupted('the download was interrupted');
      if (lockOwner(this.directory) === undefined) this.unlock = this.tryLock();
    }
  }

  private tryLock(): (() => void) | undefined {
    try {
      return lockDirectory(this.directory);
    } catch (error) {
      // Another process was faster.
      if (lockOwner(this.directory) !== undefined) return undefined;
      throw error;
    }
  }

  private prepareDirectory(): void {
    try {
      mkdirSync(this.directory, { recursive: true });
      accessSync(this.directory, constants.W_OK);
    } catch (error) {
      throw new InputError(
        `models cannot be kept in ${this.directory} (${codeOf(error) ?? messageOf(error)}): make it writable`,
      );
    }
  }
}
