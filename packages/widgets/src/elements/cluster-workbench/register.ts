import { ClusterWorkbenchElement } from './cluster-workbench.ts';

if (customElements.get('crmbet-cluster-workbench') === undefined)
  customElements.define('crmbet-cluster-workbench', ClusterWorkbenchElement);
