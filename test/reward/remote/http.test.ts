import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { InputError, Interrupted } from '../../../src/common/index.js';
import { createReward, type RewardContext, type RewardItem, scoreAll } from '../../../src/reward/index.js';
import { temporaryDirectory, temporaryFile } from '../../support/files.js';
import { items } from '../items.js';
import { type Handler, type Reply, startJsonServer } from './jsonServer.js';

const KEY = 'top-secret-key-0123456789';

const request = z.object({
  items: z.array(
    z.strictObject({
      prompt: z.string(),
      completion: z.string(),
      messages: z.array(z.unknown()).optional(),
      row: z.record(z.string(), z.unknown()),
    }),
  ),
});

/** The length of each completion: what the servers of these tests score. */
const lengths = (body: unknown) => ({
  scores: request.parse(body).items.map(({ completion }) => completion.length),
});
const honest: Handler = ({ body }) => ({ json: lengths(body) });

async function open(handler: Handler, parameters: object = {}, context: Partial<RewardContext> = {}) {
  const server = await startJsonServer(handler);
  const model = await createReward(
    { type: 'http', url: `${server.address}/score`, backoff: 1, ...parameters },
    { baseDirectory: '.', ...context },
  );
  return { server, model };
}

/** Answers the first requests so, and the others honestly. */
const first =
  (...replies: (Reply | ((body: unknown) => Reply))[]): Handler =>
  (seen, index) => {
    const reply = replies[index] ?? honest(seen, index);
    return typeof reply === 'function' ? reply(seen.body) : reply;
  };

const messageOf = async (promise: Promise<unknown>): Promise<string> => {
  const error = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(InputError);
  return error instanceof Error ? error.message : '';
};

afterEach(() => vi.unstubAllEnvs());

describe('what is sent and what comes back', () => {
  it('posts items in batches and reads the scores in order', async () => {
    const { server, model } = await open(honest, { batch: 2 });
    expect(await scoreAll(model, items('a', 'bb', '', 'dddd', 'eee'))).toEqual(
      new Float32Array([1, 2, 0, 4, 3]),
    );
    expect(server.requests.map(({ path, body }) => [path, request.parse(body).items.length])).toEqual([
      ['/score', 2],
      ['/score', 2],
      ['/score', 1],
    ]);
    expect(model.name).toMatch(/^http 127\.0\.0\.1:\d+$/);
  });

  it('sends the conversation and the columns that are named', async () => {
    const row = { source: 'x', line: 9_007_199_254_740_993n, small: 3n };
    const messages = [{ role: 'user', content: 'Hi' }];
    const item: RewardItem = { prompt: 'Hi', completion: 'yes', messages, tokens: [1], row };
    const all = await open(honest);
    await all.model.score([item]);
    expect(all.server.requests[0].body).toEqual({
      items: [
        {
          prompt: 'Hi',
          completion: 'yes',
          messages,
          row: { source: 'x', line: '9007199254740993', small: 3 },
        },
      ],
    });
    const some = await open(honest, { columns: ['source'] });
    await some.model.score([item]);
    expect(some.server.requests[0].body).toMatchObject({ items: [{ row: { source: 'x' } }] });
    expect(await messageOf(Promise.resolve(some.model.score([{ ...item, row: { other: 1 } }])))).toBe(
      "the 'http' reward is to send the column 'source', which a prompt lacks (its columns: other)",
    );
  });

  it('takes a plain list, and gives what cannot be scored the mean of the batch', async () => {
    const notes: string[] = [];
    const { model } = await open(() => ({ json: [1, null, 3] }), {}, { note: (line) => notes.push(line) });
    expect(await model.score(items('a', 'b', 'c'))).toEqual([1, 2, 3]);
    await model.close?.();
    expect(notes).toEqual([
      `${model.name}: 3 completions, 1 request, 0 scores from the cache, 1 without a score`,
    ]);
  });

  it('ends when too many cannot be scored', async () => {
    const { model } = await open(({ body }) => ({ json: request.parse(body).items.map(() => null) }));
    expect(await model.score(items('a', 'b'))).toEqual([0, 0]);
    const more = Array.from({ length: 18 }, (_, i) => `text ${i}`);
    expect(await messageOf(Promise.resolve(model.score(items(...more))))).toContain(
      "20 of 20 completions came back without a score: mend what is asked, or raise 'maxSkipped' (0.2)",
    );
  });
});

