import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Actor, type DialogueOptions, dialogue, type TextEpisode } from '../../src/env/index.js';
import { type Lm, openLm } from '../../src/lm/index.js';
import { writeTinyChatLm } from '../fixtures/lm/chatLm.js';
import { tinyHidden } from '../fixtures/lm/tinyLm.js';
import { temporaryDirectories } from '../lm/temporary.js';

const directory = temporaryDirectories();
const EOS = 1;
const END_OF_TURN = 2;
const HORIZON = 8;

let lm: Lm;
/** The prompts of each call of the engine. */
let asked: (readonly (readonly number[])[])[] = [];
beforeAll(async () => {
  const tiny = await openLm(writeTinyChatLm(directory()), { threads: 1 });
  lm = {
    ...tiny,
    generate: (prompts, options) => {
      asked.push(prompts);
      return tiny.generate(prompts, options);
    },
  };
});
afterAll(() => lm.close());

const user = (content: string) => ({ role: 'user', content });
const system = { role: 'system', content: 'w50' };
const two = { messages: [system, user('w40')], followUps: [[user('w41')]] };
const three = { messages: [user('w42')], followUps: [[user('w43'), system], [user('w44')]] };

/** Takes the given token at each step of an episode. */
function taking(tokens: readonly number[]): Actor {
  return {
    probabilities: ({ rows, k, progress, candidates }) =>
      Float32Array.from({ length: rows * k }, (_, i) =>
        candidates[i] === tokens[Math.round(progress[Math.floor(i / k)] * HORIZON)] ? 1 : 0,
      ),
  };
}

const base: Actor = { probabilities: ({ reference }) => reference.map(Math.exp) };

const play = (
  scripts: Parameters<typeof dialogue>[1],
  actor: Actor,
  options: Partial<DialogueOptions> = {},
) => {
  asked = [];
  return dialogue(lm, scripts, actor, {
    ...{ samples: 1, turns: 2, maxNewTokens: 4, topK: 64, temperature: 1 },
    ...{ seed: 0, purpose: 'test', iteration: 0 },
    answerText: (tokens) => lm.tokenizer.decode(tokens),
    ...options,
  });
};

