import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/common/index.js';
import { describeSkips, type LoadPreferencesOptions, loadPreferences } from '../../../src/data/index.js';
import { temporaryFile } from '../../support/files.js';

const user = (content: string) => ({ role: 'user', content });
const assistant = (content: string) => ({ role: 'assistant', content });
const pair = { prompt: 'The sky is', chosen: ' blue.', rejected: ' green.' };
const rated = { prompt: 'One', completion: ' a' };

const fileOf = (...rows: unknown[]) => {
  const lines = rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row)));
  return temporaryFile('set.jsonl', lines.join('\n'));
};
const load = (...rows: unknown[]) => loadPreferences(fileOf(...rows));
const lenient = (...rows: unknown[]) => loadPreferences(fileOf(...rows), { lenient: true });
/** The pairs without where they stand. */
const pairsOf = async (rows: unknown[], options: LoadPreferencesOptions = {}) =>
  (await loadPreferences(fileOf(...rows), options)).pairs.map(({ file: _, ...rest }) => rest);

describe('pairs of texts', () => {
  it('are read with their other columns, margins and lines', async () => {
    const file = fileOf(pair, '', { ...pair, prompt: 'The sea is', margin: 0.5, id: 7 });
    expect(await loadPreferences(file)).toEqual({
      format: 'paired',
      rows: 2,
      pairs: [
        { ...pair, row: {}, line: 1, file },
        { ...pair, prompt: 'The sea is', margin: 0.5, row: { id: 7 }, line: 3, file },
      ],
      skipped: [],
      emptyRejected: 0,
    });
  });

  it('may hold the prompt as their common beginning', async () => {
    const rows = [{ chosen: 'The sky is blue.', rejected: 'The sky is black.' }];
    expect(await pairsOf(rows)).toEqual([
      { prompt: 'The sky is', chosen: ' blue.', rejected: ' black.', row: {}, line: 1 },
    ]);
  });

  it('may answer a conversation', async () => {
    const [read] = await pairsOf([
      { prompt: [user('Hi'), assistant('Hello'), user('Bye')], chosen: 'a', rejected: 'b' },
    ]);
    expect(read).toMatchObject({ prompt: 'Bye', chosen: 'a', rejected: 'b' });
    expect(read.messages).toHaveLength(3);
  });

  it('are told from those without a prompt row by row', async () => {
    const pairs = await pairsOf([pair, { chosen: 'a b', rejected: 'a c' }]);
    expect(pairs.map(({ prompt }) => prompt)).toEqual(['The sky is', 'a']);
  });
});

describe('pairs of conversations', () => {
  const system = { role: 'system', content: 'Be brief.' };
  const blue = { chosen: [assistant('Blue')], rejected: [assistant('Green')] };
  const read = { chosen: 'Blue', rejected: 'Green' };

  it.each([
    ['with a prompt', { prompt: [system, user('Sky?')], ...blue }, [system, user('Sky?')]],
    ['with a text as the prompt', { prompt: 'Sky?', ...blue }, [user('Sky?')]],
    [
      'without a prompt',
      { chosen: [system, user('Sky?'), ...blue.chosen], rejected: [system, user('Sky?'), ...blue.rejected] },
      [system, user('Sky?')],
    ],
    [
      'that are whole beside the prompt',
      { prompt: 'Sky?', chosen: [user('Sky?'), ...blue.chosen], rejected: [user('Sky?'), ...blue.rejected] },
      [user('Sky?')],
    ],
    [
      'of several turns',
      {
        chosen: [user('Hi'), assistant('Hello'), user('Sky?'), ...blue.chosen],
        rejected: [user('Hi'), assistant('Hello'), user('Sky?'), ...blue.rejected],
      },
      [user('Hi'), assistant('Hello'), user('Sky?')],
    ],
  ])('are read %s', async (_, row, messages) => {
    expect(await pairsOf([row])).toEqual([{ prompt: 'Sky?', messages, ...read, row: {}, line: 1 }]);
  });

  it('may have no rejected answer', async () => {
    const { pairs, emptyRejected } = await load({
      chosen: [user('Sky?'), assistant('Blue')],
      rejected: [user('Sky?')],
    });
    expect(pairs[0]).toMatchObject({ prompt: 'Sky?', chosen: 'Blue', rejected: '' });
    expect(emptyRejected).toBe(1);
  });
});

