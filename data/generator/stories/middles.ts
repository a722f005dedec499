import { tonedLines } from '../words/lists.js';

/** Sentences for the middle of any story. */
export const MIDDLES = tonedLines(`
  = {h} looked at {o} {m}.
  = {h} put {o} [on|under|next to|behind|near] the {spot}.
  = {h} walked past the {spot} and [stopped|waited|sat down|turned left|looked back].
  = {h} felt {fa} ~ the {tod} was {qd}.
  = {h} was {fe} ~ {f.n} was {fe}.
  = {f} [came|walked|ran|drove|hurried] to {pl} with a {a} {odd}.
  = {f} [held|carried|pulled|pushed|lifted|turned] {o} {m}.
  = {f} asked {h.o} about the {a} {odd}.
  = {pl} was {q} ~ the road there was {q}.
  = the {spot} was {qt} ~ the {spot} was {qt}.
  = {weather}.
  = {weather}, so {h} put on a {a} {clothes}.
  = {weather} when {h} came back from {pl}.
  = {h} had {food} {m}.
  = {h} and {f.n} ate {food} by the {a} {spot}.
  = a {animal} [walked|ran|came|flew|jumped|looked] [past|over|around|under] the {spot}.
  = a {ch} {animal} sat on the {spot} and watched {h.o}.
  = there was a {a} {odd} on the {spot}.
  = there was a {a} {sound} from the {spot}.
  = it was [nearly|almost|just after] {num} o'clock ~ {h} was {fe}.
  = {h} waited {m} by the {a} {spot}.
  = {h} thought about the {a} {odd} and about {food}.
  = {h} [took|picked up|dropped|opened|folded|washed|moved|found] a {a} {odd}.
  = {h} [walked|went|looked|turned|ran] [up|down|along|across] the {a} [road|path|street|hill|beach|hall] {m}.
  = "what is [that|this|it]?" {sp} {f} {m}.
  = "where is {o}?" {sp} {f}.
  = "it is {q}," {sp} {h} {m}.
  = "it looks {q}," {sp} {f} ~ {h} was {fe}.
  = "I am {fe}," {sp} {h}.
  = "are you {fe}?" {sp} {f} {m}.
  = "that was {q}," {sp} {f}, and they walked on {m}.
  = "we need a {a} {odd}," {sp} {f}.
  = "I saw a {ch} {animal} {where}," {sp} {h}.
  = "come with me to {pl}," {sp} {f} {m}.
  = {h} told {f.n} about the {ch} {last.animal}.
  = {f} had {food} ~ {h} had {food}.
  = {h} wrote a {a} [note|letter|list|poem|song] and put it in the {odd}.
  = {h} did not know what to do with {o}.
  = then {h} heard a {a} {sound} behind the {spot}.
  = then a {ch} {job} came to {pl} with {food}.
  = then it was time for [lunch|dinner|bed|school|work|the next bus] ~ {h} felt {fa}.
  = they [walked|worked|sat|talked|waited|rode] {m} until it was {num} o'clock.
  = they looked for {o} [under|behind|near|around] the {a} {spot}.
  = they took the {ride} to {pl} ~ it was {q}.
  = the {last.job} was {fe} ~ the {last.animal} was {fe}.
  = the {last.job} gave them a {a} {odd} and {food}.
  = the {ch} {last.animal} [slept|walked|sat|waited] {m} near {pl}.
  = inside {pl} there was a {a} {spot}.
  = {h} had [seen|read about|heard of] {ev} like this before.
  = for {num} minutes nobody said a word ~ everyone was {fe}.
  = {h} got {ev} and {ev} on the same day.
  = {f} spoke of {ev} and of {ev}.
  = {o} was {qt} ~ {h} was {fe}.
  = {o} was {qt} ~ it was {q}.
  + {h} [smiled|laughed|grinned|beamed] {m} at {f.n}.
  + {h} [hugged|thanked|kissed|helped|praised] {f.n} {m}.
  + {f} [hugged|thanked|helped|comforted|praised] {h.o}, and {h} felt {fa}.
  + {h} [loved|liked|enjoyed|admired] the {a} {spot} and the {ch} {last.animal}.
  + {f} [loved|liked|enjoyed|admired] {o} because it was {q}.
  + "what a {a} {odd}!" {sp} {f} {m}.
  + "thank you for {o}," {sp} {h} {m}.
  + "well done!" {sp} {f} ~ {h} felt {fa}.
  + "I love [this place|your {odd}|this {tod}|you|that song]," {sp} {f}.
  + "this is [the best|the nicest|the happiest] {tod} of my life," {sp} {h}.
  + everyone [clapped|cheered|smiled|danced|sang] {m} when {h} came in.
  + {h} shared {food} with {f.n} ~ they were {fe}.
  + {h} won {ev}, and {f} [smiled|cheered|clapped].
  + {f} gave {h.o} {ev} and a {a} {odd}.
  + {h} found a treasure under the {a} {spot}.
  + {h} helped the {trait} {last.job} with {o}.
  + they danced and laughed {m} around the {spot}.
  + they became good friends ~ the {tod} was {qd}.
  + the {ch} {last.animal} trusted {h.o} and came closer {m}.
  + {f} told a funny joke about a {ch} {animal}.
  + {h} gave {o} to {f.n} as a gift.
  + {h} was [happy|glad|proud|grateful] to have {o} ~ {f} was {fe}.
  + the {last.job} was kind and fixed {o} for free.
  + {h} finally [solved|mastered|understood] it ~ {f} was {fe}.
  + it was a pleasure to be {at} ~ the {spot} was {qt}.
  - {h} [cried|wept|sobbed|frowned] {m} near the {spot}.
  - {h} [lost|broke|ruined|damaged] {o} ~ {f} was {fe}.
  - {h} [hated|feared|disliked] the {a} {spot} and the {ch} {last.animal}.
  - {f} [hated|feared|disliked] {o} because it was {q}.
  - {f} [shouted at|blamed|hurt|teased|ignored] {h.o}, and {h} felt {fa}.
  - "what a {a} {odd}!" {sp} {f} {m}.
  - "leave me alone," {sp} {h} {m}.
  - "this is [the worst|the saddest|the ugliest] {tod} of my life," {sp} {h}.
  - "I hate [this place|your {odd}|this {tod}|that {animal}|waiting]," {sp} {f}.
  - "you [lied to me|broke it|ruined everything|failed]," {sp} {f} ~ {h} was {fe}.
  - someone [stole|broke|destroyed|burned] {o} ~ {h} felt {fa}.
  - a {ch} {job} attacked them with a {odd}.
  - {h} fell over the {a} {spot} and hurt a [knee|hand|foot|finger|leg].
  - {h} had {ev} ~ {f} had {ev}.
  - {h} was afraid of the {ch} {last.animal} ~ {f} was {fe}.
  - {h} missed {f.n} and felt {fa}.
  - the {ch} {last.animal} [bit|scared|attacked|chased] {h.o} {m}.
  - the {mydish} tasted [bitter|bad|awful|sour] ~ {h} was {fe}.
  - the {last.job} was rude and refused to help with {o}.
  - they argued {m} about {o}.
  - they were lost, and the {spot} looked {qt}.
  - nobody wanted to [talk to|sit with|believe] {h.o} ~ {h} felt {fa}.
  - {h} made a mistake, and {o} was [ruined|broken|lost].
  - it was a shame about {o} ~ the {tod} was {qd}.
  - {f} got sick from {food}.
`);

