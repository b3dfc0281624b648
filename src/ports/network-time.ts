/** The time by servers on the network, in milliseconds since 1970. Throws UserError (exit 1) if the server does not answer. */
export interface NetworkTime {
  http(url: string): Promise<number>;
  ntp(host: string): Promise<number>;
}
