/** The user's own files, named on the command line. */
export interface Files {
  /** Throws UserError: not found, a folder, too large. */
  read(path: string, limit: number): Promise<Uint8Array>;
  /**
   * Writes a new 0600 file in one step. Throws UserError where there is anything of this name, unless `replace`: then a file gets
   * new content, and a pipe or a device, which another user may have put there, is written into.
   */
  write(path: string, content: Uint8Array | string, options?: { replace?: boolean }): Promise<void>;
  /** Our own stdout or stderr by another name, or a terminal: who writes there does not keep a file, and is asked what stdout asks. */
  isStream(path: string): Promise<boolean>;
  /** What a name stands for, links not followed. */
  kind(path: string): Promise<"file" | "link" | "other" | "missing">;
  /** Throws UserError (exit 1) where no file can come under this name: no such folder, not for us, read-only. */
  requireWritable(path: string): Promise<void>;
  /** Deletes a regular file, without overwriting it; no file is no error. Throws UserError: anything else. */
  remove(path: string): Promise<void>;
  /**
   * Names of the files in a folder and below it, relative, with "/", sorted; hidden ones are left out. undefined where the
   * path is no folder. Throws UserError beyond `most` files.
   */
  folder(path: string, most: number): Promise<string[] | undefined>;
  /** The files that a name with wildcards stands for, where the shell leaves that to us (Windows); else the name itself. */
  expand(path: string): Promise<string[]>;
}
