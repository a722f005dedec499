import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LmInfo, openLm, type Tokenizer } from '../../src/lm/index.js';
import { TINY_TEMPLATE, writeTinyChatLm } from '../fixtures/lm/chatLm.js';
import { writeTinyLm } from '../fixtures/lm/tinyLm.js';
import { temporaryDirectories } from './temporary.js';

const directory = temporaryDirectories();

async function opened(model: string): Promise<{ info: LmInfo; tokenizer: Tokenizer }> {
  const lm = await openLm(model, { threads: 1 });
  await lm.close();
  return lm;
}

const ends = async (template: string) => {
  const { endOfTurnTokenIds, eosTokenIds } = (await opened(writeTinyChatLm(directory(), template))).info;
  return { endOfTurnTokenIds, eosTokenIds };
};

describe('a chat template', () => {
  const system = { role: 'system', content: 'w50' };
  const user = { role: 'user', content: 'w40 w41' };
  const answer = { role: 'assistant', content: 'w30' };

  it('gives the same prompts in tokenizer_config.json and in chat_template.jinja', async () => {
    const inConfig = writeTinyChatLm(directory());
    const inFile = writeTinyLm(directory());
    writeFileSync(join(inFile, 'chat_template.jinja'), TINY_TEMPLATE);
    for (const model of [inConfig, inFile]) {
      const { tokenizer } = await opened(model);
      expect(tokenizer.chat([user])).toEqual([3, 40, 41, 2, 4]);
      expect(tokenizer.chat([system, user])).toEqual([5, 50, 2, 3, 40, 41, 2, 4]);
      expect(tokenizer.chat([user, answer, user])).toEqual([3, 40, 41, 2, 4, 30, 2, 3, 40, 41, 2, 4]);
    }
  });

  it('in its own file goes before that in the configuration', async () => {
    const model = writeTinyChatLm(directory(), 'w9');
    writeFileSync(join(model, 'chat_template.jinja'), TINY_TEMPLATE);
    expect((await opened(model)).tokenizer.chat([user])).toEqual([3, 40, 41, 2, 4]);
    rmSync(join(model, 'chat_template.jinja'));
    expect((await opened(model)).tokenizer.chat([user])).toEqual([9]);
  });

  it('that is called default is taken among several', async () => {
    const model = writeTinyChatLm(directory());
    const templates = [
      { name: 'tool_use', template: 'w9' },
      { name: 'default', template: TINY_TEMPLATE },
    ];
    writeFileSync(
      join(model, 'tokenizer_config.json'),
      JSON.stringify({
        tokenizer_class: 'PreTrainedTokenizerFast',
        eos_token: 'w1',
        chat_template: templates,
      }),
    );
    const { tokenizer, info } = await opened(model);
    expect(tokenizer.chat([user])).toEqual([3, 40, 41, 2, 4]);
    expect(info.endOfTurnTokenIds).toEqual([2]);
  });
});

describe('the end of a turn', () => {
  const message = '{% for message in messages %}w3 {{ message.content }}';

  it('is the added token behind an answer, besides the end of the sequence', async () => {
    expect(await ends(TINY_TEMPLATE)).toEqual({ endOfTurnTokenIds: [2], eosTokenIds: [1, 2] });
  });

  it('may be the end of the sequence', async () => {
    const both = { endOfTurnTokenIds: [1], eosTokenIds: [1] };
    expect(await ends(`${message} \n w1 \n w2{% endfor %}`)).toEqual(both);
    expect(await ends(`${message}{{ eos_token }}{% endfor %}`)).toEqual(both);
  });

  it.each([
    ['nothing is there', `${message}{% endfor %}`],
    ['a word is', `${message} w7 w2{% endfor %}`],
    ['the template refuses a short chat', "{{ raise_exception('no tools') }}"],
    ['answers are left out', '{% for message in messages %}w3 w2{% endfor %}'],
  ])('is unknown when %s', async (_, template) => {
    expect(await ends(template)).toEqual({ endOfTurnTokenIds: [], eosTokenIds: [1] });
  });

  it('is unknown without a template', async () => {
    const { info } = await opened(writeTinyLm(directory()));
    expect(info).toMatchObject({ endOfTurnTokenIds: [], eosTokenIds: [1] });
  });

  it('ends a completion', async () => {
    const lm = await openLm(writeTinyChatLm(directory()), { threads: 1 });
    const next = [7, 8, 2, 9];
    const [made] = await lm.generate([[3]], {
      maxNewTokens: 4,
      nextTokens: ({ positions }) => positions.map((position) => next[position]),
    });
    expect(made).toEqual({ tokens: [7, 8, 2], finishReason: 'stop' });
    expect(lm.tokenizer.decode(made.tokens)).toBe('w7 w8');
    await lm.close();
  });
});
