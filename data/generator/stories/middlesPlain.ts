import { lines } from '../words/lists.js';

/** More sentences for the middle of any story, plain in themselves; their slots still carry a tone. */
export const PLAIN_MIDDLES: readonly string[] = lines(`
  {h} [counted|sorted|painted|packed|carried|washed|sold|traded|borrowed|collected] {num} {things}.
  {h} and {f.n} [counted|sorted|painted|packed|carried|washed|collected] {things} {m}.
  {f} [counted|sorted|painted|packed|carried|brought|bought|needed|drew|borrowed] {num} {a} {things}.
  {num} {a} {things} [lay|stood] [on|under|near|behind|beside] the {spot}.
  {num} {animals} [sat|slept|stood|walked|waited|played] {m} [on|under|near|behind|beside] the {spot}.
  {num} {animals} crossed the [road|yard|bridge|field|street] {m}.
  the {color} {spot} was full of {things}.
  because of the {things}, {h} was {fe}.
  although the {tod} was {qd}, {h} was {fe}.
  although the {spot} was {qt}, {f} was {fe}.
  when {f} came back with {food}, {h} was {fe}.
  when the {sound} stopped, {h} was {fe} ~ {f} was {fe}.
  while {f} [cooked|slept|talked|worked|read|painted], {h} [looked at|wrote about|asked about] the {things}.
  as soon as {h} [sat down|stood up|spoke|looked up], {f} [turned around|came over|sat up|stopped] {m}.
  after {num} minutes, {h} and {f.n} [turned back|sat down|moved on|came to a {a} {spot}].
  before that, {h} had never [seen|held|heard of|owned] such a {a} {odd}.
  in the [north|south|east|west], {weather}.
  somewhere in the [village|distance|valley|street], a {animal} [called|moved|waited|sang] {m}.
  above the {spot} hung a {a} {odd}.
  under the {spot} there were {num} {things}.
  on the other side of {pl}, a {ch} {job} [worked|sang|sat|waited|walked] {m}.
  the {last.job} [lifted|turned|painted|swept|opened|measured|held] the {a} {odd} {m}.
  the {last.job} talked about {things} and {things} ~ {h} was {fe}.
  the {last.job} had {num} {animals} and a {a} {odd}.
  the road to {pl} was {q} ~ the {ride} was {q}.
  the house smelled of [soap|paint|bread|tea|smoke|onions|old books|hay|rain] ~ it was {q}.
  the floor was covered with {things} ~ the {spot} was {qt}.
  the news was {q} ~ {h} was {fe}.
  the answer was {q} ~ {f} was {fe}.
  the song was {q} ~ the {last.animal} was {fe}.
  {h} [leaned on|walked around|sat on|hid behind|pointed at|cleaned|painted] the {spot} {m}.
  {h} [hung|laid|set|kept|left] the {a} {odd} [on|under|near|behind|beside] the {spot}.
  {h} [traded|swapped] {o} for {num} {things}.
  {h} put on a {color} {clothes} and went [outside|upstairs|to work|to the window|back in].
  {h} said that the {things} were {q}.
  {h} thought that {f.n} was {fe}.
  {h} asked if the {last.animal} was {fe}.
  {f} said that {o} was {qt}.
  {f} thought that the {tod} was {qd}.
  {f} had once [lived|worked|stayed|been] {where}.
  {f} [drew|painted|read|made] a {a} picture of {num} {animals}.
  {f} [sat|stood|waited|slept|worked|read] {m} [on|under|near|behind|beside] the {spot}.
  {f} came from a {a} village ~ it was {q} there.
  "how many {things} do we have?" {sp} {f} {m}.
  "I have {num} {things} in my [bag|pocket|room|house|basket]," {sp} {h}.
  "did you see the {animals}?" {sp} {f} {m}.
  "my {clothes} is {qt}," {sp} {f}.
  "it smells {q} in here," {sp} {h} {m}.
  "let us go to {pl} with the {things}," {sp} {f}.
  "you look {fa}," {sp} {f} ~ {h} was {fe}.
  "my {tod} was {qd}," {sp} {h} {m}.
  "why are you {fa}?" {sp} {f} {m}.
  "today I feel {fa}," {sp} {f} ~ it was {num} o'clock.
  they [talked|sang|read|asked] about {animals} and {things} {m}.
  they [bought|had|shared|ordered|wanted] {food} and {food}.
  they took turns with {o} ~ it was {qt}.
  they [met|saw|passed|greeted] {num} {animals} and a {ch} {job}.
  everyone in the [village|room|house|street|boat] was {fe} ~ the {tod} was {qd}.
  it was the [second|third|first|last] time that {h.n} [came to|saw|left|cleaned] {pl}.
  from the {spot}, {h} could see {num} {things} and a {a} {animal}.
  {h} had {num} {things}, a {a} {odd} and {food}.
`);
