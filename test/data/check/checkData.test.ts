import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/common/index.js';
import { type CheckDataOptions, checkData } from '../../../src/data/index.js';
import { temporaryFile } from '../../support/files.js';

const pair = (prompt: string, chosen: string, rejected: unknown) => ({ prompt, chosen, rejected });
const scored = (prompt: string, completion: string, reward: number) => ({ prompt, completion, reward });

const fileOf = (...rows: unknown[]) =>
  temporaryFile(
    'set.jsonl',
    rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n'),
  );
const check = (rows: unknown[], options: CheckDataOptions = {}) => checkData(fileOf(...rows), options);
const anyFile = expect.any(String);
const at = (line: number, other: number) => ({ file: anyFile, line, other: { file: anyFile, line: other } });

describe('preference pairs', () => {
  it('are counted, measured and compared', async () => {
    const file = fileOf(
      pair('One', ' a b', ' c'),
      pair('one ', ' c', ' a b'),
      pair('One', ' a b', ' c'),
      pair('Two', ' xyz', ' u'),
      pair('Two', ' x', ' v'),
      pair('Two', ' x', ' x'),
      pair('Three', ' x', ''),
      pair('Four', ' four', 3),
      '{',
    );
    const spread = (min: number, median: number, p95: number, max = p95) => ({ min, median, p95, max });
    const match = (line: number, other: number) => ({ file, line, other: { file, line: other } });
    expect(await checkData(file)).toEqual({
      source: file,
      files: [file],
      format: 'paired',
      rows: 9,
      pairs: 6,
      prompts: 6,
      distinctPrompts: 3,
      lengths: {
        prompt: { characters: spread(3, 3, 5), words: spread(1, 1, 1) },
        chosen: { characters: spread(2, 2, 4), words: spread(1, 1, 2) },
        rejected: { characters: spread(0, 2, 4), words: spread(0, 1, 2) },
      },
      duplicates: {
        rows: [match(3, 1)],
        repeatedPrompts: 2,
        mostRepeated: { prompt: 'One', rows: 3 },
      },
      contradictions: [match(2, 1), match(3, 2)],
      // Longer in lines 1, 3, 4 and 7, shorter in 2, equal in 5: 4.5 of 6.
      longerChosen: 0.75,
      emptyRejected: 1,
      skipped: { 'same text': 1 },
      badRows: [
        { place: `${file}:8`, file, line: 8, reason: "'rejected' is neither a text nor a list of messages" },
        { place: `${file}:9`, file, line: 9, reason: expect.stringMatching(/^not valid JSON/) },
      ],
    });
  });

  it('leak when another file has them, whatever their case, white space and form', async () => {
    const other = fileOf(pair('\uff34wo  THREE', ' c', ' a'), pair('x', ' p', ' q'));
    const rows = [pair('One', ' a', ' c'), pair(' two three', ' a', ' c'), pair('X', ' p', ' r')];
    const { leaks } = await check(rows, { against: other });
    expect(leaks).toEqual({ against: other, prompts: [at(2, 1), at(3, 2)], pairs: [at(2, 1)] });
    const none = await check([pair('One', ' a', ' c')], { against: other });
    expect(none.leaks).toEqual({ against: other, prompts: [], pairs: [] });
  });

  it('leak prompts to files of another kind', async () => {
    const prompts = temporaryFile('eval.txt', 'Zero\n\nONE\n');
    const { leaks } = await check([pair('One', ' a', ' c')], { against: prompts });
    expect(leaks).toMatchObject({ prompts: [{ line: 1, other: { file: prompts, line: 3 } }], pairs: [] });
  });

  it('are told apart by the whole conversation', async () => {
    const asked = (...contents: string[]) => contents.map((content) => ({ role: 'user', content }));
    const rows = [
      ['a', 'b'],
      ['c', 'b'],
      ['A', ' b'],
    ].map((contents) => ({
      ...{ prompt: asked(...contents), chosen: 'x', rejected: 'y' },
    }));
    const { distinctPrompts, duplicates, lengths } = await check(rows);
    expect(distinctPrompts).toBe(2);
    expect(duplicates.rows).toEqual([at(3, 1)]);
    expect(lengths.prompt?.characters.max).toBe(4);
  });
});

