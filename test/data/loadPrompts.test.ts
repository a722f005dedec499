import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../src/common/index.js';
import { loadPrompts } from '../../src/data/index.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokenq-data-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, contents: string | Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, contents);
  return file;
}

function refusal(file: string): string {
  try {
    loadPrompts(file);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    const text = error instanceof Error ? error.message : '';
    expect(text).not.toContain('\n');
    return text;
  }
  throw new Error(`${file} was taken`);
}

const user = { role: 'user', content: 'Hi' };
const assistant = { role: 'assistant', content: 'Hello' };

describe('prompts in .txt', () => {
  it('are lines: blank ones skipped, white space kept', () => {
    expect(loadPrompts(write('a.txt', 'One\n\n  Two \n \nThree'))).toEqual([
      { prompt: 'One', row: {}, line: 1 },
      { prompt: '  Two ', row: {}, line: 3 },
      { prompt: 'Three', row: {}, line: 5 },
    ]);
  });

  it('may have CRLF, a byte order mark and any Unicode', () => {
    expect(loadPrompts(write('b.TXT', '\uFEFFÉté\r\n你好 \u{1f600}\r\n')).map((row) => row.prompt)).toEqual([
      'Été',
      '你好 \u{1f600}',
    ]);
  });
});

describe('prompts in .jsonl', () => {
  const rowsOf = (...lines: unknown[]) =>
    loadPrompts(write('rows.jsonl', lines.map((line) => JSON.stringify(line)).join('\r\n')));

  it('are texts, with the other columns beside', () => {
    expect(rowsOf({ prompt: 'One\nmore', answer: 4, tags: ['a'] })).toEqual([
      { prompt: 'One\nmore', row: { answer: 4, tags: ['a'] }, line: 1 },
    ]);
  });

  it('may be conversations', () => {
    const system = { role: 'system', content: 'Be brief.' };
    expect(rowsOf({ prompt: [system, user], id: 1 })).toEqual([
      { prompt: 'Hi', messages: [system, user], row: { id: 1 }, line: 1 },
    ]);
  });

  it('may be conversations with an answer, which is cut off', () => {
    const again = { role: 'user', content: 'And?' };
    expect(rowsOf({ messages: [user, assistant, again, assistant] }, { messages: [user] })).toEqual([
      { prompt: 'And?', messages: [user, assistant, again], row: {}, line: 1 },
      { prompt: 'Hi', messages: [user], row: {}, line: 2 },
    ]);
  });

  it('prefer the prompt to the messages, which stay in the row', () => {
    expect(rowsOf({ prompt: 'Hi', messages: [user, assistant] })).toEqual([
      { prompt: 'Hi', row: { messages: [user, assistant] }, line: 1 },
    ]);
  });

  it('keep only role and content of a message', () => {
    expect(rowsOf({ messages: [{ ...user, name: 'Ann' }] })[0]?.messages).toEqual([user]);
  });

  it.each([
    ['{"prompt": "a"}\n\n{"prompt": }', /:3: not valid JSON: /],
    ['{"prompt": "a"}\n["b"]', /:2: each line holds a JSON object, such as \{"prompt": /],
    ['"text"', /:1: each line holds a JSON object/],
    ['{"prompt": 3}', /:1: 'prompt' is neither a text nor a list of messages/],
    ['{"prompt": null}', /:1: 'prompt' is neither/],
    ['{"prompt": "  "}', /:1: 'prompt' is empty/],
    ['{"text": "a", "id": 1}', /:1: no 'prompt' or 'messages' \(its keys: text, id\)/],
    ['{}', /\(its keys: none\)/],
    ['{"prompt": []}', /:1: 'prompt' is an empty list/],
    ['{"prompt": [{"role": "user"}]}', /:1: 'prompt': message 1 has no 'content' text/],
    ['{"messages": "a"}', /:1: 'messages' is no list of \{role, content\} messages/],
    ['{"messages": [{"role": "user", "content": "a"}, "b"]}', /:1: 'messages': message 2 has no 'role' text/],
    ['{"messages": [{"role": "user", "content": [{"type": "text"}]}]}', /message 1 has no 'content' text/],
    [JSON.stringify({ messages: [assistant] }), /:1: 'messages' holds the assistant's turns alone/],
    [JSON.stringify({ prompt: [user, assistant] }), /:1: 'prompt' ends with the assistant's turn: end it/],
  ])('refuse %s', (text, message) => {
    const file = write('bad.jsonl', text);
    expect(refusal(file)).toMatch(message);
    expect(refusal(file)).toContain(file);
  });
});

describe('prompts in .csv', () => {
  it('are a column, with the others beside', () => {
    expect(loadPrompts(write('a.csv', '\uFEFFid, prompt\n1,"One, ""two"""\n\n2, three \n'))).toEqual([
      { prompt: 'One, "two"', row: { id: '1' }, line: 2 },
      { prompt: ' three ', row: { id: '2' }, line: 4 },
    ]);
  });

  it.each(['\n', '\r\n'])('know the line where a row starts, with %j', (end) => {
    const text = ['prompt,id', '"a', 'b",1', '', 'c,2', '"d', '', 'e",3', ''].join(end);
    expect(loadPrompts(write('lines.csv', text)).map(({ prompt, line }) => [prompt, line])).toEqual([
      [`a${end}b`, 2],
      ['c', 5],
      [`d${end}${end}e`, 6],
    ]);
  });

  it.each([
    ['text,label\na,b\n', /:1: no 'prompt' column \(its columns: text, label\)/],
    ['prompt,a,a\n1,2,3\n', /:1: two columns are named 'a'/],
    ['prompt,a\nx,1\n\ny,2,3\n', /:4: the row has 3 of the header's 2 fields/],
    ['prompt,a\n"x,1\n', /:2: not valid CSV: Quote Not Closed/],
    ['prompt,a\nx,1\n ,2\n', /:3: 'prompt' is empty/],
  ])('refuse %j', (text, message) => {
    expect(refusal(write('bad.csv', text))).toMatch(message);
  });
});

describe('a file of prompts', () => {
  it.each(['.txt', '.jsonl', '.csv'])('is not empty: %s', (extension) => {
    expect(refusal(write(`empty${extension}`, ''))).toMatch(/holds no prompts$/);
    expect(refusal(write(`blank${extension}`, '\n\n'))).toMatch(/holds no prompts$/);
  });

  it('has more than a header', () => {
    expect(refusal(write('header.csv', 'prompt\n'))).toMatch(/holds no prompts$/);
  });

  it('exists', () => {
    expect(refusal(join(folder, 'none.txt'))).toBe(`no such file: ${join(folder, 'none.txt')}`);
  });

  it('is no directory', () => {
    mkdirSync(join(folder, 'sub.txt'));
    expect(refusal(join(folder, 'sub.txt'))).toMatch(/is a directory: name a file in it$/);
  });

  it('is of a known kind', () => {
    expect(refusal(write('a.json', '[]'))).toMatch(
      /prompts come as \.txt, \.jsonl or \.csv; write one JSON object/,
    );
    expect(refusal(write('a.parquet', 'PAR1'))).toMatch(/prompts come as \.txt, \.jsonl or \.csv$/);
  });

  it('is UTF-8', () => {
    const latin1 = Buffer.from('one\ntw\xf6\nthree\n', 'latin1');
    expect(refusal(write('latin.txt', latin1))).toMatch(
      /latin\.txt:2: not UTF-8 text: save the file as UTF-8$/,
    );
    const utf16 = Buffer.from('\uFEFFÄ', 'utf16le');
    expect(refusal(write('wide.txt', utf16))).toMatch(/wide\.txt: not UTF-8 but UTF-16 text/);
  });
});
