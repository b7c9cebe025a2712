/**
 * Steps and attempts as the lines of a table: all that the picture shows, in words.
 */
import { el } from './dom.js';
import { awake, duration, isOurs, outcome, since, standing, step, target, told } from './words.js';

/** @returns {HTMLTableRowElement[]} in the order of time */
export function lines(trace) {
  return [...trace.steps.map(s => stepLine(trace, s)), ...trace.deliveries.flatMap(d => deliveryLines(trace, d))]
      .toSorted((one, other) => (one.after ?? Infinity) - (other.after ?? Infinity))
      .map(drawn);
}

function stepLine(trace, s) {
  return {
    after: since(trace, s.at), took: s.took_ms ?? null, user: s.user_id, device: s.device_id, what: step(s.step),
    outcome: s.detail, kind: s.step,
  };
}

function deliveryLines(trace, delivery) {
  const whose = { user: delivery.user_id, device: target(delivery) };
  const planned = {
    ...whose, after: since(trace, delivery.created_at), took: null, what: `${told(delivery.type)}: planned`,
    outcome: delivery.code && !isOurs(delivery.code) ? delivery.state : standing(delivery), code: delivery.code, kind: 'planned',
  };
  const woke = delivery.woke_at
    ? [{ ...whose, after: since(trace, delivery.woke_at), took: null, what: awake(delivery), kind: 'awake' }]
    : [];
  return [planned, ...woke, ...delivery.attempts.map((attempt, i) => ({
    ...whose, after: since(trace, attempt.at), took: attempt.took_ms ?? null,
    what: `${told(delivery.type)}: attempt ${i + 1} by ${attempt.channel}${address(attempt)}`,
    outcome: outcome(attempt.outcome) + (attempt.token_removed ? ', token removed' : ''), code: attempt.code,
    providerId: attempt.provider_id, kind: attempt.outcome,
  }))];
}

/** A broker has no tokens. */
const address = attempt => attempt.token ? ` (${attempt.platform} ${attempt.token})` : '';

function drawn(line) {
  return el('tr', { 'data-kind': line.kind },
      el('th', { scope: 'row', class: 'number' }, duration(line.after)),
      el('td', { class: 'number' }, line.took === null ? '' : duration(line.took)),
      el('td', { class: 'name' }, el('bdi', {}, line.user ?? '')),
      el('td', { class: 'name' }, el('bdi', {}, line.device ?? '')),
      el('td', {}, line.what), el('td', {}, line.outcome ?? ''), el('td', { class: 'mono' }, line.code ?? ''),
      el('td', { class: 'mono name' }, el('bdi', {}, line.providerId ?? '')));
}
