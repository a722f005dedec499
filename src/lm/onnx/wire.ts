import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { FileWindow } from './fileWindow.js';

/** The bytes do not follow protobuf's wire format, or end too early. */
export class WireError extends Error {
  override name = 'WireError';
}

/** One field of a protobuf message: where it lies, and its payload without the tag and length. */
export interface WireField {
  number: number;
  type: WireType;
  /** Offset of the tag. */
  tag: number;
  /** Offset of the payload. */
  start: number;
  /** Offset behind the payload. */
  end: number;
}

// A tag and a length are varints of at most 10 bytes each.
const HEADER_BYTES = 20;

/**
 * Walks over the fields of the message at `start` to `end` of a file, reading tags and lengths only.
 * @throws WireError where the message ends in the middle of a field or holds what no message can.
 */
export function* fileFields(file: FileWindow, start: number, end: number): Generator<WireField> {
  if (end > file.size) throw new WireError(`ends at byte ${file.size}, expected ${end}`);
  let tag = start;
  while (tag < end) {
    const header = file.view(tag, Math.min(tag + HEADER_BYTES, end));
    const field = readHeader(header, tag);
    if (field.end > end) throw new WireError(`ends at byte ${end}, expected ${field.end}`);
    yield field;
    tag = field.end;
  }
}

function readHeader(bytes: Uint8Array, tag: number): WireField {
  try {
    const reader = new BinaryReader(bytes);
    const [number, type] = reader.tag();
    if (type === WireType.StartGroup || type === WireType.EndGroup) throw new WireError('holds a group');
    const length = type === WireType.LengthDelimited ? reader.uint32() : undefined;
    const start = tag + reader.pos;
    if (length !== undefined) return { number, type, tag, start, end: start + length };
    return { number, type, tag, start, end: start + scalarLength(reader, type) };
  } catch (error) {
    throw new WireError(`is not protobuf at byte ${tag}`, { cause: error });
  }
}

function scalarLength(reader: BinaryReader, type: WireType): number {
  if (type === WireType.Bit64) return 8;
  if (type === WireType.Bit32) return 4;
  const before = reader.pos;
  reader.skip(WireType.Varint);
  return reader.pos - before;
}

/** Walks over the fields of a message in memory. `handle` reads the payload; what it leaves is skipped. */
export function forEachField(
  bytes: Uint8Array,
  handle: (number: number, type: WireType, reader: BinaryReader) => void,
): void {
  try {
    const reader = new BinaryReader(bytes);
    while (reader.pos < reader.len) {
      const [number, type] = reader.tag();
      const before = reader.pos;
      handle(number, type, reader);
      if (reader.pos === before) reader.skip(type, number);
    }
  } catch (error) {
    throw new WireError('holds a message that cannot be read', { cause: error });
  }
}

/** Reads a repeated integer field, packed or not, as numbers. */
export function readIntegers(type: WireType, reader: BinaryReader, into: number[]): void {
  if (type !== WireType.LengthDelimited) {
    into.push(Number(reader.int64()));
    return;
  }
  const end = reader.uint32() + reader.pos;
  while (reader.pos < end) into.push(Number(reader.int64()));
}

/** Writes `bytes` as the embedded message or string `number`. */
export function writeBytes(writer: BinaryWriter, number: number, bytes: Uint8Array): BinaryWriter {
  return writer.tag(number, WireType.LengthDelimited).bytes(bytes);
}

/** Writes `text` as the string `number`. */
export function writeString(writer: BinaryWriter, number: number, text: string): BinaryWriter {
  return writer.tag(number, WireType.LengthDelimited).string(text);
}

/** Writes `value` as the varint `number`. */
export function writeInteger(writer: BinaryWriter, number: number, value: number | bigint): BinaryWriter {
  return writer.tag(number, WireType.Varint).int64(value);
}

export { BinaryReader, BinaryWriter, WireType };
