import { EngineError } from '../errors.ts';
import { cholesky, choleskyInverse, choleskySolve, quadraticForm } from './cholesky.ts';

/** A log-likelihood at some parameters, with its first and second derivatives by them. */
export interface Likelihood {
  readonly value: number;
  readonly gradient: readonly number[];
  readonly hessian: readonly (readonly number[])[];
}

export interface MaximumLikelihood {
  /** In the order of the start. */
  readonly parameters: readonly number[];
  /** The inverse of the observed information, for the parameters themselves (not their logarithms). */
  readonly covariance: readonly (readonly number[])[];
  readonly logLikelihood: number;
  /** Evaluations of the likelihood. */
  readonly evaluations: number;
}

interface Point extends Likelihood {
  readonly logs: readonly number[];
}

/** Squared distance from the maximum, in standard errors, at which the search ends. */
const nearEnough = 1e-9;
/** Natural logarithms that a step may move a parameter by. */
const longestStep = 2;
/** Natural logarithms from the start: a factor of some 9 million, beyond which there is taken to be no maximum. */
const farthest = 16;
const mostEvaluations = 100;

/**
 * Maximises a likelihood over positive parameters, by Newton's method on their logarithms. Where the likelihood is not
 * concave, or a step does not keep what its quadratic model promised, the step is damped (Levenberg & Marquardt). The
 * covariance is the observed information's inverse, taken back from the logarithms by the delta method.
 * @throws EngineError (as a rejection) `engine_fit_diverged` when the data do not determine the parameters, with the
 *   one that ran off in `details.parameter`
 */
export async function maximizeLikelihood(
  names: readonly string[],
  start: readonly number[],
  likelihood: (parameters: readonly number[]) => Promise<Likelihood>,
): Promise<MaximumLikelihood> {
  const origin = start.map(Math.log);
  let evaluations = 0;
  const at = async (logs: readonly number[]): Promise<Point> => {
    evaluations += 1;
    return { logs, ...byLogarithms(logs.map(Math.exp), await likelihood(logs.map(Math.exp))) };
  };
  let point = await at(origin);
  let damping = 0;
  while (evaluations < mostEvaluations) {
    const information = point.hessian.map((row) => row.map((value) => -value));
    const factor = cholesky(information);
    if (factor && quadraticForm(choleskyInverse(factor), point.gradient) < nearEnough) {
      const parameters = point.logs.map(Math.exp);
      const covariance = choleskyInverse(factor).map((row, i) =>
        row.map((value, j) => value * ((parameters[i] ?? 0) * (parameters[j] ?? 0))),
      );
      return { parameters, covariance, logLikelihood: point.value, evaluations };
    }
    // Each parameter by its own curvature: one that the data hardly know may move as freely as the others.
    const damped =
      damping === 0
        ? factor
        : cholesky(
            information.map((row, i) =>
              row.map((value, j) => (i === j ? value + damping * Math.abs(value) : value)),
            ),
          );
    if (damped) {
      const step = choleskySolve(damped, point.gradient);
      const length = Math.max(...step.map(Math.abs));
      const scale = Math.min(1, longestStep / length);
      const next = await at(point.logs.map((log, i) => log + scale * (step[i] ?? 0)));
      const slope = scale * dot(point.gradient, step);
      const promised = slope - (scale * scale * quadraticForm(information, step)) / 2;
      const gained = next.value - point.value;
      // What the sum of a likelihood rounds away is neither gain nor loss.
      const rounding = 1e-13 * Math.abs(point.value);
      if (gained >= 0.1 * promised - rounding) {
        point = next;
        damping = damping > 1e-6 ? damping / 8 : 0;
        const lost = point.logs.findIndex((log, i) => !(Math.abs(log - (origin[i] ?? 0)) < farthest));
        if (lost >= 0) throw diverged(names[lost] ?? '');
        continue;
      }
    }
    damping = Math.max(8 * damping, 1e-4);
    if (damping > 1e12) break;
  }
  const worst = point.gradient.reduce(
    (most, value, i) => (Math.abs(value) > Math.abs(point.gradient[most] ?? 0) ? i : most),
    0,
  );
  throw diverged(names[worst] ?? '');
}

function byLogarithms(parameters: readonly number[], likelihood: Likelihood): Likelihood {
  const gradient = likelihood.gradient.map((value, i) => value * (parameters[i] ?? 0));
  return {
    value: likelihood.value,
    gradient,
    hessian: likelihood.hessian.map((row, i) =>
      row.map(
        (value, j) =>
          value * (parameters[i] ?? 0) * (parameters[j] ?? 0) + (i === j ? (gradient[i] ?? 0) : 0),
      ),
    ),
  };
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}

function diverged(parameter: string): EngineError {
  return new EngineError(
    'engine_fit_diverged',
    `The data do not determine the model: no likeliest value of ${parameter} was found.`,
    { details: { parameter } },
  );
}
