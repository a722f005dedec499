import { describe, expect, it } from 'vitest';
import type { RewardItem } from '../../../src/reward/index.js';
import { fileOf, openTeacher, perplexityOf } from '../../../src/train/distill/teacher.js';
import { chat, startChatServer, verdict } from '../../reward/remote/chatServer.js';

const item = (completion: string, prompt = 'Once'): RewardItem => ({
  prompt,
  completion,
  tokens: [],
  row: {},
});
const context = { baseDirectory: '.' };

/** A judge that prefers the longer text, gives it a score by its length, and has nothing to say of 'refused'. */
async function lengthJudge() {
  return startChatServer(({ material: { A, B, response } }) => {
    if ([A, B, response].includes('refused')) return chat(null, { refusal: 'no' });
    if (response !== undefined) return verdict(response.length);
    const [a, b] = [A?.length ?? 0, B?.length ?? 0];
    return chat(JSON.stringify({ winner: a === b ? 'tie' : a > b ? 'A' : 'B' }));
  });
}

async function open(more: object) {
  const server = await lengthJudge();
  return openTeacher(
    { type: 'judge', baseUrl: `${server.address}/v1`, model: 'gpt-4o-mini', backoff: 1, ...more },
    context,
  );
}

describe('a judge as the teacher', () => {
  it('rates by its scores, from 1 to 10 spread over [-1, 1], and leaves out what it refuses', async () => {
    const teacher = await open({});
    const ratings = await teacher.rate([item('a'), item('refused'), item('abcdefghij')], 3);
    expect(ratings).toEqual([-1, undefined, 1]);
    const longer = { a: item('abc'), b: item('a') };
    const refused = { a: item('abc'), b: item('refused') };
    expect(await teacher.prefer([longer, { a: longer.b, b: longer.a }, refused])).toEqual([1, 0, undefined]);
    await teacher.close();
  });

  it('rates by how many of the others of the same prompt a completion beats', async () => {
    const teacher = await open({ mode: 'compare' });
    const first = ['a', 'abc', 'xyz'].map((text) => item(text));
    const second = ['ab', 'refused', 'a'].map((text) => item(text, 'Twice'));
    // 'abc' and 'xyz' tie; whatever meets 'refused' was not compared.
    expect(await teacher.rate([...first, ...second], 3)).toEqual([0, 0.75, 0.75, 1, undefined, 0]);
    await teacher.close();
  });

  it('says before what it will cost', async () => {
    const items = ['a', 'abc', 'abcd'].map((text) => item(text));
    const scoring = await open({ price: { input: 1, output: 2 } });
    expect(scoring.forecast?.(items, 3)).toMatch(/asked 3 times: .* tokens in, up to .* out, about \$0\.\d+/);
    const comparing = await open({ mode: 'compare' });
    // Three pairs, in both orders.
    expect(comparing.forecast?.(items, 3)).toMatch(/asked 6 times/);
    await scoring.close();
    await comparing.close();
  });
});

it('takes any reward as a teacher', async () => {
  const teacher = await openTeacher({ type: 'keywords', words: ['duck'] }, context);
  const [with_, without] = await teacher.rate([item('a duck'), item('a cat')], 2);
  expect(with_).toBeGreaterThan(without ?? Number.NaN);
  expect(await teacher.prefer([{ a: item('a cat'), b: item('the cat') }])).toEqual([0.5]);
});

it('asks no file', async () => {
  await expect(openTeacher({ type: 'file', path: 'a.jsonl' }, context)).rejects.toThrow(
    /a file cannot be asked/,
  );
  expect(fileOf({ type: 'file', path: 'a.jsonl' })).toBe('a.jsonl');
});

it('makes a reward of a larger model', () => {
  const spec = { type: 'lm' as const, id: 'a/b', revision: 'main', device: 'cpu' as const, temperature: 0.7 };
  expect(perplexityOf(spec)).toEqual({
    ...{ type: 'perplexity', lm: 'a/b', revision: 'main', device: 'cpu', minus: 'base' },
  });
});
