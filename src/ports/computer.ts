/** The computer that the program runs on, a device by itself. */

export interface Computer {
  readonly hostname: string;
  /** "20.20.2" */
  readonly nodeVersion: string;
}

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;
