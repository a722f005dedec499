import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { env } from '@huggingface/transformers';
import { z } from 'zod';
import { InputError, writeFileWhole } from '../common/index.js';
import { downloadFile } from './download.js';
import { fileUrl, offlineSwitch } from './endpoint.js';
import { HubFailure, withRetries } from './failure.js';
import { LOCALLY } from './follow.js';
import { lockForDownload } from './lockForDownload.js';
import { pathOf } from './names.js';
import { hasFile, requestFile } from './request.js';
import { listFiles } from './tree.js';
import type { DownloadProgress, HubFile, HubRepository } from './types.js';

/** Marks of files that the hub does not have, as in the cache of Python's huggingface_hub. */
const ABSENT = '.no_exist';
/** The list of a repository's files. */
const LIST = '.files.json';
/** Before the first retry, ms. */
const RETRY_WAIT = 500;
/** What may be misspelt where a file is missing: a model's files have fixed names. */
const LIKELY = { model: 'the model', dataset: 'the file' } as const;

export interface DownloadOptions {
  /** Told as files arrive, one after the other; not for files in the cache. */
  onDownload: ((progress: DownloadProgress) => void) | undefined;
  /** Ends a download early; what has arrived is kept for the next one. */
  signal: AbortSignal | undefined;
  /** Before the first retry, ms, doubled for each one more; default 500. */
  retryWait: number | undefined;
}

/**
 * A repository's files on the hub and in transformers.js's cache (`env.cacheDir`), where it finds a model's too. What is
 * there already is neither asked for nor checked again. transformers.js downloads a file in one go and unchecked, and
 * knows neither `HF_ENDPOINT` nor the offline switches, so the download itself is done here: it goes on where it broke
 * off, checks size and SHA-256, and tries again when the hub is busy. `HF_TOKEN` is sent to the hub alone.
 */
export class Repository {
  /** Where the files are kept: of `main` in a folder of the repository's own, of other revisions in folders below it. */
  readonly directory: string;
  private readonly retryWait: number;
  private failure: string | undefined;
  private unlock: (() => void) | undefined;

  constructor(
    private readonly hub: HubRepository,
    private readonly options: DownloadOptions,
  ) {
    const { kind, id, revision } = hub;
    if (env.cacheDir === null) {
      throw new InputError(`${id}: set transformers.js's env.cacheDir to keep ${kind}s in`);
    }
    this.directory = resolve(env.cacheDir, pathOf(hub), revision === 'main' ? '.' : revision);
    this.retryWait = options.retryWait ?? RETRY_WAIT;
  }

  get id(): string {
    return this.hub.id;
  }

  isCached(name: string): boolean {
    return existsSync(join(this.directory, name));
  }

  /** Downloads a file that must be there, unless it is in the cache. */
  async require(name: string): Promise<void> {
    if (this.isCached(name) || (await this.download(name))) return;
    throw new InputError(
      `${this.id} has no ${name}${this.place(name)}: check the name of ${LIKELY[this.hub.kind]}`,
    );
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
    const { signal } = this.options;
    try {
      return await withRetries(() => hasFile(this.file(name), signal), this.retryWait, signal);
    } catch (error) {
      if (!(error instanceof HubFailure)) throw error;
      this.failure = error.message;
      return false;
    }
  }

  /**
   * The paths of all files that the hub has. The list is kept in the cache, and asked for anew where it does not suit
   * and the hub may be asked.
   * @throws InputError when the hub has no such repository, or cannot be asked.
   */
  async files(suits: (files: readonly string[]) => boolean): Promise<readonly string[]> {
    const list = join(this.directory, LIST);
    const kept = readList(list);
    if (kept && (suits(kept) || offlineSwitch() !== undefined)) return kept;
    this.mayAsk('list of its files');
    this.refuseIfFailed();
    const found = await this.ask((signal) => listFiles(this.hub, signal));
    if (!found) {
      const { kind } = this.hub;
      throw new InputError(
        `there is no ${kind} ${this.id}${this.place('')}: check the name, or name ${LOCALLY[kind]} on this machine`,
      );
    }
    keep(list, `${JSON.stringify(found)}\n`);
    return found;
  }

  isAbsent(name: string): boolean {
    return existsSync(join(this.directory, ABSENT, name));
  }

  /** Remembers that the hub does not have a file. */
  markAbsent(name: string): void {
    if (this.failure !== undefined) return;
    keep(join(this.directory, ABSENT, name), '');
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
    // A repository that does not exist leaves no folder behind.
    const isThere = existsSync(this.directory) || (await this.probe(name));
    this.refuseIfFailed();
    if (!isThere) return false;
    this.unlock ??= await lockForDownload(this.directory, this.hub.kind, this.options.signal);
    // Another process may have downloaded it meanwhile.
    if (this.isCached(name)) return true;
    const { onDownload } = this.options;
    const file = this.file(name);
    let most = 0;
    const report = (loaded: number, total: number | undefined) => {
      most = Math.max(most, loaded);
      onDownload?.({ file: name, loaded: most, total });
    };
    const path = join(this.directory, name);
    return this.ask((signal) => downloadFile((start) => requestFile(file, start, signal), path, report));
  }

  /** Asks the hub, again where it is busy. @throws InputError when that fails. */
  private async ask<T>(work: (signal: AbortSignal | undefined) => Promise<T>): Promise<T> {
    const { signal } = this.options;
    try {
      return await withRetries(() => work(signal), this.retryWait, signal);
    } catch (error) {
      throw error instanceof HubFailure ? new InputError(error.message) : error;
    }
  }

  private mayAsk(name: string): boolean {
    const offline = offlineSwitch();
    if (offline !== undefined) {
      this.failure ??=
        `${this.id} has no ${name} in ${this.directory}, and ${offline} forbids downloads: ` +
        `allow them, or name ${LOCALLY[this.hub.kind]} on this machine`;
    }
    return this.failure === undefined;
  }

  private file(name: string): HubFile {
    return { ...this.hub, name };
  }

  /** Where a file was looked for, for messages. */
  private place(name: string): string {
    const { revision } = this.hub;
    return `${revision === 'main' ? '' : ` at revision ${revision}`} on ${fileUrl(this.file(name)).host}`;
  }
}

/** A list of paths that {@link keep} wrote. */
function readList(path: string): string[] | undefined {
  try {
    return z.array(z.string()).parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Keeps what the hub said. A cache that cannot be written is asked again next time. */
function keep(path: string, contents: string): void {
  try {
    writeFileWhole(path, contents);
  } catch {
    // Nothing is lost but time.
  }
}
