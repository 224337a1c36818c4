import '../autoloader.ts';
import { runElementSuite } from '../testing/element-suite.ts';
import { fixtureGateway } from '../testing/mount.ts';

const somebody = fixtureGateway({ players: 400 }).data.players[0]?.id ?? '';

runElementSuite({ tag: 'crmbet-kpis', shows: '.tile' });
runElementSuite({ tag: 'crmbet-segments', shows: 'li button' });
runElementSuite({ tag: 'crmbet-players-table', shows: 'tbody tr[aria-rowindex]' });
runElementSuite({ tag: 'crmbet-player-card', attributes: { player: somebody }, shows: 'article' });
runElementSuite({ tag: 'crmbet-cluster-explorer', shows: '.legend button' });
runElementSuite({ tag: 'crmbet-cluster-workbench', shows: 'summary' });
// A broken stream is opened again by itself, so there is nothing to press.
runElementSuite({ tag: 'crmbet-live-feed', shows: 'li', mendsItself: true });
