import { expand, polish, type Scope, type SlotSource } from './grammar.js';
import { REVIEW_ENDINGS, REVIEW_LINES } from './reviews/common.js';
import { DIARY_ENDINGS, DIARY_LINES, DIARY_OPENINGS } from './reviews/diary.js';
import { GOODS } from './reviews/goods.js';
import { OUTINGS } from './reviews/outings.js';
import { firstPersonSlots } from './reviews/slots.js';
import type { Rng } from './rng.js';
import { storySlots, turnWord } from './scene.js';
import { ENDINGS, MIDDLES } from './stories/middles.js';
import { PLAIN_MIDDLES } from './stories/middlesPlain.js';
import { OPENINGS } from './stories/openings.js';
import { SCENARIOS } from './stories/scenarios.js';
import { nextMood, sentenceTone, startMood, type Tone, type Toned } from './tone.js';

const ALL_MIDDLES = { ...MIDDLES, '=': [...MIDDLES['='], ...PLAIN_MIDDLES] };
const DOMAINS = [...OUTINGS, ...GOODS];

/** Kinds of documents. */
export type Kind = 'story' | 'review' | 'diary';

interface Plan {
  readonly openings: readonly string[];
  /** Sentence pools, each drawn from with its weight. */
  readonly pools: readonly { weight: number; lines: Toned<readonly string[]> }[];
  readonly endings: Toned<readonly string[]>;
  readonly slots: SlotSource;
  readonly startSentence: () => void;
}

function planStory(rng: Rng): Plan {
  const { slots, startSentence } = storySlots(rng);
  if (rng.chance(0.4)) {
    return {
      openings: OPENINGS,
      pools: [{ weight: 1, lines: ALL_MIDDLES }],
      endings: ENDINGS,
      slots,
      startSentence,
    };
  }
  const scenario = rng.pick(SCENARIOS);
  const pools = [
    { weight: 0.5, lines: scenario.lines },
    { weight: 0.5, lines: ALL_MIDDLES },
  ];
  return { openings: scenario.openings, pools, endings: ENDINGS, slots, startSentence };
}

function planReview(rng: Rng): Plan {
  const domain = rng.pick(DOMAINS);
  const pools = [
    { weight: 0.4, lines: domain.lines },
    { weight: 0.6, lines: REVIEW_LINES },
  ];
  const slots = firstPersonSlots(rng, domain);
  return { openings: domain.openings, pools, endings: REVIEW_ENDINGS, slots, startSentence: () => undefined };
}

function planDiary(rng: Rng): Plan {
  const slots = firstPersonSlots(rng, undefined);
  const pools = [{ weight: 1, lines: DIARY_LINES }];
  return { openings: DIARY_OPENINGS, pools, endings: DIARY_ENDINGS, slots, startSentence: () => undefined };
}

function makePlan(rng: Rng, kind: Kind): Plan {
  return kind === 'story' ? planStory(rng) : kind === 'review' ? planReview(rng) : planDiary(rng);
}

/** Whether the first pool (lines of one kind of event) is spent for a tone: such events go one way only. */
function clashes(plan: Plan, pool: Toned<readonly string[]>, tone: Tone, side: Tone): boolean {
  return pool === plan.pools[0]?.lines && tone !== '=' && side !== '=' && tone !== side;
}

function choosePool(rng: Rng, plan: Plan): Toned<readonly string[]> {
  let u = rng.below(1000) / 1000;
  for (const pool of plan.pools) {
    u -= pool.weight;
    if (u < 0) return pool.lines;
  }
  return plan.pools[0]?.lines ?? plan.endings;
}

/** Draws what kind of document comes next. */
export function drawKind(rng: Rng): Kind {
  const u = rng.below(100);
  return u < 56 ? 'story' : u < 84 ? 'review' : 'diary';
}

/** The first sentence of a document, with plain words only. */
export function makeOpening(rng: Rng, kind: Kind): string {
  const plan = makePlan(rng, kind);
  const plain: SlotSource = (name) => plan.slots(name, () => '=');
  const scope: Scope = { rng, slots: plain, tone: '=', mood: '=', side: '=', lean: 0 };
  return polish(`${expand(scope, rng.pick(plan.openings)).replace(/\.$/, '')}.`);
}

/** Makes one document: an opening, some sentences in moods that last and turn, and an ending. */
export function makeDocument(rng: Rng, kind: Kind): string {
  const plan = makePlan(rng, kind);
  const scope: Scope = { rng, slots: plan.slots, tone: '=', mood: startMood(rng), side: '=', lean: 0 };
  const sentences: string[] = [];
  const used = new Set<string>();
  let last: Tone = '=';
  const say = (pool: readonly string[], turn: boolean): void => {
    let template = rng.pick(pool);
    for (let tries = 0; used.has(template) && tries < 8; tries++) template = rng.pick(pool);
    used.add(template);
    plan.startSentence();
    const text = expand(scope, template);
    const mark = turn && /^[a-z]/.test(text) ? turnWord(rng, last, scope.tone) : '';
    sentences.push(polish(/[.!?]"?$/.test(text) ? mark + text : `${mark}${text}.`));
    if (scope.tone !== '=') last = scope.tone;
  };
  say(plan.openings, false);
  let side: Tone = '=';
  const length = 3 + rng.below(6);
  for (let i = 0; i < length; i++) {
    scope.mood = nextMood(rng, scope.mood);
    scope.tone = sentenceTone(rng, scope.mood);
    let pool = choosePool(rng, plan);
    while (clashes(plan, pool, scope.tone, side) && plan.pools.length > 1) pool = choosePool(rng, plan);
    if (pool === plan.pools[0]?.lines && scope.tone !== '=') side = scope.tone;
    say(pool[scope.tone], true);
  }
  if (rng.chance(0.7)) {
    scope.tone = sentenceTone(rng, scope.mood);
    say(plan.endings[scope.tone], false);
  }
  return sentences.join(' ');
}
