import { z } from 'zod';
import { parseBytes } from './bytes.js';

export const positive = z.number().positive();
export const count = z.number().int().positive();
export const fraction = z.number().min(0).max(1);
/** Bytes, as a number or with a unit. */
export const byteSize = z
  .union([z.number(), z.string()], { error: 'expected a size such as 512MB or 2GB' })
  .transform((size, context) => {
    const bytes = parseBytes(size);
    if (bytes !== undefined) return bytes;
    context.issues.push({ code: 'custom', message: 'expected a size such as 512MB or 2GB', input: size });
    return z.NEVER;
  });
/** The `type` of the variant that is meant when a config sets parameters alone: `policy: {beta: 5}`. */
export const whenOmitted = <T extends string>(type: T) =>
  z
    .literal(type)
    .optional()
    .default(() => type);
