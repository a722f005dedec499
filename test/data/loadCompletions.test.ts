import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/common/index.js';
import { loadCompletions } from '../../src/data/index.js';
import { temporaryFile } from '../support/files.js';

const good = { prompt: 'Once', completion: ' upon', reward: 0.5 };

function load(...lines: unknown[]) {
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  return loadCompletions(temporaryFile('scored.jsonl', text));
}

describe('loadCompletions', () => {
  it('reads prompt, completion and reward, and keeps other columns and line numbers', () => {
    const rows = load(good, '', { ...good, reward: -2, completion: ' more', split: 'a', n: 3 });
    expect(rows).toEqual([
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
    ['no completion', { prompt: 'a', reward: 1 }, /'completion' is no text: a line reads \{"prompt"/],
    ['a completion that is a number', { ...good, completion: 1 }, /'completion' is no text/],
    ['an empty completion', { ...good, completion: '' }, /'completion' is no text/],
    ['no reward', { prompt: 'a', completion: 'b' }, /'reward' is no number: a line reads \{"prompt"/],
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

  it('refuses an empty file, a missing one and one of another kind', () => {
    expect(() => load('', '')).toThrow(/scored\.jsonl holds no completions$/);
    expect(() => loadCompletions('missing.jsonl')).toThrow(InputError);
    const csv = temporaryFile('scored.csv', 'prompt,completion,reward\na,b,1\n');
    expect(() => loadCompletions(csv)).toThrow(/scored\.csv: scored completions are in a \.jsonl file/);
  });
});