describe('a server that fails', () => {
  it.each<[string, Reply | ((body: unknown) => Reply)]>([
    ['429', { status: 429 }],
    ['500 and HTML', { status: 500, body: '<h1>Oops</h1>' }],
    ['408', { status: 408 }],
    ['a hang-up', { hangUp: true }],
    ['a hang-up inside of the answer', (body) => ({ hangUpInside: lengths(body) })],
    ['a truncated answer', (body) => ({ truncated: lengths(body) })],
    ['malformed JSON', { text: '{"scores": [1, 2' }],
    ['NaN', { text: '{"scores": [NaN, 1]}' }],
    ['a number too large', { json: { scores: [1e300, 1] } }],
    ['texts for numbers', { json: { scores: ['1', '2'] } }],
    ['too few scores', { json: { scores: [1] } }],
    ['another shape', { json: { error: 'busy' } }],
    ['silence', { never: true }],
  ])('is asked again after %s', async (_, reply) => {
    const { server, model } = await open(first(reply, reply), { timeout: 200 });
    expect(await model.score(items('a', 'bb'))).toEqual([1, 2]);
    expect(server.requests).toHaveLength(3);
  });

  it('is left alone as long as Retry-After says, by all requests', async () => {
    const { server, model } = await open(first({ status: 429, headers: { 'retry-after': '1' } }), {
      batch: 1,
      concurrency: 1,
    });
    const start = performance.now();
    expect(await model.score(items('a', 'bb'))).toEqual([1, 2]);
    expect(performance.now() - start).toBeGreaterThan(990);
    expect(server.requests).toHaveLength(3);
  });

  it('takes a date in Retry-After, and refuses to wait for hours', async () => {
    const past = new Date(Date.now() - 60_000).toUTCString();
    const patient = await open(first({ status: 503, headers: { 'retry-after': past } }));
    expect(await patient.model.score(items('a'))).toEqual([1]);
    const later = new Date(Date.now() + 7_200_000).toUTCString();
    const busy = await open(() => ({ status: 503, headers: { 'retry-after': later } }));
    expect(await messageOf(Promise.resolve(busy.model.score(items('a'))))).toContain(
      'answers with HTTP 503, and asks to be left alone for 120 minutes',
    );
    expect(busy.server.requests).toHaveLength(1);
  });

  it('for good ends in one clear error, and what was scored is kept', async () => {
    const cache = join(temporaryDirectory(), 'deep', 'scores.jsonl');
    const { server, model } = await open(
      (seen, i) => (i < 2 ? honest(seen, i) : { status: 500, body: 'sick' }),
      {
        batch: 1,
        concurrency: 1,
        retries: 2,
        cache,
      },
    );
    expect(await messageOf(Promise.resolve(model.score(items('a', 'bb', 'ccc', 'dddd'))))).toBe(
      `${server.address}/score answers with HTTP 500: "sick", at the last of 3 tries: try again later ` +
        `(the answers so far are kept in ${cache})`,
    );
    expect(server.requests).toHaveLength(5);
    expect(readFileSync(cache, 'utf8').trim().split('\n')).toHaveLength(2);
    server.handler = honest;
    expect(await model.score(items('a', 'bb', 'ccc', 'dddd'))).toEqual([1, 2, 3, 4]);
    expect(server.requests).toHaveLength(7);
  });

  it('that is not there is told', async () => {
    const { server, model } = await open(honest, { retries: 1 });
    await server.stop();
    expect(await messageOf(Promise.resolve(model.score(items('a'))))).toMatch(
      /\/score cannot be reached \(ECONNREFUSED\), at the last of 2 tries: try again later \(set 'cache'/,
    );
  });

  it.each([
    [
      400,
      '{"error": {"message": "items is wrong"}}',
      'answers with HTTP 400: "items is wrong": mend the request or the server',
    ],
    [404, '', "answers with HTTP 404: there is no such address; check 'url'"],
    [422, '{"detail": []}', 'answers with HTTP 422: "{"detail": []}": mend the request'],
    [307, '', "sends elsewhere (HTTP 307): put the address that it sends to into 'url'"],
    [401, '', "wants a key (HTTP 401): put it into an environment variable and name that in 'keyEnv'"],
    [
      429,
      '{"error": {"code": "insufficient_quota", "message": "no credit"}}',
      'answers with HTTP 429: "no credit"',
    ],
  ])('with HTTP %i is not asked again', async (status, body, message) => {
    const { server, model } = await open(() => ({ status, body, headers: { location: '/elsewhere' } }));
    expect(await messageOf(Promise.resolve(model.score(items('a'))))).toContain(message);
    expect(server.requests).toHaveLength(1);
  });

  it('at random: every item is scored once, 64 requests are in flight and no more', async () => {
    const texts = Array.from({ length: 500 }, (_, i) => 'x'.repeat(i));
    const answered = new Map<string, number>();
    const faults: Reply[] = [
      { status: 429 },
      { status: 500 },
      { hangUp: true },
      { text: '{"scores": [' },
      { status: 429, headers: { 'retry-after': '0' } },
    ];
    let draws = 0;
    const flaky: Handler = async ({ body }, index) => {
      // The first ones wait for as many as there may be.
      if (index < 64) await vi.waitUntil(() => server.mostInFlight >= 64, { timeout: 20_000 });
      // A fixed sequence of faults, 30% of the requests.
      draws = (draws * 1103515245 + 12345) % 2 ** 31;
      const chance = draws / 2 ** 31;
      if (chance < 0.3) return faults[Math.floor((chance / 0.3) * faults.length)];
      const { scores } = lengths(body);
      for (const { completion } of request.parse(body).items) {
        answered.set(completion, (answered.get(completion) ?? 0) + 1);
      }
      return { json: { scores }, delay: 2 };
    };
    const { server, model } = await open(flaky, { batch: 1, retries: 30 });
    expect(await model.score(items(...texts))).toEqual(texts.map((text) => text.length));
    expect([...answered.values()].every((count) => count === 1)).toBe(true);
    expect(answered.size).toBe(500);
    expect(server.mostInFlight).toBe(64);
    expect(server.requests.length).toBeGreaterThan(600);
  });

  it('for many requests at once draws no warning from Node.js about the signal', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    const { signal } = new AbortController();
    const { model } = await open(
      first(...new Array<Reply>(32).fill({ status: 500 })),
      { batch: 1 },
      { signal },
    );
    const texts = Array.from({ length: 32 }, (_, i) => 'x'.repeat(i));
    await model.score(items(...texts));
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });
});

