import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type EqualEncoding, equalEncoding } from '../../src/lm/tiktoken/equalEncoding.js';
import { hasten } from '../../src/lm/tiktoken/hasten.js';
import { loadTokenizer } from '../../src/lm/tokenizer.js';
import type { Tokenizer } from '../../src/lm/types.js';
import { temporaryDirectories } from './temporary.js';
import { type TestTokenizer, tokenizerOf, writeTokenizer } from './tiktokenFiles.js';

const directory = temporaryDirectories();
const NEVER = Number.POSITIVE_INFINITY;

interface Loaded {
  directory: string;
  /** transformers.js alone. */
  plain: Tokenizer;
  equal: EqualEncoding | undefined;
}

async function load(tokenizer: object): Promise<Loaded> {
  const made = writeTokenizer(directory(), tokenizer);
  const { tokenizer: plain } = await loadTokenizer(made, undefined, { tiktokenAfter: NEVER });
  return { directory: made, plain, equal: equalEncoding(made, plain.encode) };
}

const TEXTS = [
  'One day, a little girl named Lily found a needle in her room.',
  "I'm sure THEY'VE said we'll go; 'Tis Tom's.",
  ' 12 345 67890 3.14\n\n\n  indented\t\ttabs \r\n end  ',
  'if (a[i] != b) { return x_1 + "y"; } // https://example.org/a?b=c#d',
  'a<|endoftext|>b <|endoftext|>',
  '<|endoftext|',
  'naïve Über \u{1f600} 你好 привет \u017f \u212a',
  'A/\ufeffA \ufeff! x',
  '\u0085 a \u0085! x',
  'a\u00a0b\u2028c',
  'a'.repeat(200),
  '-'.repeat(80),
  ' '.repeat(80),
];

const words = fc.constantFrom(
  ...[
    'The',
    ' cat',
    "'s",
    ' 12',
    '345',
    '\n',
    '  ',
    '<|endoftext|>',
    '<|',
    ' ',
    '!!',
    'é',
    'ſ',
    "'LL",
    'zq',
    '\ufeff',
    '\u0085',
    '\u00a0',
  ],
);
const anyText = fc.oneof(
  fc.array(words, { maxLength: 20 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.lorem({ maxCount: 20 }),
);

describe.each([
  ['gpt2', 'The cat sat on the mat.', [464, 3797, 3332, 319, 262, 2603, 13]],
  ['cl100k_base', 'tiktoken is great!', [83, 1609, 5963, 374, 2294, 0]],
])("a tokenizer with %s's vocabulary", { timeout: 60_000 }, (encoding, text, ids) => {
  let loaded: Loaded;
  let fast: Tokenizer;
  beforeAll(async () => {
    loaded = await load(tokenizerOf(encoding));
    ({ tokenizer: fast } = await loadTokenizer(loaded.directory, undefined, { tiktokenAfter: 0 }));
  }, 60_000);

  it('is proven equal', () => expect(loaded.equal?.name).toBe(encoding));

  it('gives the published ids', () => {
    expect(loaded.equal?.encode(text)).toEqual(ids);
    expect(fast.encode(text)).toEqual(ids);
  });

  it('encodes as transformers.js does, special tokens too', () => {
    for (const text of TEXTS) expect(fast.encode(text), text).toEqual(loaded.plain.encode(text));
    fc.assert(
      fc.property(anyText, (text) => {
        expect(fast.encode(text)).toEqual(loaded.plain.encode(text));
      }),
      { numRuns: 300 },
    );
  });

  it('leaves out what is white space to one of them alone', () => {
    expect(['a\ufeffb', 'a\u0085b', 'a\u00a0b'].map((text) => loaded.equal?.covers(text))).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('is equal where js-tiktoken would be slower, too', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        fc.pre(loaded.equal?.covers(text) === true);
        expect(loaded.equal?.encode(text)).toEqual(loaded.plain.encode(text));
      }),
      { numRuns: 300 },
    );
  });
});

