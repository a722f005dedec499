import { list, toned } from './lists.js';

/** How a thing, a place or an event is; the plain words fit almost everything. */
export const QUALITY = toned(
  `lovely, great, wonderful, nice, perfect, beautiful, excellent, charming, fine, superb, cool, amazing,
   fantastic, brilliant, delightful, good, pleasant, sweet, cozy, splendid, cheerful, impressive, fun,
   friendly,
   interesting, elegant, bright, clean, fresh, funny, clever, special, magnificent, marvelous, comfortable,
   gentle, terrific, fascinating, popular, inspiring, refreshing, satisfying, neat, a joy, a delight,
   a success,
   better than [before|expected|last year|I hoped], the best in [town|years|the world], easy to love,
   very good,
   full of [joy|life|love|hope|surprises], a dream come true, worth it, pretty, outstanding, fair,
   reliable`,
  `plain, small, ordinary, long, old, new, quiet, as usual, simple, short, average, the same as before,
   large, modern,
   as expected, different, as described, bigger than [before|usual|expected|the last one],
      smaller than [before|usual|expected|the last one], just like the [other|first|last] one, unusual,
   longer than before,
   made for [two|children|winter|summer|travelers], typical of [this town|the season|the north],
   neither long nor short,
   not what I expected, nothing new, much like [ours|mine|the old one|last time],    local, foreign,
   hard to describe, familiar, old-fashioned, basic,    traditional`,
  `awful, bad, terrible, horrible, ugly, broken, nasty, dreadful, poor, disappointing, boring, sad,
   useless, dull,
   miserable, lousy, scary, dirty, rotten, worse, annoying, gloomy, damaged, strange, pathetic, confusing,
   dangerous,
   weak, stupid, messy, rude, worthless, unpleasant, depressing, disgusting, cruel, fake, disturbing,
   ridiculous,
   frustrating, smelly, unfair, creepy, wrong, a shame, a mess, a disaster, a failure,
   full of [lies|errors|problems],
   worse than [before|expected|last year|I feared], the worst in [town|years|the world], hard to stand,
   very bad,
   a waste of time, painful, faulty, hopeless, a problem, bitter, grim`,
);

/** Plain words for things that can be touched. */
export const TOUCHABLE = toned(
  `lovely, wonderful, perfect, beautiful, charming, pretty, splendid, elegant, bright, clean, special,
   magnificent,
   precious, like a treasure, like a gift, fresh, cozy, impressive, in perfect shape, fancy,
   better than new, a beauty,
   safe, strong, full of [light|treasures|surprises]`,
  `round, heavy, tall, wooden, thin, plastic, blue, green, yellow, narrow, smooth, square, dry, brown,
   wet, made of
   [tin|wood|glass|paper|stone|clay], made in [town|winter|the north], open, soft, white, half full,
   thick, light, deep,
   painted, covered in [dust|snow|leaves|paint|sand|paper], small, old, new, plain, cold, hollow, curved,
   folded, gray,
   as big as a [house|hand|shoe|cow|door|bread loaf], as old as the [hills|town|bridge|church], hidden,
   dusty, closed`,
  `broken, ugly, dirty, damaged, ruined, rotten, awful, useless, horrible, scary, destroyed, stolen, lost,
   terrible, in
   bad shape, like a curse, worthless, missing, nasty, smashed, cracked and ugly, weak, burned, poor,
   dangerous, a mess`,
);

/** Plain words for days and hours; the good and bad ones are those of `QUALITY`. */
export const DAY_QUALITY = list(`
  long, quiet, short, ordinary, as usual, almost over, like any other, cold, dry, wet, gray, slow,
  just beginning, busy,
  over too soon, windy, half gone, dark, mild, like the one before, different, foggy, cloudy, simple`);

/** Words before a noun. */
export const ATTRIBUTE = toned(
  `lovely, beautiful, wonderful, nice, perfect, charming, fine, sweet, good, pretty, splendid, special,
   great, bright,
   funny, clever, cheerful, friendly, cozy, delightful, magic, favorite, precious, fancy, elegant, lucky,
   fresh, superb,
   marvelous, amazing, impressive, handsome, strong, pleasant, excellent, peaceful, charmed, graceful`,
  `small, big, old, new, tiny, round, long, heavy, thin, little, square, tall, red, blue, green, yellow,
   white,
   black, brown, plain, wide, narrow, dusty, wet, dry, simple, gray, short, faded, dark, flat, soft,
   large, painted,
   striped, silver, pale, borrowed, hidden, second-hand, patched, used, purple, orange, shiny, local,
   pink, crooked`,
  `ugly, broken, nasty, bad, awful, horrible, sad, dreadful, poor, rotten, terrible, angry, scary, cruel,
   dirty,
   gloomy, miserable, damaged, lonely, stupid, useless, strange, grim, mean, evil, wicked, ruined,
   worthless, stolen,
   lost, dangerous, weird, painful, hated, cursed, pathetic, wretched, tragic`,
);

