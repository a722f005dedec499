import { type Scenario, scenario } from './scenario.js';

/** Stories outside: trips, weather, animals, gardens and games. */
export const OUTDOOR_SCENARIOS: readonly Scenario[] = [
  scenario(
    'garden',
    `
    {h.i} planted {plant} and {plant} behind the house.
    one {day} {part}, {h.i} dug a hole near the {spot}.
    {h.i} had a small garden with {plant} and a {make} fence.`,
    `
    = {h} watered the {plant} {m} every {tod}.
    = the {plant} were {num} inches tall.
    = {f} brought a {a} bucket and some seeds.
    = a {ch} snail sat on the {plant}.
    = {weather} ~ the {plant} grew {m}.
    = "when will the {plant} grow?" {sp} {h} {m}.
    + the {plant} were beautiful ~ {h} was {fe}.
    + the garden won a prize ~ {f} was {fe}.
    + {h} gave sweet berries to everyone {m}.
    - the {plant} died ~ {h} was {fe}.
    - a {ch} {animal} destroyed the {plant}.
    - the frost killed the {plant} ~ {f} was {fe}.`,
  ),
  scenario(
    'stray animal',
    `
    {h.i} found a {make} {pet} by the {spot}.
    one {day} {part}, a {pet} followed {h.i} home.
    a {pet} slept on the step of the house of {h.i}.`,
    `
    = the {pet} had a {a} [tail|ear|wing|leg|collar].
    = {h} gave the {pet} some water and {food}.
    = the {pet} was {fe} ~ {h} was {fe}.
    = "whose {pet} is this?" {sp} {f} {m}.
    = the {pet} hid {m} behind a {a} {odd}.
    = they made a bed for the {pet} out of a {a} {clothes}.
    + the {pet} loved {h.o} and followed {h.o} everywhere.
    + {f} let {h.o} keep the {pet} ~ {h} was {fe}.
    + the {pet} was healthy and happy again.
    - the {pet} was sick and in pain.
    - the {pet} ran away ~ {h} was {fe}.
    - the owner was cruel to the {pet} ~ {f} was {fe}.
    - the {pet} died in the night, and {h} wept {m}.`,
  ),
  scenario(
    'race',
    `
    today was the day of the big race, and {h.i} was number {num}.
    {h.i} trained every day for the race with {f.n}.
    {num} runners stood at the line, and {h.i} was one of them.`,
    `
    = {h} ran {m} past the {a} {spot}.
    = {f} was {num} steps behind ~ {h} was {fe}.
    = the road was {q} ~ the crowd was {q}.
    = "ready, set, go!" {sp} the {ch} {last.job} {m}.
    = {h} drank some water and looked at {f.n} {m}.
    + {h} won the race ~ everyone cheered {m}.
    + {f} was a good winner and hugged {h.o}.
    + it was the best race of the year ~ {h} was {fe}.
    - {h} fell and hurt a knee badly.
    - {h} lost the race ~ {f} was {fe}.
    - {f} cheated, and {h} was {fe}.
    - {h} came in last and felt {fa}.`,
  ),
  scenario(
    'trip',
    `
    {h.i} and {f.n} took the {ride} to the [sea|mountains|city|island].
    one {day} {part}, {h.i} packed {food} and a {make} {odd} for a trip.
    {h.i} had never been to the [sea|mountains|city|desert] before.`,
    `
    = the {ride} took {num} hours ~ it was {q}.
    = they passed [fields|bridges|farms|hills|towns] and a {a} {spot}.
    = {h} sat by the window with {food} ~ {h} was {fe}.
    = "are we there yet?" {sp} {h} {m}.
    = they slept in a {a} [tent|hut|room|barn] for {num} nights.
    = {f} carried a {a} {odd} and a map.
    + the view was beautiful ~ they were {fe}.
    + they swam and laughed {m} all afternoon.
    + it was the best trip in years ~ {f} was {fe}.
    - they were lost for {num} hours ~ {f} was {fe}.
    - the {ride} crashed into a {a} {spot}.
    - {h} was homesick and cried {m}.
    - someone stole the bags ~ they were {fe}.`,
  ),
  scenario(
    'storm',
    `
    dark clouds came over {pl}, and {h.i} looked for {f.n}.
    it rained for {num} days at the house of {h.i}.
    on the {part} of the storm, {h.i} was {at}.`,
    `
    = the wind moved the {a} {spot} {m}.
    = {h} closed the [windows|doors|gate] {m}.
    = water ran under the {a} {spot}.
    = the lamp went out ~ {h} was {fe}.
    = "stay inside," {sp} {f} {m}.
    = they sat {m} under a {a} [blanket|umbrella|roof|sheet|tarp|tree|ladder|cloth].
    + the storm passed, and a beautiful rainbow appeared.
    + {f} rescued the {ch} {last.animal} ~ everyone was {fe}.
    + they were safe and warm inside.
    - lightning destroyed the {a} {spot}.
    - the flood ruined {o} ~ {h} was {fe}.
    - the thunder scared the {ch} {last.animal}.
    - {f} was trapped, and {h} was {fe}.`,
  ),
  scenario(
    'lost thing',
    `
    {h.i} could not find {o.a}.
    {h.i} had put {o.a} somewhere, and now it was gone.
    one {day} {part}, {f.n} asked where {o.a} was.`,
    `
    = {h} looked {m} under the {spot} and behind the {spot}.
    = there was only a {a} {odd} in the drawer.
    = "did you look {where}?" {sp} {f} {m}.
    = {h} asked the {ch} {last.job}, who was {fe}.
    = it was not under the {a} {odd} ~ {h} was {fe}.
    + there it was, {at}, in perfect shape.
    + {f} found {o}, and they hugged {m}.
    + an honest {job} had kept {o} safe.
    - {o} was gone forever ~ {h} was {fe}.
    - {h} blamed {f.n}, and they had a bad fight.
    - a {ch} {animal} had destroyed {o}.`,
  ),
  scenario(
    'sea',
    `
    {h.i} had a {make} boat with a {color} sail.
    one {day} {part}, {h.i} sailed out with {f.n} to catch fish.
    {h.i} stood on the pier and watched the {color} boat of {f.n}.`,
    `
    = the waves were {q} ~ the boat was {qt}.
    = {h} pulled the {a} rope {m}.
    = they saw {num} [dolphins|seagulls|ships|islands|seals] from the boat.
    = the net was {qt} ~ {f} was {fe}.
    = "land ahead," {sp} {f} {m}.
    + they caught {num} fine fish ~ {f} was {fe}.
    + a friendly dolphin played around the boat.
    + the sea was calm and beautiful.
    - the boat sank ~ {h} was {fe}.
    - a shark attacked the boat.
    - {h} was seasick and felt {fa}.
    - they lost the sail in a terrible storm.`,
  ),
  scenario(
    'snow',
    `
    it snowed all night, and {h.i} went out with a {make} {odd}.
    one winter morning, {h.i} and {f.n} built a snowman with a {color} hat.
    on a {day} {part}, {h.i} pulled a sled up the hill.`,
    `
    = {h} rolled a {a} ball of snow {m}.
    = the snowman had a {a} {odd} for a nose.
    = {f} lost a {color} glove near the {spot}.
    = the ice was {qt} ~ {h} was {fe}.
    = inside there was {food} ~ the kitchen was {q}.
    = they left {num} footprints beside the {spot}.
    + they raced down the hill and laughed {m}.
    + the snow was perfect and everyone was {fe}.
    + hot cocoa made {h.o} happy again.
    - {h} slipped on the ice and hurt an arm.
    - the sun destroyed the snowman ~ {h} was {fe}.
    - {f} threw a hard snowball, and {h} cried {m}.`,
  ),
  scenario(
    'secret',
    `
    {h.i} knew a secret about {pl}.
    {h.i} found a {make} door behind the {spot}.
    an old map led {h.i} to {pl}.`,
    `
    = behind the door there was a {a} {odd} and a {a} {spot}.
    = the stairs went down {num} steps ~ it was {q}.
    = {h} lit a candle and went on {m}.
    = "do not tell anyone," {sp} {f} {m}.
    = on the wall {h} read the word [north|moon|river|seven|Monday].
    + they found a treasure of gold ~ {h} was {fe}.
    + it was a magic place, full of joy and beautiful light.
    + a kind ghost gave {h.o} a gift.
    - it was a trap, and the door shut {m}.
    - an evil {job} threatened them with a {a} {odd}.
    - {h} was trapped in the dark and felt {fa}.
    - there was a terrible smell ~ {f} was {fe}.`,
  ),
];
