import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { encodeHead, type HeadSpec, type HeadTensors, type LearnerState, readHead } from '../agent/index.js';
import { InputError, readSafetensors, writeFileWhole, writeSafetensors } from '../common/index.js';
import { validate } from '../config/index.js';
import type { RunDirectory } from './runDirectory.js';

const progressSchema = z.strictObject({
  /** Steps done. */
  step: z.number().int(),
  /** Tokens generated for training, or steps taken in the environment. */
  played: z.number(),
  /** Seconds spent on the run, all processes together. */
  seconds: z.number(),
  /** Updates of the learner. */
  updates: z.number(),
  /** The training policy's beta, where it is steered. */
  beta: z.number().optional(),
  /** Step and evaluation reward of the best checkpoint. */
  best: z.strictObject({ step: z.number().int(), reward: z.number(), kl: z.number().optional() }).optional(),
  /** Evaluation reward of the base policy, before the first step. */
  firstReward: z.number(),
  /** Evaluation reward after the newest step that evaluated. */
  lastReward: z.number().optional(),
  /** Where the workload stood. */
  workload: z.unknown().optional(),
  /** Sizes of the files of lines at this point, in bytes: a resumed run cuts them back to here. */
  sizes: z.record(z.string(), z.number()),
});

/** Where a run stands. */
export type Progress = z.output<typeof progressSchema>;

/** Writes one checkpoint: `head.safetensors`, `optimizer.safetensors`, `replay.bin` and `state.json`. */
export function saveCheckpoint(
  run: RunDirectory,
  learner: LearnerState,
  spec: HeadSpec,
  progress: Progress,
): void {
  run.addCheckpoint(progress.step, (directory) => {
    const put = (name: string, contents: string | Uint8Array) =>
      writeFileWhole(join(directory, name), contents);
    put('head.safetensors', encodeHead(learner.head, spec));
    const optimizer = { ...prefixed('adam.', learner.optimizer), ...prefixed('target.', learner.target) };
    put('optimizer.safetensors', writeSafetensors(optimizer, { format: 'tokenq-optimizer' }));
    put('replay.bin', learner.replay);
    put('state.json', `${JSON.stringify(progress, null, 2)}\n`);
  });
}

/** Reads what {@link saveCheckpoint} wrote. @throws InputError when a file is missing or damaged. */
export function loadCheckpoint(directory: string): { learner: LearnerState; progress: Progress } {
  const { tensors: head } = readHead(join(directory, 'head.safetensors'));
  const optimizer = readSafetensors(need(directory, 'optimizer.safetensors')).tensors;
  const statePath = need(directory, 'state.json');
  const progress = validate(progressSchema, parseJson(statePath), statePath);
  const learner: LearnerState = {
    head,
    target: withPrefix('target.', optimizer),
    optimizer: withPrefix('adam.', optimizer),
    replay: readFileSync(need(directory, 'replay.bin')),
    updates: progress.updates,
  };
  return { learner, progress };
}

function need(directory: string, name: string): string {
  const path = join(directory, name);
  if (!existsSync(path)) throw new InputError(`${directory} is not a whole checkpoint: ${name} is missing`);
  return path;
}

function parseJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new InputError(`${path} is damaged: use an earlier checkpoint`);
  }
}

function prefixed(prefix: string, tensors: HeadTensors): HeadTensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [prefix + name, tensor]));
}

function withPrefix(prefix: string, tensors: HeadTensors): HeadTensors {
  return Object.fromEntries(
    Object.entries(tensors)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
  );
}
