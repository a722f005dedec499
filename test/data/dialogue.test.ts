import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dialoguesText } from '../../data/dialogues/make.js';
import { InputError } from '../../src/common/index.js';
import { loadPrompts, splitPrompts } from '../../src/data/index.js';
import { temporaryFile } from '../support/files.js';

const user = (content: string) => ({ role: 'user', content });
const assistant = (content: string) => ({ role: 'assistant', content });
const system = { role: 'system', content: 'Be brief.' };

const fileOf = (...rows: unknown[]) =>
  temporaryFile('rows.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
const scriptOf = (row: unknown, turns: number) => {
  const [{ messages, followUps }] = loadPrompts(fileOf(row), turns);
  return { messages, followUps };
};

describe('turns', () => {
  it('are what the user says, after a system message where there is one', () => {
    const file = fileOf({ turns: ['Hi', 'And?'], id: 1 }, { turns: ['Hi'], system: 'Be brief.' });
    expect(loadPrompts(file, 3)).toEqual([
      { prompt: 'Hi', messages: [user('Hi')], followUps: [[user('And?')]], row: { id: 1 }, line: 1 },
      { prompt: 'Hi', messages: [system, user('Hi')], row: {}, line: 2 },
    ]);
  });

  it('are answered as often as is asked for', () => {
    const row = { turns: ['a', 'b', 'c'] };
    expect(scriptOf(row, 1)).toEqual({ messages: [user('a')], followUps: undefined });
    expect(scriptOf(row, 2)).toEqual({ messages: [user('a')], followUps: [[user('b')]] });
    expect(scriptOf(row, 9)).toEqual({ messages: [user('a')], followUps: [[user('b')], [user('c')]] });
  });

  it.each([
    [{ turns: 'a' }, /:1: 'turns' is no list of texts: it holds what the user says, turn by turn$/],
    [{ turns: ['a', user('b')] }, /:1: 'turns' is no list of texts/],
    [{ turns: [] }, /:1: 'turns' is an empty list: a dialogue needs a turn$/],
    [{ turns: ['a', ' '] }, /:1: 'turns': text 2 is empty$/],
    [{ text: 'a' }, /:1: no 'prompt', 'messages' or 'turns' \(its keys: text\)$/],
    [{ turns: ['a'], system: 3 }, /:1: 'system' is no text$/],
  ])('refuse %j', (row, message) => {
    expect(() => loadPrompts(fileOf(row), 2)).toThrow(InputError);
    expect(() => loadPrompts(fileOf(row), 2)).toThrow(message);
  });

  it('need env.turns', () => {
    const load = () => loadPrompts(fileOf({ turns: ['a'] }));
    expect(load).toThrow(InputError);
    expect(load).toThrow(/:1: 'turns' is a dialogue: set env\.turns to the most answers of one$/);
  });
});

describe('messages of a dialogue', () => {
  it('lose their answers, which are to be given anew', () => {
    const messages = [system, user('a'), assistant('x'), user('b'), assistant('y'), user('c')];
    const { followUps, ...first } = scriptOf({ messages }, 3);
    expect(first).toEqual({ messages: [system, user('a')] });
    expect(followUps).toEqual([[user('b')], [user('c')]]);
    expect(scriptOf({ messages }, 2).followUps).toEqual([[user('b')]]);
    expect(scriptOf({ messages: [...messages, assistant('z')] }, 3).followUps).toEqual(followUps);
  });

  it('answer several turns in a row at once, and take several answers as one', () => {
    const messages = [user('a'), user('b'), assistant('x'), assistant('y'), user('c'), system];
    expect(scriptOf({ messages }, 5)).toEqual({
      messages: [user('a'), user('b')],
      followUps: [[user('c'), system]],
    });
  });

  it('keep a greeting', () => {
    const messages = [assistant('Hello!'), user('a'), assistant('x'), user('b')];
    expect(scriptOf({ messages }, 5)).toEqual({
      messages: [assistant('Hello!'), user('a')],
      followUps: [[user('b')]],
    });
  });

  it('are answered once where no dialogue is asked for', () => {
    const messages = [user('a'), assistant('x'), user('b'), assistant('y')];
    expect(loadPrompts(fileOf({ messages }))).toEqual([
      { prompt: 'b', messages: messages.slice(0, 3), row: {}, line: 1 },
    ]);
  });

  it('stay as they are when they are the prompt', () => {
    const prompt = [user('a'), assistant('x'), user('b')];
    expect(scriptOf({ prompt }, 3)).toEqual({ messages: prompt, followUps: undefined });
  });
});

it('keeps dialogues apart that differ in a later turn alone', () => {
  const rows = loadPrompts(fileOf({ turns: ['a', 'b'] }, { turns: ['a', 'c'] }, { turns: ['A', ' b'] }), 2);
  const { train, eval: evaluation, duplicates } = splitPrompts(rows, { evalSize: 1, seed: 0 });
  expect(evaluation).toHaveLength(1);
  expect(train.length + duplicates).toBe(2);
  expect(train.map(({ followUps }) => followUps?.[0][0].content.trim())).not.toContain(
    evaluation[0].followUps?.[0][0].content.trim(),
  );
});

describe('data/dialogues/everyday.jsonl', () => {
  const rows = loadPrompts('data/dialogues/everyday.jsonl', 3);

  it('is what its script makes', () => {
    expect(readFileSync('data/dialogues/everyday.jsonl', 'utf8')).toBe(dialoguesText());
  });

  it('holds 160 dialogues or more of two or three turns, none twice', () => {
    expect(rows.length).toBeGreaterThanOrEqual(160);
    const texts = rows.map(({ messages = [], followUps = [] }) => {
      expect([1, 2]).toContain(followUps.length);
      return [...messages.filter(({ role }) => role === 'user'), ...followUps.flat()]
        .map(({ content }) => content)
        .join(' ');
    });
    expect(new Set(texts).size).toBe(rows.length);
    for (const text of texts) expect(text).toMatch(/^[A-Z][A-Za-z,.'?! ]*[.?!]$/);
  });
});