describe('the cache', () => {
  it('shares the request of equal completions, in a batch and in flight', async () => {
    const { server, model } = await open(({ body }) => ({ json: lengths(body), delay: 20 }));
    const both = [model.score(items('aa', 'b', 'aa')), model.score(items('b', 'ccc'))];
    expect(await Promise.all(both)).toEqual([
      [2, 1, 2],
      [1, 3],
    ]);
    expect(
      server.requests.map(({ body }) => request.parse(body).items.map((item) => item.completion)),
    ).toEqual([['aa', 'b'], ['ccc']]);
    await model.score(items('aa', 'ccc'));
    expect(server.requests).toHaveLength(2);
  });

  it('holds across instances, for the same address and content alone', async () => {
    const cache = join(temporaryDirectory(), 'scores.jsonl');
    const { server, model } = await open(
      ({ body }) => ({ json: lengths(body).scores.map((n) => n || null) }),
      { cache },
    );
    expect(await model.score(items('a', '', 'ccc'))).toEqual([1, 2, 3]);
    const notes: string[] = [];
    const again = await createReward(
      { type: 'http', url: `${server.address}/score`, cache },
      { baseDirectory: '.', note: (line) => notes.push(line) },
    );
    expect(await again.score(items('ccc', '', 'a'))).toEqual([3, 2, 1]);
    expect(server.requests).toHaveLength(1);
    await again.close?.();
    expect(notes).toEqual([
      `${again.name}: 3 completions, 0 requests, 3 scores from the cache, 1 without a score`,
    ]);
    const other = await createReward(
      { type: 'http', url: `${server.address}/other`, cache },
      { baseDirectory: '.' },
    );
    await other.score(items('a'));
    expect(server.requests).toHaveLength(2);
  });

  it('drops a line that a killed process did not finish, and asks for it again', async () => {
    const cache = join(temporaryDirectory(), 'scores.jsonl');
    const { server, model } = await open(honest, { cache, batch: 1, concurrency: 1 });
    await model.score(items('a', 'bb'));
    const whole = readFileSync(cache, 'utf8');
    writeFileSync(cache, whole.slice(0, -20));
    const notes: string[] = [];
    const context = { baseDirectory: '.', note: (line: string) => notes.push(line) };
    const again = await createReward({ type: 'http', url: `${server.address}/score`, cache }, context);
    expect(notes).toEqual([`${cache}: the last line was not written to its end, and is dropped`]);
    expect(await again.score(items('a', 'bb'))).toEqual([1, 2]);
    expect(server.requests).toHaveLength(3);
    expect(readFileSync(cache, 'utf8')).toBe(whole);
  });

  it('refuses a file that is something else, and leaves it as it is', async () => {
    const key = 'a'.repeat(64);
    for (const [text, line] of [
      ['{"prompt": "Once"}\n', 1],
      ['Once upon a time', 1],
      [`{"key":"${key}","value":1}\n{"key":"${key}"}\n`, 2],
      [`{"key":"${key}","value":1}\nunfinished`, 2],
    ] as const) {
      const cache = temporaryFile('prompts.jsonl', text);
      expect(await messageOf(open(honest, { cache }))).toBe(
        `${cache}:${line}: not a line of a reward's cache: name another file in 'cache'`,
      );
      expect(readFileSync(cache, 'utf8')).toBe(text);
    }
  });

  it('that cannot be written is a clear error', async () => {
    const file = temporaryFile('file', '');
    expect(await messageOf(open(honest, { cache: join(file, 'scores.jsonl') }))).toMatch(
      /^the cache .*scores\.jsonl cannot be written \((ENOTDIR|EEXIST)\): name another file in 'cache'$/,
    );
    expect(await messageOf(open(honest, { cache: temporaryDirectory() }))).toContain(
      'cannot be written (EISDIR)',
    );
  });

  it('ends the asking when the disk is full', async () => {
    const { server, model } = await open(honest, { cache: '/dev/full', batch: 1, concurrency: 1 });
    expect(await messageOf(Promise.resolve(model.score(items('a', 'bb', 'ccc'))))).toBe(
      'the cache /dev/full cannot be written (ENOSPC): free some disk space, then go on',
    );
    expect(server.requests).toHaveLength(1);
  });
});

