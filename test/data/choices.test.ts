import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPrompts } from '../../src/data/index.js';
import type { Lm } from '../../src/lm/index.js';
import { openStories } from '../support/lm.js';

const read = (name: string) =>
  loadPrompts(fileURLToPath(new URL(`../../data/choices/${name}.jsonl`, import.meta.url)));

const labels = ['bug', 'cancel', 'delivery', 'invoice', 'password', 'refund', 'thanks', 'upgrade'];
const replies = [
  'Breakfast is served from seven to ten in the dining room.',
  'I am sorry about the noise, and I will ask them to be quiet.',
  'I have a new key for you here at the desk.',
  'I will send fresh towels to your room right away.',
  'Small pets are welcome here and stay for free.',
  'The password for the internet is on the back of your key card.',
  'You can keep your room until noon on the day you leave.',
  'Your taxi will be at the front door in ten minutes.',
];

let lm: Lm;
beforeAll(async () => {
  lm = await openStories();
});
afterAll(() => lm.close());

describe.each([
  { name: 'intents', column: 'intent', choices: labels, each: 40 },
  { name: 'replies', column: 'reply', choices: replies, each: 25 },
])('$name.jsonl', ({ name, column, choices, each }) => {
  const rows = read(name);

  it('has as many messages for every choice, and no other choice', () => {
    const counts = new Map<unknown, number>();
    for (const { row } of rows) counts.set(row[column], (counts.get(row[column]) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toEqual(Object.fromEntries(choices.map((choice) => [choice, each])));
  });

  it('holds a message and its choice a line, and nothing else', () => {
    for (const { row, line } of rows) expect(Object.keys(row), `line ${line}`).toEqual([column]);
  });

  it('has no message twice', () => {
    const seen = rows.map(({ prompt }) => prompt.toLowerCase().replace(/[^a-z]+/g, ' '));
    expect(new Set(seen).size).toBe(rows.length);
  });

  it('is plain English that the bundled tokenizer gives back, without a mark at the end', () => {
    for (const { prompt } of rows) {
      expect(prompt).toMatch(/^[A-Z][A-Za-z', ]*[a-z]$/);
      expect(lm.tokenizer.decode(lm.tokenizer.encode(prompt))).toBe(prompt);
      expect(lm.tokenizer.encode(prompt).length).toBeLessThan(40);
    }
  });
});