describe('completions of one prompt', () => {
  it('are paired by label, each liked with each disliked one', async () => {
    const rows = [
      { ...rated, label: true, id: 1 },
      { ...rated, completion: ' b', label: 0 },
      { prompt: 'Two', completion: ' x', label: true },
      { ...rated, completion: ' c', label: 1 },
      { ...rated, completion: ' d', label: false },
    ];
    const { format, pairs, skipped } = await load(...rows);
    expect(format).toBe('unpaired');
    expect(pairs.map(({ chosen, rejected, line, row }) => [chosen, rejected, line, row])).toEqual([
      [' a', ' b', 1, { id: 1 }],
      [' a', ' d', 1, { id: 1 }],
      [' c', ' b', 4, {}],
      [' c', ' d', 4, {}],
    ]);
    expect(pairs.every((made) => !('margin' in made) && !('reward' in made))).toBe(true);
    expect(skipped).toMatchObject([
      { line: 3, kind: 'alone', reason: 'its prompt has no disliked completion' },
    ]);
  });

  it('may be answers in a conversation', async () => {
    const completion = (content: string) => [assistant(content)];
    const pairs = await pairsOf([
      { prompt: [user('Hi')], completion: completion('a'), label: true },
      { prompt: 'Hi', completion: completion('b'), label: false },
    ]);
    expect(pairs).toEqual([
      { prompt: 'Hi', messages: [user('Hi')], chosen: 'a', rejected: 'b', row: {}, line: 1 },
    ]);
  });

  it.each(['reward', 'score'])('are paired by %s, with the difference as margin', async (name) => {
    const rows = [0.5, -1, 0.75].map((value, i) => ({ prompt: 'One', completion: ` ${i}`, [name]: value }));
    const { format, pairs } = await load(...rows);
    expect(format).toBe('scored');
    expect(pairs.map(({ chosen, rejected, margin, line }) => [chosen, rejected, margin, line])).toEqual([
      [' 0', ' 1', 1.5, 1],
      [' 2', ' 0', 0.25, 3],
      [' 2', ' 1', 1.75, 3],
    ]);
    const wide = await pairsOf(rows, { minMargin: 1 });
    expect(wide.map(({ margin }) => margin)).toEqual([1.5, 1.75]);
  });

  it('are paired by rank, of which 1 is the best', async () => {
    const rows = [3, 1, 2].map((rank, i) => ({ prompt: 'One', completion: ` ${i}`, rank }));
    const { format, pairs } = await load(...rows);
    expect(format).toBe('ranked');
    expect(pairs.map(({ chosen, rejected, margin }) => [chosen, rejected, margin])).toEqual([
      [' 1', ' 0', 2],
      [' 2', ' 0', 1],
      [' 1', ' 2', 1],
    ]);
  });

  it('go by the first of reward, score, rank and label where there are several', async () => {
    const { format, pairs } = await load(
      { ...rated, label: true, score: 1 },
      { ...rated, completion: ' b', label: true, score: 2 },
    );
    expect(format).toBe('scored');
    expect(pairs).toMatchObject([{ chosen: ' b', row: { label: true } }]);
  });
});

describe('what tells nothing', () => {
  it('is skipped and counted, without an error', async () => {
    const { rows, pairs, skipped, emptyRejected } = await load(
      pair,
      { ...pair, rejected: pair.chosen },
      { ...pair, chosen: '' },
      { ...pair, chosen: '', rejected: '' },
      { ...pair, rejected: '' },
      { prompt: '', chosen: 'a', rejected: '' },
      { prompt: '', chosen: 'a', rejected: 'b' },
    );
    expect(rows).toBe(7);
    expect(pairs.map(({ line }) => line)).toEqual([1, 5, 7]);
    expect(emptyRejected).toBe(1);
    expect(skipped.map(({ line, kind, reason }) => [line, kind, reason])).toEqual([
      [2, 'same text', 'chosen and rejected are the same text'],
      [3, 'empty', 'the chosen text is empty'],
      [4, 'same text', 'both texts are empty'],
      [6, 'empty', 'the prompt and the rejected text are empty'],
    ]);
    expect(describeSkips(skipped)).toBe('2 with chosen equal to rejected, 2 empty');
  });

  it('may be a tie, or a prompt with one completion', async () => {
    const { pairs, skipped } = await load(
      { ...rated, reward: 1 },
      { ...rated, completion: ' b', reward: 1 },
      { ...rated, completion: ' c', reward: 0 },
      { ...rated, reward: 0.5 },
      { prompt: 'Two', completion: ' x', reward: 2 },
    );
    expect(pairs).toHaveLength(4);
    expect(skipped.map(({ line, kind }) => [line, kind])).toEqual([
      [2, 'tie'],
      [5, 'alone'],
      [1, 'same text'],
    ]);
  });

  it('is all there is', async () => {
    await expect(load({ ...pair, rejected: pair.chosen })).rejects.toThrow(
      /set\.jsonl makes no pair: 1 with chosen equal to rejected$/,
    );
  });
});

