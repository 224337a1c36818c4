/** `crmbet-cluster-select`: somebody chose a cluster of a model, or took the choice back. */
export class ClusterSelectEvent extends Event {
  static readonly type = 'crmbet-cluster-select';
  readonly model: string;
  /** Index in the model, from 0; null when nothing is chosen any more. */
  readonly cluster: number | null;

  constructor(model: string, cluster: number | null) {
    super(ClusterSelectEvent.type, { bubbles: true, composed: true });
    this.model = model;
    this.cluster = cluster;
  }
}

declare global {
  interface HTMLElementEventMap {
    'crmbet-cluster-select': ClusterSelectEvent;
  }
}
