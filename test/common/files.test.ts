import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  explainWriteError,
  InputError,
  messageOf,
  writeAll,
  writeFileWhole,
} from '../../src/common/index.js';
import { RunDirectory } from '../../src/train/runDirectory.js';
import { temporaryDirectory, temporaryFile } from '../support/files.js';

it('writes a file whole, making its directory, and leaves nothing else behind', () => {
  const directory = temporaryDirectory();
  const path = join(directory, 'a', 'b.txt');
  writeFileWhole(path, 'one');
  writeFileWhole(path, 'two');
  expect(readFileSync(path, 'utf8')).toBe('two');
  expect(readdirSync(join(directory, 'a'))).toEqual(['b.txt']);
});

it('says what to do when a file stands where a directory is needed', () => {
  const file = temporaryFile('taken', '');
  expect(() => writeFileWhole(join(file, 'x.txt'), '')).toThrow(/a file stands where a directory is needed/);
});

// /dev/full answers every write as a full disk does.
it.runIf(existsSync('/dev/full'))('explains a full disk', () => {
  const run = RunDirectory.create(join(temporaryDirectory(), 'run'));
  symlinkSync('/dev/full', run.file('metrics.jsonl'));
  expect(() => run.append('metrics.jsonl', { step: 1 })).toThrow(InputError);
  expect(() => run.append('metrics.jsonl', { step: 1 })).toThrow(
    /no space left to write .*metrics.jsonl.*--resume/,
  );
});

it('passes other errors through', () => {
  const error = new Error('else');
  expect(explainWriteError(error, 'x')).toBe(error);
  expect(messageOf('text')).toBe('text');
  expect(() => writeAll(-1, Buffer.from('x'))).toThrow();
});
