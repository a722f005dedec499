import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { InputError } from '../../src/common/index.js';
import { validate } from '../../src/config/index.js';

const shape = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('circle'), radius: z.number() }),
  z.strictObject({ kind: z.literal('square').optional().default('square'), width: z.number().default(1) }),
]);
const schema = z.strictObject({
  shape: shape.prefault({}),
  shapes: z.array(z.strictObject({ shape, weight: z.number() })).default([]),
  plain: z.union([z.string(), z.strictObject({ type: z.literal('a'), alpha: z.number() })]).optional(),
});
const refusal = (value: unknown) => {
  try {
    return validate(schema, value, 'here');
  } catch (error) {
    return error instanceof InputError ? error.message : error;
  }
};

describe('validate', () => {
  it('fills in defaults', () => {
    expect(validate(schema, {}, 'here')).toEqual({ shape: { kind: 'square', width: 1 }, shapes: [] });
  });

  it.each([
    [{ shapesz: [] }, "here: unknown key 'shapesz'; did you mean 'shapes'?"],
    [
      { shape: { kind: 'circle', radios: 1, radius: 1 } },
      "unknown key 'shape.radios'; did you mean 'radius'?",
    ],
    [{ shape: { witdh: 1 } }, "unknown key 'shape.witdh'; did you mean 'width'?"],
    [{ shape: { kind: 'cirkle' } }, "'shape.kind': unknown kind 'cirkle'; did you mean 'circle'?"],
    [{ plain: { type: 'a', alpha: 1, alhpa: 2 } }, "unknown key 'plain.alhpa'; did you mean 'alpha'?"],
    [
      {
        shapes: [
          { shape: {}, weight: 1 },
          { shape: {}, wieght: 2, weight: 1 },
        ],
      },
      "here: unknown key 'shapes.1.wieght'; did you mean 'weight'?",
    ],
    [
      { shapes: [{ shape: { kind: 'circle', radius: 1, raduis: 1 }, weight: 1 }] },
      "here: unknown key 'shapes.0.shape.raduis'; did you mean 'radius'?",
    ],
  ])('names the nearest key of the branch that is meant: %o', (value, message) => {
    expect(refusal(value)).toContain(message);
  });
});
