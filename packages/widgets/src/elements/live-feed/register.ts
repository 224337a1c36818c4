import { LiveFeedElement } from './live-feed.ts';

if (customElements.get('crmbet-live-feed') === undefined)
  customElements.define('crmbet-live-feed', LiveFeedElement);
