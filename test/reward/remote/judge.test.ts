import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { InputError, Interrupted } from '../../../src/common/index.js';
import {
  BudgetSpent,
  createReward,
  type Judge,
  openJudge,
  type RewardContext,
  scoreAll,
} from '../../../src/reward/index.js';
import { temporaryDirectory, temporaryFile } from '../../support/files.js';
import { items } from '../items.js';
import { type ChatRequest, chat, readChatRequest, startChatServer, verdict } from './chatServer.js';
import type { Reply } from './jsonServer.js';

const KEY = 'sk-secret-0123456789abcdef';

type Answer = (request: ChatRequest, index: number) => Reply | Promise<Reply>;

interface Opened {
  judge: Judge;
  parameters: { baseUrl: string; model: string; backoff: number };
  server: Awaited<ReturnType<typeof startChatServer>>;
  notes: string[];
}

async function open(
  answer: Answer,
  more: object = {},
  context: Partial<RewardContext> = {},
): Promise<Opened> {
  const server = await startChatServer(answer);
  const notes: string[] = [];
  const parameters = { baseUrl: `${server.address}/v1`, model: 'gpt-4o-mini', backoff: 1, ...more };
  const judge = await openJudge(parameters, {
    baseDirectory: '.',
    note: (line) => notes.push(line),
    ...context,
  });
  return { judge, parameters, server, notes };
}

/** The score is the length of the response. */
const honest: Answer = ({ material }) => verdict(material.response?.length);

const messageOf = async (promise: Promise<unknown>): Promise<string> => {
  const error = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(InputError);
  return error instanceof Error ? error.message : '';
};

beforeEach(() => vi.stubEnv('OPENAI_API_KEY', undefined));
afterEach(() => vi.unstubAllEnvs());

