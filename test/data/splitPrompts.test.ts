import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PromptRow, splitPrompts } from '../../src/data/index.js';

const rowsOf = (...prompts: string[]): PromptRow[] =>
  prompts.map((prompt, i) => ({ prompt, row: {}, line: i + 1 }));
const plain = ({ prompt }: PromptRow) => prompt.trim().replace(/\s+/g, ' ').toLowerCase();
const numbered = (n: number) => rowsOf(...Array.from({ length: n }, (_, i) => `prompt ${i}`));

describe('splitPrompts', () => {
  it('holds out as many as asked, and all others train', () => {
    const split = splitPrompts(numbered(10), { evalSize: 3, seed: 1 });
    expect(split.eval).toHaveLength(3);
    expect(split.train).toHaveLength(7);
    expect(split.duplicates).toBe(0);
    expect([...split.train, ...split.eval].map((row) => row.line).sort((a, b) => a - b)).toEqual(
      numbered(10).map((row) => row.line),
    );
  });

  it('holds out at most half of the distinct prompts', () => {
    expect(splitPrompts(numbered(7), { evalSize: 64, seed: 1 }).eval).toHaveLength(3);
    expect(splitPrompts(rowsOf('a', 'A', ' a', 'b'), { evalSize: 64, seed: 1 }).eval).toHaveLength(1);
  });

  it('draws by the seed', () => {
    const lines = (seed: number) =>
      splitPrompts(numbered(40), { evalSize: 20, seed }).eval.map((row) => row.line);
    expect(lines(1)).toEqual(lines(1));
    expect(lines(1)).not.toEqual(lines(2));
    expect(lines(1)).toEqual(lines(1).toSorted((a, b) => a - b));
  });

  it('never puts the same prompt on both sides, and accounts for every row', () => {
    const prompt = fc.constantFrom('a', 'A', ' a ', 'b', 'a b', 'A  b', 'a\tb', 'c', 'ab', 'É', 'é');
    fc.assert(
      fc.property(
        fc.array(prompt, { minLength: 2 }),
        fc.nat(),
        fc.integer({ min: 1, max: 9 }),
        (prompts, seed, evalSize) => {
          const rows = rowsOf(...prompts);
          fc.pre(new Set(rows.map(plain)).size >= 2);
          const split = splitPrompts(rows, { evalSize, seed });
          const held = split.eval.map(plain);
          expect(split.train.filter((row) => held.includes(plain(row)))).toEqual([]);
          expect(new Set(held).size).toBe(held.length);
          expect(held.length).toBeGreaterThan(0);
          expect(split.train.length + held.length + split.duplicates).toBe(rows.length);
        },
      ),
    );
  });

  it('keeps repeated prompts in training, and leaves their repeats out of evaluation', () => {
    const rows = rowsOf('a', 'b', 'A', 'B ');
    const split = splitPrompts(rows, { evalSize: 1, seed: 0 });
    expect(split.train).toHaveLength(2);
    expect(split.eval).toHaveLength(1);
    expect(split.eval[0]?.line).toBeLessThan(3);
    expect(split.duplicates).toBe(1);
  });

  it('compares whole conversations', () => {
    const turn = (first: string): PromptRow => ({
      prompt: 'yes',
      messages: [
        { role: 'user', content: first },
        { role: 'user', content: 'yes' },
      ],
      row: {},
      line: 1,
    });
    expect(splitPrompts([turn('a'), turn('b')], { evalSize: 1, seed: 0 }).duplicates).toBe(0);
    expect(() => splitPrompts([turn('a'), turn('A ')], { evalSize: 1, seed: 0 })).toThrow(
      '1 distinct prompt:',
    );
  });

  it('uses an evaluation file whole, and leaves its prompts out of training', () => {
    const split = splitPrompts(rowsOf('a', 'b', 'B', 'c'), {
      evalSize: 1,
      seed: 0,
      evalRows: rowsOf('b ', 'x', 'X'),
    });
    expect(split.train.map((row) => row.prompt)).toEqual(['a', 'c']);
    expect(split.eval.map((row) => row.prompt)).toEqual(['b ', 'x']);
    expect(split.duplicates).toBe(3);
  });

  it('refuses fewer than two distinct prompts', () => {
    const options = { evalSize: 1, seed: 0 };
    expect(() => splitPrompts(rowsOf('a', ' A'), options)).toThrow(
      'data.prompts holds 1 distinct prompt: at least 2 are needed',
    );
    expect(() => splitPrompts([], options)).toThrow('holds 0 distinct prompts');
    expect(splitPrompts(rowsOf('a'), { ...options, evalRows: rowsOf('b') }).train).toHaveLength(1);
  });

  it('refuses an evaluation file that holds all training prompts', () => {
    expect(() => splitPrompts(rowsOf('a'), { evalSize: 1, seed: 0, evalRows: rowsOf('A') })).toThrow(
      'every training prompt is an evaluation prompt too',
    );
  });
});
