import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { InputError, messageOf, type NamedTensors, readSafetensors } from '../../common/index.js';
import { validate } from '../../config/index.js';
import { lmIdentity } from './identity.js';
import { type PoolingSpec, poolingOf } from './pooling.js';

/** Name of the file that makes a directory a reward model's. */
export const REWARD_FILE = 'reward.json';
/** Name of the file with its tensors. */
export const HEAD_FILE = 'head.safetensors';

const count = z.number().int().positive();

/** `reward.json`. */
const rewardFile = z.strictObject({
  version: z.literal(1),
  /** The language model that it reads with: how it is opened, and what it must be. */
  lm: z.strictObject({
    id: z.string().min(1),
    dtype: z.string().optional(),
    revision: z.string().optional(),
    layers: z.array(z.number().int()).min(1),
    identity: lmIdentity,
  }),
  pooling: z.enum(['mean', 'last', 'both']),
  hidden: z.array(count),
  /** A score is what the net gives, less this, times `scale`. */
  centre: z.number(),
  scale: z.number().positive(),
  /** How it was trained. */
  training: z.strictObject({
    pairs: count,
    heldOut: count,
    /** Share of the held-out pairs whose chosen completion scores higher. */
    accuracy: z.number(),
    seed: z.number().int(),
    settings: z.record(z.string(), z.unknown()),
  }),
});

export type RewardFile = z.output<typeof rewardFile>;

/** A trained reward model, as it lies in its directory. */
export interface StoredRewardModel extends RewardFile {
  /**
   * `input.mean` and `input.scale` `[inputs]` standardise what the net reads; `0.weight` `[in, out]`, `0.bias` `[out]`,
   * `1.weight`, ... are its layers.
   */
  tensors: NamedTensors;
}

/**
 * Reads a reward model.
 * @throws InputError when it is missing, damaged, or of another version.
 */
export function readRewardModel(directory: string): StoredRewardModel {
  const path = join(directory, REWARD_FILE);
  if (!existsSync(path)) {
    throw new InputError(
      `${directory} holds no reward model (no ${REWARD_FILE} there): name what 'tokenq reward train' wrote`,
    );
  }
  const file = validate(rewardFile, parsed(path), path);
  const head = join(directory, HEAD_FILE);
  const { tensors } = readSafetensors(head);
  const { hiddenSize } = file.lm.identity;
  for (const { name, shape } of tensorLayout(file, file.lm.layers.length * hiddenSize)) {
    const found = tensors[name]?.shape;
    if (found?.join() === shape.join()) continue;
    const instead = found ? `is [${found.join(', ')}]` : 'is missing';
    throw new InputError(
      `${head}: ${name} should be [${shape.join(', ')}] but ${instead}: take the whole directory of one training`,
    );
  }
  return { ...file, tensors };
}

/**
 * The tensors of a reward model, in order.
 * @param size Of a state.
 */
export function tensorLayout(spec: PoolingSpec, size: number): { name: string; shape: number[] }[] {
  const { inputs, outputs } = poolingOf(spec, size);
  const sizes = [inputs, ...spec.hidden, outputs];
  return [
    { name: 'input.mean', shape: [inputs] },
    { name: 'input.scale', shape: [inputs] },
    ...sizes.slice(1).flatMap((out, i) => [
      { name: `${i}.weight`, shape: [sizes[i], out] },
      { name: `${i}.bias`, shape: [out] },
    ]),
  ];
}

function parsed(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new InputError(`${path} is not JSON (${messageOf(error)}): train the reward model again`);
  }
}