describe('the proof', { timeout: 60_000 }, () => {
  const refused = (change: (tokenizer: TestTokenizer) => void, config: object = {}) => {
    const tokenizer = tokenizerOf('gpt2');
    change(tokenizer);
    const neverAsked = () => expect.unreachable('the proof went as far as the probes');
    return equalEncoding(writeTokenizer(directory(), tokenizer, config), neverAsked) === undefined;
  };
  const changed = async (change: (tokenizer: TestTokenizer) => void) => {
    const tokenizer = tokenizerOf('gpt2');
    change(tokenizer);
    return load(tokenizer);
  };
  const add = (tokenizer: TestTokenizer, content: string) => {
    tokenizer.added_tokens.push({ id: 50_257 + tokenizer.added_tokens.length, content, special: false });
  };

  it('takes further added tokens, merges as texts, and special tokens in the vocabulary', async () => {
    const { equal, plain, directory } = await changed((tokenizer) => {
      tokenizer.model.merges = tokenizer.model.merges.map((merge) =>
        typeof merge === 'string' ? merge : merge.join(' '),
      );
      tokenizer.model.vocab['<|endoftext|>'] = 50_256;
      tokenizer.post_processor = { type: 'ByteLevel', trim_offsets: false };
      add(tokenizer, '<|im_start|>');
      add(tokenizer, '    ');
    });
    expect(equal?.name).toBe('gpt2');
    const { tokenizer: fast } = await loadTokenizer(directory, undefined, { tiktokenAfter: 0 });
    for (const text of ['<|im_start|>user\nhello', 'a    b', 'a   b', 'a     b', ...TEXTS]) {
      expect(fast.encode(text), text).toEqual(plain.encode(text));
    }
  });

  it('tells p50k_base from gpt2', async () => {
    expect((await load(tokenizerOf('p50k_base'))).equal?.name).toBe('p50k_base');
  });

  it('fails on a single other token, and the ids stay right', async () => {
    const { equal, directory } = await changed(({ model: { vocab } }) => {
      [vocab['Ġcat'], vocab['Ġdog']] = [vocab['Ġdog'] ?? 0, vocab['Ġcat'] ?? 0];
    });
    expect(equal).toBeUndefined();
    const { tokenizer } = await loadTokenizer(directory, undefined, { tiktokenAfter: 0 });
    expect(tokenizer.encode('The cat')).toEqual([464, 3290]);
    expect(tokenizer.encode('The dog')).toEqual([464, 3797]);
  });

  const changes: [string, (tokenizer: TestTokenizer) => void][] = [
    ['a missing token', ({ model }) => delete model.vocab['Ġcat']],
    ['a further token', ({ model }) => (model.vocab['Ġcatcatcat'] = 60_000)],
    ['a missing merge', ({ model }) => model.merges.splice(20_000, 1)],
    ['another order of merges', ({ model }) => model.merges.push(...model.merges.splice(0, 1))],
    ['no regular expression', (tokenizer) => (tokenizer.pre_tokenizer = { type: 'Whitespace' })],
    [
      'a space before the text',
      (tokenizer) => (tokenizer.pre_tokenizer = { type: 'ByteLevel', add_prefix_space: true }),
    ],
    ['a normalizer', (tokenizer) => (tokenizer.normalizer = { type: 'NFC' })],
    [
      'a token before each text',
      (tokenizer) =>
        (tokenizer.post_processor = {
          type: 'TemplateProcessing',
          single: [
            { SpecialToken: { id: '<|endoftext|>', type_id: 0 } },
            { Sequence: { id: 'A', type_id: 0 } },
          ],
          pair: [],
          special_tokens: {},
        }),
    ],
    ['an added token that stands for other bytes', (tokenizer) => add(tokenizer, 'Ġzqzq')],
  ];

  it.each(changes)('fails on %s', (_, change) => expect(refused(change)).toBe(true));

  it('fails where the text is changed first', () => {
    expect(refused(() => {}, { do_lowercase_and_remove_accent: true })).toBe(true);
  });

  it('fails when the probes differ', async () => {
    const { directory, plain } = await changed(() => {});
    const other = (text: string) => (text.includes('Lily') ? [1] : plain.encode(text));
    expect(equalEncoding(directory, other)).toBeUndefined();
  });
});

describe('hasten', { timeout: 60_000 }, () => {
  it('goes over after enough characters, and leaves to transformers.js what it does faster', async () => {
    const { directory, plain } = await load(tokenizerOf('gpt2'));
    const asked: string[] = [];
    const encode = hasten(
      (text) => {
        asked.push(text);
        return plain.encode(text);
      },
      directory,
      10,
    );
    encode('123456789');
    encode('x');
    expect(asked).toEqual(['123456789', 'x']);
    expect(encode('The cat')).toEqual([464, 3797]);
    // The probes alone: the text itself is left to js-tiktoken.
    expect(asked.length).toBeGreaterThan(2);
    expect(asked).not.toContain('The cat');
    const slower = ['é', 'a'.repeat(25), '-'.repeat(25), ' '.repeat(25), 'a<|endoftext|>'];
    for (const text of ['A sentence: 12 + 3.', ...slower]) {
      expect(encode(text)).toEqual(plain.encode(text));
    }
    expect(asked.slice(-slower.length)).toEqual(slower);
  });

  it('stays with transformers.js when the files have gone', async () => {
    const made = writeTokenizer(directory(), tokenizerOf('gpt2'));
    const { tokenizer } = await loadTokenizer(made, undefined, { tiktokenAfter: 0 });
    rmSync(join(made, 'tokenizer.json'));
    expect(tokenizer.encode('The cat')).toEqual([464, 3797]);
  });
});
