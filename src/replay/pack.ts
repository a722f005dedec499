import { InputError, messageOf } from '../common/index.js';
import { checkTrajectory, shapeOf } from './trajectory.js';
import type { Trajectory } from './types.js';

/** The first four bytes of a packed replay, `TQRB`. */
const MAGIC = 0x42525154;
const VERSION = 1;
/** Bytes before the JSON header: magic, version, and the header's length. */
const PREFIX = 12;

/** What the header says of one trajectory; its arrays follow in the order of {@link arraysOf}. */
interface PackedHeader {
  length: number;
  d: number;
  k: number;
  terminated: boolean;
  group: number;
  iteration: number;
  horizon: number;
}

/**
 * Packs trajectories into bytes: magic, version and header length (little-endian 32-bit), a JSON header, then every
 * array's bytes. {@link unpackTrajectories} gives the same numbers back, bit for bit.
 */
export function packTrajectories(trajectories: readonly Trajectory[]): Uint8Array {
  const header = Buffer.from(JSON.stringify(trajectories.map(headerOf)));
  const bodies = trajectories.flatMap(arraysOf);
  const size = bodies.reduce((sum, array) => sum + array.byteLength, PREFIX + header.length);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  [MAGIC, VERSION, header.length].forEach((word, i) => {
    view.setUint32(4 * i, word, true);
  });
  bytes.set(header, PREFIX);
  let offset = PREFIX + header.length;
  for (const array of bodies) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offset);
    offset += array.byteLength;
  }
  return bytes;
}

/**
 * The trajectories in bytes made by {@link packTrajectories}.
 * @throws InputError when the bytes are of another kind or version, cut short or damaged.
 */
export function unpackTrajectories(bytes: Uint8Array): Trajectory[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < PREFIX || view.getUint32(0, true) !== MAGIC) {
    throw new InputError('not a saved replay buffer');
  }
  const version = view.getUint32(4, true);
  if (version !== VERSION) {
    throw new InputError(`a saved replay buffer of version ${version}, where ${VERSION} is known`);
  }
  const start = PREFIX + view.getUint32(8, true);
  const reader = new Reader(bytes, start);
  const trajectories = parseHeader(bytes.subarray(PREFIX, start)).map((header) => read(header, reader));
  reader.end();
  return trajectories;
}

function headerOf(trajectory: Trajectory): PackedHeader {
  const { length, terminated, group, iteration, horizon } = trajectory;
  const { d, k } = shapeOf(trajectory);
  return { length, d, k, terminated, group, iteration, horizon };
}

function arraysOf(trajectory: Trajectory): (Float32Array | Int32Array)[] {
  const { states, candidates, taken, reference, behaviour, rewards, kl } = trajectory;
  return [states, candidates, taken, reference, behaviour, rewards, kl];
}

function parseHeader(bytes: Uint8Array): PackedHeader[] {
  try {
    const header: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (!Array.isArray(header) || !header.every(isPackedHeader)) throw new Error('unexpected fields');
    return header;
  } catch (error) {
    throw new InputError(`a damaged saved replay buffer: ${messageOf(error)}`);
  }
}

function isPackedHeader(value: unknown): value is PackedHeader {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  return (
    ['length', 'd', 'k', 'group', 'iteration', 'horizon'].every((key) => Number.isFinite(fields.get(key))) &&
    typeof fields.get('terminated') === 'boolean'
  );
}

function read(header: PackedHeader, reader: Reader): Trajectory {
  const { length, d, k, terminated, group, iteration, horizon } = header;
  const rows = length + (terminated ? 0 : 1);
  const trajectory: Trajectory = {
    length,
    states: reader.floats(rows * d),
    candidates: reader.ints(rows * k),
    taken: reader.ints(length),
    reference: reader.floats(rows * k),
    behaviour: reader.floats(length * k),
    rewards: reader.floats(length),
    kl: reader.floats(length),
    terminated,
    group,
    iteration,
    horizon,
  };
  checkTrajectory(trajectory);
  return trajectory;
}

/** Takes arrays off the front of bytes, copying them: the place in the file need not be aligned. */
class Reader {
  readonly #bytes: Uint8Array;
  #offset: number;

  constructor(bytes: Uint8Array, offset: number) {
    this.#bytes = bytes;
    this.#offset = offset;
  }

  floats(count: number): Float32Array {
    return new Float32Array(this.#take(4 * count));
  }

  ints(count: number): Int32Array {
    return new Int32Array(this.#take(4 * count));
  }

  end(): void {
    if (this.#offset !== this.#bytes.length) {
      throw new InputError('a damaged saved replay buffer: bytes left over');
    }
  }

  #take(size: number): ArrayBuffer {
    const end = this.#offset + size;
    if (!(size >= 0) || end > this.#bytes.length) throw new InputError('a saved replay buffer is cut short');
    const copy = new ArrayBuffer(size);
    new Uint8Array(copy).set(this.#bytes.subarray(this.#offset, end));
    this.#offset = end;
    return copy;
  }
}
