import { PlayerCardElement } from './player-card.ts';

if (customElements.get('crmbet-player-card') === undefined)
  customElements.define('crmbet-player-card', PlayerCardElement);
