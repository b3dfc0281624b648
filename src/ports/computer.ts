/** The computer that the program runs on, which is itself a device. */

export interface Computer {
  readonly hostname: string;
  /** "20.20.2" */
  readonly nodeVersion: string;
}

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;
