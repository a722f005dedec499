import { type Domain, domain } from './domain.js';

/** Things that people buy, read, watch and use. */
export const GOODS: readonly Domain[] = [
  domain(
    'toy',
    'toy, puzzle, board game, doll, toy train, robot, kite, card game, ball, building set, music box',
    `box, color, battery, sound, instruction sheet, lid, wheel, paint, size, switch, string,
    piece in the middle, package`,
    'shop assistant, seller, little neighbor, postman, child next door',
    `
    I bought this {s} for my [son|daughter|nephew|niece|grandson|granddaughter|class] {when}.
    my [son|daughter|nephew|niece] got the {s} {when}.
    the {s} came in a {make} box {when}.
    we opened the {s} on a {day} {part}.
    this {color} {s} is for children from {num} years.`,
    `
    = it has {num} [parts|pieces|buttons|cards] ~ the {asp} was {q}.
    = my [son|daughter|nephew|niece] put it next to the {a} {odd}.
    = it takes {num} minutes to [build|charge|open|learn] ~ the {asp} was {q}.
    + the children love it and play {m}.
    + my [son|daughter] laughed with joy ~ the {asp} was {q}.
    + it makes a great gift ~ the {asp} was {q}.
    - it broke on the first day ~ the {asp} was {q}.
    - my [son|daughter] cried because it was {q}.
    - the {asp} was missing ~ the {who} refused a refund.`,
  ),
  domain(
    'film',
    'film, movie, show, play, concert, musical, puppet show, documentary, comedy, series',
    `story, music, ending, first half, second half, sound, seat, camera work, dialogue, costume,
     opening scene, main song,
     title, stage, plot`,
    'main actor, singer, director, drummer, man behind us, actress',
    `
    we saw the {s} {when} with {num} friends.
    the {s} tells the story of a {trait} {job} and a {animal}.
    {buddy} chose the {s} {when}.
    the {s} is about {num} [sisters|brothers|friends|sailors|thieves] {where}.
    I watched the {s} on a {day} {part}.`,
    `
    = it lasts {num} [hours|minutes] ~ the {asp} was {q}.
    = it was filmed {where} ~ the {asp} was {q}.
    = a {job} finds a {a} {odd} and leaves town.
    + we laughed {m} ~ the {asp} was {q}.
    + the {who} was brilliant ~ the {asp} was {q}.
    + the happy ending made me smile.
    + the audience cheered {m} ~ I was {fe}.
    - I was bored to tears ~ the {asp} was {q}.
    - the {who} was terrible ~ the {asp} was {q}.
    - it was a waste of time and money.
    - the ending was cruel and stupid ~ I was {fe}.`,
  ),
  domain(
    'book',
    'book, novel, comic, cookbook, travel guide, poem collection, crime story, magazine, history book',
    `cover, first chapter, last chapter, paper, print, story, map, picture on page ten, title, ending,
     language, plot,
     middle part, index`,
    'author, hero, narrator, villain, bookseller, librarian',
    `
    I read this {s} on the {ride} {when}.
    the {s} begins with a {trait} {job} {where}.
    {buddy} gave me this {s} {when}.
    I found the {s} at a [market|library|station|yard sale] {when}.
    it took me {num} [days|evenings|weeks] to read the {s}.`,
    `
    = it has {num} chapters ~ the {asp} was {q}.
    = the hero is a {trait} {job} with a {a} {odd}.
    = half of it is set {where} ~ the {asp} was {q}.
    + I loved every page ~ the {asp} was {q}.
    + the {who} is funny and wise ~ the {asp} was {q}.
    + it gave me hope ~ I felt {fa}.
    - I gave up after {num} pages ~ the {asp} was {q}.
    - the {who} is a fool ~ the {asp} was {q}.
    - the plot is a mess ~ I felt {fa}.`,
  ),
  domain(
    'phone',
    `phone, camera, laptop, radio, washing machine, vacuum cleaner, kettle, alarm clock, printer, bicycle,
    lamp`,
    `screen, battery, button, manual, sound, cable, case, handle, charger, light, price, display, lid,
    switch, motor, box`,
    'shop assistant, seller, repair man, postman, man on the phone',
    `
    I ordered this {color} {s} online {when}.
    I have used the {s} for {num} [days|weeks|months].
    my old {s} stopped, so I got this one {when}.
    {buddy} has the same {s} in {color}.
    the {s} arrived {when} in a {make} box.`,
    `
    = it weighs {num} [pounds|ounces] ~ the {asp} was {q}.
    = I use it every [morning|evening|day] for {num} minutes.
    = there is a {a} button on the [side|back|top] ~ the {asp} was {q}.
    = it came with a {make} cable and a {color} bag.
    + it works perfectly ~ the {asp} was {q}.
    + I am happy with it and recommend it to everyone.
    + the {who} helped me {m} ~ the {asp} was {q}.
    - it died after {num} [days|weeks] ~ the {asp} was {q}.
    - it is useless and I regret buying it.
    - the {who} lied to me about the {asp}.
    - the {asp} broke ~ the {who} was {per}.`,
  ),
  domain(
    'coat',
    'coat, sweater, pair of boots, raincoat, jacket, backpack, umbrella, hat, tent, sleeping bag, blanket',
    'zipper, color, size, pocket, lining, button, fabric, sleeve, strap, seam, hood, price, label',
    'tailor, shop assistant, seller, cashier, postman',
    `
    I wore this {s} on a {day} {part} {where}.
    I bought the {color} {s} {when}.
    {buddy} ordered the {s} {when} in {color}.
    the {s} has {num} pockets and a {make} button.
    this is my [second|third|first] {s} from the [market|same shop|corner shop].`,
    `
    = I washed it {num} times ~ the {asp} was {q}.
    = it is {color} with {color} [dots|lines|edges] ~ the {asp} was {q}.
    = I wore it {where} ~ {weather}.
    + it keeps me warm and comfortable ~ the {asp} was {q}.
    + everyone admires it ~ the {asp} was {q}.
    + it is a beautiful gift ~ the {who} was {per}.
    - it tore on the first day ~ the {asp} was {q}.
    - it looks ugly on me ~ the {asp} was {q}.
    - it smelled bad ~ the {who} was {per}.`,
  ),
  domain(
    'course',
    `haircut, cooking course, piano lesson, dentist visit, repair, delivery, moving service, taxi app,
    phone call`,
    `price, waiting time, room, result, start, explanation, tool, appointment, second half, paper work,
    chair`,
    'man at the desk, teacher, dentist, young woman, technician, owner, barber',
    `
    I had a {s} {when} near the [station|market|post office].
    my {s} {when} took {num} [minutes|hours].
    {buddy} told me about the {s} {when}.
    I booked the {s} for a {day} {part}.
    this was my [first|second|third] {s} with them.`,
    `
    = I waited {num} minutes ~ the {asp} was {q}.
    = they called me {when} about the {asp}.
    = it cost {num} [dollars|euros] ~ the {asp} was {q}.
    + the {who} was patient and explained it {m}.
    + I left with a smile ~ the {asp} was {q}.
    + it was easier than I feared ~ the {who} was {per}.
    - the {who} was rude ~ the {asp} was {q}.
    - it hurt for {num} days ~ nobody apologized.
    - they cheated me ~ I want my money back.`,
  ),
];
