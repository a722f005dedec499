import { freemem, totalmem } from 'node:os';
import { InputError } from '../common/index.js';
import { formatBytes, type ReplayConfig } from '../config/index.js';
import { stateArray } from './states.js';
import { nodesOf } from './sumTree.js';
import type { Trajectory } from './types.js';

/** What the memory of a replay depends on, besides its configuration. */
export interface ReplayShape {
  /** Size of a state, `d`. */
  stateSize: number;
  /** Candidates a step, `k`. */
  candidates: number;
  /** Size of an action's row: the learner keeps one centred row for each transition. */
  actionSize: number;
  /**
   * Steps after which an episode is cut off, or goes on in another piece; each piece stores one more state. By default
   * episodes end by themselves.
   */
  cutOffAfter?: number;
  /** Whether a teacher's log-probabilities are stored, from which no centred row is made; default false. */
  taught?: boolean;
}

/** What a full replay takes. */
export interface ReplayMemory {
  config: ReplayConfig;
  /** Transitions of a full replay: `replay.capacity`, or as many as fit `replay.memory`. */
  transitions: number;
  /** Bytes stored for a transition, what `replay.memory` limits. */
  perTransition: number;
  /** Bytes of all transitions with the learner's centred rows, the tree of priorities and JavaScript's own part. */
  bytes: number;
}

/** A priority: a leaf of the sum tree, and one of the nodes above the leaves. */
const PRIORITY_BYTES = 2 * Float64Array.BYTES_PER_ELEMENT;
/** JavaScript's own part of an episode that came from another thread, measured: seven arrays and their buffers. */
const EPISODE_OVERHEAD = 4096;

/** Bytes that an episode takes of `replay.memory`: its arrays and its priorities. */
export function bytesOf(episode: Trajectory, { type }: Pick<ReplayConfig, 'type'>): number {
  const { states, candidates, reference, behaviour, taken, rewards, kl, teacher, length } = episode;
  const arrays = [stateArray(states), candidates, reference, behaviour, taken, rewards, kl];
  if (teacher) arrays.push(teacher);
  const priorities = type === 'prioritised' ? length * PRIORITY_BYTES : 0;
  return arrays.reduce((sum, { byteLength }) => sum + byteLength, priorities);
}

/** How much memory a replay takes when it is full. */
export function replayMemory(config: ReplayConfig, shape: ReplayShape): ReplayMemory {
  const { stateSize, candidates, actionSize, cutOffAfter = Number.POSITIVE_INFINITY, taught = false } = shape;
  const { type, capacity, memory = Number.POSITIVE_INFINITY, states } = config;
  const row = stateSize * (states === 'float16' ? 2 : 4) + 8 * candidates;
  const arrays = row * (1 + 1 / cutOffAfter) + (taught ? 8 : 4) * candidates + 12;
  const perTransition = arrays + (type === 'prioritised' ? PRIORITY_BYTES : 0);
  const transitions = Math.min(capacity, Math.floor(memory / perTransition));
  const unstored = (taught ? 0 : 4 * actionSize) + EPISODE_OVERHEAD / cutOffAfter;
  const tree = type === 'prioritised' ? nodesOf(capacity) * Float64Array.BYTES_PER_ELEMENT : 0;
  return { config, transitions, perTransition, bytes: Math.ceil(transitions * (arrays + unstored) + tree) };
}

/** The estimate in a line: `replay: up to 4,096 transitions, 12 MB`. */
export function describeMemory({ transitions, bytes }: ReplayMemory): string {
  return `replay: up to ${inWords(transitions)} transitions, ${formatBytes(bytes)}`;
}

/**
 * Checks that a full replay fits into memory.
 * @param available bytes that it can take; default: what this machine, or its container, has left
 * @throws InputError when it does not.
 */
export function checkMemory(estimate: ReplayMemory, available = availableMemory()): void {
  const { config, transitions, bytes } = estimate;
  if (bytes <= available) return;
  const remedies = [
    'lower replay.capacity',
    config.memory === undefined ? 'set replay.memory' : 'lower replay.memory',
    ...(config.states === 'float32' ? ['set replay.states to float16'] : []),
  ];
  throw new InputError(
    `a full replay of ${inWords(transitions)} transitions takes ${formatBytes(bytes)}, but ${formatBytes(available)} of ` +
      `memory are free: ${remedies.slice(0, -1).join(', ')}, or ${remedies.at(-1)}`,
  );
}

/**
 * Bytes that this process can still take, at most. Not `process.availableMemory()`: it counts the file cache of a
 * container as taken, and with it the model files just read.
 */
function availableMemory(): number {
  // On macOS the file cache is never free, so that hardly anything is.
  const machine = process.platform === 'darwin' ? totalmem() : freemem();
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(machine, Math.max(0, limit - process.memoryUsage.rss())) : machine;
}

function inWords(count: number): string {
  return count.toLocaleString('en-US');
}
