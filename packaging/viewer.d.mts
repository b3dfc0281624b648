export function viewer(): Promise<{
  readonly html: string;
  readonly sha256: string;
  readonly readable: string;
  readonly modules: readonly string[];
}>;