describe('a malformed row', () => {
  const bad: [unknown, string][] = [
    ['{"prompt": ', 'not valid JSON: '],
    ['[1]', 'each line holds a JSON object'],
    [{ prompt: 'a', chosen: 'b' }, "no 'rejected' (its keys: prompt, chosen)"],
    [{ ...pair, prompt: 3 }, "'prompt' is neither a text nor a list of messages"],
    [{ ...pair, prompt: null }, "'prompt' is neither"],
    [{ ...pair, chosen: null }, "'chosen' is neither a text nor a list of messages"],
    [{ ...pair, rejected: 4 }, "'rejected' is neither a text nor a list of messages"],
    [
      { ...pair, chosen: [assistant('a')] },
      "one of 'chosen' and 'rejected' is a text and one a list of messages",
    ],
    [{ ...pair, margin: '1' }, "'margin' is no number, such as 1"],
    [{ ...pair, prompt: [user('a'), assistant('b')] }, "'prompt' ends with the assistant's turn"],
    [{ ...pair, prompt: [] }, "'prompt' is an empty list"],
    [{ chosen: [assistant('a')], rejected: [assistant('b')] }, "do not begin with the same user's turn"],
    [{ chosen: [{ role: 'user' }], rejected: [] }, "'chosen': message 1 has no 'content' text"],
    [
      { prompt: 'a', chosen: [assistant('a'), user('b')], rejected: [assistant('c')] },
      "'chosen' goes on after the assistant's answer",
    ],
    [
      { chosen: [user('a'), user('b')], rejected: [user('a'), assistant('c')] },
      "'chosen' goes on with the user's turn, where the assistant's answer must stand",
    ],
  ];

  it.each(bad)('%j is an error with its line', async (row, reason) => {
    const run = load(pair, row);
    await expect(run).rejects.toBeInstanceOf(InputError);
    await expect(run).rejects.toThrow(`set.jsonl:2: `);
    await expect(run).rejects.toThrow(reason);
  });

  it.each(bad)('%j is listed where that is asked for', async (row, reason) => {
    const { rows, pairs, skipped } = await lenient(row, pair);
    expect(rows).toBe(2);
    expect(pairs).toHaveLength(1);
    expect(skipped).toMatchObject([{ line: 1, kind: 'bad row', file: expect.stringMatching(/set\.jsonl$/) }]);
    expect(skipped[0].reason).toContain(reason);
    expect(skipped[0].reason).not.toContain('set.jsonl');
  });

  it.each<[object, string]>([
    [{ prompt: 'a', label: true }, "no 'completion' (its keys: prompt, label)"],
    [{ prompt: 'a', completion: 3, label: true }, "'completion' is neither a text nor a list of messages"],
    [{ completion: 'a', label: true }, "no 'prompt' or 'messages'"],
    [{ ...rated, label: 'yes' }, "'label' is neither true nor false, 1 nor 0"],
    [{ ...rated, label: null }, "'label' is neither true nor false"],
    [rated, "no 'label' (its keys: prompt, completion)"],
  ])('%j is an error among completions with labels', async (row, reason) => {
    const good = [
      { ...rated, label: true },
      { ...rated, completion: ' b', label: false },
    ];
    await expect(load(...good, row)).rejects.toThrow(`set.jsonl:3: ${reason}`);
  });

  it.each([0, 1.5, '1', -1])('cannot be ranked %j', async (rank) => {
    await expect(load({ ...rated, rank: 1 }, { ...rated, rank })).rejects.toThrow(/:2: 'rank' is /);
  });
});

describe('a file', () => {
  it('has rows, and the columns of preferences', async () => {
    await expect(load('', '')).rejects.toThrow(/set\.jsonl holds no rows$/);
    const other = load({ text: 'a', id: 1 });
    await expect(other).rejects.toBeInstanceOf(InputError);
    await expect(other).rejects.toThrow(
      /set\.jsonl has the columns text, id: preferences have 'chosen' and 'rejected' .* 'label' \(true, false\)$/,
    );
  });

  it('has a row that can be read', async () => {
    await expect(lenient('{')).rejects.toThrow(/set\.jsonl:1: not valid JSON/);
  });

  it('has scores where the smallest margin is given', async () => {
    await expect(loadPreferences(fileOf(pair), { minMargin: 1 })).rejects.toThrow(
      /set\.jsonl holds paired texts, which no scores divide: leave out the smallest margin$/,
    );
  });

  it('tells its format by the first row that has one', async () => {
    const { pairs, skipped } = await lenient({ text: 'a' }, pair);
    expect(pairs).toHaveLength(1);
    expect(skipped).toMatchObject([{ line: 1, reason: "no 'chosen' (its keys: text)" }]);
  });

  it('exists and holds a table', async () => {
    await expect(loadPreferences('missing.jsonl')).rejects.toThrow('no such file: missing.jsonl');
    await expect(loadPreferences(temporaryFile('set.txt', 'a'))).rejects.toThrow(
      /set\.txt: rows come as \.jsonl, \.json, \.csv or \.parquet/,
    );
  });
});