describe('a dialogue', () => {
  it("asks with the model's own answers before, up to the end of each turn", async () => {
    const [episode] = await play([two], taking([30, END_OF_TURN, 31, 32, EOS]));
    expect(asked).toEqual([
      // system w50, user w40, assistant
      [[5, 50, 2, 3, 40, 2, 4]],
      // ... w30, user w41, assistant
      [[5, 50, 2, 3, 40, 2, 4, 30, 2, 3, 41, 2, 4]],
    ]);
    expect(episode).toMatchObject({
      prompt: 0,
      sample: 0,
      tokens: [30, 2, 31, 32, 1],
      answerEnds: [2, 5],
      finishReason: 'stop',
    });
  });

  it('records the states of all answers, one after the other, and no others', async () => {
    const [{ states, candidates, taken, reference, behaviour, kl, baseLogProbs, outside }] = await play(
      [two],
      taking([30, END_OF_TURN, 31, EOS]),
    );
    const first = [5, 50, 2, 3, 40, 2, 4];
    const second = [...first, 30, 2, 3, 41, 2, 4];
    const seen = [first, [...first, 30], second, [...second, 31]].flatMap((tokens) => tinyHidden(tokens));
    expect(states).toHaveLength(seen.length);
    states.forEach((value, i) => {
      expect(value).toBeCloseTo(seen[i], 5);
    });
    expect(Array.from(taken, (place, t) => candidates[t * 64 + place])).toEqual([30, 2, 31, 1]);
    for (const rows of [candidates, reference, behaviour]) expect(rows).toHaveLength(4 * 64);
    for (const row of [kl, baseLogProbs, outside]) expect(row).toHaveLength(4);
    taken.forEach((place, t) => {
      // KL of a certain choice is -log of its probability under the base policy: here that over the whole vocabulary.
      expect(kl[t]).toBeCloseTo(-reference[t * 64 + place], 5);
      expect(kl[t]).toBeCloseTo(-baseLogProbs[t], 4);
    });
  });

  it('ends an answer at the token limit, and counts its progress over the whole episode', async () => {
    const shown: number[] = [];
    const actor = taking([30, 31, 32, 33, 34, 35, 36, 37]);
    const watched: Actor = {
      probabilities(batch) {
        shown.push(...batch.progress);
        return actor.probabilities(batch);
      },
    };
    const [episode] = await play([two], watched);
    expect(episode).toMatchObject({ answerEnds: [4, 8], finishReason: 'length' });
    expect(shown).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((t) => t / HORIZON));
    expect(asked[1]).toEqual([[5, 50, 2, 3, 40, 2, 4, 30, 31, 32, 33, 2, 3, 41, 2, 4]]);
  });

  it('goes on as long as something is said, at most for so many turns', async () => {
    const ends = async (turns: number) => {
      // Every step ends an answer.
      const episodes = await play([two, three], taking(Array(HORIZON).fill(END_OF_TURN)), { turns });
      return episodes.map(({ answerEnds }) => answerEnds);
    };
    expect(await ends(1)).toEqual([[1], [1]]);
    expect(await ends(2)).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(await ends(9)).toEqual([
      [1, 2],
      [1, 2, 3],
    ]);
    expect(asked[1][1]).toEqual([3, 42, 2, 4, 2, 3, 43, 2, 5, 50, 2, 4]);
  });

  it('cuts an answer at a stop text for the turns after it', async () => {
    const cut = (tokens: readonly number[]) => lm.tokenizer.decode(tokens).split(' w31')[0];
    const [episode] = await play([two], taking([30, 31, EOS]), { stop: ['w31'], answerText: cut });
    expect(episode.answerEnds).toEqual([2, 3]);
    expect(asked[1]).toEqual([[5, 50, 2, 3, 40, 2, 4, 30, 2, 3, 41, 2, 4]]);
  });

  it('tells of each token and of what is said, by sequence', async () => {
    const heard: unknown[] = [];
    await play([two, { ...two, followUps: [] }, two], taking([30, EOS, 31, EOS]), {
      samples: 2,
      onToken: (sequence, token) => heard.push([sequence, token]),
      onFollowUp: (sequence, said) => heard.push([sequence, said]),
    });
    const of = (sequence: number) =>
      heard.flatMap((one) => (Array.isArray(one) && one[0] === sequence ? [one[1]] : []));
    for (const sequence of [0, 1, 4, 5]) expect(of(sequence)).toEqual([30, 1, [user('w41')], 31, 1]);
    for (const sequence of [2, 3]) expect(of(sequence)).toEqual([30, 1]);
  });
});

describe('the random numbers of a dialogue', () => {
  const tokensOf = (episodes: readonly TextEpisode[]) => episodes.map(({ tokens }) => tokens);
  // The tiny tokenizer does not give all words back, so the answers of these dialogues go on as another text.
  const answerText = (tokens: readonly number[]) => `w${30 + tokens.length}`;
  const options = { samples: 3, turns: 3, answerText };

  it('are its own: the same alone and in a batch, and again', async () => {
    const together = await play([two, three], base, options);
    expect(together.map(({ prompt, sample }) => [prompt, sample])).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 0],
      [1, 1],
      [1, 2],
    ]);
    expect(tokensOf(await play([two, three], base, options))).toEqual(tokensOf(together));
    const alone = await play([three], base, { ...options, promptIds: [1] });
    expect(tokensOf(alone)).toEqual(tokensOf(together).slice(3));
    expect(new Set(together.map(({ tokens }) => tokens.join())).size).toBe(6);
  });

  it('differ from turn to turn', async () => {
    // Both turns are alike for this policy, which draws among all tokens evenly.
    const even: Actor = { probabilities: ({ rows, k }) => new Float32Array(rows * k).fill(1 / k) };
    const [{ taken, answerEnds }] = await play([two], even, { answerText });
    const [end] = answerEnds;
    expect([...taken.slice(0, end)]).not.toEqual([...taken.slice(end)]);
  });
});
