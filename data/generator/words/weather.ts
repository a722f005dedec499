import { list, toned } from './lists.js';

/** Words for the day in an opening. */
export const DAY_ADJ = list(`
  rainy, sunny, cold, windy, snowy, foggy, warm, cloudy, gray, quiet, long, early, chilly, misty, dry,
  hot, frosty,
  busy, mild, stormy, ordinary, late, bright, dark, cool`);

/** Parts of a day. */
export const DAY_PARTS = list(
  'morning, afternoon, evening, day, night, autumn morning, spring day, summer evening, ' +
    'winter night, Monday, Tuesday morning, Friday evening, Saturday, Sunday afternoon, market day, noon',
);

/** Predicates of the weather. */
export const WEATHER = toned(
  `the sun was [warm and bright|shining brightly|smiling on the roofs],
   a sweet breeze blew in from [the sea|the south],
   a beautiful rainbow stood over the hills, the air was fresh and sweet, the sky was perfectly blue,
   the sunset was [lovely|glorious|beautiful], the snow sparkled in the light,
   the spring air felt wonderful`,
  `it rained until [noon|dark|three o'clock], the sky was [gray|white|pale],
   the wind came from the [north|east|west],
   snow lay on the [roofs|road|fields|fence], the fog hid the [hills|road|chimneys|river],
   the clouds moved slowly,
   leaves blew across the [yard|street|path], the moon came up over the [trees|water|barn],
   the ground was wet,
   frost covered the [windows|grass|puddles], the air smelled of [smoke|hay|rain|salt|pine],
   the stars came out`,
  `a terrible storm broke, the wind howled [angrily|cruelly] around the house,
   the rain ruined [the path|everything],
   the cold was cruel, the thunder was scary, the sky looked gloomy and mean,
   it was miserable and wet outside,
   the heat was awful, hail hurt [everyone|the young plants], the fog was dreadful`,
);
