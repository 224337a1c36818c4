/** `crmbet-filter-change`: somebody removed a filter of the players table. */
export class FilterChangeEvent extends Event {
  static readonly type = 'crmbet-filter-change';
  readonly segment: string | null;
  readonly cluster: number | null;

  constructor(segment: string | null, cluster: number | null) {
    super(FilterChangeEvent.type, { bubbles: true, composed: true });
    this.segment = segment;
    this.cluster = cluster;
  }
}

declare global {
  interface HTMLElementEventMap {
    'crmbet-filter-change': FilterChangeEvent;
  }
}
