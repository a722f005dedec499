import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../src/common/index.js';
import { createReward, scoreAll, scoreAllTokens, scoresTokens } from '../../src/reward/index.js';
import { items } from './items.js';

let folder = '';
const files: Record<string, string> = {
  'typed.ts': `interface Item { completion: string }
    enum Size { Two = 2 }
    export default { name: 'twice', score: (batch: Item[]) => batch.map((item) => Size.Two * item.completion.length) };`,
  'plain.mjs': 'export default { async score(batch) { return batch.map(() => 1) } };',
  'common.js': 'module.exports = { score: (batch) => batch.map(() => 3) };',
  'made.ts':
    'export default async ({ k = 1 }: { k?: number }) => ({ score: (b: unknown[]) => b.map(() => k) });',
  'helper.ts': 'export const four = 4;',
  'imports.ts':
    "import { four } from './helper.js';\nexport default { score: (b: unknown[]) => b.map(() => four) };",
  'self.ts': 'export default { k: 5, score(b: unknown[]) { return b.map(() => this.k); } };',
  'tokens.ts': `export default { one: 1, score(b) { return b.map(() => 3) },
    async scoreTokens(b) { return b.map(({ tokens }) => tokens.map(() => this.one)) }, async close() { this.one = 2 } };`,
  'notokens.ts': 'export default { score: () => [], scoreTokens: [1] };',
  'named.ts': 'export const score = () => [];',
  'noscore.ts': 'export default { scores: () => [] };',
  'nothing.ts': 'export default () => undefined;',
  'syntax.ts': 'export default {\n  score( { return }\n};',
  'missing-import.ts': "import 'no-such-package';\nexport default { score: () => [] };",
  'throws.ts': "throw new Error('no key in the environment');",
  'factory-throws.ts': "export default () => { throw new Error('k must be given'); };",
  'reward.py': 'def score(): pass',
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokenq-reward-'));
  for (const [name, source] of Object.entries(files)) writeFileSync(join(folder, name), source);
  mkdirSync(join(folder, 'deep'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const create = (type: string, parameters = {}) =>
  createReward({ type, ...parameters }, { baseDirectory: folder });
const scoreOf = async (type: string, parameters = {}) =>
  (await scoreAll(await create(type, parameters), items('abc')))[0];

describe('a reward module', () => {
  it('may be TypeScript, ESM or CommonJS', async () => {
    expect(await scoreOf('./typed.ts')).toBe(6);
    expect(await scoreOf('./plain.mjs')).toBe(1);
    expect(await scoreOf('./common.js')).toBe(3);
    expect(await scoreOf('imports.ts')).toBe(4);
    expect(await scoreOf(join(folder, 'self.ts'))).toBe(5);
  });

  it('may be a function of its parameters', async () => {
    expect(await scoreOf('./made.ts', { k: 7 })).toBe(7);
    expect(await scoreOf('./made.ts')).toBe(1);
  });

  it('may score tokens, and be closed', async () => {
    const model = await create('./tokens.ts');
    if (!scoresTokens(model)) throw new Error('it has no scoreTokens');
    expect(await scoreAllTokens(model, items('abc', ''))).toEqual([
      Float32Array.of(1, 1, 1),
      new Float32Array(),
    ]);
    await model.close?.();
    expect(await scoreAllTokens(model, items('a'))).toEqual([Float32Array.of(2)]);
    expect(scoresTokens(await create('./plain.mjs'))).toBe(false);
  });

  it('is named by itself or by its file', async () => {
    expect((await create('./typed.ts')).name).toBe('twice');
    expect((await create('./plain.mjs')).name).toBe('plain');
  });

  it('is found from the current directory too', async () => {
    const reward = createReward(join(folder, 'plain.mjs'), { baseDirectory: '/nowhere' });
    expect((await reward).name).toBe('plain');
  });

  it.each([
    ['./typo.ts', 'no reward module at '],
    ['./plaine.mjs', "did you mean 'plain.mjs'?"],
    ['./deep', 'is a directory'],
    ['./reward.py', 'a reward module is a .ts, .js or .mjs file'],
    ['./named.ts', 'named.ts has no default export: write export default'],
    ['./noscore.ts', 'noscore.ts: its default export has no score function'],
    ['./notokens.ts', 'notokens.ts: scoreTokens is no function: make it one, or leave it out'],
    ['./nothing.ts', 'nothing.ts: what its default export returns has no score function'],
    ['./syntax.ts', /syntax\.ts does not load: .*2:/],
    ['./missing-import.ts', "missing-import.ts does not load: Cannot find module 'no-such-package'"],
    ['./throws.ts', 'throws.ts does not load: no key in the environment'],
    ['./factory-throws.ts', 'factory-throws.ts: its default export threw: k must be given'],
  ])('%s is refused on one line', async (type, message) => {
    const error = await create(type).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InputError);
    const text = error instanceof Error ? error.message : '';
    expect(text).toMatch(message);
    expect(text).not.toContain('\n');
    expect(text).toContain(folder);
  });

  it('refuses parameters that it does not take', async () => {
    await expect(create('./plain.mjs', { k: 1 })).rejects.toThrow("takes no parameters, but 'k' is given");
  });
});
