import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bleu } from '../../../src/reward/similarity/bleu.js';
import { chrf } from '../../../src/reward/similarity/chrf.js';
import { rougeL } from '../../../src/reward/similarity/rougeL.js';

const measures = {
  chrf: (text: string, references: readonly string[]) => chrf(text, references, 0),
  'chrf+': (text: string, references: readonly string[]) => chrf(text, references, 1),
  'chrf++': (text: string, references: readonly string[]) => chrf(text, references, 2),
  bleu,
  'rouge-l': rougeL,
};

const fixture = z
  .array(
    z.object({
      text: z.string(),
      references: z.array(z.string()),
      chrf: z.number(),
      'chrf+': z.number(),
      'chrf++': z.number(),
      bleu: z.number(),
      'rouge-l': z.number(),
    }),
  )
  .parse(JSON.parse(readFileSync(new URL('../../fixtures/reward/similarity.json', import.meta.url), 'utf8')));

const names = ['chrf', 'chrf+', 'chrf++', 'bleu', 'rouge-l'] as const;

describe("sacreBLEU's and rouge-score's numbers", () => {
  it('has many pairs, with several references and of all scores', () => {
    expect(fixture.length).toBeGreaterThan(400);
    expect(fixture.filter(({ references }) => references.length > 1).length).toBeGreaterThan(100);
    for (const name of names) {
      const between = fixture.filter((pair) => pair[name] > 0.05 && pair[name] < 0.95);
      expect(between.length, name).toBeGreaterThan(100);
    }
  });

  it.each(names)('%s', (name) => {
    for (const pair of fixture) {
      const score = measures[name](pair.text, pair.references);
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(1);
      expect(Math.abs(score - pair[name]), JSON.stringify([pair, score])).toBeLessThan(1e-9);
    }
  });
});