describe('completions', () => {
  it('contradict themselves when one has two scores', async () => {
    const report = await check([
      scored('One', ' a', 1),
      scored('One', ' b', 0),
      scored('One', ' a', 1),
      scored('one', ' b', 0.5),
      scored('Two', ' a', 3),
    ]);
    expect(report).toMatchObject({ format: 'scored', rows: 5, prompts: 5, distinctPrompts: 2, badRows: [] });
    expect(report.duplicates.rows).toEqual([at(3, 1)]);
    expect(report.contradictions).toEqual([at(4, 2)]);
    // Of 'One', letter for letter: 1-2 and 2-3 differ, 1-3 tie; 'one' and 'Two' stand alone.
    expect(report.pairs).toBe(2);
    expect(report.skipped).toEqual({ tie: 1, alone: 2 });
    expect(Object.keys(report.lengths)).toEqual(['prompt', 'completion']);
  });

  it('may make no pair', async () => {
    const report = await check([{ prompt: 'One', completion: ' a', label: true }]);
    expect(report).toMatchObject({ format: 'unpaired', pairs: 0, skipped: { alone: 1 } });
    expect(report).not.toHaveProperty('longerChosen');
  });
});

describe('prompts', () => {
  it('may be texts, conversations and dialogues', async () => {
    const user = (content: string) => ({ role: 'user', content });
    const report = await check([
      { prompt: 'One' },
      { messages: [user('One'), { role: 'assistant', content: 'x' }] },
      { turns: ['One', 'two'] },
      { prompt: 'one', id: 2 },
      { prompt: 'One' },
      { prompt: ' ' },
      { text: 'a' },
      { turns: [] },
    ]);
    expect(report).toMatchObject({ format: 'prompts', rows: 8, prompts: 5, distinctPrompts: 3, skipped: {} });
    expect(report).not.toHaveProperty('pairs');
    expect(report.duplicates).toEqual({
      rows: [at(5, 1)],
      repeatedPrompts: 1,
      mostRepeated: { prompt: 'One', rows: 3 },
    });
    expect(report.badRows.map(({ line, reason }) => [line, reason])).toEqual([
      [6, "'prompt' is empty"],
      [7, "no 'prompt' or 'messages' (its keys: text)"],
      [8, "'turns' is an empty list: a dialogue needs a turn"],
    ]);
  });

  it('may be .txt and .csv', async () => {
    expect(await checkData(temporaryFile('a.txt', 'One\n\nTwo'))).toMatchObject({
      format: 'prompts',
      rows: 2,
    });
    const csv = temporaryFile('a.csv', 'prompt,id\nOne,1\nTwo\n');
    expect(await checkData(csv)).toMatchObject({
      ...{ format: 'prompts', rows: 2, prompts: 1 },
      badRows: [{ place: `${csv}:3`, reason: "the row has 1 of the header's 2 fields" }],
    });
  });
});

it('counts tokens where it is told how', async () => {
  const tokens = {
    prompt: ({ prompt }: { prompt: string }) => prompt.length * 10,
    completion: ({ prompt }: { prompt: string }, text: string) => prompt.length + text.length,
  };
  const { lengths } = await check([pair('One', ' a', ' bcd')], { tokens });
  expect(lengths.prompt?.tokens?.max).toBe(30);
  expect(lengths.chosen?.tokens?.max).toBe(5);
  expect(lengths.rejected?.tokens?.max).toBe(7);
});

it.each([
  ['a.jsonl', '', /a\.jsonl holds no rows$/],
  ['a.txt', '\n', /a\.txt holds no prompts$/],
  ['a.jsonl', '{', /a\.jsonl:1: not valid JSON/],
  [
    'a.jsonl',
    '{"text": 1, "id": 2}',
    /has the columns text, id: prompts have 'prompt', 'messages' or 'turns', and/,
  ],
  ['a.json', '[{"prompt": "a"}]', /prompts come as \.txt, \.jsonl or \.csv/],
  ['a.bin', 'x', /rows come as \.jsonl, \.json, \.csv or \.parquet/],
])('refuses %s: %j', async (name, text, message) => {
  const run = checkData(temporaryFile(name, text));
  await expect(run).rejects.toBeInstanceOf(InputError);
  await expect(run).rejects.toThrow(message);
});
