/** The library has no types. These declare what we use, according to its source. */
declare module "slip39" {
  export default class Slip39 {
    static fromArray(
      secret: number[],
      options: {
        threshold: number;
        groups: readonly (readonly [threshold: number, members: number, title: string])[];
        iterationExponent: number;
        extendableBackupFlag: 0 | 1;
      },
    ): Slip39;
    /** "r/0" is the first group. */
    fromPath(path: string): { readonly mnemonics: string[] };
    static recoverSecret(mnemonics: readonly string[], passphrase?: string): number[];
    static validateMnemonic(mnemonic: string): boolean;
  }
}
