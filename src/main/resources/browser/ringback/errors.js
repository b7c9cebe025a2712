/** A refusal by the service, or its silence. */
export class RingbackError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {number} [status] HTTP status, 0 without one
   * @param {Record<string, unknown>|null} [problem]
   */
  constructor(code, message, status = 0, problem = null) {
    super(message);
    this.name = 'RingbackError';
    this.code = code;
    this.status = status;
    this.problem = problem;
  }
}
