import { list } from './lists.js';

/** Things that a story can turn around, all countable. */
export const THINGS = list(`
  kite, ball, drum, lantern, box, key, hat, map, boat, wagon, bell, book, clock, coat, basket, bicycle,
  doll, puzzle,
  whistle, umbrella, camera, mirror, ladder, scarf, teapot, violin, suitcase, robot, telescope, candle,
  compass,
  bucket, button, feather, shell, letter, ring, coin, flute, broom, chair, toy train, picture, notebook,
  lamp,
  blanket, pair of boots, glass jar, paper crown, wooden horse, music box, sled, spoon, rope, guitar,
  vase, bottle,
  backpack, necklace, pocket watch, paintbrush, fishing rod, flag, marble, balloon, mug, glove, parcel,
  postcard,
  drawing, net, wheel, stone, toy car, pumpkin, birdhouse, pillow, hammer, statue, magnet`);

/** Colors. */
export const COLORS = list(`
  red, blue, green, yellow, white, black, brown, orange, purple, pink, gray, silver, golden, striped,
  spotted`);

/** Plain words of size, age and make. */
export const MAKES = list(`
  small, big, old, new, tiny, round, long, heavy, thin, little, square, tall, large, plain, simple, faded,
  second-hand,
  short, wide, flat, painted, narrow, light, crooked, dusty, shiny, dark, pale, patched, used,
  odd-looking, borrowed`);

/** Things of every day that a person carries or handles in passing. */
export const ODDMENTS = list(`
  pencil, newspaper, towel, pair of scissors, ticket, bag of nails, brush, sponge, cup, plate, bowl, sack,
  stick, box,
  shopping list, piece of string, roll of tape, pair of socks, stack of papers, coat hanger, jar,
  flower pot, tray, spoon, candle, rope, dictionary, pillow, comb,
  kettle, broom, photograph, telescope, toothbrush, chess board, hammer, thermos, cushion, letter opener,
  bucket,
  fishing net, watering can, paper boat, lunch box, shovel, flashlight, cookbook, doormat, hairbrush,
  mousetrap, flag,
  tape measure, wooden spoon, saw, tea towel, hourglass, bird cage, napkin, coin purse, bus pass,
  sewing kit, mop,
  deck of cards, magazine, handkerchief, calendar, envelope, pot of glue, piece of chalk, shoe, ribbon,
  bundle of wood`);

/** Plants. */
export const PLANTS = list(`
  roses, tulips, beans, carrots, daisies, onions, sunflowers, tomatoes, herbs, pumpkins, lilies, cabbages,
  potatoes,
  strawberries, peas, mint, ferns, violets, apples, pears, radishes, poppies`);

/** Rides. */
export const RIDES = list(`
  bus, train, tram, subway, horse cart, school bus, sailboat, canoe, minivan, ferry, taxi, bicycle, wagon,
  truck, scooter, boat, sled, cart, van, red car, night train`);

/** Clothes. */
export const CLOTHES = list(`
  coat, sweater, hat, vest, uniform, bathrobe, costume, pullover, skirt, suit, T-shirt, raincoat, jacket,
  apron, scarf, shirt, cap, dress, vest, cloak, pair of mittens, pair of shoes`);

/** Sounds that things make. */
export const SOUNDS = list(`
  knock, bell, cough, clatter, ring, buzz, chirp, whisper, meow, beep, footstep, splash, whistle, rustle,
  bark, rattle, song, drum, horn, squeak, hum, thud, voice, howl, click, tap`);
