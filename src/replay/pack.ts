import { InputError, messageOf } from '../common/index.js';
import type { ReplayState } from './buffer.js';
import type { PriorityState } from './priorities.js';
import { type Precision, precisionOf, stateArray } from './states.js';
import { checkTrajectory, shapeOf } from './trajectory.js';
import type { States, Trajectory } from './types.js';

/** The first four bytes of a packed replay, `TQRB`. */
const MAGIC = 0x42525154;
const VERSION = 4;
/** Bytes before the JSON header: magic, version, and the header's length. */
const PREFIX = 12;

/** What comes before the arrays: those of each trajectory, then the priorities' weights where there are any. */
interface PackedHeader {
  trajectories: PackedTrajectory[];
  priorities?: PackedPriorities;
}

/** What the header says of one trajectory; its arrays follow in the order of {@link arraysOf}. */
interface PackedTrajectory {
  length: number;
  start: number;
  states: Precision;
  d: number;
  k: number;
  terminated: boolean;
  /** Whether there are a teacher's log-probabilities. */
  taught: boolean;
  group: number;
  iteration: number;
  horizon: number;
}

type PackedPriorities = Omit<PriorityState, 'weights'>;

/**
 * Packs a replay into bytes: magic, version and header length (little-endian 32-bit), a JSON header, then every
 * array's bytes. {@link unpackReplay} gives the same numbers back, bit for bit.
 */
export function packReplay(state: ReplayState): Uint8Array {
  const { episodes, priorities } = state;
  const header = Buffer.from(JSON.stringify(headerOf(state)));
  const bodies = [...episodes.flatMap(arraysOf), ...(priorities ? [priorities.weights] : [])];
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
 * The replay in bytes made by {@link packReplay}.
 * @throws InputError when the bytes are of another kind or version, cut short or damaged.
 */
export function unpackReplay(bytes: Uint8Array): ReplayState {
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
  const header = parseHeader(bytes.subarray(PREFIX, start));
  const episodes = header.trajectories.map((packed) => read(packed, reader));
  const steps = episodes.reduce((sum, { length }) => sum + length, 0);
  const priorities = header.priorities && { ...header.priorities, weights: reader.doubles(steps) };
  reader.end();
  return priorities ? { episodes, priorities } : { episodes };
}

function headerOf({ episodes, priorities }: ReplayState): PackedHeader {
  const trajectories = episodes.map(packedTrajectory);
  if (!priorities) return { trajectories };
  const { first, maximum } = priorities;
  return { trajectories, priorities: { first, maximum } };
}

function packedTrajectory(trajectory: Trajectory): PackedTrajectory {
  const { length, start, terminated, teacher, group, iteration, horizon } = trajectory;
  const { d, k } = shapeOf(trajectory);
  const states = precisionOf(trajectory);
  const taught = teacher !== undefined;
  return { length, start, states, d, k, terminated, taught, group, iteration, horizon };
}

function arraysOf(trajectory: Trajectory): (Float32Array | Int32Array | Uint16Array)[] {
  const { states, candidates, taken, reference, behaviour, rewards, kl, teacher } = trajectory;
  const arrays = [stateArray(states), candidates, taken, reference, behaviour, rewards, kl];
  return teacher ? [...arrays, teacher] : arrays;
}

function parseHeader(bytes: Uint8Array): PackedHeader {
  try {
    const header: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (!isPackedHeader(header)) throw new Error('unexpected fields');
    return header;
  } catch (error) {
    throw new InputError(`a damaged saved replay buffer: ${messageOf(error)}`);
  }
}

function isPackedHeader(value: unknown): value is PackedHeader {
  const fields = fieldsOf(value);
  const trajectories = fields.get('trajectories');
  const priorities = fields.get('priorities');
  return (
    Array.isArray(trajectories) &&
    trajectories.every(isPackedTrajectory) &&
    (priorities === undefined || isPackedPriorities(priorities))
  );
}

function isPackedTrajectory(value: unknown): value is PackedTrajectory {
  const fields = fieldsOf(value);
  const states = fields.get('states');
  return (
    (states === 'float32' || states === 'float16') &&
    ['length', 'start', 'd', 'k', 'group', 'iteration', 'horizon'].every((key) =>
      Number.isFinite(fields.get(key)),
    ) &&
    ['terminated', 'taught'].every((key) => typeof fields.get(key) === 'boolean')
  );
}

function isPackedPriorities(value: unknown): value is PackedPriorities {
  const fields = fieldsOf(value);
  const first = fields.get('first');
  const maximum = fields.get('maximum');
  return Number.isInteger(first) && Number(first) >= 0 && Number.isFinite(maximum) && Number(maximum) > 0;
}

function fieldsOf(value: unknown): Map<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

function read(header: PackedTrajectory, reader: Reader): Trajectory {
  const { length, start, d, k, terminated, taught, group, iteration, horizon } = header;
  const rows = length + (terminated ? 0 : 1);
  const trajectory: Trajectory = {
    length,
    start,
    states: readStates(header.states, rows * d, reader),
    candidates: reader.ints(rows * k),
    taken: reader.ints(length),
    reference: reader.floats(rows * k),
    behaviour: reader.floats(length * k),
    rewards: reader.floats(length),
    kl: reader.floats(length),
    ...(taught ? { teacher: reader.floats(length * k) } : {}),
    terminated,
    group,
    iteration,
    horizon,
  };
  checkTrajectory(trajectory);
  return trajectory;
}

function readStates(precision: Precision, count: number, reader: Reader): States {
  return precision === 'float16' ? { bits: reader.halves(count) } : reader.floats(count);
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

  halves(count: number): Uint16Array {
    return new Uint16Array(this.#take(2 * count));
  }

  doubles(count: number): Float64Array {
    return new Float64Array(this.#take(8 * count));
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
