import { type Scenario, scenario } from './scenario.js';

/** Stories in the house, at school, at work and in town. */
export const HOME_SCENARIOS: readonly Scenario[] = [
  scenario(
    'baking',
    `
    {h.i} wanted to bake a {mydish} for {f.n}.
    one {day} {part}, {h.i} and {f.n} made a {mydish}.
    on a {day} {part}, {h.i} opened the cookbook and looked for a {mydish}.
    {h.i} needed [flour|butter|sugar|eggs|milk] for a {mydish}.`,
    `
    = {h} mixed the [flour|butter|eggs|sugar|salt] {m} in a {a} bowl.
    = {h} put the {mydish} into the oven for {num} minutes.
    = {f} [cut|washed|weighed|peeled] the [apples|onions|carrots|plums|almonds] {m}.
    = the kitchen was {q} ~ {h} was {fe}.
    = the {mydish} was {q} ~ the kitchen was {q}.
    = "is the {mydish} ready?" {sp} {f} {m}.
    = flour covered the {a} {odd} and the {spot}.
    = the recipe asked for {num} [eggs|spoons of salt|lemons|cups of milk] and a {a} {odd}.
    + the {mydish} tasted [delicious|wonderful|great|sweet] ~ everyone was {fe}.
    + {f} loved the {mydish} and asked for more.
    + the {mydish} won a prize at the fair.
    + the kitchen smelled lovely ~ {f} was {fe}.
    - the {mydish} burned, and the smell was [awful|terrible].
    - {h} burned a finger and cried {m}.
    - the {last.animal} stole the {mydish} ~ {h} was {fe}.
    - the {mydish} tasted [bitter|horrible|sour] ~ nobody wanted it.`,
  ),
  scenario(
    'school',
    `
    it was the first day of school for {h.i}.
    {h.i} had a [spelling|math|music|history|swimming] test on {part}.
    one {day} {part}, the teacher gave {h.i} a {make} {odd}.
    {h.i} sat in the [first|second|last] row beside {f.n}.`,
    `
    = the teacher [wrote|spoke|waited|read|counted] {m} and held up a {a} {odd}.
    = {h} wrote {num} [words|lines|numbers|names] with a {a} {odd}.
    = the lesson was about [whales|kings|stars|rivers|bees|volcanoes] ~ it was {q}.
    = at the break, {h} ate {food} {m}.
    = "who knows the answer?" {sp} the teacher {m}.
    = the classroom was {q} ~ the teacher was {fe}.
    + the teacher praised {h.o} in front of everyone.
    + {h} knew the answer and felt {fa}.
    + {h} got the best mark in the class ~ {f} was {fe}.
    + {f} helped {h.o} with a hard question.
    - the teacher was angry about the {a} {odd}.
    - the others laughed at {h.o} and called {h.o} stupid.
    - {h} failed the test ~ {f} was {fe}.
    - {h} forgot everything and felt {fa}.`,
  ),
  scenario(
    'birthday',
    `
    it was {f.n}'s birthday, and {h.n} had {o.a} in a box.
    today {h.i} turned {num} years old.
    one {day} {part}, {h.i} got a parcel from {f.n}.`,
    `
    = there were {num} candles and {food}.
    = {h} opened the {a} parcel {m} and found a {a} {odd}.
    = {num} guests came with {food} ~ the room was {q}.
    = {f} [sang|spoke|danced|sat] {m} by the {a} {spot}.
    = "is this for me?" {sp} {h} {m}.
    + the party was [great fun|a success|wonderful|a joy] ~ {h} was {fe}.
    + it was the best gift {h} ever got.
    + everyone sang a happy song for {h.o}.
    + {h} made a wish, and {f} smiled {m}.
    - nobody came to the party ~ {h} was {fe}.
    - the gift was broken ~ {f} was {fe}.
    - {f} forgot the birthday, and {h} felt {fa}.
    - the {last.animal} ruined the cake.`,
  ),
  scenario(
    'repair',
    `
    {o.a} in the house of {h.i} had stopped working.
    {h.i} wanted to fix {o.a} with a {make} {odd}.
    one {day} {part}, {h.i} brought {o.a} to the workshop of {f.n}.`,
    `
    = {h} took {o} apart {m} and laid {num} parts on the {spot}.
    = {f} looked for a {a} screw and a {a} {odd}.
    = they turned the handle {m} ~ it was {q}.
    = "try it again," {sp} {f} {m}.
    = the workshop was {q} ~ {o} was {qt}.
    + {o} worked perfectly again ~ {h} was {fe}.
    + {f} had a brilliant idea with a {a} {odd}.
    + they were proud of the good work.
    - {o} broke again ~ {h} was {fe}.
    - {h} cut a finger, and it hurt badly.
    - the repair was a failure ~ {f} was {fe}.`,
  ),
  scenario(
    'market',
    `
    {h.i} sold {food} at the market.
    one {day} {part}, {h.i} took {num} [coins|eggs|baskets|hens] to the market.
    {h.i} and {f.n} went to the market for {plant} and {food}.
    the market opened at {num} o'clock, and {h.i} was there with {o.a}.`,
    `
    = a {ch} {job} sold {plant} next to the {spot}.
    = {h} paid {num} coins for a {a} {odd}.
    = the {last.job} asked {num} coins for {o}.
    = "how much is it?" {sp} {h} {m}.
    = the market was {q} ~ the {last.job} was {fe}.
    = there were {plant}, {plant} and {food} on the table.
    + it was a fair price ~ {h} was {fe}.
    + the {ch} {last.job} gave {h.o} a free sample and a smile.
    + {h} sold everything and felt {fa}.
    - a thief stole the money ~ {h} was {fe}.
    - the {last.job} cheated {h.o}, and {h} felt {fa}.
    - the {plant} were rotten ~ {f} was {fe}.`,
  ),
  scenario(
    'letter',
    `
    {h.i} got a letter with a {color} stamp.
    one {day} {part}, the postman brought {h.i} a {make} envelope.
    {h.i} wrote a letter to {f.n} {where}.`,
    `
    = the letter was about {ev} and {ev}.
    = {h} read the letter {m} by the {a} {spot}.
    = the letter said that {f.n} was {fe}.
    = "dear {someone}," it began, "the {tod} here is {qd}."
    = {h} folded the letter {m} and put it in a {a} {odd}.
    = there was a {a} {odd} in the envelope too.
    + it was a love letter ~ {h} was {fe}.
    + the letter brought good news ~ {h} was {fe}.
    + {h} laughed {m} at the funny drawing.
    - the letter brought bad news ~ {h} was {fe}.
    - {h} tore up the letter in anger.
    - the words hurt {h.o}, and {h} cried {m}.`,
  ),
  scenario(
    'night',
    `
    it was almost midnight, and {h.i} was still awake.
    one {day} night, {h.i} heard a {sound} under the bed.
    {h.i} could not sleep, so {h} counted [sheep|stars|the stripes on the wall].`,
    `
    = the moon stood over the {a} {spot}.
    = {h} lay {m} under the {a} blanket.
    = there was a {a} shadow on the {spot}.
    = the clock said {num} ~ {h} was {fe}.
    = "are you awake?" {sp} {f} {m}.
    = {h} took a lamp and walked {m} to the {spot}.
    + {f} sang a sweet song, and {h} felt {fa}.
    + {h} had a beautiful dream about a {ch} {animal}.
    + it was only a {animal}, and they laughed {m}.
    - {h} had a terrible nightmare about a {ch} {animal}.
    - {h} screamed {m} and hid behind the {spot}.
    - the dark scared {h.o} ~ {f} was {fe}.`,
  ),
  scenario(
    'music',
    `
    {h.i} had a [violin|piano|drum|guitar|flute|trumpet] lesson at {num} o'clock.
    {h.i} wanted to play in the [town|school|village] band with {f.n}.
    one {day} {part}, {h.i} and {f.n} sang {where}.`,
    `
    = {h} practiced {m} for {num} hours.
    = the song was {q} ~ the band was {q}.
    = {f} turned the page {m}.
    = "once more from the top," {sp} {f} {m}.
    = {num} people sat in the hall ~ {h} was {fe}.
    + the crowd cheered and clapped {m}.
    + the music was [sweet|beautiful|wonderful] ~ {f} was {fe}.
    + {h} won first prize for the song.
    - {h} played badly ~ the crowd was {fe}.
    - a string broke, and someone booed.
    - {h} was too nervous to sing and ran away in tears.`,
  ),
  scenario(
    'work',
    `
    the {last.job} {someone} hired {h.i} for {num} [days|weeks|months].
    {h.i} started a new job {where}.
    for {num} years, {h.i} had worked for the same {job}.`,
    `
    = {h} carried {num} [boxes|bags|boards|buckets] {m} past the {spot}.
    = the work was {q} ~ the {last.job} was {fe}.
    = at noon {h} ate {food} with the {ch} {last.job}.
    = "please [sweep the floor|paint the door|count the boxes|open the gate]," {sp} the {last.job} {m}.
    = {h} cleaned the {a} {odd} {m}.
    + the {last.job} praised the good work and paid {num} extra coins.
    + {h} was proud of the new job ~ {f} was {fe}.
    + the work was easy and fun.
    - the {last.job} shouted at {h.o} {m}.
    - {h} lost the job ~ {f} was {fe}.
    - the work was hard and painful ~ {h} was {fe}.`,
  ),
];
