import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/common/index.js';
import { loadCompletions, type ScoredCompletion } from '../../src/data/index.js';
import { temporaryFile } from '../support/files.js';

const good = { prompt: 'Once', completion: ' upon', reward: 0.5 };

/** Without the file's name, which is a temporary one. */
const withoutFile = (rows: readonly ScoredCompletion[]) => rows.map(({ file: _, ...row }) => row);

function load(...lines: unknown[]) {
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  return loadCompletions(temporaryFile('scored.jsonl', text));
}

describe('loadCompletions', () => {
  it('reads prompt, completion and reward, and keeps other columns and line numbers', () => {
    const rows = load(good, '', { ...good, reward: -2, completion: ' more', split: 'a', n: 3 });
    expect(withoutFile(rows)).toEqual([
      { prompt: 'Once', completion: ' upon', reward: 0.5, row: {}, line: 1 },
      { prompt: 'Once', completion: ' more', reward: -2, row: { split: 'a', n: 3 }, line: 3 },
    ]);
  });

  it('reads chat messages', () => {
    const messages = [{ role: 'user', content: 'Hello' }];
    const [row] = load({ ...good, prompt: messages });
    expect(row).toMatchObject({ prompt: 'Hello', messages, completion: ' upon', reward: 0.5 });
  });

  it.each<[string, unknown, RegExp]>([
    ['no JSON', '{"prompt": ', /not valid JSON/],
    ['no object', '[1]', /each line holds a JSON object/],
    [
      'no prompt',
      { completion: 'a', reward: 1 },
      /no 'prompt' or 'messages' \(its keys: completion, reward\)/,
    ],
    ['an empty prompt', { ...good, prompt: ' ' }, /'prompt' is empty/],
    ['no completion', { prompt: 'a', reward: 1 }, /no 'completion' \(its keys: prompt, reward\)/],
    [
      'a completion that is a number',
      { ...good, completion: 1 },
      /'completion' is neither a text nor a list of messages/,
    ],
    ['an empty completion', { ...good, completion: '' }, /the completion is empty: leave the row out/],
    ['no reward', { prompt: 'a', completion: 'b' }, /no 'reward' \(its keys: prompt, completion\)/],
    ['a reward in quotes', { ...good, reward: '1' }, /'reward' is no number/],
    ['a reward that is null', { ...good, reward: null }, /'reward' is no number/],
    ['a reward that is true', { ...good, reward: true }, /'reward' is no number/],
    ['a reward beyond all numbers', '{"prompt": "a", "completion": "b", "reward": 1e999}', /is no number/],
  ])('refuses %s, with the file and the line', (_, line, problem) => {
    const run = () => load(good, line);
    expect(run).toThrow(InputError);
    expect(run).toThrow(problem);
    expect(run).toThrow(/scored\.jsonl:2: [^\n]+$/);
  });

  it('reads scores, ranks and labels too', () => {
    const rewards = (name: string, ...values: unknown[]) =>
      load(...values.map((value) => ({ prompt: 'Once', completion: ' a', [name]: value }))).map(
        (row) => row.reward,
      );
    expect(rewards('score', 0.25, -3)).toEqual([0.25, -3]);
    expect(rewards('rank', 2, 1, 3, 5, 4)).toEqual([0.5, 1, 0, -1, -0.5]);
    expect(rewards('label', true, false, 0)).toEqual([1, -1, -1]);
  });

  it('reads both completions of a preference pair', () => {
    const rows = load(
      { prompt: 'Once', chosen: ' upon', rejected: ' more', margin: 2, id: 1 },
      { chosen: 'Once again', rejected: 'Once or' },
    );
    expect(withoutFile(rows)).toEqual([
      { prompt: 'Once', completion: ' upon', reward: 1, row: { id: 1 }, line: 1 },
      { prompt: 'Once', completion: ' more', reward: -1, row: { id: 1 }, line: 1 },
      { prompt: 'Once', completion: ' again', reward: 1, row: {}, line: 2 },
      { prompt: 'Once', completion: ' or', reward: -1, row: {}, line: 2 },
    ]);
  });

  it('refuses pairs that it cannot learn from', () => {
    const pair = { prompt: 'Once', chosen: ' upon', rejected: ' more' };
    expect(() => load(pair, { ...pair, rejected: pair.chosen })).toThrow(
      /:2: 'chosen' and 'rejected' are the same text: leave the row out$/,
    );
    expect(() => load(pair, { ...pair, rejected: '' })).toThrow(
      /:2: the completion is empty: leave the row out$/,
    );
    expect(() => load({ chosen: 'a', rejected: 'b' })).toThrow(/:1: 'prompt' is empty$/);
  });

  it('refuses an empty file, a missing one and one of another kind', () => {
    expect(() => load('', '')).toThrow(/scored\.jsonl holds no completions$/);
    expect(() => loadCompletions('missing.jsonl')).toThrow(InputError);
    const csv = temporaryFile('scored.csv', 'prompt,completion,reward\na,b,1\n');
    expect(() => loadCompletions(csv)).toThrow(
      /scored\.csv: scored completions are in a \.jsonl file, one object a line: \{"prompt".* "rejected": "..."\}$/,
    );
    expect(() => load({ prompt: 'Once' })).toThrow(
      /scored\.jsonl: its lines are no completions: each reads \{"prompt": .*"score", "rank" or "label".*"rejected"/,
    );
  });
});
