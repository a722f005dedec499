import { describe, expect, it } from 'vitest';
import { greedy, openLm } from '../../src/lm/index.js';
import type { Languages } from '../../src/lm/types.js';
import { copyMultilingual, copySeq2Seq, expectedTargets, LANGUAGES, MERGED } from '../fixtures/lm/seq2seq.js';
import { temporaryDirectories } from './temporary.js';

const directory = temporaryDirectories();

async function opened(languages?: Languages, path = copyMultilingual(directory())) {
  return openLm(path, { threads: 1, ...(languages ? { languages } : {}) });
}

describe('a model that translates between many languages', () => {
  it("gives PyTorch's targets of the language that is asked for", async () => {
    const lm = await opened({ target: 'fra_Latn' });
    const { sequences } = expectedTargets('m2m100');
    const text = ({ source }: (typeof sequences)[number]) =>
      source
        .slice(1, -1)
        .map((token) => `w${token}`)
        .join(' ');
    const prompts = sequences.map((sequence) => lm.tokenizer.encode(text(sequence)));
    expect(prompts).toEqual(sequences.map(({ source }) => source));
    const found = await lm.generate(prompts, { maxNewTokens: 8, nextTokens: greedy });
    expect(found.map(({ tokens }) => tokens)).toEqual(
      sequences.map(({ steps }) => steps.map(({ token }) => token)),
    );
    expect(lm.info.warnings).toEqual([]);
    await lm.close();

    const other = await opened({ target: 'deu_Latn' });
    const german = await other.generate(prompts, { maxNewTokens: 8, nextTokens: greedy });
    expect(german).not.toEqual(found);
    await other.close();
  });

  it('marks its sources as the language that they are in', async () => {
    const lm = await opened({ source: 'deu_Latn', target: 'eng_Latn' });
    expect(lm.tokenizer.encode('w7 w8')).toEqual([47, 7, 8, 2]);
    await lm.close();
  });

  it('is warned of where no language is asked for', async () => {
    const lm = await opened();
    expect(lm.info.warnings).toEqual([
      `it translates into 3 languages, and none is asked for: set lm.languages.target, such as ${LANGUAGES.join(', ')}`,
    ]);
    await lm.close();
  });

  it.each<[Languages, RegExp]>([
    [{ target: 'fra' }, /knows no language 'fra': it has eng_Latn, fra_Latn, deu_Latn$/],
    [{ source: 'tlh_Latn', target: 'fra_Latn' }, /knows no language 'tlh_Latn'/],
    [{ source: 'fra_Latn' }, /names no target/],
  ])('refuses %j', async (languages, message) => {
    await expect(opened(languages)).rejects.toThrow(message);
  });

  it('is not every model', async () => {
    const marian = copySeq2Seq('marian', directory(), MERGED);
    await expect(opened({ target: 'fra_Latn' }, marian)).rejects.toThrow(/leave out lm.languages/);
  });
});
