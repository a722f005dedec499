import { existsSync } from 'node:fs';
import { z } from 'zod';
import { InputError } from '../common/index.js';
import { validate } from '../config/index.js';
import { readSafetensors, writeSafetensors } from './safetensors.js';
import type { HeadSpec, HeadTensors } from './types.js';

const FORMAT = 'tokenq-head';

const specSchema = z.strictObject({
  stateSize: z.number().int().positive(),
  hidden: z.array(z.number().int().positive()),
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
