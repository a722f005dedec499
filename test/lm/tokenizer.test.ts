import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/common/index.js';
import { type Lm, openLm, type Tokenizer } from '../../src/lm/index.js';
import { writeTinyLm } from '../fixtures/lm/tinyLm.js';
import { temporaryDirectories } from './temporary.js';

const directory = temporaryDirectories();
const TEMPLATE =
  '{% for message in messages %}{{ message.role }} {{ message.content }} {% endfor %}{% if add_generation_prompt %}w9{% endif %}';

/** A tiny model's tokenizer, with further keys in `tokenizer_config.json` and further files. */
async function tokenizerWith(config: object, files: Record<string, string> = {}): Promise<Tokenizer> {
  const model = writeTinyLm(directory());
  const base = { tokenizer_class: 'PreTrainedTokenizerFast', eos_token: 'w1', unk_token: 'w0' };
  writeFileSync(join(model, 'tokenizer_config.json'), JSON.stringify({ ...base, ...config }));
  for (const [name, contents] of Object.entries(files)) writeFileSync(join(model, name), contents);
  const lm: Lm = await openLm(model, { threads: 1 });
  await lm.close();
  return lm.tokenizer;
}

describe('a tokenizer', () => {
  it('encodes and decodes, special tokens left out', async () => {
    const tokenizer = await tokenizerWith({});
    expect(tokenizer.encode('w3 w7  w63 what')).toEqual([3, 7, 63, 0]);
    expect(tokenizer.decode([3, 7, 1, 63])).toBe('w3 w7 w63');
    expect(tokenizer.decode(Int32Array.of(3))).toBe('w3');
  });

  it('decodes no tokens to nothing', async () => {
    const tokenizer = await tokenizerWith({});
    expect(tokenizer.decode([])).toBe('');
    expect(tokenizer.decode([1])).toBe('');
  });

  it('applies the chat template, ready for the answer', async () => {
    const messages = [
      { role: 'w2', content: 'w5' },
      { role: 'w4', content: 'w6 w7' },
    ];
    for (const tokenizer of [
      await tokenizerWith({ chat_template: TEMPLATE }),
      await tokenizerWith({}, { 'chat_template.jinja': TEMPLATE }),
    ]) {
      expect(tokenizer.hasChatTemplate).toBe(true);
      expect(tokenizer.chat(messages)).toEqual([2, 5, 4, 6, 7, 9]);
    }
  });

  it('says what to do without a chat template', async () => {
    const tokenizer = await tokenizerWith({});
    expect(tokenizer.hasChatTemplate).toBe(false);
    expect(() => tokenizer.chat([{ role: 'user', content: 'w5' }])).toThrow(InputError);
    expect(() => tokenizer.chat([])).toThrow(
      'has no chat template: give plain prompts, or take a model tuned for chat',
    );
  });

  it('hands on what the chat template objects to', async () => {
    const tokenizer = await tokenizerWith({ chat_template: "{{ raise_exception('roles must alternate') }}" });
    expect(() => tokenizer.chat([])).toThrow(
      "the model's chat template refuses these messages: roles must alternate",
    );
  });
});
