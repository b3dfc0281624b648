/** Bytes that nobody can foretell. */
export type Random = (bytes: number) => Uint8Array;
