import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';
import { z } from 'zod';
import { InputError, messageOf, resolveBundled } from '../common/index.js';
import { extractors } from './json/extract.js';
import type { RewardContext, RewardModel } from './types.js';

export const jsonParameters = z.strictObject({
  /** A JSON Schema (draft 2020-12), or the path of a file with one. Its formats are remarks, and are not checked. */
  schema: z
    .union([z.string().min(1), z.looseObject({})], { error: 'expected a JSON Schema or the path of a file' })
    .optional(),
  /**
   * Where the JSON is. `whole`: the completion is JSON, but for the white space around it. `fenced`: inside of the first
   * fenced block (three backticks or tildes). `first`: the first object or list in the text.
   */
  extract: z.enum(['whole', 'fenced', 'first']).default('whole'),
});

/**
 * 1 for a completion that is, or holds, valid JSON, else 0. With a schema, 1 for JSON that fits it and 0.5 for JSON that
 * does not.
 * @throws InputError for a schema that is none, or a file that is missing.
 */
export function jsonReward(
  { schema, extract }: z.output<typeof jsonParameters>,
  context: Pick<RewardContext, 'baseDirectory'>,
): RewardModel {
  const fits = schema === undefined ? () => true : compiled(schema, context);
  const score = (completion: string) => {
    const found = extractors[extract](completion);
    if (found === undefined) return 0;
    return fits(found.value) ? 1 : 0.5;
  };
  return { name: 'json', score: (batch) => batch.map(({ completion }) => score(completion)) };
}

function compiled(
  given: string | AnySchemaObject,
  context: Pick<RewardContext, 'baseDirectory'>,
): (value: unknown) => boolean {
  const [where, schema] =
    typeof given === 'string' ? readSchema(given, context) : ["the 'json' reward: 'schema'", given];
  // It refuses unknown keywords, which finds typos.
  const ajv = new Ajv2020({ validateFormats: false, logger: false });
  try {
    const validate = ajv.compile(schema);
    return (value) => validate(value) === true;
  } catch (error) {
    throw new InputError(`${where} is no JSON Schema of draft 2020-12: ${messageOf(error)}`);
  }
}

function readSchema(
  path: string,
  { baseDirectory }: Pick<RewardContext, 'baseDirectory'>,
): [string, AnySchemaObject] {
  const places = [...new Set([resolve(baseDirectory, path), resolveBundled(path)])];
  const file = places.find((place) => existsSync(place));
  if (file === undefined) throw new InputError(`the 'json' reward: no schema at ${places.join(' or ')}`);
  try {
    const schema: AnySchemaObject = JSON.parse(readFileSync(file, 'utf8'));
    return [file, schema];
  } catch (error) {
    throw new InputError(`the 'json' reward: ${file} is no JSON: ${messageOf(error)}`);
  }
}
