import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LineFile } from '../../src/common/index.js';
import { temporaryDirectory } from '../support/files.js';

function number(value: unknown): number {
  if (typeof value !== 'number') throw new TypeError('expected a number');
  return value;
}

describe('LineFile', () => {
  it('keeps what is appended, for another one too', () => {
    const path = join(temporaryDirectory(), 'numbers.jsonl');
    const file = LineFile.open(path, number);
    expect(file.lines).toEqual([]);
    file.append([1, 2]);
    file.append([]);
    file.append([3]);
    expect(file.lines).toEqual([1, 2, 3]);
    expect(LineFile.open(path, number).lines).toEqual([1, 2, 3]);
    expect(readFileSync(path, 'utf8')).toBe('1\n2\n3\n');
  });

  it('cuts off a line that a killed process left unfinished', () => {
    const path = join(temporaryDirectory(), 'numbers.jsonl');
    LineFile.open(path, number).append([1, 2]);
    appendFileSync(path, '34');
    const file = LineFile.open(path, number);
    expect(file.lines).toEqual([1, 2]);
    file.append([5]);
    expect(readFileSync(path, 'utf8')).toBe('1\n2\n5\n');
  });

  it.each([
    ['"a"', /numbers\.jsonl:2 is damaged: expected a number; remove the file/],
    ['{', /numbers\.jsonl:2 is damaged: .*JSON/],
  ])('refuses a line that is something else: %s', (line, message) => {
    const path = join(temporaryDirectory(), 'numbers.jsonl');
    writeFileSync(path, `1\n${line}\n`);
    expect(() => LineFile.open(path, number)).toThrow(message);
  });
});
