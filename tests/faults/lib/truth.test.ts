import { describe, expect, it } from 'vitest';
import { isBad, type World } from './events.ts';
import { Truth } from './truth.ts';

const world: World = { seed: 1, prefix: 't', from: Date.UTC(2026, 0, 1), players: 10 };

const fresh = () => {
  const truth = new Truth(world);
  let n = truth.take();
  while (isBad(world, n)) n = truth.take();
  return { truth, first: { n, rival: false }, rival: { n, rival: true } };
};
const kinds = (truth: Truth) => truth.violations.map(({ kind }) => kind);

describe('the truth', () => {
  it('finds nothing in what a sound gateway answers', () => {
    const { truth, first, rival } = fresh();
    truth.sending(first);
    truth.answered(first, 'accepted');
    truth.sending(first);
    truth.answered(first, 'duplicate');
    truth.sending(rival);
    truth.answered(rival, 'conflict');
    expect(kinds(truth)).toEqual([]);
    expect([truth.isAcked(first), truth.isAcked(rival), truth.isConflict(rival)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('names an answer that cannot be true', () => {
    const { truth, first, rival } = fresh();
    truth.sending(first);
    truth.answered(first, 'duplicate');
    truth.answered(first, 'conflict');
    truth.answered(first, 'rejected');
    truth.answered(first, 'accepted');
    truth.sending(rival);
    truth.answered(rival, 'accepted');
    expect(kinds(truth)).toEqual([
      'called a duplicate at its first sending',
      'called a conflict of nothing',
      'a good event was rejected',
      'accepted twice',
    ]);
  });

  it('keeps what it knows when it grows', () => {
    const { truth, first } = fresh();
    truth.sending(first);
    truth.answered(first, 'accepted');
    for (let more = 0; more < 5000; more += 1) truth.take();
    expect([truth.isAcked(first), truth.wasSent(first)]).toEqual([true, true]);
  });
});