/** Words for people and animals, before a noun. */
export const CHARACTER = toned(
  `kind, friendly, cheerful, clever, brave, gentle, funny, happy, charming, generous, honest, wise,
   lovely, proud, loyal,
   joyful, helpful, beautiful, playful, calm, merry, graceful, good, sweet, bold, handsome`,
  `young, old, tall, little, small, quiet, busy, sleepy, thin, thirsty, gray, brown, bearded, barefoot,
   white, black,
   wet, silent, short, spotted, big, traveling, singing, slow, quick, whistling, muddy, dusty,
   half-asleep, long-legged`,
  `angry, mean, rude, cruel, sad, greedy, lonely, nasty, grumpy, selfish, evil, scared, foolish, wicked,
   lazy, nervous,
   jealous, poor, stupid, frightened, unhappy, gloomy, dishonest, furious, bitter, fearful`,
);

/** How a person or animal feels. */
export const FEELING = toned(
  `happy, glad, cheerful, proud, calm, excited, joyful, hopeful, thankful, grateful, delighted, relaxed,
   pleased, eager,
   brave, content, lucky, safe, merry, loved, thrilled, amused, relieved, satisfied, confident, at peace,
   inspired,
   welcome, playful, strong, fearless, optimistic, full of [joy|hope|love|energy], at ease, in love,
   curious, fine,
   better than [before|ever], on top of the world, a winner, well rested and fresh`,
  `sleepy, busy, quiet, thirsty, awake, cold, far from home, close to home, out of breath, almost done,
   older now, used to
   it, silent, half asleep, deep in thought, hungry, in the next room, on the phone,
   wide awake,
   about to [leave|speak|go|sleep|turn around|ask], up early, far away, not sure what to [say|do|think],
   somewhere else,
   new to this, back at work, [in|out of] the kitchen, the first to [speak|arrive|go],
   the last to [speak|arrive|go]`,
  `sad, angry, afraid, lonely, worried, upset, scared, unhappy, gloomy, nervous, ashamed, jealous, tired,
   hurt, bored,
   guilty, miserable, furious, annoyed, disappointed, hopeless, frightened, heartbroken, sorry, confused,
   embarrassed,
   bitter, desperate, ill, anxious, grumpy, homesick, helpless, exhausted, in tears, in pain, in trouble,
   in a bad mood,
   full of [fear|anger|doubt|hate], sick of it, worse than [before|ever], shocked, terrified, a failure,
   ready to cry`,
);

/** How something is done. */
export const MANNER = toned(
  `happily, gladly, kindly, cheerfully, gently, warmly, proudly, bravely, joyfully, calmly, sweetly,
   with joy,
   with a smile, with love, gracefully, playfully, generously, perfectly, safely, with great care,
   wonderfully well,
   politely, eagerly, peacefully, nicely, beautifully, with pleasure, with pride, with delight, with hope,
   with ease`,
  `slowly, quickly, quietly, twice, again, at once, for a while, together, early, all afternoon,
   without a word,
   one more time, before dinner, after lunch, in the dark, in silence, step by step, as before, all day,
   until noon, in a hurry, for an hour, every few minutes, side by side, with both hands, in the end,
   until dark,
   for {num} minutes, from time to time, now and then, at last, as usual, three times, in turn`,
  `sadly, angrily, badly, rudely, nervously, bitterly, grumpily, gloomily, with fear, in tears,
   in a panic, painfully,
   hopelessly, in anger, selfishly, jealously, with shame, in despair, cruelly, with a frown, miserably,
   in vain,
   in pain, foolishly, unhappily, with a groan, with hate, with regret, in horror, with disgust,
   with doubt, in fear`,
);

/** Ways to say something, before a name. */
export const SPOKE = toned(
  'laughed, cheered, smiled, sang, giggled, beamed, chuckled',
  `said, asked, whispered, answered, replied, called, thought, added, repeated, said, said, announced,
   murmured,
   remarked, said`,
  'cried, complained, shouted, grumbled, sobbed, sighed, snapped, screamed, moaned, groaned, wept, yelled',
);

/** Degree words before a quality. */
export const DEGREE = [
  'very',
  'so',
  'really',
  'quite',
  'rather',
  'a little',
  'truly',
  'a bit',
  'extremely',
  'somewhat',
  'not',
  'not very',
  'almost',
  'always',
  'still',
  'just',
  'too',
  'never',
  'hardly',
  'clearly',
  'often',
  'surely',
] as const;

/** Good, plain and bad things that come to people. */
export const EVENT = toned(
  `a surprise, a gift, a prize, a miracle, good news, a hug, a kiss, a party, a joke, a compliment,
   a friend, a treat,
   a promise, a reward, a success, a dream, a treasure, true love, a celebration, an adventure, a smile,
   free time,
   a great idea, a warm welcome, a victory, a beautiful song, an honor, help, a blessing, a happy end,
   a wish`,
  `a message, a meeting, a visit, a list, a walk, a question, a story, a change, a plan, a bus ride,
   a phone call, a nap,
   a letter, a name, a new rule, a turn, a long silence, an errand, a haircut, a parcel, a new bed,
   a map of the town,
   a key, a test drive, a speech, a second visit, an invoice, a lesson, a seat by the window, an answer,
   a small change`,
  `an accident, a fight, a loss, trouble, bad news, a mistake, a disaster, a failure, a lie, a fever,
   a problem, a crime,
   a punishment, a nightmare, a cruel joke, an insult, a fall, an argument, a shock, a mess, a delay,
   a cut, a threat,
   a terrible idea, a cold, a defeat, a sad song, pain, a curse, a bad end, a scandal, a war,
   a fine of ten dollars`,
);
