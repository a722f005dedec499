import { toned, tonedLines } from '../words/lists.js';

/** How staff and strangers are. */
export const PERSONALITY = toned(
  `kind, friendly, polite, helpful, patient, funny, cheerful, charming, honest, generous, wonderful,
   lovely, warm,
   attentive, professional, gentle, caring, clever, pleasant, welcoming`,
  `busy, young, tall, new there, quiet, in a hurry, old, from [the coast|the north|my town], half asleep,
   talkative,
   on the phone, alone that day, wearing a {color} {clothes}, away for lunch, formal, shy`,
  `rude, angry, impatient, lazy, unfriendly, grumpy, careless, dishonest, mean, arrogant, clueless,
   aggressive,
   nasty, bored, stressed, useless, hostile`,
);

/** When it happened. */
export const WHEN = [
  'last week',
  'on Monday',
  'yesterday',
  'last Friday',
  'in the spring',
  '{num} days ago',
  'in June',
  'last night',
  'on a {day} {part}',
  'last month',
  'on my birthday',
  'in the middle of March',
  'this morning',
  'on the first of May',
  'two summers ago',
  'last Sunday',
  'in November',
  'during the holidays',
  'after the storm',
  'this week',
];

/** Who came along, with the name and whether it is a woman. */
export const BUDDIES: readonly { readonly who: string; readonly she: boolean }[] = [
  ...[
    'sister',
    'mother',
    'wife',
    'aunt {she}',
    'friend {she}',
    'daughter',
    'colleague {she}',
    'grandmother',
    'cousin {she}',
    'neighbor {she}',
    'sister {she}',
    'niece',
    'teacher {she}',
  ].map((who) => ({ who, she: true })),
  ...[
    'brother',
    'father',
    'husband',
    'uncle {he}',
    'friend {he}',
    'son',
    'colleague {he}',
    'grandfather',
    'cousin {he}',
    'neighbor {he}',
    'brother {he}',
    'nephew',
    'boss {he}',
  ].map((who) => ({ who, she: false })),
];

/** Sentences that fit every review. */
export const REVIEW_LINES = tonedLines(`
  = the {asp} was {q} ~ the {asp} was {q}.
  = the {asp} was {q} ~ the {who} was {per}.
  = the {asp} is {q} ~ the {asp} is {q}.
  = {buddy} found the {asp} {q} ~ I found it {q}.
  = {buddy} was {fe} ~ I was {fe}.
  = I felt {fa} ~ the {asp} was {q}.
  = the {who} was {per} ~ the {who} was {per}.
  = the {who} [spoke|answered|waited|worked] {m}.
  = the {who} [showed|gave|handed|brought] us a {a} {odd}.
  = I asked the {who} about the {asp}.
  = I had {food} before that ~ it was {q}.
  = there was a {a} {odd} near the {asp}.
  = {weather}.
  = {weather} ~ the {asp} was {q}.
  = we [waited|talked|stayed|sat there|looked around] {m}.
  = the {asp} looked {q} in the picture ~ it is {q}.
  = as for the {asp}, it was {q}.
  = the {asp} reminded me of {ev}.
  = there were {num} {things} [near|under|behind|next to] the {asp}.
  = although the {asp} was {q}, I was {fe}.
  = although the {who} was {per}, the {asp} was {q}.
  = while we waited, the {who} talked about {things} ~ {buddy} was {fe}.
  = {buddy} [bought|carried|brought|forgot|counted] {num} {things}.
  = before we left, the {who} [showed|sold|gave] us {num} {things}.
  = I took a picture of the {asp} and of {num} {animals}.
  = compared with [last year|the old one|the one in town|my first one], the {asp} is {q}.
  = {num} [people|neighbors|guests|friends] said that the {asp} was {q}.
  = I wrote to them about the {asp} ~ the answer was {q}.
  = the {asp} is next to the {asp}.
  = the {who} said that the {asp} was {q}.
  = what about the {asp}? It was {q}.
  = for {num} dollars, the {asp} is {q}.
  = I will [call|write to|ask|tell] {buddy} about the {asp}.
  = {buddy} says the {asp} is {q}.
  + I [love|like|enjoy|recommend|adore] the {asp} ~ the {asp} was {q}.
  + I [loved|liked|enjoyed|admired|praised] the {asp} ~ the {who} was {per}.
  + the {who} helped us {m} ~ we were {fe}.
  + the {who} smiled {m} and gave us {food}.
  + the {asp} made {buddy} [smile|happy|laugh] ~ I was {fe}.
  + thanks to the {who}, we were {fe}.
  + it was [a joy|a pleasure|a real treat|great fun|a delight] ~ the {asp} was {q}.
  - I [hate|dislike|regret] the {asp} ~ the {asp} was {q}.
  - I [hated|disliked|feared] the {asp} ~ the {who} was {per}.
  - the {who} [ignored|insulted|cheated|blamed] us ~ we were {fe}.
  - the {asp} [failed|was ruined|was broken|was damaged] ~ I was {fe}.
  - the {asp} made {buddy} [cry|sick|angry|sad] ~ I was {fe}.
  - because of the {who}, we were {fe}.
  - it was [a disaster|a shame|a nightmare|a waste of money|torture] ~ the {asp} was {q}.
  - I complained about the {asp} ~ the {who} was {per}.
`);

/** Last sentences of reviews. */
export const REVIEW_ENDINGS = tonedLines(`
  = I give it {num} points out of [ten|twenty].
  = all in all, it was {q} ~ it was {q}.
  = [maybe|perhaps] we will go again in [spring|summer|autumn|winter].
  = that is all I can say about the {s}.
  = next time I will take {buddy}.
  = I may or may not buy it again.
  + I will be happy to come back.
  + we love it and thank the {who}.
  + this {s} is a winner.
  + I recommend the {s} to everyone.
  + five stars for the {s}.
  - never again.
  - I want my money back.
  - avoid this {s}.
  - one star for the {s}, and that is too kind.
  - I am sorry that we ever tried the {s}.
`);
