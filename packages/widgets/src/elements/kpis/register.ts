import { KpisElement } from './kpis.ts';

if (customElements.get('crmbet-kpis') === undefined) customElements.define('crmbet-kpis', KpisElement);
