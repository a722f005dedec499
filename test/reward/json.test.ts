import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/common/index.js';
import { createReward, scoreAll } from '../../src/reward/index.js';
import { temporaryFile } from '../support/files.js';
import { items } from './items.js';

const create = (parameters: object, baseDirectory = '.') =>
  createReward({ type: 'json', ...parameters }, { baseDirectory });
async function scores(parameters: object, ...completions: string[]): Promise<number[]> {
  return Array.from(await scoreAll(await create(parameters), items(...completions)));
}

const schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer', minimum: 0 }, mail: { format: 'email' } },
  required: ['name'],
  additionalProperties: false,
};

describe('json', () => {
  it('is 1 for valid JSON', async () => {
    expect(await scores({}, '{"a": [1, null]}', ' 3\n', '"x"', 'null')).toEqual([1, 1, 1, 1]);
    expect(await scores({}, '', "{'a': 1}", '{"a": 1} and more', '{"a": 1', '[1,]')).toEqual([0, 0, 0, 0, 0]);
  });

  it('is 0.5 for JSON that does not fit a schema', async () => {
    const texts = ['{"name": "Tom", "age": 3}', '{"name": "Tom", "age": -1}', '{"age": 3}', '[]', '{'];
    expect(await scores({ schema }, ...texts)).toEqual([1, 0.5, 0.5, 0.5, 0]);
    // The format is a remark in this draft.
    expect(await scores({ schema }, '{"name": "Tom", "mail": "none"}')).toEqual([1]);
  });

  it('knows the keywords of draft 2020-12', async () => {
    const tuple = { type: 'array', prefixItems: [{ type: 'number' }, { type: 'string' }], items: false };
    expect(await scores({ schema: tuple }, '[1, "a"]', '["a", 1]', '[1, "a", 2]')).toEqual([1, 0.5, 0.5]);
    const pair = {
      $defs: { n: { type: 'number' } },
      type: 'object',
      unevaluatedProperties: { $ref: '#/$defs/n' },
    };
    expect(await scores({ schema: pair }, '{"a": 1}', '{"a": "b"}')).toEqual([1, 0.5]);
  });

  it('reads the schema from a file, beside the configuration or anywhere', async () => {
    const file = temporaryFile('person.json', JSON.stringify(schema));
    expect(await scores({ schema: file }, '{"name": "Tom"}', '{}')).toEqual([1, 0.5]);
    const model = await create({ schema: 'person.json' }, dirname(file));
    expect(await model.score(items('{}'))).toEqual([0.5]);
  });

  it('finds JSON in the first fenced block', async () => {
    const fenced = (inside: string, fence = '```') =>
      `Here you are:\n${fence}json\n${inside}\n${fence}\nDone.`;
    const texts = [
      fenced('{"name": "Tom"}'),
      fenced('{"name": 1}', '~~~~'),
      fenced('nothing'),
      '{"name": "Tom"}',
    ];
    expect(await scores({ schema, extract: 'fenced' }, ...texts)).toEqual([1, 0.5, 0, 0]);
    expect(
      await scores({ extract: 'fenced' }, '```\n[1]\n```', '```json\n[1]', `${fenced('x')}${fenced('1')}`),
    ).toEqual([1, 0, 0]);
  });

  it('finds the first object or list in the text', async () => {
    const texts = [
      'Sure! {"name": "T {o} m"} is it, {"age": 1}.',
      'A set {x} and then {"name": "Tom \\" }"}',
      '{"name": {"name": "Tom"}',
      'no { at all',
      '7',
    ];
    expect(await scores({ schema, extract: 'first' }, ...texts)).toEqual([1, 1, 1, 0, 0]);
    expect(await scores({ extract: 'first' }, 'see [1]', '[[1, [2]]')).toEqual([1, 1]);
  });

  it('takes no quadratic time on brackets', async () => {
    expect(await scores({ extract: 'first' }, '['.repeat(100_000))).toEqual([0]);
  });

  it.each([
    [
      { schema: { type: 'objekt' } },
      "'schema' is no JSON Schema of draft 2020-12: schema is invalid: data/type",
    ],
    [{ schema: { typ: 'object' } }, 'strict mode: unknown keyword: "typ"'],
    [{ schema: { $ref: '#/$defs/none' } }, "can't resolve reference #/$defs/none"],
    [{ schema: { $schema: 'http://json-schema.org/draft-07/schema#' } }, 'no schema with key or ref'],
    [{ schema: 5 }, "'schema': expected a JSON Schema or the path of a file (it is 5)"],
    [{ schema: 'nowhere.json' }, "the 'json' reward: no schema at "],
    [{ extract: 'all' }, "'extract'"],
  ])('refuses %o', async (parameters, message) => {
    await expect(create(parameters)).rejects.toThrow(InputError);
    await expect(create(parameters)).rejects.toThrow(message);
    await expect(create(parameters)).rejects.toThrow("the 'json' reward");
  });

  it('refuses a file that holds no schema', async () => {
    const broken = temporaryFile('broken.json', '{');
    await expect(create({ schema: broken })).rejects.toThrow(`the 'json' reward: ${broken} is no JSON: `);
    const number = temporaryFile('number.json', '3');
    await expect(create({ schema: number })).rejects.toThrow(
      `${number} is no JSON Schema of draft 2020-12: `,
    );
  });
});
