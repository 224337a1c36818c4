/** `crmbet-segment-select`: somebody chose a segment. */
export class SegmentSelectEvent extends Event {
  static readonly type = 'crmbet-segment-select';
  readonly segment: string;
  readonly name: string;

  constructor(segment: string, name: string) {
    super(SegmentSelectEvent.type, { bubbles: true, composed: true });
    this.segment = segment;
    this.name = name;
  }
}

declare global {
  interface HTMLElementEventMap {
    'crmbet-segment-select': SegmentSelectEvent;
  }
}
