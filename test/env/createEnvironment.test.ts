import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../src/common/index.js';
import { builtInEnvironments, checkEnv, createEnvironment, VectorEnvironment } from '../../src/env/index.js';

const coin = (state: string) => `({
  observationShape: [1],
  actions: ['heads', 'tails'],
  reset(seed${state}) { this.side = seed % 2; return [this.side]; },
  step(action${state}) {
    return { observation: [this.side], reward: action === this.side ? 1 : 0, terminated: true, truncated: false };
  },
})`;
let folder = '';
const files: Record<string, string> = {
  'coin.mjs': `export default ${coin('')};`,
  'typed.ts': `type Action = number;\nexport default ${coin(': Action')};`,
  'common.cjs': `module.exports = ${coin('')};`,
  'made.ts': `export default async ({ bonus = 0 }: { bonus?: number }) => {
    const env = ${coin(': number')};
    return { ...env, actions: ['heads', 'tails ' + bonus] };
  };`,
  'shared.mjs': `const one = ${coin('')};\nexport default () => one;`,
  'named.ts': 'export const env = 1;',
  'nostep.ts': 'export default { reset: () => [0] };',
  'nothing.ts': 'export default () => undefined;',
  'syntax.ts': 'export default {\n  reset( { return }\n};',
  'throws.ts': "export default () => { throw new Error('no board given'); };",
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokenq-env-'));
  for (const [name, source] of Object.entries(files)) writeFileSync(join(folder, name), source);
});
afterAll(() => rmSync(folder, { recursive: true }));

const create = (type: string, parameters = {}) =>
  createEnvironment({ type, ...parameters }, { baseDirectory: folder });
const make = async (type: string, copies: number, parameters = {}) =>
  VectorEnvironment.make(await create(type, parameters), copies);

describe('a built-in environment', () => {
  it('is made by its name and parameters', async () => {
    expect(builtInEnvironments).toEqual(['gridworld', 'cartpole']);
    expect((await make('gridworld', 2, { size: 5 })).observationShape).toEqual([25]);
    expect((await make('cartpole', 1)).actions).toEqual(['left', 'right']);
    for (const type of builtInEnvironments) {
      expect((await create(type)).name).toBe(type);
      await checkEnv(await create(type), { steps: 100 });
    }
  });

  it.each([
    ['gridworld', { sise: 4 }, "the 'gridworld' environment: unknown key 'sise'; did you mean 'size'?"],
    [
      'gridworld',
      { size: 2 },
      "the 'gridworld' environment: 'size': below 3 the centre is the goal (it is 2)",
    ],
    ['gridworld', { size: 3.5 }, "the 'gridworld' environment: 'size': "],
    ['gridworld', { start: 'corner' }, "the 'gridworld' environment: 'start': "],
    ['gridworld', { maxSteps: 0 }, "the 'gridworld' environment: 'maxSteps': "],
    ['cartpole', { maxSteps: '9' }, "the 'cartpole' environment: 'maxSteps': "],
    ['cartpole', { gravity: 9 }, "the 'cartpole' environment: unknown key 'gravity'; known: maxSteps"],
    [
      'cartpol',
      {},
      "unknown environment 'cartpol'; did you mean 'cartpole'? (or the path of a module: ./my-",
    ],
    ['pong', {}, "unknown environment 'pong'; known: gridworld, cartpole"],
  ])('%s %o is refused', async (type, parameters, message) => {
    const error = await create(type, parameters).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InputError);
    expect(error instanceof Error ? error.message : '').toContain(message);
  });
});

describe('an environment module', () => {
  it.each(['./coin.mjs', 'typed.ts', './common.cjs'])(
    '%s may export an object, which has one copy',
    async (type) => {
      const maker = await create(type);
      expect(maker.mostCopies).toBe(1);
      expect((await checkEnv(maker)).meanLength).toBe(1);
      await expect(VectorEnvironment.make(maker, 2)).rejects.toThrow(
        'has no more than 1 copy, and 2 are asked for',
      );
    },
  );

  it('may export a function of its parameters, which makes any number', async () => {
    const maker = await create('./made.ts', { bonus: 3 });
    expect(maker).toMatchObject({ name: 'made' });
    expect(maker.mostCopies).toBeUndefined();
    expect((await VectorEnvironment.make(maker, 4)).actions).toEqual(['heads', 'tails 3']);
    expect((await make('./made.ts', 1)).actions).toEqual(['heads', 'tails 0']);
    await checkEnv(maker, { steps: 20 });
  });

  it.each([
    ['./coins.mjs', 'no environment module at '],
    ['./coins.mjs', "did you mean 'coin.mjs'?"],
    ['.', 'unknown environment'],
    ['./', "is a directory: name the environment's .ts, .js or .mjs file in it"],
    ['./named.ts', 'named.ts has no default export: write export default () => ({ observationShape: [1]'],
    ['./nostep.ts', 'nostep.ts: its default export has no reset and step functions: write export default'],
    ['./nothing.ts', 'nothing.ts: what its default export returns has no reset and step functions'],
    ['./syntax.ts', 'syntax.ts does not load: '],
    ['./throws.ts', 'throws.ts: its default export threw: no board given'],
    ['./shared.mjs', "'shared' is wrong: the same object was made twice: make a new one at each call"],
  ])('%s is refused on one line', async (type, message) => {
    const error = await make(type, 2).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InputError);
    const text = error instanceof Error ? error.message : '';
    expect(text).toContain(message);
    expect(text).not.toContain('\n');
  });

  it('refuses parameters for an object', async () => {
    await expect(create('./coin.mjs', { bonus: 1 })).rejects.toThrow(
      "coin.mjs takes no parameters, but 'bonus' is given: export a function (parameters) => ({ observationShape",
    );
  });
});
