import type { ClusterSelectEvent } from './cluster-select.ts';
import type { FilterChangeEvent } from './filter-change.ts';
import type { PlayerSelectEvent } from './player-select.ts';
import type { SegmentSelectEvent } from './segment-select.ts';

declare global {
  interface HTMLElementEventMap {
    'crmbet-player-select': PlayerSelectEvent;
    'crmbet-cluster-select': ClusterSelectEvent;
    'crmbet-segment-select': SegmentSelectEvent;
    'crmbet-filter-change': FilterChangeEvent;
  }
}
