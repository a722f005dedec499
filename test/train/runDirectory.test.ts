import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RunDirectory } from '../../src/train/runDirectory.js';
import { temporaryDirectory, temporaryFile } from '../support/files.js';

const fresh = () => join(temporaryDirectory(), 'run');

describe('RunDirectory', () => {
  it('refuses a directory that holds a run, other files, or is in use', () => {
    const path = fresh();
    const run = RunDirectory.create(path);
    expect(() => RunDirectory.create(path)).toThrow(/is in use by process/);
    run.unlock();
    RunDirectory.create(path).unlock();
    writeFileSync(join(path, 'notes.txt'), '');
    expect(() => RunDirectory.create(path)).toThrow(
      /is not empty \(it holds notes.txt\): choose another --out/,
    );
    writeFileSync(join(path, 'config.yaml'), '');
    expect(() => RunDirectory.create(path)).toThrow(/already holds a run: go on with --resume/);
    RunDirectory.resume(path).unlock();
  });

  it('refuses to resume where no run is, and to use a file as a directory', () => {
    expect(() => RunDirectory.resume(fresh())).toThrow(/holds no run to resume/);
    expect(() => RunDirectory.create(temporaryFile('file', ''))).toThrow(
      /a file stands where a directory is needed/,
    );
  });

  it('takes over the lock of a process that was killed', () => {
    const path = fresh();
    mkdirSync(path);
    // Linux gives no process so high a number.
    writeFileSync(join(path, '.lock'), '4194305');
    const run = RunDirectory.create(path);
    expect(readFileSync(join(path, '.lock'), 'utf8')).toBe(String(process.pid));
    run.unlock();
    // One that once had our own number is dead too.
    writeFileSync(join(path, '.lock'), String(process.pid));
    RunDirectory.create(path).unlock();
  });

  it('makes checkpoints appear whole, links the last, and prunes old ones but the best', () => {
    const run = RunDirectory.create(fresh());
    for (const step of [1, 2, 3, 4])
      run.addCheckpoint(step, (dir) => writeFileSync(join(dir, 'x'), String(step)));
    run.link('best', 1);
    run.prune(2, 1);
    expect(readdirSync(run.file('checkpoints'))).toEqual(['000001', '000003', '000004']);
    expect(readlinkSync(run.file('last'))).toBe(join('checkpoints', '000004'));
    expect(readFileSync(run.file('best', 'x'), 'utf8')).toBe('1');
    expect(run.lastCheckpoint()).toBe(4);
  });

  it('leaves no trace of a checkpoint that failed', () => {
    const run = RunDirectory.create(fresh());
    run.addCheckpoint(1, () => {});
    const fail = () => {
      throw new Error('half-way');
    };
    expect(() => run.addCheckpoint(2, fail)).toThrow('half-way');
    expect(readdirSync(run.file('checkpoints'))).toEqual(['000001']);
    expect(run.lastCheckpoint()).toBe(1);
  });

  it('appends lines and cuts them back', () => {
    const run = RunDirectory.create(fresh());
    run.append('metrics.jsonl', { step: 1 });
    const size = run.size('metrics.jsonl');
    run.append('metrics.jsonl', { step: 2 });
    run.truncate('metrics.jsonl', size);
    expect(readFileSync(run.file('metrics.jsonl'), 'utf8')).toBe('{"step":1}\n');
    run.truncate('none.jsonl', 0);
    expect(existsSync(run.file('none.jsonl'))).toBe(false);
  });
});
