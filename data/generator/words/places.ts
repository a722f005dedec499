import { list } from './lists.js';

/** Places, each with the preposition for being there. */
export const PLACES: readonly { prep: string; noun: string }[] = [
  [
    'in',
    `park, garden, forest, village, kitchen, barn, library, attic, meadow, valley, orchard, cellar, museum,
    school yard, market square, greenhouse, old tower, workshop, town hall, cave, stable, field, shed,
    classroom,
    toy shop, bakery, castle, waiting room, courtyard, vineyard, desert, jungle`,
  ],
  [
    'at',
    `lake, beach, harbor, station, bus stop, zoo, fair, farm, well, mill, river bank, pond, playground,
    train station, bridge, campsite, lighthouse, swimming pool, crossroads, post office, corner shop,
    airport,
    ice rink, windmill`,
  ],
  ['on', `hill, boat, roof, balcony, island, old road, pier, porch, mountain, path, ferry, sand, square`],
].flatMap(([prep = '', nouns = '']) => list(nouns).map((noun) => ({ prep, noun })));

/** Parts of a scene, for the eye to rest on. */
export const SPOTS = list(`
  gate, bench, oak tree, window, staircase, fence, corner, doorway, fountain, statue, wall, hedge, ladder,
  wooden table, pile of leaves, stone step, lamp post, apple tree, rug, fireplace, mailbox, pine tree,
  empty barrel, haystack, curtain, rope swing, kitchen table, chimney, sofa, wardrobe, bus shelter,
  bridge, cherry tree, birdbath, wood stove,
  garden wall, sandbox, desk, armchair, porch, fountain, vending machine, piano, bathtub, notice board,
  tree stump,
  picnic table, flower bed, clothesline, cupboard, telephone box, signpost, willow, cradle, sink,
  shop window, puddle, bookcase, wheelbarrow, long counter, old wagon`);
