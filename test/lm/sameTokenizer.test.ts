import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Lm, openLm, sameTokenizer } from '../../src/lm/index.js';
import { VOCAB } from '../fixtures/lm/heads.js';
import { copyModel } from '../fixtures/lm/models.js';
import { writeLmFiles, writeTinyLm } from '../fixtures/lm/tinyLm.js';
import { STORIES } from '../support/lm.js';
import { temporaryDirectories } from './temporary.js';

interface TokenizerFile {
  model: { vocab: Record<string, number> };
}

const directory = temporaryDirectories();
let lm: Lm;
beforeAll(async () => {
  lm = await openLm(writeTinyLm(directory()), { threads: 1 });
});
afterAll(() => lm.close());

/** Whether a tiny model with another `tokenizer.json` has the same tokenizer. */
async function sameWith(change: (tokenizer: TokenizerFile) => void): Promise<boolean> {
  const model = writeTinyLm(directory());
  const path = join(model, 'tokenizer.json');
  const tokenizer = JSON.parse(readFileSync(path, 'utf8'));
  change(tokenizer);
  writeFileSync(path, JSON.stringify(tokenizer));
  return sameAs(model);
}

async function sameAs(model: string): Promise<boolean> {
  const other = await openLm(model, { threads: 1 });
  try {
    expect(sameTokenizer(other, lm)).toBe(sameTokenizer(lm, other));
    return sameTokenizer(lm, other);
  } finally {
    await other.close();
  }
}

describe('sameTokenizer', () => {
  it('holds for one model, and for a file with the same tokens', async () => {
    expect(sameTokenizer(lm, lm)).toBe(true);
    expect(await sameWith(() => {})).toBe(true);
  });

  it('holds where the lm_heads are padded to other sizes', async () => {
    const model = copyModel('matmul', directory());
    writeLmFiles(model, {}, VOCAB);
    expect(await sameAs(model)).toBe(true);
  });

  it('tells other ids, more tokens, and other rules', async () => {
    const ids = { w0: 0, w1: 1 };
    const all = ({ model }: TokenizerFile) => model.vocab;
    expect(await sameWith((tokenizer) => Object.assign(all(tokenizer), { w5: 7, w7: 5 }))).toBe(false);
    expect(await sameWith((tokenizer) => Object.assign(all(tokenizer), { more: VOCAB }))).toBe(false);
    expect(await sameWith((tokenizer) => Object.assign(tokenizer.model, { vocab: ids }))).toBe(false);
    const lower = { normalizer: { type: 'Lowercase' } };
    expect(await sameWith((tokenizer) => Object.assign(tokenizer, lower))).toBe(false);
    expect(await sameAs(STORIES)).toBe(false);
  });

  it('reads the list of a unigram model', async () => {
    const unigram = async (last: string) => {
      const model = writeTinyLm(directory());
      const path = join(model, 'tokenizer.json');
      const vocab = Array.from({ length: VOCAB }, (_, id) => [id === VOCAB - 1 ? last : `w${id}`, -1]);
      const tokenizer = JSON.parse(readFileSync(path, 'utf8'));
      writeFileSync(path, JSON.stringify({ ...tokenizer, model: { type: 'Unigram', vocab, unk_id: 0 } }));
      return openLm(model, { threads: 1 });
    };
    const [a, b, c] = [await unigram('x'), await unigram('x'), await unigram('y')];
    expect([sameTokenizer(a, b), sameTokenizer(a, c), sameTokenizer(a, lm)]).toEqual([true, false, false]);
    for (const each of [a, b, c]) await each.close();
  });
});
