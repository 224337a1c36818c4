/** Arena Sul's own page logic: views by the address's hash, language, theme, and the drawer. */

const words = {
  en: {
    skip: 'Skip to content',
    room: 'CRM',
    language: 'Language',
    theme: 'Light or dark',
    overview: 'Overview',
    players: 'Players',
    clusters: 'Clusters',
    workbench: 'Try other groups',
    segments: 'Segments',
    feed: 'Happening now',
    player: 'Player',
    close: 'Close',
  },
  'pt-BR': {
    skip: 'Ir para o conteúdo',
    room: 'CRM',
    language: 'Idioma',
    theme: 'Claro ou escuro',
    overview: 'Visão geral',
    players: 'Jogadores',
    clusters: 'Grupos',
    workbench: 'Experimente outros grupos',
    segments: 'Segmentos',
    feed: 'Acontecendo agora',
    player: 'Jogador',
    close: 'Fechar',
  },
  es: {
    skip: 'Ir al contenido',
    room: 'CRM',
    language: 'Idioma',
    theme: 'Claro u oscuro',
    overview: 'Resumen',
    players: 'Jugadores',
    clusters: 'Grupos',
    workbench: 'Pruebe otros grupos',
    segments: 'Segmentos',
    feed: 'Ahora mismo',
    player: 'Jugador',
    close: 'Cerrar',
  },
};

const views = ['overview', 'players', 'clusters', 'segments'];
const root = document.documentElement;
const main = document.querySelector('main');
const drawer = document.querySelector('#drawer');
const card = document.querySelector('crmbet-player-card');
const table = document.querySelector('crmbet-players-table');
const explorer = document.querySelector('crmbet-cluster-explorer');
const segments = document.querySelector('crmbet-segments');
const language = document.querySelector('#language');

/** `#players/p-1042`: a view, and the player whose drawer is open. */
function readAddress() {
  const [view, player] = location.hash.slice(1).split('/');
  return {
    view: views.includes(view) ? view : 'overview',
    player: player ? decodeURIComponent(player) : null,
  };
}

const address = (view, player) => `#${view}${player === null ? '' : `/${encodeURIComponent(player)}`}`;

let opener = null;

function show() {
  const { view, player } = readAddress();
  if (main.dataset.view !== view) scrollTo(0, 0);
  main.dataset.view = view;
  for (const section of main.querySelectorAll('[data-in]')) {
    section.hidden = !section.dataset.in.split(' ').includes(view);
  }
  for (const link of document.querySelectorAll('nav a')) {
    if (link.hash === `#${view}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.querySelector('#title').textContent = words[root.lang][view];
  if (view !== 'segments' && table.segment !== null) choose(null);

  const wasOpen = !drawer.hidden;
  drawer.hidden = player === null;
  root.toggleAttribute('data-drawer', player !== null);
  card.player = player;
  table.selected = player;
  if (player !== null && !wasOpen) {
    opener = document.activeElement;
    document.querySelector('#close').focus({ preventScroll: true });
  } else if (player === null && wasOpen) {
    opener?.focus({ preventScroll: true });
  }
}

function choose(segment) {
  table.segment = segment;
  segments.selected = segment;
}

function close() {
  const { view } = readAddress();
  location.hash = address(view, null);
}

function speak(lang) {
  root.lang = lang in words ? lang : 'en';
  language.value = root.lang;
  for (const element of document.querySelectorAll('[data-say]')) {
    element.textContent = words[root.lang][element.dataset.say];
  }
  show();
}

function dress(theme) {
  if (theme === null) delete root.dataset.theme;
  else root.dataset.theme = theme;
}

document.addEventListener('crmbet-player-select', (event) => {
  location.hash = address(readAddress().view, event.player);
});
document.addEventListener('crmbet-cluster-select', (event) => {
  table.cluster = event.cluster;
});
document.addEventListener('crmbet-model-ready', () => {
  table.cluster = null;
  table.refresh();
});
document.addEventListener('crmbet-segment-select', (event) => {
  choose(event.segment);
});
document.addEventListener('crmbet-segment-saved', () => {
  segments.refresh();
});
document.addEventListener('crmbet-filter-change', (event) => {
  explorer.cluster = event.cluster;
  segments.selected = event.segment;
});

document.querySelector('#close').addEventListener('click', close);
drawer.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') close();
});
language.addEventListener('change', () => {
  localStorage.setItem('language', language.value);
  speak(language.value);
});
document.querySelector('#theme').addEventListener('click', () => {
  const dark = getComputedStyle(root).getPropertyValue('--is-dark').trim() === '1';
  const next = dark ? 'light' : 'dark';
  localStorage.setItem('theme', next);
  dress(next);
});
addEventListener('hashchange', show);

const preferred = navigator.language.startsWith('pt') ? 'pt-BR' : navigator.language.slice(0, 2);
dress(localStorage.getItem('theme'));
speak(localStorage.getItem('language') ?? preferred);
