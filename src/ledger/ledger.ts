export interface Ledger {
  readonly placeholder?: never;
}
