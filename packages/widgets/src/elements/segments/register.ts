import { SegmentsElement } from './segments.ts';

if (customElements.get('crmbet-segments') === undefined)
  customElements.define('crmbet-segments', SegmentsElement);
