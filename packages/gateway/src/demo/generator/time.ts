export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

const two = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));
const three = Array.from({ length: 1000 }, (_, n) => String(n).padStart(3, '0'));

let lastDay = Number.NaN;
let lastDate = '';

/** The same as `new Date(time).toISOString()`, several times faster for times of the same day in a row. */
export function isoTime(time: number): string {
  const dayNumber = Math.floor(time / day);
  if (dayNumber !== lastDay) {
    lastDay = dayNumber;
    lastDate = isoDate(time);
  }
  const left = time - dayNumber * day;
  const clock = `${two[Math.floor(left / hour)]}:${two[Math.floor(left / minute) % 60]}`;
  return `${lastDate}T${clock}:${two[Math.floor(left / second) % 60]}.${three[left % 1000]}Z`;
}

/** YYYY-MM-DD of a moment, in UTC. */
export function isoDate(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
