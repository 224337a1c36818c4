import { ClusterExplorerElement } from './cluster-explorer.ts';

if (customElements.get('crmbet-cluster-explorer') === undefined)
  customElements.define('crmbet-cluster-explorer', ClusterExplorerElement);
