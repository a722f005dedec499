import { closeSync, mkdirSync, openSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import crc32c from 'crc-32/crc32c.js';
import { explainWriteError, writeAll } from '../common/index.js';

/** How an event file is opened. */
export interface EventWriterOptions {
  /** The first step that a resumed run writes: TensorBoard then drops what older files say from there on. */
  resumeAt?: number;
}

/**
 * Writes scalars to a TensorBoard event file, `events.out.tfevents.<unix seconds>.<host>.<pid>`. Each opening
 * makes its own file, as TensorBoard expects, and each call is on disk when it returns. Formats:
 * tensorflow/core/lib/io/record_writer.h and tensorflow/core/util/event.proto.
 * @throws InputError when the disk is full or the directory cannot be written.
 */
export class EventWriter {
  readonly path: string;
  private readonly file: number;

  constructor(directory: string, { resumeAt }: EventWriterOptions = {}) {
    const seconds = Math.floor(Date.now() / 1000);
    this.path = join(directory, `events.out.tfevents.${seconds}.${hostname()}.${process.pid}`);
    this.file = this.explained(() => {
      mkdirSync(directory, { recursive: true });
      return openSync(this.path, 'a');
    });
    this.write((event) => event.tag(Field.fileVersion, WireType.LengthDelimited).string('brain.Event:2'));
    if (resumeAt !== undefined) this.write((event) => sessionStart(event, resumeAt));
  }

  /** Writes one value. */
  scalar(tag: string, value: number, step: number): void {
    this.scalars({ [tag]: value }, step);
  }

  /** Writes the values of several tags at one step, in one event. Values of undefined are left out. */
  scalars(values: Readonly<Record<string, number | undefined>>, step: number): void {
    this.write((event) => {
      event.tag(Field.step, WireType.Varint).int64(step);
      event.tag(Field.summary, WireType.LengthDelimited).fork();
      for (const [tag, value] of Object.entries(values)) {
        if (value !== undefined) summaryValue(event, tag, value);
      }
      event.join();
    });
  }

  close(): void {
    closeSync(this.file);
  }

  private write(fill: (event: BinaryWriter) => void): void {
    const event = new BinaryWriter();
    event.tag(Field.wallTime, WireType.Bit64).double(Date.now() / 1000);
    fill(event);
    this.explained(() => writeAll(this.file, tfRecord(event.finish())));
  }

  private explained<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw explainWriteError(error, this.path);
    }
  }
}

/** Numbers of the fields of an `Event`. */
const Field = { wallTime: 1, step: 2, fileVersion: 3, summary: 5, sessionLog: 7 } as const;

function summaryValue(event: BinaryWriter, tag: string, value: number): void {
  event.tag(1, WireType.LengthDelimited).fork();
  event.tag(1, WireType.LengthDelimited).string(tag);
  // Rounding first turns what a 32-bit float cannot hold into infinity; the writer would refuse it.
  event.tag(2, WireType.Bit32).float(Math.fround(value));
  event.join();
}

/** A `SessionLog` with status START: events of earlier files at this step or later are void. */
function sessionStart(event: BinaryWriter, step: number): void {
  event.tag(Field.step, WireType.Varint).int64(step);
  event.tag(Field.sessionLog, WireType.LengthDelimited).fork();
  event.tag(1, WireType.Varint).int32(1).join();
}

/** Frames data as a TFRecord: its length, the length's masked CRC, the data, the data's masked CRC. */
export function tfRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(data.length + 16);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(data.length + 12, maskedCrc(data), true);
  return record;
}

/** The CRC-32C (Castagnoli), rotated and shifted as TFRecords store it. */
function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c.buf(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
