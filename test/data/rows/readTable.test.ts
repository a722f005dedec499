import { brotliCompressSync, gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/common/index.js';
import { loadPreferences } from '../../../src/data/index.js';
import { readTable, tableKind } from '../../../src/data/rows/readTable.js';
import { refuseBadRow } from '../../../src/data/rows/types.js';
import { temporaryFile } from '../../support/files.js';
import { conversationParquet } from './parquetFiles.js';

const read = async (name: string, contents: string | Uint8Array) => {
  const { names, rows } = await readTable(temporaryFile(name, contents), refuseBadRow);
  return { names, rows: rows.map(({ columns, line, file }) => ({ columns, line, numbered: file.numbered })) };
};
const refused = async (name: string, contents: string | Uint8Array) => {
  const run = read(name, contents);
  await expect(run).rejects.toBeInstanceOf(InputError);
  return run.then(
    () => '',
    (error: Error) => error.message,
  );
};

it('knows tables by their endings', () => {
  expect(['a.parquet', 'b/c.JSONL', 'd.json.gz', 'e.v2.csv', 'f.jsonl.GZ'].map(tableKind)).toEqual([
    ...['parquet', 'jsonl', 'json', 'csv', 'jsonl'],
  ]);
  expect(['a', 'a.txt', 'a.parquet.gz', 'jsonl', 'a.jsonl.zip', 'csv.md'].map(tableKind)).toEqual(
    Array(6).fill(undefined),
  );
});

describe('.json', () => {
  it('is a list of rows, which have numbers', async () => {
    expect(await read('a.json', '\n [{"a": 1},\n\n {"a": 2, "b": 3}]')).toEqual({
      names: ['a'],
      rows: [
        { columns: { a: 1 }, line: 1, numbered: 'row' },
        { columns: { a: 2, b: 3 }, line: 2, numbered: 'row' },
      ],
    });
  });

  it('may be a row a line', async () => {
    const { rows } = await read('a.json', '{"a": 1}\n\n{"a": 2}\n');
    expect(rows.map(({ line, numbered }) => [line, numbered])).toEqual([
      [1, 'line'],
      [3, 'line'],
    ]);
  });

  it('tells what is wrong', async () => {
    expect(await refused('a.json', '[{"a": 1}')).toMatch(/a\.json: not valid JSON: [^\n]*$/);
    expect(await refused('a.json', '[{"a": 1}, 2]')).toMatch(
      /a\.json: row 2: a list of rows holds objects alone$/,
    );
    expect(await refused('a.json', '{\n"a": 1}')).toMatch(
      /a\.json:1: not valid JSON: .*; each line holds one object$/,
    );
  });
});

describe('.csv', () => {
  it('has typed cells in the columns that need them', async () => {
    const messages = '"[{""role"": ""user"", ""content"": ""Hi""}]"';
    const text = `prompt,chosen,reward,rank,margin,label,id\n${messages},[{,0.5,2,,TRUE,1\na,b,x, 3 ,-1e-3,0,2\n`;
    const { rows } = await read('a.csv', text);
    expect(rows.map(({ columns }) => columns)).toEqual([
      {
        ...{ prompt: [{ role: 'user', content: 'Hi' }], chosen: '[{' },
        ...{ reward: 0.5, rank: 2, margin: null, label: true, id: '1' },
      },
      { prompt: 'a', chosen: 'b', reward: 'x', rank: 3, margin: -0.001, label: false, id: '2' },
    ]);
  });

  it('makes pairs, and says what is wrong', async () => {
    const csv = (text: string) => loadPreferences(temporaryFile('set.csv', text));
    const { pairs } = await csv('prompt,completion,label\n"a\nb",x,true\n"a\nb",y,False\n');
    expect(pairs).toMatchObject([{ prompt: 'a\nb', chosen: 'x', rejected: 'y', line: 2 }]);
    await expect(csv('a,b\n1,2\n')).rejects.toThrow('set.csv has the columns a, b: preferences have');
    await expect(csv('prompt,chosen,rejected\na,b\n')).rejects.toThrow(
      "set.csv:2: the row has 2 of the header's 3 fields",
    );
    await expect(csv('prompt,completion,label\na,b,maybe\n')).rejects.toThrow(
      "set.csv:2: 'label' is neither true nor false",
    );
    await expect(csv('prompt,completion,score\na,b,high\n')).rejects.toThrow(
      "set.csv:2: 'score' is no number",
    );
    await expect(csv('prompt,chosen,rejected\n"a,b,c\n')).rejects.toThrow(
      'set.csv:2: not valid CSV: Quote Not Closed',
    );
  });
});

describe('.gz', () => {
  it('is unpacked', async () => {
    for (const [name, text] of [
      ['a.jsonl.gz', '{"a": "x"}'],
      ['a.json.gz', '[{"a": "x"}]'],
      ['a.csv.gz', 'a\nx\n'],
    ]) {
      const { rows } = await read(name, gzipSync(text));
      expect(rows.map(({ columns }) => columns)).toEqual([{ a: 'x' }]);
    }
  });

  it('tells what is wrong', async () => {
    expect(await refused('a.jsonl.gz', '{"a": 1}')).toMatch(
      /a\.jsonl\.gz is no gzip file, or cut off \(.*\): write/,
    );
    const cut = gzipSync('{"a": 1}\n'.repeat(100)).subarray(0, 20);
    expect(await refused('a.jsonl.gz', cut)).toMatch(
      /is no gzip file, or cut off \(unexpected end of file\)/,
    );
    expect(await refused('a.jsonl.gz', gzipSync(Buffer.from('{"a": "\xf6"}', 'latin1')))).toMatch(
      /:1: not UTF-8/,
    );
  });
});

describe('.parquet', () => {
  const table = (columnData: Parameters<typeof parquetWriteBuffer>[0]['columnData']) =>
    new Uint8Array(parquetWriteBuffer({ columnData }));
  const pairs = table([
    { name: 'prompt', data: ['a', 'b'], type: 'STRING' },
    { name: 'chosen', data: ['x', 'y'], type: 'STRING' },
    { name: 'rejected', data: ['u', 'v'], type: 'STRING' },
    { name: 'margin', data: [0.5, undefined], type: 'DOUBLE' },
    { name: 'id', data: [1n, 2n], type: 'INT64' },
  ]);

  it('has rows with numbers, of JSON’s types', async () => {
    const set = await loadPreferences(temporaryFile('set.parquet', pairs));
    expect(set.pairs.map(({ file: _, ...pair }) => pair)).toEqual([
      { prompt: 'a', chosen: 'x', rejected: 'u', margin: 0.5, row: { id: 1 }, line: 1 },
      { prompt: 'b', chosen: 'y', rejected: 'v', row: { id: 2 }, line: 2 },
    ]);
  });

  it('holds conversations', async () => {
    const answer = (content: string) => [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content },
    ];
    const bytes = conversationParquet({ chosen: [answer('a')], rejected: [answer('b')] });
    const set = await loadPreferences(temporaryFile('chats.parquet', bytes));
    expect(set.pairs).toMatchObject([
      { prompt: 'Hi', messages: [{ role: 'user', content: 'Hi' }], chosen: 'a', rejected: 'b', line: 1 },
    ]);
  });

  it.each(['GZIP', 'BROTLI'] as const)('may be packed by %s', async (codec) => {
    const columnData = ['chosen', 'rejected'].map((name) => ({
      name,
      data: Array.from({ length: 200 }, (_, i) => `${name} text ${i % 7}`),
    }));
    const compressors = { GZIP: gzipSync, BROTLI: brotliCompressSync };
    const bytes = new Uint8Array(parquetWriteBuffer({ columnData, codec, compressors }));
    const { pairs: read } = await loadPreferences(temporaryFile('packed.parquet', bytes));
    expect(read).toHaveLength(200);
    expect(read[199]).toMatchObject({ chosen: 'chosen text 3', rejected: 'rejected text 3', line: 200 });
  });

  it('names its columns where they are others', async () => {
    const other = table([
      { name: 'question', data: ['a'], type: 'STRING' },
      { name: 'answer', data: ['b'], type: 'STRING' },
    ]);
    await expect(loadPreferences(temporaryFile('other.parquet', other))).rejects.toThrow(
      /other\.parquet has the columns question, answer: preferences have 'chosen' and 'rejected'/,
    );
    const empty = table([{ name: 'question', data: [], type: 'STRING' }]);
    await expect(loadPreferences(temporaryFile('empty.parquet', empty))).rejects.toThrow(
      /empty\.parquet has the columns question: /,
    );
  });

  it('tells the number of a malformed row', async () => {
    const bytes = table([
      { name: 'chosen', data: ['x', null], type: 'STRING' },
      { name: 'rejected', data: ['u', 'v'], type: 'STRING' },
    ]);
    await expect(loadPreferences(temporaryFile('bad.parquet', bytes))).rejects.toThrow(
      /bad\.parquet: row 2: 'chosen' is neither a text nor a list of messages$/,
    );
  });

  it.each<[string, Uint8Array]>([
    ['empty', new Uint8Array()],
    ['something else', Buffer.from('{"prompt": "a"}')],
    ['cut off', pairs.subarray(0, pairs.length - 9)],
    ['overwritten', pairs.map((byte, i) => (i > 8 && i < 60 ? 0xff : byte))],
  ])('is refused when it is %s', async (_, bytes) => {
    expect(await refused('bad.parquet', bytes)).toMatch(
      /^[^\n]*bad\.parquet is no Parquet file, or damaged \([^\n]*\): write or download it anew$/,
    );
  });
});
