/** A kind of story. `{slot}` is filled from the cast, and `[a|b]` picks one. */
export interface Plot {
  /** How it begins: what happens, in this order. */
  readonly events: readonly string[];
  /** How it may end, with a summary of the whole. */
  readonly endings: readonly { readonly events: readonly string[]; readonly summary: string }[];
}

export const PLOTS: readonly Plot[] = [
  {
    events: [
      '{Intro} took a {thing} to the {place}.',
      '[After a while|Soon|Then] {h} [could not find it|saw that it was gone].',
    ],
    endings: [
      {
        events: [
          '{f} [looked under the leaves|searched everywhere] and found it.',
          '{h} [laughed|danced] and hugged {f}.',
        ],
        summary: '{h} lost a {thing} at the {place}, but {f} found it.',
      },
      {
        events: [
          '{f} helped {him} to look [until dark|for hours].',
          'But the {noun} [did not come back|was gone for good].',
        ],
        summary: '{h} lost a {thing} at the {place} and never found it.',
      },
    ],
  },
  {
    events: [
      "{Intro} [borrowed|played with] {f}'s {noun} at the {place}.",
      '[By mistake|All at once], {h} dropped it and it [broke|fell apart].',
    ],
    endings: [
      {
        events: [
          '{h} [worked all night|took some glue] and mended it.',
          '{f} [did not see a crack|was glad to have it back].',
        ],
        summary: "{h} broke {f}'s {noun} and mended it.",
      },
      {
        events: ['{h} [said sorry|told the truth] at once.', '{f} [smiled|nodded] and was not angry.'],
        summary: "{h} broke {f}'s {noun}, but {f} forgave {him}.",
      },
    ],
  },
  {
    events: [
      '{Intro} [wanted|agreed] to run a race with {f}.',
      'They [started at the school|stood side by side] and ran to the {place}.',
    ],
    endings: [
      {
        events: ['{f} [stumbled|grew tired], and {h} came first.', '{h} [got a prize|held up a {thing}].'],
        summary: '{h} won a race to the {place} against {f}.',
      },
      {
        events: [
          '{h} [stumbled|grew tired], and {f} came first.',
          '{h} [shook hands|did not mind] and clapped.',
        ],
        summary: '{h} lost a race to the {place} against {f}.',
      },
      {
        events: ['Then [a storm came|it rained], and they [stopped|went home].'],
        summary: 'A race between {h} and {f} ended in the rain.',
      },
    ],
  },
  {
    events: [
      '{Intro} [found|came upon] a {animal} at the {place}.',
      'It [was hurt|had a bad leg] and [could not move|lay still].',
    ],
    endings: [
      {
        events: [
          '{h} [took it home|made it a bed] and fed it for a week.',
          'Then it [was well|ran around] again.',
        ],
        summary: '{h} found a hurt {animal} at the {place} and nursed it.',
      },
      {
        events: [
          '{h} [ran|went] to fetch {f}.',
          '{f} [knew what to do|had a bandage], and the {animal} was saved.',
        ],
        summary: '{h} found a hurt {animal} at the {place}, and {f} saved it.',
      },
    ],
  },
  {
    events: [
      '{Intro} [saw|liked] a {thing} at the market.',
      'But {he} did not have [enough money|a single coin].',
    ],
    endings: [
      {
        events: [
          '{f} [lent|gave] {him} the rest.',
          '{h} carried the {noun} home [with a smile|in both hands].',
        ],
        summary: '{h} bought a {thing} with money from {f}.',
      },
      {
        events: [
          'So {he} worked [for a month|all summer] for {f}.',
          '[In the end|At last], {he} could pay for it.',
        ],
        summary: '{h} worked for {f} to buy a {thing}.',
      },
      {
        events: ['While {he} was thinking, {f} [bought it|took it home].', '{h} went home with nothing.'],
        summary: '{h} wanted a {thing}, but {f} bought it first.',
      },
    ],
  },
  {
    events: ['It was the birthday of {f}.', '{Intro} [made|painted] a {thing} as a present.'],
    endings: [
      {
        events: ['{f} [was full of joy|cried with joy] and put it [by the window|in the hall].'],
        summary: '{h} made a {thing} for the birthday of {f}, who loved it.',
      },
      {
        events: [
          'But {f} [had one already|got the same from a sister].',
          'They [laughed about it|kept both].',
        ],
        summary: '{h} made a {thing} for {f}, who already had one.',
      },
    ],
  },
  {
    events: [
      '{Intro} [left|put] a {thing} at the {place}.',
      'A [hungry|cheeky] {animal} [grabbed|stole] it.',
    ],
    endings: [
      {
        events: [
          '{h} [ran after|followed] it [over the hill|through the mud].',
          '[At last|In the end], it let the {noun} fall.',
        ],
        summary: 'A {animal} stole a {thing} from {h}, who got it back.',
      },
      {
        events: ['{h} and {f} [ran after|followed] it.', 'But it was [too quick|faster] and got away.'],
        summary: 'A {animal} stole a {thing} from {h} and got away.',
      },
    ],
  },
  {
    events: ['{Intro} wanted to learn to {skill}.', '{f} [taught {him}|gave {him} lessons] at the {place}.'],
    endings: [
      {
        events: [
          'It was hard, but {he} [tried every day|did not give up].',
          '[By winter|In the end], {he} could {skill} well.',
        ],
        summary: '{h} learned to {skill} from {f}.',
      },
      {
        events: ['But it was [too hard|no fun], and {he} gave up.', '{f} [understood|did not mind].'],
        summary: '{h} tried to learn to {skill} from {f} but gave up.',
      },
    ],
  },
];

/** Sentences that a summary leaves out; `{other}` is someone who plays no part. */
export const ASIDES: readonly string[] = [
  'It was a [cold|warm|windy|quiet] [morning|day|evening].',
  'The sky was [grey|blue|clear].',
  '{other} [waved|looked on] from [a window|the bridge].',
  'A [bell|clock] rang in the {place2}.',
  '{other} was [asleep|away] at the time.',
  'There were [apples|flowers] everywhere.',
  'Somewhere a {animal2} made a noise.',
  '{h} wore a {color} [coat|hat].',
  '{f} came by with a {animal2}.',
  '{other} told a joke.',
  '{other} had been to the {place2} that day.',
];

export const SKILLS = 'swim dance sing paint bake fish row draw'.split(' ');
