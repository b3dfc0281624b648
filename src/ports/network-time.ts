/** What time it is elsewhere. */

/** Milliseconds since 1970. Each throws UserError (exit 1) where nobody answers. */
export interface NetworkTime {
  http(url: string): Promise<number>;
  ntp(host: string): Promise<number>;
}
