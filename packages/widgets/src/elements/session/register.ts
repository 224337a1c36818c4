import { SessionElement } from './session.ts';

if (customElements.get('crmbet-session') === undefined)
  customElements.define('crmbet-session', SessionElement);
