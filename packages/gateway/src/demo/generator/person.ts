import type { ArchetypeName } from './archetypes.ts';
import type { Rng } from './rng.ts';
import { day, isoDate } from './time.ts';

/** Who a player is. Everybody is made up: surnames are words for "example", addresses are at example.com. */
export type Person = {
  readonly brand: string;
  readonly country: string;
  readonly region: string;
  readonly language: string;
  readonly timeZone: string;
  /** Hours from UTC that this player's rhythm follows. */
  readonly utcOffset: number;
  readonly name: string;
  readonly email: string;
  readonly birthDate: string;
  readonly affiliate: string | undefined;
  readonly vipLevel: string | undefined;
  readonly marketingConsent: boolean;
  readonly device: 'desktop' | 'mobile' | 'tablet' | 'app';
};

type Place = readonly [weight: number, region: string, timeZone: string, utcOffset: number, country?: string];

/** Brazilian states (ISO 3166-2) by their share of the people, and a few neighbours. */
const places: readonly Place[] = [
  [22, 'BR-SP', 'America/Sao_Paulo', -3],
  [10, 'BR-MG', 'America/Sao_Paulo', -3],
  [8.5, 'BR-RJ', 'America/Sao_Paulo', -3],
  [7, 'BR-BA', 'America/Bahia', -3],
  [6, 'BR-PR', 'America/Sao_Paulo', -3],
  [5.5, 'BR-RS', 'America/Sao_Paulo', -3],
  [4.5, 'BR-PE', 'America/Recife', -3],
  [4.3, 'BR-CE', 'America/Fortaleza', -3],
  [4, 'BR-PA', 'America/Belem', -3],
  [3.7, 'BR-SC', 'America/Sao_Paulo', -3],
  [3.4, 'BR-GO', 'America/Sao_Paulo', -3],
  [1.9, 'BR-AM', 'America/Manaus', -4],
  [1.7, 'BR-MT', 'America/Cuiaba', -4],
  [1.4, 'BR-DF', 'America/Sao_Paulo', -3],
  [1, 'PT-11', 'Europe/Lisbon', 0, 'PT'],
  [0.8, 'AR-B', 'America/Argentina/Buenos_Aires', -3, 'AR'],
];
const placeWeights = places.map(([weight]) => weight);
const home: Place = [0, 'BR-SP', 'America/Sao_Paulo', -3];

// biome-ignore format: lists of words
const given = ['Ana', 'Beatriz', 'Bruno', 'Caio', 'Camila', 'Carlos', 'Clara', 'Daniel', 'Diego', 'Eduarda', 'Elisa', 'Felipe', 'Fernanda', 'Gabriel', 'Helena', 'Hugo', 'Igor', 'Isabela', 'João', 'Juliana', 'Larissa', 'Leandro', 'Lucas', 'Luiza', 'Marcos', 'Mariana', 'Mateus', 'Natália', 'Otávio', 'Paula', 'Pedro', 'Rafael', 'Renata', 'Rodrigo', 'Sofia', 'Tatiana', 'Thiago', 'Vanessa', 'Vitor', 'Yasmin'] as const;
// biome-ignore format: lists of words
const surnames = ['Amostra', 'Demonstração', 'Ensaio', 'Exemplo', 'Fictício', 'Imaginário', 'Inventado', 'Maquete', 'Modelo', 'Protótipo', 'Simulado', 'Teste'] as const;

/** Draws a person. Always takes the same number of random numbers, so that nothing else moves when a list grows. */
export function drawPerson(rng: Rng, index: number, archetype: ArchetypeName, registeredAt: number): Person {
  const [, region, timeZone, utcOffset, country = 'BR'] = places[rng.weighted(placeWeights)] ?? home;
  const first = rng.pick(given);
  const last = rng.pick(surnames);
  const years = Math.min(78, 18.2 + rng.logNormal(14, 0.55));
  const foreign = rng.chance(0.02);
  const affiliate = rng.next();
  const level = rng.next();
  const plain = `${first}.${last}`
    .normalize('NFD')
    .replace(/[^a-zA-Z.]/g, '')
    .toLowerCase();
  return {
    brand: rng.chance(archetype === 'sports_regular' ? 0.75 : 0.5) ? 'arara' : 'tucano',
    country,
    region,
    language: country === 'AR' ? 'es-AR' : country === 'PT' ? 'pt-PT' : foreign ? 'en' : 'pt-BR',
    timeZone,
    utcOffset,
    name: `${first} ${last}`,
    email: `${plain}.${index}@example.com`,
    birthDate: isoDate(registeredAt - years * 365.25 * day),
    affiliate: affiliate < 0.3 ? `aff-${Math.floor(affiliate * 80) + 1}` : undefined,
    vipLevel:
      archetype === 'vip' ? (level < 0.25 ? 'platinum' : 'gold') : level < 0.06 ? 'silver' : undefined,
    marketingConsent: rng.chance(0.72),
    device: (['mobile', 'app', 'desktop', 'tablet'] as const)[rng.weighted([55, 25, 17, 3])] ?? 'mobile',
  };
}
