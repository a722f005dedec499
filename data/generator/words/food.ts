import { list } from './lists.js';

const fruit = '[apple|plum|cherry|pear|lemon|peach|blueberry|pumpkin|carrot|walnut|banana|apricot]';
const filling = '[cheese|egg|tomato|mushroom|ham|onion|bean|potato|fish|chicken|spinach|honey]';

/** Things to eat and drink, ready for use after a verb. */
export const FOODS = list(`
  a slice of ${fruit} cake, a bowl of [pea|leek|lentil|noodle|barley] soup, a ${fruit} pie,
  a ${filling} sandwich,
  some [rye|corn|white|garlic] bread, a cup of [tea|cocoa|coffee|milk|mint tea], some ${fruit} jam,
  a ${filling} pie,
  a plate of [noodles|rice|beans|pancakes|ravioli|potatoes],
  a glass of [lemonade|water|apple juice|cold milk],
  a bag of [almonds|cherries|chips|plums|raisins], a ${fruit} tart,
  some [porridge|popcorn|stew|salad|pudding|toast],
  a piece of [cheese|pie|bread|chocolate|fudge|melon], a ${fruit} muffin,
  a ${filling} omelet, two [eggs|pears|buns]`);

/** Dishes with a definite article, for things that a story cooks. */
export const DISHES = list(`
  ${fruit} pie, ${fruit} cake, ${filling} soup, pot of vegetable stew, loaf of rye bread,
  ${filling} pie, pancake, noodle soup,
  jar of ${fruit} jam, ${filling} omelet, pizza, pot of rice,
  ${fruit} tart, gingerbread cake, bean curry, pot of porridge, lasagna, loaf of corn bread`);
