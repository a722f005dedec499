import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../../src/common/index.js';
import { EventWriter, tfRecord } from '../../src/train/tensorboard.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tokenq-events-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('tfRecord', () => {
  it('frames an event as the tensorboard package for Python does', () => {
    // RecordWriter.write(Event(wall_time=1700000000.5, step=7, summary 'reward' 0.25)) of tensorboard 2.21.
    const event = '09000020 40fc54d941 1007 2a0f 0a0d 0a06726577617264 150000803e'.replaceAll(' ', '');
    const record = `1c00000000000000c8c1951d${event}622b023f`;
    expect(Buffer.from(tfRecord(Buffer.from(event, 'hex'))).toString('hex')).toBe(record);
  });
});

describe('EventWriter', () => {
  it('writes scalars that can be read back at once', () => {
    const before = Date.now() / 1000;
    const writer = new EventWriter(join(directory, 'new', 'run'));
    writer.scalar('reward/train', 0.5, 3);
    writer.scalars({ kl: 0.125, beta: undefined, loss: -2 }, 2 ** 33);
    const [version, first, second] = readEvents(writer.path);
    expect(version.fileVersion).toBe('brain.Event:2');
    expect(first).toMatchObject({ step: 3, values: { 'reward/train': 0.5 } });
    expect(second).toMatchObject({ step: 2 ** 33, values: { kl: 0.125, loss: -2 } });
    expect(first.wallTime).toBeGreaterThanOrEqual(before);
    expect(first.wallTime).toBeLessThanOrEqual(Date.now() / 1000);
    writer.close();
  });

  it('names the file as TensorBoard expects', () => {
    const writer = new EventWriter(directory);
    writer.close();
    const [, , , seconds, ...rest] = basename(writer.path).split('.');
    expect(readdirSync(directory)).toEqual([basename(writer.path)]);
    expect(basename(writer.path)).toMatch(/^events\.out\.tfevents\.\d+\./);
    expect(Math.abs(Number(seconds) - Date.now() / 1000)).toBeLessThan(10);
    expect(rest.join('.')).toBe(`${hostname()}.${process.pid}`);
  });

  it('marks where a resumed run goes on', () => {
    const writer = new EventWriter(directory, { resumeAt: 40 });
    writer.scalar('reward', 1, 40);
    writer.close();
    expect(readEvents(writer.path)).toMatchObject([
      { fileVersion: 'brain.Event:2' },
      { step: 40, session: 1 },
      { step: 40, values: { reward: 1 } },
    ]);
  });

  it('writes what a 32-bit float cannot hold as infinity', () => {
    const writer = new EventWriter(directory);
    writer.scalars({ big: 1e300, none: Number.NaN }, 1);
    writer.close();
    expect(readEvents(writer.path)[1].values).toEqual({ big: Number.POSITIVE_INFINITY, none: Number.NaN });
  });

  it('says what is wrong when it cannot write', () => {
    writeFileSync(join(directory, 'file'), '');
    expect(() => new EventWriter(join(directory, 'file', 'run'))).toThrow(InputError);
  });
});

interface ReadEvent {
  wallTime?: number;
  step?: number;
  fileVersion?: string;
  session?: number;
  values: Record<string, number>;
}

/** Reads an event file, checking each record's frame by framing its data again. */
function readEvents(path: string): ReadEvent[] {
  const bytes = readFileSync(path);
  const events: ReadEvent[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at));
    const data = bytes.subarray(at + 12, at + 12 + length);
    expect(Buffer.from(tfRecord(data))).toEqual(bytes.subarray(at, at + 16 + length));
    events.push(readEvent(data));
    at += 16 + length;
  }
  return events;
}

function readEvent(data: Uint8Array): ReadEvent {
  const event: ReadEvent = { values: {} };
  for (const reader = new BinaryReader(data); reader.pos < reader.len; ) {
    const [field, type] = reader.tag();
    if (field === 1) event.wallTime = reader.double();
    else if (field === 2) event.step = Number(reader.int64());
    else if (field === 3) event.fileVersion = reader.string();
    else if (field === 5) Object.assign(event.values, readSummary(reader.bytes()));
    else if (field === 7) event.session = reader.bytes()[1];
    else reader.skip(type, field);
  }
  return event;
}

function readSummary(data: Uint8Array): Record<string, number> {
  const values: Record<string, number> = {};
  for (const reader = new BinaryReader(data); reader.pos < reader.len; ) {
    expect(reader.tag()[0]).toBe(1);
    const value = new BinaryReader(reader.bytes());
    value.tag();
    const tag = value.string();
    value.tag();
    values[tag] = value.float();
  }
  return values;
}
