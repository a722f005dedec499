import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completionTokens, type Lm, openLm } from '../../src/lm/index.js';
import { tokenizePrompts } from '../../src/sample/index.js';
import { copySeq2Seq, MERGED } from '../fixtures/lm/seq2seq.js';
import { temporaryDirectories } from '../lm/temporary.js';

const directory = temporaryDirectories();

/** Has the tokenizer put tokens around every text, as BART's does. */
function surround(path: string, before: string, behind: string): void {
  const file = join(path, 'tokenizer.json');
  const tokenizer = JSON.parse(readFileSync(file, 'utf8'));
  const special = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  const text = { Sequence: { id: 'A', type_id: 0 } };
  tokenizer.post_processor = {
    type: 'TemplateProcessing',
    single: [special(before), text, special(behind)],
    pair: [special(before), text, special(behind)],
    special_tokens: Object.fromEntries(
      [before, behind].map((id) => [id, { id, ids: [Number(id.slice(1))], tokens: [id] }]),
    ),
  };
  writeFileSync(file, JSON.stringify(tokenizer));
}

describe('prompts of an encoder-decoder model', () => {
  let lm: Lm;

  beforeAll(async () => {
    const path = copySeq2Seq('bart', directory(), MERGED, { max_position_embeddings: 8 });
    surround(path, 'w0', 'w2');
    lm = await openLm(path, { threads: 1 });
  });

  afterAll(() => lm.close());

  const rows = (prompt: string) => [{ prompt, row: {}, line: 3 }];

  it('are sources, with the tokens that the tokenizer puts around a text', () => {
    expect(tokenizePrompts(lm, rows('w5 w6'), 7, 'data.jsonl')[0].tokens).toEqual([0, 5, 6, 2]);
  });

  it('need no room for what is written, which has a limit of its own', () => {
    const source = 'w5 w6 w7 w8 w9 w20';
    expect(tokenizePrompts(lm, rows(source), 7, 'data.jsonl')[0].tokens).toHaveLength(8);
    expect(() => tokenizePrompts(lm, rows(`${source} w21`), 1, 'data.jsonl')).toThrow(
      'data.jsonl:3: the prompt has 9 tokens, more than the 8 that the model reads: shorten it',
    );
    expect(() => tokenizePrompts(lm, rows('w5'), 8, 'data.jsonl')).toThrow(
      'data.jsonl:3: 8 new tokens are more than the 7 that the model writes: ask for fewer',
    );
  });

  it('are followed by targets, texts of their own without those tokens', () => {
    const [prompt] = tokenizePrompts(lm, rows('w5 w6'), 7, 'data.jsonl');
    expect(completionTokens(lm, prompt, 'w7 w8')).toEqual([7, 8]);
    expect(completionTokens(lm, prompt, '')).toEqual([]);
  });
});
