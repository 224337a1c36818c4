import 'regular-table';
import { PlayersTableElement } from './players-table.ts';

if (customElements.get('crmbet-players-table') === undefined)
  customElements.define('crmbet-players-table', PlayersTableElement);
