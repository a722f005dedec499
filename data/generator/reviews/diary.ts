import { lines, tonedLines } from '../words/lists.js';

/** First sentences of diary notes, plain in tone. */
export const DIARY_OPENINGS: readonly string[] = lines(`
  today I got up at {num} o'clock and made {food}.
  today was a {day} {part}.
  today {buddy} came to my house with {food}.
  today at [work|school|the market|the station], I met {buddy}.
  this morning I walked to the [office|school|lake|station|bakery] with {buddy}.
  this morning {weather}, and I took the {ride}.
  this afternoon I cleaned the {spot} and found a {make} {odd}.
  this evening I sat on the [balcony|porch|sofa|stairs] with {food}.
  {buddy} called me at {num} o'clock.
  I spent the {part} {where} with {buddy}.
  I went to the [doctor|market|bank|post office|garage] with a {make} {odd}.
  I started a new job {where} {when}.
  we moved to a {make} house near the [river|school|station|park] {when}.
  my {part} began with {food} and a {make} {odd}.
  the {animal} from next door sat by the {spot} when I came home.
  dear diary, {when} I was {where} with {buddy}.
  dear diary, it is {num} o'clock and I am {where}.
  I had an exam {when}, and {buddy} waited outside.
  I planted {plant} behind the house {when}.
  {when} I found a {make} {odd} in my {clothes}.
`);

/** Other sentences of diary notes. */
export const DIARY_LINES = tonedLines(`
  = I was {fe} ~ {buddy} was {fe}.
  = I felt {fa} ~ the {tod} was {qd}.
  = we had {food} ~ it was {q}.
  = {buddy} told me about {ev} and {ev}.
  = {buddy} [spoke|worked|drove|waited|read] {m}.
  = {weather} ~ I stayed inside.
  = {weather} ~ we were {fe}.
  = at {num} o'clock I took the {ride} to the [city|coast|office|lake].
  = on the way I saw a {ch} {animal} by the {spot}.
  = I bought a {a} {odd} for {buddy}.
  = the {a} {odd} on my desk is {q}.
  = I wrote {num} [letters|emails|pages|lines] ~ my back was {q}.
  = then I washed the {clothes} and fed the {animal}.
  = work was {q} ~ my boss was {fe}.
  = at school, the lesson was {q} ~ the teacher was {fe}.
  = I do not know what to think of {ev}.
  = on the balcony there are {num} {things} and {num} {animals}.
  = {buddy} [bought|sold|brought|forgot|counted] {num} {things}.
  = although the {tod} was {qd}, I was {fe}.
  = I read a {a} book about {animals} ~ it was {q}.
  = I dreamed of {num} {animals} and a {a} {odd}.
  = in the news, they talked about {things} ~ it was {q}.
  = {buddy} wants to buy {num} {things} ~ I was {fe}.
  = I put on my {color} {clothes} and went to the {a} [shop|office|park|café].
  = my {clothes} is {qt} ~ my {odd} is {qt}.
  = I sorted {things} {m} and drank [tea|coffee|milk|water].
  = I slept {m} for {num} hours.
  = a {trait} {job} sat next to me and talked about {ev}.
  = the neighbors [talked|sang|worked|argued] {m} until {num} o'clock.
  = tomorrow I will [visit|call|help|meet|ask] {buddy} {where}.
  + {buddy} [hugged|thanked|praised|helped|surprised] me, and I felt {fa}.
  + {buddy} and I had {ev} ~ I felt {fa}.
  + we laughed {m} about the {a} {odd}.
  + I love [this town|my family|quiet evenings|this house|my garden].
  + it was the best {tod} in {num} weeks.
  + I am grateful for {buddy} and for {food}.
  - {buddy} [shouted at|lied to|ignored|blamed|hurt] me, and I felt {fa}.
  - I lost my [key|wallet|ticket|job|ring|phone] ~ I was {fe}.
  - we argued {m} about the {a} {odd}.
  - I hate [my job|Mondays|the noise|waiting|the traffic].
  - it was the worst {tod} in {num} weeks.
  - I miss {buddy} and feel {fa}.
  - my [head|tooth|back|knee] hurt {m}.
`);

/** Last sentences of diary notes. */
export const DIARY_ENDINGS = tonedLines(`
  = now it is {num} o'clock and I am {fe}.
  = that was my {tod}.
  = I will write again [tomorrow|on Sunday|next week|soon].
  = tomorrow is another day.
  + I am a lucky person.
  + I go to bed happy and thankful.
  + life is good.
  - I go to bed sad and tired.
  - I wish this day had never happened.
  - I am sick of it all.
`);