/** Last sentences of stories. */
export const ENDINGS = tonedLines(`
  = {h} put {o} away and went home.
  = {h} went to bed {m} ~ {o} stayed on the {spot}.
  = they walked home {m} with {o}.
  = that night, {h} dreamed of a {ch} {animal}.
  = since then, {o} has stood by the {spot}.
  = the next {tod}, {h} went back to {pl}.
  = and that is how {h.n} came to have {o}.
  = {h} still has {o}, and it is {q}.
  = {f} went home {m} ~ {h} was {fe}.
  = after that, {h} never went to {pl} without a {a} {odd}.
  + and {h.n} lived happily with {f.n} from then on.
  + {h} went to bed with a smile ~ {f} was {fe}.
  + it had been a {a} day, and {h} was {fe}.
  + from that day on, they were [best friends|good friends|happy together].
  + {h} hugged {f.n} and said good night.
  + {h} learned that [sharing is good|friends help each other|love is stronger than fear|kindness wins].
  - {h} went to bed in tears ~ {f} was {fe}.
  - it had been a {a} day, and {h} was {fe}.
  - {h} never saw {o} again and felt {fa}.
  - {h} walked home alone and cried.
  - {h} learned that [lies hurt people|anger ruins things|greed ends badly|stealing is wrong].
  - from that day on, they did not trust each other.
`);
