import { existsSync } from 'node:fs';
import { z } from 'zod';
import { InputError, readSafetensors, writeSafetensors } from '../../common/index.js';
import { critic, validate } from '../../config/index.js';
import type { HeadSpec, HeadTensors } from '../types.js';

const FORMAT = 'tokenq-head';

const size = z.number().int().positive();

const specSchema = z.strictObject({
  type: z.enum(['tied', 'dense']),
  stateSize: size,
  actionSize: size,
  hidden: z.array(size),
  image: z
    .strictObject({
      shape: z.array(size),
      layers: z.array(z.strictObject({ filters: size, size, stride: size })),
    })
    .optional(),
  standardise: z.boolean(),
  progress: z.boolean(),
  centred: z.boolean(),
  critic: critic,
  twin: z.boolean(),
  rowScale: z.number().positive(),
});

/** A head as the bytes of a safetensors file; its spec goes into the metadata. */
export function encodeHead(tensors: HeadTensors, spec: HeadSpec): Uint8Array {
  return writeSafetensors(tensors, { format: FORMAT, spec: JSON.stringify(spec) });
}

/** Reads a head from a safetensors file. @throws InputError when it is missing, damaged or something else. */
export function readHead(path: string): { tensors: HeadTensors; spec: HeadSpec } {
  if (!existsSync(path)) throw new InputError(`${path} is missing: is this a run's checkpoint?`);
  const { tensors, metadata } = readSafetensors(path);
  if (metadata['format'] !== FORMAT || !metadata['spec'])
    throw new InputError(`${path} holds no TokenQ head`);
  return { tensors, spec: validate(specSchema, JSON.parse(metadata['spec']), path) };
}
