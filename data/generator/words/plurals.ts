import { list } from './lists.js';

/** Things in numbers. */
export const MANY_THINGS = list(`
  boxes, apples, candles, coins, books, shoes, letters, eggs, stones, plates, hats, keys, baskets,
  lanterns, ropes,
  tickets, potatoes, bottles, spoons, pillows, maps, ladders, feathers, chairs, pencils, shells, drums,
  bricks, socks,
  carpets, clocks, bags, jars, ribbons, nails, lemons, bells, buckets, curtains, flower pots, umbrellas,
  suitcases,
  paintings, mushrooms, newspapers, toy cars, tools, wheels, blankets, pumpkins, cups, photographs,
  windows, coats`);

/** Animals in numbers. */
export const MANY_ANIMALS = list(`
  dogs, cats, crows, sparrows, pigeons, horses, cows, hens, spiders, beetles, butterflies, snails, robins,
  sheep, parrots,
  swans, toads, bees, geese, deer, seagulls, dragonflies, magpies, hamsters, piglets, ducks, goats,
  ponies, rabbits,
  frogs, owls, mice, foxes, squirrels, kittens, ants, bats, turkeys`);
