import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, renameSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { codeOf, InputError, messageOf } from '../common/index.js';
import { causeOf, HubFailure } from './failure.js';
import { findPartial, partialPath, removePartials } from './partial.js';
import type { Answer } from './request.js';

/** Bytes of a file that are on this machine, and the file's size where the hub tells. */
export type Report = (loaded: number, total: number | undefined) => void;

/**
 * Downloads a file, or the rest of one. It appears at `path` whole and checked, or not at all; what has arrived of it
 * is kept beside for the next attempt.
 * @param ask Requests the file from a byte on.
 * @returns False where the hub has no such file.
 * @throws HubFailure when the download breaks off, InputError when the file is damaged or the disk refuses it.
 */
export async function downloadFile(
  ask: (start: number) => Promise<Answer | undefined>,
  path: string,
  report: Report,
): Promise<boolean> {
  onDisk(path, () => mkdirSync(dirname(path), { recursive: true }));
  const answer = await askForRest(ask, path);
  if (answer === undefined) return false;
  const target = partialPath(path, answer.version);
  await receive(answer, path, target, report);
  const { size } = statSync(target);
  await check(answer, path, target, size);
  onDisk(path, () => renameSync(target, path));
  removePartials(path);
  report(size, size);
  return true;
}

/** Asks for what is missing, or for the whole file where the hub has another version or gives no parts. */
async function askForRest(
  ask: (start: number) => Promise<Answer | undefined>,
  path: string,
): Promise<Answer | undefined> {
  const partial = findPartial(path);
  const answer = await ask(partial?.size ?? 0);
  if (answer === undefined || answer.start === 0) return answer;
  if (partial?.size === answer.start && partial.path === partialPath(path, answer.version)) return answer;
  await answer.body?.cancel();
  removePartials(path);
  const whole = await ask(0);
  if (whole === undefined || whole.start === 0) return whole;
  await whole.body?.cancel();
  throw broken(whole, path, 0, 'the hub sent another part than asked for');
}

/** Adds an answer's body to what there is of the file. */
async function receive(answer: Answer, path: string, target: string, report: Report): Promise<void> {
  report(answer.start, answer.total);
  if (answer.start > 0 && answer.start === answer.total) {
    await answer.body?.cancel();
    return;
  }
  try {
    const file = await open(target, answer.start > 0 ? 'a' : 'w');
    try {
      await write(answer, path, file, report);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw codeOf(error) === undefined ? error : diskError(error, path);
  }
}

async function write(answer: Answer, path: string, file: FileHandle, report: Report): Promise<void> {
  let loaded = answer.start;
  for await (const chunk of chunksOf(answer, path)) {
    await file.writeFile(chunk);
    loaded += chunk.length;
    report(loaded, answer.total);
  }
}

/** An answer's body, whose errors become those of the download. */
async function* chunksOf(answer: Answer, path: string): AsyncGenerator<Uint8Array> {
  let loaded = answer.start;
  try {
    for await (const chunk of answer.body ?? []) {
      yield chunk;
      loaded += chunk.length;
    }
  } catch (error) {
    throw broken(answer, path, loaded, causeOf(error));
  }
}

async function check(answer: Answer, path: string, target: string, size: number): Promise<void> {
  const { total, sha256 } = answer;
  if (total !== undefined && size < total) throw broken(answer, path, size, 'the connection was closed');
  if (total !== undefined && size > total) {
    removePartials(path);
    throw new InputError(`${path} came with ${size} bytes, but has ${total} on the hub: download it again`);
  }
  if (sha256 === undefined) return;
  const found = createHash('sha256');
  await pipeline(createReadStream(target), found);
  const digest = found.digest('hex');
  if (digest === sha256) return;
  removePartials(path);
  throw new InputError(
    `${path} came with the SHA-256 ${digest}, but has ${sha256} on the hub, so it was thrown away: ` +
      'try again, or look for a proxy that alters files',
  );
}

function broken({ total, version }: Answer, path: string, loaded: number, cause: string): HubFailure {
  const amount = total === undefined ? `${loaded} bytes` : `${loaded} of ${total} bytes`;
  const remedy = version === undefined ? 'try again' : 'try again, and it goes on from there';
  return new HubFailure(`${path}: the download broke off after ${amount} (${cause}): ${remedy}`, true);
}

function onDisk(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw diskError(error, path);
  }
}

function diskError(error: unknown, path: string): InputError {
  const code = codeOf(error);
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  const remedy = full ? 'free some disk space, then try again' : 'check the folder, then try again';
  return new InputError(`${path} cannot be written (${code ?? messageOf(error)}): ${remedy}`);
}
