import { readFileSync } from 'node:fs';
import { InputError, messageOf } from './errors.js';

/** A named tensor on the JavaScript side. */
export interface NamedTensor {
  shape: number[];
  data: Float32Array;
}

/** Tensors by their names. */
export type NamedTensors = Record<string, NamedTensor>;

/** Strings that travel with the tensors. */
export type Metadata = Record<string, string>;

/** What a safetensors file holds. */
export interface Safetensors {
  tensors: NamedTensors;
  metadata: Metadata;
}

/** Where a tensor lies: `[begin, end)` in the bytes after the header. */
interface Entry {
  name: string;
  shape: number[];
  begin: number;
  end: number;
}

/** Bytes before the header: its length, little-endian. */
const PREFIX = 8;
const METADATA = '__metadata__';

/**
 * 32-bit float tensors and metadata as the bytes of a safetensors file: header length, JSON header padded to a multiple
 * of 8, raw data (https://huggingface.co/docs/safetensors).
 */
export function writeSafetensors(tensors: NamedTensors, metadata: Metadata = {}): Uint8Array {
  const header: Record<string, unknown> = { [METADATA]: metadata };
  let end = 0;
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    header[name] = { dtype: 'F32', shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  const padded = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(PREFIX + padded + end).fill(0x20, PREFIX, PREFIX + padded);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(json, PREFIX);
  let offset = PREFIX + padded;
  for (const { data } of Object.values(tensors)) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

/** Reads a safetensors file of 32-bit floats. @throws InputError when it is missing, damaged or of another kind. */
export function readSafetensors(path: string): Safetensors {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new InputError(`cannot read ${path}: ${messageOf(error)}`);
  }
  return decodeSafetensors(bytes, path);
}

/**
 * The tensors in a safetensors file's bytes.
 * @param name what error messages call the file
 * @throws InputError when the bytes are damaged, cut short or hold anything but 32-bit floats.
 */
export function decodeSafetensors(bytes: Uint8Array, name = 'the file'): Safetensors {
  const broken = (what: string) => new InputError(`${name} is no whole safetensors file: ${what}`);
  if (bytes.length < PREFIX) throw broken('it is too short');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(bytes.length - PREFIX)) throw broken('its header is cut short or not one');
  const start = PREFIX + Number(length);
  const { entries, metadata } = parseHeader(bytes.subarray(PREFIX, start), broken);
  const data = bytes.subarray(start);
  checkLayout(entries, data.length, broken);
  return { tensors: Object.fromEntries(entries.map((entry) => [entry.name, read(data, entry)])), metadata };
}

type Complain = (what: string) => InputError;

function parseHeader(bytes: Uint8Array, broken: Complain): { entries: Entry[]; metadata: Metadata } {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw broken(`its header is not JSON (${messageOf(error)})`);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw broken('its header is not an object');
  }
  const fields = Object.entries(header);
  const metadata: unknown = fields.find(([name]) => name === METADATA)?.[1] ?? {};
  if (!isMetadata(metadata)) throw broken('its metadata are not strings');
  const entries = fields
    .filter(([name]) => name !== METADATA)
    .map(([name, value]) => parseEntry(name, value, broken));
  return { entries, metadata };
}

function parseEntry(name: string, value: unknown, broken: Complain): Entry {
  const fields = new Map<string, unknown>(Object.entries(value ?? {}));
  const dtype = fields.get('dtype');
  const shape = fields.get('shape');
  const offsets = fields.get('data_offsets');
  if (dtype !== 'F32') throw broken(`tensor ${name} is ${String(dtype)}, not F32`);
  if (!isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    throw broken(`tensor ${name} has no shape and place`);
  }
  const [begin, end] = offsets;
  const size = 4 * shape.reduce((product, n) => product * n, 1);
  if (end - begin !== size) throw broken(`tensor ${name} has ${end - begin} bytes where ${size} are needed`);
  return { name, shape, begin, end };
}

/** The format lets tensors neither overlap nor leave holes, and they fill the rest of the file. */
function checkLayout(entries: readonly Entry[], size: number, broken: Complain): void {
  let expected = 0;
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== expected) throw broken(`tensor ${name} is not where the one before it ends`);
    expected = end;
  }
  if (expected > size) throw broken('its data are cut short');
  if (expected < size) throw broken('bytes are left over at its end');
}

/** Copies: the data need not be aligned. */
function read(data: Uint8Array, { shape, begin, end }: Entry): NamedTensor {
  const copy = new Uint8Array(end - begin);
  copy.set(data.subarray(begin, end));
  return { shape, data: new Float32Array(copy.buffer) };
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function isMetadata(value: unknown): value is Metadata {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((text) => typeof text === 'string')
  );
}
