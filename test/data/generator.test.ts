import { expect, it } from 'vitest';
import { drawKind, makeDocument, makeOpening } from '../../data/generator/documents.js';
import { makeRng } from '../../data/generator/rng.js';
import { createReward, scoreAll } from '../../src/reward/index.js';

function documents(seed: number, count: number): string[] {
  const rng = makeRng(seed);
  return Array.from({ length: count }, () => makeDocument(rng, drawKind(rng)));
}

it('writes the same text for the same seed, and other text for another', () => {
  expect(documents(1, 20)).toEqual(documents(1, 20));
  expect(documents(2, 20)).not.toEqual(documents(1, 20));
});

it('fills every slot and writes whole sentences', () => {
  for (const text of documents(3, 500)) {
    expect(text).not.toMatch(/[{}[\]|~\n]|undefined| {2}/);
    expect(text).toMatch(/^["A-Z].*[.!?"]$/);
    expect(text).not.toMatch(/\b[Aa] [aeio]\w/);
  }
});

it('is happy and unhappy about equally often', async () => {
  const texts = documents(4, 1000);
  const sentiment = await createReward('sentiment', { baseDirectory: '.' });
  const items = texts.map((completion) => ({ prompt: '', completion, tokens: [], row: {} }));
  const scores = [...(await scoreAll(sentiment, items))];
  const share = (of: (score: number) => boolean) => scores.filter(of).length / scores.length;
  expect(share((score) => score > 0.05)).toBeGreaterThan(0.3);
  expect(share((score) => score < -0.05)).toBeGreaterThan(0.3);
});

it('opens a story or a review without ending it', () => {
  const rng = makeRng(5);
  for (let i = 0; i < 100; i++)
    expect(makeOpening(rng, i % 2 ? 'story' : 'review').length).toBeGreaterThan(5);
});
