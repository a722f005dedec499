import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { vaderCompound } from '../../src/reward/vader.js';

const fixture = z
  .array(z.object({ text: z.string(), compound: z.number() }))
  .parse(JSON.parse(readFileSync(new URL('fixtures/vader.json', import.meta.url), 'utf8')));

describe('VADER', () => {
  it('has the fixture of 50 and more sentences', () => expect(fixture.length).toBeGreaterThan(50));

  it.each(fixture)('scores $text as the Python package does', ({ text, compound }) => {
    expect(vaderCompound(text)).toBeCloseTo(compound, 4);
  });

  it('matches the paper by hand: good = 1.9, 1.9 / sqrt(1.9^2 + 15)', () => {
    expect(vaderCompound('good')).toBe(0.4404);
  });

  // The Python package reads the variation selector as part of the word (0), and glues a following word on.
  it('differs from the Python package where an emoji touches other characters', () => {
    expect(vaderCompound('\u2764\ufe0f')).toBe(vaderCompound('red heart'));
    expect(vaderCompound('\u{1f601}great')).toBe(vaderCompound('beaming face with smiling eyes great'));
  });

  it('scores at least 5,000 short completions a second', () => {
    const text = 'She was very happy, but her dog was not. "I love you!" she said, and they played.';
    const rounds = Array.from({ length: 5 }, () => {
      const start = performance.now();
      for (let i = 0; i < 1000; i++) vaderCompound(text);
      return performance.now() - start;
    });
    expect(Math.min(...rounds)).toBeLessThan(200);
  });
});
