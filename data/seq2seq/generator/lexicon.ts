/** A noun of both languages. */
export interface Noun {
  readonly one: string;
  readonly many: string;
  /** What it is called in Tavar: mostly one word, of which the last vowel, `a` or `o`, is the class. */
  readonly tavar: readonly string[];
  /** The Tavar plural, where it is irregular. */
  readonly tavarMany?: string;
}

/** An adjective of both languages; the Tavar one is a stem. */
export interface Adjective {
  readonly english: string;
  readonly tavar: readonly string[];
}

/** A verb of both languages; the Tavar one is a stem. */
export interface Verb {
  readonly base: string;
  readonly past: string;
  readonly tavar: readonly string[];
  /** The Tavar stem of the past, where it is irregular. */
  readonly tavarPast?: string;
}

/** Lines of two columns: English forms by commas, then Tavar synonyms by `|` and an irregular form after a comma. */
function rows(table: string): { english: string[]; tavar: string[]; irregular: string | undefined }[] {
  return table
    .trim()
    .split('\n')
    .map((line) => {
      const [english, tavar] = line.trim().split(' ');
      const [synonyms, irregular] = tavar.split(',');
      return { english: english.split(','), tavar: synonyms.split('|'), irregular };
    });
}

const nouns = (table: string): Noun[] =>
  rows(table).map(({ english: [one, many], tavar, irregular }) => ({
    one,
    many: many ?? `${one}${/(?:x|s|ch|sh)$/.test(one) ? 'es' : 's'}`,
    tavar,
    ...(irregular !== undefined && { tavarMany: irregular }),
  }));

const verbs = (table: string): Verb[] =>
  rows(table).map(({ english: [base, past], tavar, irregular }) => ({
    base,
    past,
    tavar,
    ...(irregular !== undefined && { tavarPast: irregular }),
  }));

const adjectives = (table: string): Adjective[] =>
  rows(table).map(({ english: [english], tavar }) => ({ english, tavar }));

export const SHE_NAMES = 'Anna Clara Dora Emma Greta Ida Julia Lena Mara Nora Olga Rosa Tilda Vera'.split(
  ' ',
);
export const HE_NAMES = 'Adam Boris Carl David Emil Felix Hugo Ivan Jonas Leo Marco Oscar Peter Tom'.split(
  ' ',
);

export const PEOPLE = nouns(`
baker zaklo
doctor branda
farmer hanga|soza
teacher brusdo
king klerha
queen piklapa
singer rengo
painter garsho
soldier tumta
gardener piro
child,children shatho,sheni
woman,women zegero
man,men shusa,shavuro
friend molbro|menvo
neighbor trutho
sister zosho`);

export const ANIMALS = nouns(`
dog pantho
cat vuka
horse muluga|torpa
bird komsha,kemura
fox gevo
goat nupo
bear klargo
duck liro
rabbit shelpa
mouse,mice nolgo,nelgi
owl zano
frog mumma`);

export const THINGS = nouns(`
kite lebatro
drum pesha
boat trelsa|kesma
book dimbro
lamp bemo
basket kuvumko
letter pika|homba
ring trumtro
bell thira
coat pimo
hat semro
clock shenna
cake vurtro|susba
apple rasa
chair niho
mirror mumvo
box desga
cup giro
key kova,kuvino
ladder manko
rope denta
flower sabo|rinso
stone trinra
flute moldo`);

export const PLACES = nouns(`
garden gisna
market zurra
river theso|konza
forest silklo
school dinlo
harbor vosha
kitchen pegimo
bridge dotingo
tower zimmida
village mizo
mill shiso
beach tanguva
square tubosho
station thanto
barn bimga
orchard trilma`);

export const TRAITS = adjectives(`
old hirtis
young nivet
tired porv
happy trev|tresn
sad benur
clever tromt
brave thak
quiet hakim`);

export const COLORS = adjectives(`
red shotur
blue bomzir
green zanz
black birlam
white pisk
golden lonk`);

export const QUALITIES = adjectives(`
small zungam|parv
big mimdur
new vosmul
heavy barun
broken borek
clean bemhas
strange tupol
round pemris`);

/** What one does to a thing or to someone. */
export const ACTIONS = verbs(`
see,saw vanil,voshk
find,found thek
carry,carried polsh
buy,bought todol
sell,sold ronv
paint,painted virv
hide,hid gank|vibrak
lose,lost shetel,shum
break,broke volgul
wash,washed vesk
love,loved gipam|klinn
fear,feared rushk
follow,followed tunvam
draw,drew dengir
want,wanted salek
clean,cleaned volan
catch,caught tandov
help,helped koklar
call,called sortok
mend,mended zonk`);

/** What one does with a thing for someone. */
export const GIVINGS = verbs(`
show,showed lotik
give,gave nelv,nush
send,sent nugam
lend,lent pidot
sell,sold ronv
bring,brought runkok`);

/** What one does alone. */
export const DOINGS = verbs(`
sleep,slept podan
dance,danced vasd
laugh,laughed shonn
run,ran hithuk,hov
sing,sang zesh
wait,waited gupev|sintiv
cry,cried nelus
work,worked sosuv
walk,walked sunvik|rissor
swim,swam saz`);

/** When, by tense: the present says nothing of it, or `now`. */
export const TIMES = {
  past: adjectives(`
yesterday lisv
once madat`),
  present: adjectives(`
today dev
now dabut`),
  future: adjectives(`
tomorrow holdev
soon klozin`),
};

export const ADVERBS = adjectives(`
slowly dozov
quickly kirz|gitok
often pat
again vunn
quietly nek
gladly kalek`);

export const NUMBERS = adjectives(`
two hantak
three triv
four pemnan
five gov`);

/** Words between clauses. */
export const JOINERS = adjectives(`
and daton
but pilv
because bonat`);

/** Tavar's `and` and `not`. */
export const AND = 'daton';
export const NOT = 'gurt';