describe('keys', () => {
  const echo: Handler = ({ headers }) => ({
    status: 403,
    body: JSON.stringify({ error: { message: `no: ${headers.authorization}, ${headers['x-key']}` } }),
  });

  it('are read from the environment for each request', async () => {
    vi.stubEnv('REWARD_KEY', KEY);
    const { server, model } = await open(honest, {
      keyEnv: 'REWARD_KEY',
      headers: { 'X-Key': `Key \${REWARD_KEY}`, 'X-Team': 'blue' },
    });
    await model.score(items('a'));
    vi.stubEnv('REWARD_KEY', 'renewed');
    await model.score(items('b'));
    expect(
      server.requests.map(({ headers }) => [headers.authorization, headers['x-key'], headers['x-team']]),
    ).toEqual([
      [`Bearer ${KEY}`, `Key ${KEY}`, 'blue'],
      ['Bearer renewed', 'Key renewed', 'blue'],
    ]);
  });

  it('are never shown, even when the server repeats them', async () => {
    const cache = join(temporaryDirectory(), 'scores.jsonl');
    const notes: string[] = [];
    vi.stubEnv('REWARD_KEY', KEY);
    const parameters = { keyEnv: 'REWARD_KEY', headers: { 'X-Key': `\${REWARD_KEY}` }, cache, retries: 0 };
    const { server, model } = await open(echo, parameters, { note: (line) => notes.push(line) });
    const shown: string[] = [];
    const fail = async () => shown.push(await messageOf(Promise.resolve(model.score(items('a')))));
    await fail();
    expect(shown[0]).toContain('refused the key in $REWARD_KEY (HTTP 403; expired?): set a valid one');
    for (const body of [
      `key ${KEY}`,
      encodeURIComponent(KEY),
      Buffer.from(KEY).toString('base64'),
      `Incorrect API key: ${KEY.slice(0, 8)}*****${KEY.slice(-4)}`,
      `${'x'.repeat(150)}${KEY}`,
    ]) {
      server.handler = () => ({ status: 500, body });
      await fail();
    }
    server.handler = () => ({ text: `not JSON: ${KEY}` });
    await fail();
    server.handler = honest;
    await model.score(items('a'));
    await model.close?.();
    const all = [...shown, ...notes, readFileSync(cache, 'utf8')].join('\n');
    for (const part of [KEY.slice(0, 8), KEY.slice(-6), Buffer.from(KEY).toString('base64').slice(0, 8)]) {
      expect(all).not.toContain(part);
    }
    expect(all).toContain('***');
  });

  it('that are not set, or cannot be keys, are told by name', async () => {
    vi.stubEnv('REWARD_KEY', undefined);
    const unset = 'the environment variable REWARD_KEY is not set: set it to the key';
    expect(await messageOf(open(honest, { keyEnv: 'REWARD_KEY' }))).toBe(unset);
    expect(await messageOf(open(honest, { headers: { 'X-Key': `\${REWARD_KEY}` } }))).toBe(unset);
    vi.stubEnv('REWARD_KEY', 'two words');
    expect(await messageOf(open(honest, { keyEnv: 'REWARD_KEY' }))).toBe(
      'the environment variable REWARD_KEY holds a blank or another character that no key has: set it again',
    );
  });

  it.each([
    [
      { apiKey: KEY },
      "takes no 'apiKey': put the key into an environment variable and name that, as in 'keyEnv: MY_KEY'",
    ],
    [{ token: KEY }, "takes no 'token'"],
    [{ keyEnv: 'sk-abc' }, "'keyEnv' is the name of the environment variable that holds the key"],
    [{ keyEnv: '0123456789abcdef0123456789abcdef' }, "'keyEnv' is the name"],
    [{ keyEnv: 'a123456789abcdef0123456789abcdef' }, "'keyEnv' is the name"],
    [{ keyEnv: 5 }, "'keyEnv' is the name"],
    [{ headers: { Authorization: `Bearer ${KEY}` } }, `write 'Authorization: Bearer \${MY_KEY}'`],
    [{ headers: { Authorization: `Bearer ${KEY} \${A}` } }, `write 'Authorization: Bearer \${MY_KEY}'`],
    [{ headers: { 'x-api-key': KEY } }, `write 'x-api-key: \${MY_KEY}'`],
    [{ headers: { 'X-Any': 'sk-abcdefghijklmnopqrstuvwx' } }, `write 'X-Any: \${MY_KEY}'`],
    [{ headers: `Authorization: Bearer ${KEY}` }, "'headers' is a mapping of names to texts"],
    [{ headers: { Authorization: [KEY] } }, "'headers' is a mapping of names to texts"],
    [{ url: `https://me:${KEY}@example.org/` }, "'url' holds a password or a key"],
    [{ url: `https://example.org/?api_key=${KEY}` }, "'url' holds a password or a key"],
    [{ url: `ftp:${KEY}` }, "'url' must be a web address"],
  ])('that are pasted into a configuration are refused: %#', async (parameters, message) => {
    const error = await messageOf(
      createReward({ type: 'http', url: 'http://localhost/', ...parameters }, { baseDirectory: '.' }),
    );
    expect(error).toContain(message);
    expect(error).not.toContain(KEY);
    expect(error).not.toContain('abcdef');
  });

  it('may stand beside headers of any other kind', async () => {
    const { server, model } = await open(honest, {
      headers: { 'X-Author': 'me', Accept: 'application/json' },
    });
    await model.score(items('a'));
    expect(server.requests[0].headers['x-author']).toBe('me');
  });

  it('that go over the network unencrypted are noted', async () => {
    vi.stubEnv('REWARD_KEY', KEY);
    const notes: string[] = [];
    const context = { baseDirectory: '.', note: (line: string) => notes.push(line) };
    await createReward({ type: 'http', url: 'http://example.org/', keyEnv: 'REWARD_KEY' }, context);
    await createReward({ type: 'http', url: 'http://localhost/', keyEnv: 'REWARD_KEY' }, context);
    await createReward({ type: 'http', url: 'https://example.org/', keyEnv: 'REWARD_KEY' }, context);
    expect(notes).toEqual(['the key in $REWARD_KEY goes to example.org unencrypted: use https']);
  });
});

describe('an abort signal', () => {
  it.each<[string, Reply]>([
    ['a server that is silent', { never: true }],
    ['the wait before another try', { status: 500 }],
    ['the wait that a server asks for', { status: 429, headers: { 'retry-after': '60' } }],
  ])('ends %s', async (_, reply) => {
    const controller = new AbortController();
    const { server, model } = await open(() => reply, { backoff: 30_000 }, { signal: controller.signal });
    const scoring = model.score(items('a', 'b'));
    const ended = expect(scoring).rejects.toThrow(Interrupted);
    await vi.waitFor(() => expect(server.requests).toHaveLength(1));
    setTimeout(() => controller.abort(), 20);
    await ended;
    await expect(model.score(items('c'))).rejects.toThrow(Interrupted);
    expect(server.requests).toHaveLength(1);
  });
});
