/** The computer that the program runs on, which is itself a device. */

export interface Computer {
  readonly hostname: string;
  /** Of what runs this program: in Bun, also the version of Node that it stands for. */
  readonly versions: { readonly node: string; readonly bun?: string | undefined };
}

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;
