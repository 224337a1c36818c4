/** Every failure of this package has one of these codes; they never change their meaning. */
export type EngineErrorCode =
  | 'engine_aborted'
  | 'engine_crypto_unavailable'
  | 'engine_device_failed'
  | 'engine_device_lost'
  | 'engine_device_out_of_memory'
  | 'engine_device_unavailable'
  | 'engine_feature_drifted'
  | 'engine_feature_missing'
  | 'engine_feature_version_mismatch'
  | 'engine_fit_diverged'
  | 'engine_history_invalid'
  | 'engine_k_invalid'
  | 'engine_k_too_large'
  | 'engine_labels_invalid'
  | 'engine_labels_mismatch'
  | 'engine_labels_one_class'
  | 'engine_labels_too_few'
  | 'engine_matrix_constant'
  | 'engine_matrix_empty'
  | 'engine_matrix_not_finite'
  | 'engine_matrix_out_of_range'
  | 'engine_matrix_shape'
  | 'engine_model_invalid'
  | 'engine_one_cluster'
  | 'engine_onnx_invalid'
  | 'engine_onnx_manifest_invalid'
  | 'engine_onnx_manifest_mismatch'
  | 'engine_onnx_runtime_missing'
  | 'engine_option_invalid'
  | 'engine_out_of_memory'
  | 'engine_worker_failed';

export type EngineErrorDetails = Readonly<Record<string, string | number>>;

/** Thrown (or rejected with) by every public function here. `details` names the column, row or limit in question. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;
  readonly details: EngineErrorDetails;

  constructor(
    code: EngineErrorCode,
    message: string,
    options: { details?: EngineErrorDetails; cause?: unknown } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** @throws EngineError `engine_aborted`, with the signal's reason as its cause. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError(signal);
}

export function abortError(signal: AbortSignal): EngineError {
  return new EngineError('engine_aborted', 'The computation was aborted.', { cause: signal.reason });
}