describe('scores', () => {
  it('are spread over [-1, 1]', async () => {
    const { judge, server } = await open(honest, { seed: 3 });
    const scores = await judge.score(items('1', 'xx', 'xxxxxxxxxx'));
    // (1 - 5.5) / 4.5, (2 - 5.5) / 4.5, (10 - 5.5) / 4.5
    expect(scores).toEqual([-1, expect.closeTo(-0.777778, 6), 1]);
    const request = readChatRequest(server.requests[0].body);
    expect(request).toMatchObject({ model: 'gpt-4o-mini', temperature: 0, max_tokens: 256, seed: 3 });
    expect(request.response_format).toEqual({
      type: 'json_schema',
      json_schema: {
        name: 'verdict',
        strict: true,
        schema: {
          type: 'object',
          properties: { score: { type: 'integer', enum: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] } },
          required: ['score'],
          additionalProperties: false,
        },
      },
    });
    expect(request.messages.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(request.messages[1].content).toBe('{"prompt":"Once","response":"1"}');
    expect(server.requests[0].headers.authorization).toBeUndefined();
  });

  it('are asked for with the key, the rubric, the conversation and room for a reason', async () => {
    vi.stubEnv('OPENAI_API_KEY', KEY);
    const rubric = temporaryFile('rubric.md', 'Funny is good.\n');
    const { judge, server } = await open(() => chat('{"reason": "a {good} one", "score": 10}'), {
      rubric,
      reason: true,
    });
    const messages = [
      { role: 'system', content: 'Be funny.' },
      { role: 'user', content: 'A joke!' },
    ];
    expect(await judge.score([{ prompt: 'A joke!', messages, completion: 'Knock "knock"\n' }])).toEqual([1]);
    const { body, headers } = server.requests[0];
    const request = readChatRequest(body);
    expect(request.messages[0].content).toMatch(/^Funny is good\.\n\n.*"messages".*\{"reason": .*"score": /);
    expect(request.material).toEqual({ messages, response: 'Knock "knock"\n' });
    expect(JSON.stringify(request.response_format)).toContain('"required":["reason","score"]');
    expect(headers.authorization).toBe(`Bearer ${KEY}`);
  });

  it.each([
    ['{"score": 7}', 7],
    ['```json\n{"score": "7"}\n```', 7],
    ['<think>3 {"score": 2}</think>{"score": 7}', 7],
    ['{"score": 7.5}', 7.5],
    ['7', 7],
    ['**7/10**', 7],
    ['On a scale of 1 to 10, I give 7.', 7],
    ['Of the 2 sentences one is good. Rating: 7', 7],
    ['I like it: 7 out of 10, not 3.', 7],
    ['{"rating": 7}', 7],
  ])('are read from %s', async (content, score) => {
    const { judge, server } = await open(() => chat(content));
    expect(await judge.score(items('a'))).toEqual([(score - 5.5) / 4.5]);
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['0 in the schema', chat('{"score": 0}')],
    ['11 in the schema', chat('{"score": 11}')],
    ['11/10', chat('11/10')],
    ['-3', chat('-3')],
    ['no number', chat('Very good indeed.')],
    ['null', chat('{"score": null}')],
    ['an empty answer', chat('')],
    ['no content', chat(null)],
    ['a refusal', chat(null, { refusal: 'I cannot judge this. 7' })],
    ['the content filter', chat('7', { finish: 'content_filter' })],
    ['the content filter before the model', { status: 400, body: '{"error": {"code": "content_filter"}}' }],
    ['an answer cut off', chat('<think>Let me', { finish: 'length' })],
  ])('are asked for once more after %s, then skipped', async (_, reply) => {
    const { judge, server } = await open(() => reply);
    expect(await judge.score(items('a'))).toEqual([undefined]);
    const [first, second] = server.requests.map(({ body }) => readChatRequest(body).messages[1].content);
    expect(server.requests).toHaveLength(2);
    expect(second).toBe(`${first}\n\nAnswer with a JSON object alone: {"score": an integer from 1 to 10}.`);
    expect(judge.spent().skipped).toBe(1);
    server.handler = (_, index) => (index === 2 ? reply : verdict(10));
    expect(await judge.score(items('b'))).toEqual([1]);
  });
});

describe('comparisons', () => {
  /** Prefers the longer response, or by a rule of the first letters. */
  const longer: Answer = ({ material: { A = '', B = '' } }) => {
    if (A.startsWith('biased') || B.startsWith('biased')) return chat('{"winner": "A"}');
    if (A.startsWith('tie') || B.startsWith('tie')) return chat('{"winner": "tie"}');
    if (A.startsWith('half') || B.startsWith('half'))
      return chat(A.startsWith('half') ? 'Response A' : '**tie**');
    if (A.startsWith('odd') || B.startsWith('odd'))
      return chat(A.startsWith('odd') ? 'A and B' : '{"winner": "C"}');
    return chat(JSON.stringify({ winner: A.length > B.length ? 'A' : 'B' }));
  };
  const pair = (a: string, b: string) => ({ prompt: 'Once', a, b });

  it('are made in both orders, and a win must hold in both', async () => {
    const { judge, server } = await open(longer);
    const pairs = [
      pair('long', 'no'),
      pair('no', 'long'),
      pair('biased', 'b'),
      pair('tie', 'b'),
      pair('half', 'b'),
      pair('odd', 'b'),
      pair('same', 'same'),
    ];
    expect(await judge.compare(pairs)).toEqual([1, 0, 0.5, 0.5, 0.5, undefined, 0.5]);
    const asked = server.requests.map(({ body }) => readChatRequest(body).material);
    expect(asked).toContainEqual({ prompt: 'Once', A: 'long', B: 'no' });
    expect(asked).toContainEqual({ prompt: 'Once', A: 'no', B: 'long' });
    // The first two pairs are the same two questions; both orders of the odd one are asked twice.
    expect(asked).toHaveLength(2 + 2 * 3 + 4);
    expect(judge.spent()).toMatchObject({ skipped: 2, cached: 2 });
  });

  it('are a reward against a column', async () => {
    const { parameters } = await open(longer);
    const spec = { type: 'judge', ...parameters, mode: 'compare' };
    const model = await createReward(spec, { baseDirectory: '.' });
    const batch = items('long', 'a', 'biased', 'odd').map((item) => ({ ...item, row: { reference: 'two' } }));
    // The odd one gets the mean of 1, -1 and 0.
    expect(await model.score(batch)).toEqual([1, -1, 0, 0]);
    expect(await messageOf(Promise.resolve(model.score(items('a'))))).toBe(
      `the 'judge' reward finds no text in column 'reference' of the prompt "Once" (its columns: none)`,
    );
  });
});

describe('servers that do not take everything', () => {
  type Refused = [
    test: (request: Pick<ChatRequest, 'response_format' | 'max_tokens' | 'temperature' | 'seed'>) => boolean,
    message: string,
  ];
  /** Refuses what it does not know, as OpenAI-compatible servers do. */
  const picky =
    (...refused: Refused[]): Answer =>
    (request, index) => {
      const [, message] = refused.find(([test]) => test(request)) ?? [];
      if (message === undefined) return honest(request, index);
      return { status: 400, body: JSON.stringify({ error: { message } }) };
    };
  const noSchema: Refused = [
    ({ response_format }) => response_format?.type === 'json_schema',
    "'response_format.type' must be json_object or text",
  ];
  const noFormat: Refused = [
    ({ response_format }) => response_format !== undefined,
    'response_format is not supported',
  ];

  const rest = { max_tokens: 256, temperature: 0, seed: 1 };

  it.each<[what: string, refused: Refused[], last: object, refusals: number]>([
    ['json_schema', [noSchema], { ...rest, response_format: { type: 'json_object' } }, 1],
    ['response_format', [noFormat], rest, 2],
    [
      'max_tokens, temperature and seed',
      [
        [
          ({ max_tokens }) => max_tokens !== undefined,
          "Use 'max_completion_tokens' instead of 'max_tokens'.",
        ],
        [({ temperature }) => temperature !== undefined, "Unsupported value: 'temperature'"],
        [({ seed }) => seed !== undefined, 'Unrecognized argument: seed'],
      ],
      { max_completion_tokens: 256, response_format: expect.objectContaining({ type: 'json_schema' }) },
      3,
    ],
  ])('%s: it is left out, and that is remembered', async (_, refused, last, refusals) => {
    const { judge, server } = await open(picky(...refused), { seed: 1, concurrency: 1 });
    expect(await judge.score(items('xxxxxxxxxx', 'x'))).toEqual([1, -1]);
    const requests = server.requests.map(({ body }) => readChatRequest(body));
    const { response_format, max_tokens, max_completion_tokens, temperature, seed } = requests[1 + refusals];
    expect({ response_format, max_tokens, max_completion_tokens, temperature, seed }).toEqual(last);
    expect(requests).toHaveLength(2 + refusals);
  });

  it('is found out by requests in flight together', async () => {
    const { judge } = await open(picky(noFormat));
    const texts = Array.from({ length: 40 }, (_, i) => 'x'.repeat(1 + (i % 10)) + i);
    expect(
      await judge.score(
        items(...texts).map((item) => ({ ...item, completion: 'x'.repeat(10), prompt: item.completion })),
      ),
    ).toEqual(texts.map(() => 1));
  });

  it('for another reason is an error', async () => {
    const { judge, server } = await open(() => ({ status: 400, body: '{"error": {"message": "too long"}}' }));
    expect(await messageOf(judge.score(items('a')))).toContain(
      'answers with HTTP 400: "too long": mend the request',
    );
    expect(server.requests).toHaveLength(1);
  });
});

describe('a server that fails', () => {
  it.each<[string, Reply]>([
    ['429', { status: 429, headers: { 'retry-after': '0' } }],
    ['500', { status: 500 }],
    ['a truncated answer', { truncated: { choices: [{ message: { content: '{"score": 3}' } }] } }],
    ['a hang-up', { hangUpInside: { choices: [{ message: { content: '{"score": 3}' } }] } }],
    ['an error with status 200', { json: { error: { message: 'overloaded' } } }],
    ['silence', { never: true }],
  ])('is asked again after %s', async (_, reply) => {
    const { judge, server } = await open((request, index) => (index === 0 ? reply : honest(request, index)), {
      timeout: 300,
    });
    expect(await judge.score(items('xxxxxxxxxx'))).toEqual([1]);
    expect(server.requests).toHaveLength(2);
  });

  it('at random: every completion is judged once, 64 requests at a time', async () => {
    const texts = Array.from({ length: 200 }, (_, i) => `${i}`);
    const answered: string[] = [];
    const replies: Reply[] = [{ status: 429 }, { status: 503 }, { hangUp: true }, { text: '{' }];
    const { judge, server } = await open(
      async ({ material: { response = '' } }, index) => {
        if (index < 64) await vi.waitUntil(() => server.mostInFlight >= 64, { timeout: 20_000 });
        // Three of ten requests fail.
        if ((index * 7) % 10 < 3) return replies[index % 4];
        answered.push(response);
        return verdict(1 + (Number(response) % 10));
      },
      { retries: 30 },
    );
    const scores = await judge.score(items(...texts));
    expect(scores).toEqual(texts.map((text) => ((Number(text) % 10) + 1 - 5.5) / 4.5));
    expect(answered.sort()).toEqual(texts.sort());
    expect(server.mostInFlight).toBe(64);
  });

  it('refuses a key that has expired, and does not show it', async () => {
    vi.stubEnv('OPENAI_API_KEY', KEY);
    const { judge, server, notes } = await open(({ authorization }) => ({
      status: 401,
      body: JSON.stringify({ error: { message: `Incorrect API key provided: ${authorization}` } }),
    }));
    const message = await messageOf(judge.score(items('a', 'b', 'c')));
    expect(message).toContain('refused the key in $OPENAI_API_KEY (HTTP 401; expired?): set a valid one');
    server.handler = () => chat(`I will not. ${KEY}`);
    expect(await judge.score(items('d'))).toEqual([undefined]);
    expect(judge.lastSkipped()).toBe('"I will not. ***"');
    expect([message, ...notes].join('\n')).not.toContain('secret');
  });

  it('is left when the signal fires', async () => {
    const controller = new AbortController();
    const { judge, server } = await open(() => ({ never: true }), {}, { signal: controller.signal });
    const ended = expect(judge.score(items('a', 'b'))).rejects.toThrow(Interrupted);
    await vi.waitFor(() => expect(server.requests).toHaveLength(2));
    controller.abort();
    await ended;
  });
});

describe('what it costs', () => {
  const price = { input: 2, output: 10 };
  /** 100 tokens in and 10 out: $0.0003. */
  const paid: Answer = () => verdict(10, [100, 10]);
  const texts = (count: number) => items(...Array.from({ length: count }, (_, i) => `text ${i}`));

  it('is what the server counts, at the price of a million', async () => {
    const { judge, notes } = await open(paid, { price });
    await judge.score(texts(4));
    await judge.score(texts(5));
    expect(judge.spent()).toEqual({
      requests: 5,
      inputTokens: 500,
      outputTokens: 50,
      usd: expect.closeTo(0.0015, 10),
      cached: 4,
      skipped: 0,
    });
    await judge.close();
    expect(notes).toEqual([
      'judge gpt-4o-mini: 5 requests took 500 tokens and gave 50 tokens, $0.0015, 4 answers from the cache, 0 answers without a verdict',
    ]);
  });

  it('is counted by js-tiktoken where the server does not, and estimated before', async () => {
    const { judge } = await open(() => verdict(10), { price });
    const estimate = judge.estimate([...texts(3), ...texts(1), { prompt: 'Once', a: 'x', b: 'x' }]);
    expect(estimate.requests).toBe(3);
    expect(estimate.outputTokens).toBe(24);
    expect(estimate.usd).toBeCloseTo((estimate.inputTokens * 2 + 24 * 10) / 1e6, 12);
    expect(judge.estimate([{ prompt: 'Once', a: 'x', b: 'y' }]).requests).toBe(2);
    await judge.score(texts(3));
    const spent = judge.spent();
    expect(spent.inputTokens).toBe(estimate.inputTokens);
    // {"score":10} has 5 tokens in o200k_base.
    expect(spent.outputTokens).toBe(15);
    expect(judge.estimate(texts(3))).toEqual({ requests: 0, inputTokens: 0, outputTokens: 0, usd: 0 });
  });

  it('is counted fast for texts without blanks', async () => {
    const { judge } = await open(honest, { model: 'local' });
    judge.estimate(items('warm up'));
    const start = performance.now();
    const { inputTokens } = judge.estimate(items('\u{1f600}'.repeat(2000), '=-'.repeat(4000)));
    expect(performance.now() - start).toBeLessThan(2000);
    expect(inputTokens).toBeGreaterThan(2000);
  });

  it('stops at a budget in tokens, with what was paid for in the cache', async () => {
    const cache = join(temporaryDirectory(), 'judge.jsonl');
    const more = { budget: { tokens: 1200 }, maxTokens: 20, cache };
    const { judge, parameters, server } = await open(() => verdict(10, [300, 10]), more);
    const error = await judge.score(texts(20)).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(BudgetSpent);
    expect(error).toBeInstanceOf(InputError);
    const { requests, inputTokens, outputTokens } = judge.spent();
    expect(requests).toBe(3);
    expect(inputTokens + outputTokens).toBe(930);
    expect(error instanceof Error ? error.message : '').toMatch(
      /^the judge's budget of 1,200 tokens is spent: 3 requests took 930 tokens, and the next may take \d+ tokens: raise 'budget' to go on \(the answers so far are kept in .*judge\.jsonl\)$/,
    );
    expect(readFileSync(cache, 'utf8').trim().split('\n')).toHaveLength(3);
    const raised = await openJudge({ ...parameters, budget: { tokens: 100_000 } }, { baseDirectory: '.' });
    expect(await raised.score(texts(20))).toEqual(Array.from({ length: 20 }, () => 1));
    expect(server.requests).toHaveLength(20);
    expect(raised.spent()).toMatchObject({ requests: 17, cached: 3 });
  });

  it('stops at a budget in dollars, and never exceeds it', async () => {
    const { judge, server } = await open(() => chat('{"score": 10}', { usage: [200, 10], delay: 20 }), {
      budget: { usd: 0.01 },
      price,
      maxTokens: 10,
    });
    await expect(judge.score(texts(100))).rejects.toThrow("the judge's budget of $0.01 is spent");
    const { usd = Number.NaN } = judge.spent();
    expect(usd).toBeLessThanOrEqual(0.01);
    // 20 requests of $0.0005.
    expect(usd).toBeGreaterThan(0.0085);
    expect(server.mostInFlight).toBeGreaterThan(1);
  });

  it('counts what a lost answer may have cost', async () => {
    const { judge } = await open((_, index) => (index === 0 ? { text: '{' } : verdict(10, [100, 10])), {
      price,
    });
    await judge.score(texts(1));
    expect(judge.spent().requests).toBe(2);
    expect(judge.spent().inputTokens).toBeGreaterThan(150);
  });
});

describe('the reward', () => {
  it('says what the first batch takes and what all took', async () => {
    const notes: string[] = [];
    const { parameters } = await open(() => verdict(10, [150, 8]));
    const context = { baseDirectory: '.', note: (line: string) => notes.push(line) };
    const model = await createReward(
      { type: 'judge', ...parameters, price: { input: 1, output: 1 } },
      context,
    );
    await scoreAll(model, []);
    expect(notes).toEqual([]);
    await scoreAll(model, items('a', 'b', 'a'));
    await scoreAll(model, items('c'));
    await model.close?.();
    expect(notes).toHaveLength(2);
    expect(notes[0]).toMatch(
      /^judge gpt-4o-mini: the first 3 completions take 2 requests of about \d+ tokens in and 8 out, \$0\.000\d+ each, \$0\.000\d+ in all$/,
    );
    expect(notes[1]).toBe(
      'judge gpt-4o-mini: 3 requests took 450 tokens and gave 24 tokens, $0.000474, 1 answer from the cache, 0 answers without a verdict',
    );
  });

  it('gives a completion without a verdict the mean of the others, until too many have none', async () => {
    const { parameters } = await open(({ material: { response = '' } }) =>
      response.startsWith('bad') ? chat(null, { refusal: 'I would rather not' }) : verdict(response.length),
    );
    const model = await createReward({ type: 'judge', ...parameters }, { baseDirectory: '.' });
    expect(await model.score(items('x', 'bad', 'xxxxxxxxxx'))).toEqual([-1, 0, 1]);
    expect(await model.score(items('bad'))).toEqual([0]);
    const more = Array.from({ length: 16 }, (_, i) => (i < 3 ? `bad ${i}` : 'x'));
    expect(await messageOf(Promise.resolve(model.score(items(...more))))).toBe(
      'judge gpt-4o-mini: 5 of 20 completions came back without a score; the last answer: "I would rather not": mend ' +
        "what is asked, or raise 'maxSkipped' (0.2)",
    );
  });

  it('asks nothing twice over two runs, skipped ones included', async () => {
    const cache = join(temporaryDirectory(), 'judge.jsonl');
    const { parameters, server } = await open(
      ({ material }) => verdict(material.response === 'bad' ? 12 : 10),
      { cache },
    );
    for (let run = 0; run < 2; run++) {
      const model = await createReward({ type: 'judge', ...parameters }, { baseDirectory: '.' });
      expect(await model.score(items('a', 'bad', 'b'))).toEqual([1, 1, 1]);
    }
    expect(server.requests).toHaveLength(4);
    const rubric = await openJudge({ ...parameters, rubric: 'Short is good.' }, { baseDirectory: '.' });
    await rubric.score(items('a'));
    expect(server.requests).toHaveLength(5);
  });
});

describe('wrong parameters', () => {
  it.each([
    [{}, /'model'/],
    [{ model: 'm', mode: 'rank' }, /'mode'/],
    [{ model: 'm', column: 'best' }, /'column': only mode 'compare' takes it/],
    [{ model: 'm', budget: { usd: 1 } }, /'price': a budget in dollars needs the price of tokens/],
    [{ model: 'm', budget: {} }, /'budget': name 'usd' or 'tokens'/],
    [{ model: 'm', modell: 'm' }, /unknown key 'modell'; did you mean 'model'/],
    [
      { model: 'm', rubric: 'missing.md' },
      /no such rubric: missing\.md \(a file, or a text of several words\)/,
    ],
    [{ model: 'm', rubric: 'my rubric.txt' }, /no such rubric: my rubric\.txt/],
    [{ model: 'm', rubric: ' ' }, /the rubric .* is empty/],
    [{ model: 'm', apiKey: KEY }, /takes no 'apiKey'/],
    [{ model: 'm', baseUrl: `https://user:${KEY}@example.org/v1` }, /'baseUrl' holds a password/],
    [{ model: 'm', baseUrl: 'localhost:8000' }, /'baseUrl' must be a web address/],
    [{ model: 'm', keyEnv: KEY }, /'keyEnv' is the name of the environment variable/],
    [{ model: 'm', keyEnv: 'JUDGE_KEY_UNSET' }, /the environment variable JUDGE_KEY_UNSET is not set/],
    [{ model: 'm', baseUrl: undefined }, /the environment variable OPENAI_API_KEY is not set/],
  ])('%j', async (parameters, message) => {
    const given = { baseUrl: 'http://localhost:1/v1', ...parameters };
    const error = await messageOf(openJudge(given, { baseDirectory: '.' }));
    expect(error).toMatch(message);
    expect(error).not.toContain(KEY);
  });

  it('leave no cache behind', async () => {
    const cache = join(temporaryDirectory(), 'judge.jsonl');
    await messageOf(openJudge({ model: 'm', cache, keyEnv: 'JUDGE_KEY_UNSET' }, { baseDirectory: '.' }));
    expect(existsSync(cache)).toBe(false);
  });
});
